// The days the shop works, and how its promises in working days are counted.

/// The days off besides Saturdays and Sundays.
public enum Holidays: Hashable, Sendable {
  /// The eleven public holidays of metropolitan France (Code du travail, article L3133-1).
  case france
  /// These days; their order and repetitions mean nothing.
  case dates([Day])
  /// No day.
  case none

  /// Whether a day is one of them.
  public func contains(_ day: Day) -> Bool {
    switch self {
    case .france: Self.isFrenchHoliday(day)
    case .dates(let days): days.contains(day)
    case .none: false
    }
  }

  private static func isFrenchHoliday(_ day: Day) -> Bool {
    let (year, month, dayOfMonth) = day.civil
    switch (month, dayOfMonth) {
    case (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25): return true
    case (3...6, _): break
    default: return false
    }
    switch day.number - Day.easterSunday(year: year).number {
    case 1, 39, 50: return true  // Easter Monday, Ascension, Whit Monday
    default: return false
    }
  }

  public static func == (left: Holidays, right: Holidays) -> Bool {
    switch (left, right) {
    case (.france, .france), (.none, .none): true
    case (.dates(let left), .dates(let right)): Set(left) == Set(right)
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .france: hasher.combine(0)
    case .dates(let days): hasher.combine(Set(days))
    case .none: hasher.combine(1)
    }
  }
}

/// The days the shop works: Monday to Friday, holidays excepted.
public struct WorkingDays: Sendable {
  /// The days off besides Saturdays and Sundays.
  public let holidays: Holidays

  /// The listed holidays, found at once however many they are.
  private let listed: Set<Day>

  /// The days worked around these holidays.
  public init(holidays: Holidays) {
    self.holidays = holidays
    listed = if case .dates(let days) = holidays { Set(days) } else { [] }
  }

  /// Whether the shop works on a day.
  public func isWorkingDay(_ day: Day) -> Bool {
    switch day.weekday {
    case .saturday, .sunday: return false
    default: break
    }
    if case .dates = holidays { return !listed.contains(day) }
    return !holidays.contains(day)
  }

  /// The `count`-th working day strictly after a day: 3 after a Thursday is the Tuesday.
  ///
  /// The day itself when `count` is not positive; never later than the last day there is.
  public func day(_ count: Int, after day: Day) -> Day {
    var day = day
    var remaining = count
    while remaining > 0, day < .last {
      day = day.adding(days: 1)
      if isWorkingDay(day) { remaining -= 1 }
    }
    return day
  }
}
