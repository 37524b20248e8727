// A civil date of the proleptic Gregorian calendar, without a time or a zone.

/// A date between 0001-01-01 and 9999-12-31; anything beyond is held at the nearer end, so that
/// no calculation on a day can overflow.
public struct Day: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public let number: Int

  /// The first day there is, 0001-01-01.
  public static let first = Day(number: .min)
  /// The last day there is, 9999-12-31.
  public static let last = Day(number: .max)

  /// The date so many days after 1970-01-01.
  public init(number: Int) {
    self.number = min(max(number, -719_162), 2_932_896)
  }

  /// A date by its year (1…9999), month and day of month; nil if there is no such date.
  public init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month, day >= 1,
      day <= Self.monthLength(year: year, month: month)
    else { return nil }
    self.init(number: Self.number(year: year, month: month, day: day))
  }

  /// A date written as YYYY-MM-DD, and nothing else.
  public init?(_ iso: String) {
    let bytes = iso.utf8.span
    guard bytes.count == 10, let day = bytes.leadingDay else { return nil }
    self = day
  }

  /// The same, as it lies in memory.
  public init?(_ iso: UnsafeBufferPointer<UInt8>) {
    guard iso.count == 10, let day = Span(_unsafeElements: iso).leadingDay else { return nil }
    self = day
  }

  /// The date as YYYY-MM-DD.
  public var iso: String { String(capacity: Self.isoLength) { write(with: &$0) } }

  /// The bytes that ``write(with:)`` writes.
  public static let isoLength = 10

  /// Writes what ``iso`` is.
  public func write(with pen: inout Pen) { pen.put(self) }

  /// The year, 1…9999.
  public var year: Int { civil.year }
  /// The month, 1…12.
  public var month: Int { civil.month }
  /// The day of the month, 1…31.
  public var dayOfMonth: Int { civil.day }

  /// The day of the week.
  public var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    Weekday(rawValue: (number + 3).floored(by: 7).remainder + 1) ?? .monday
  }

  /// The date so many days later, or earlier when `days` is negative.
  public func adding(days: Int) -> Day {
    Day(number: number.saturatingAdd(days))
  }

  /// Easter Sunday of the Western churches in a year, by the anonymous Gregorian computus
  /// (Meeus, “Astronomical Algorithms”, chapter 8); years are held to 1…9999.
  public static func easterSunday(year: Int) -> Day {
    let year = min(max(year, 1), 9999)
    let (century, yearOfCentury) = year.quotientAndRemainder(dividingBy: 100)
    let golden = year % 19
    let moonCorrection = (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * golden + century - century / 4 - moonCorrection + 15) % 30
    let leapShift = 2 * (century % 4) + 2 * (yearOfCentury / 4) - yearOfCentury % 4
    let toSunday = (32 + leapShift - epact) % 7
    let late = (golden + 11 * epact + 22 * toSunday) / 451
    let march0 = number(year: year, month: 3, day: 0)
    return Day(number: march0 + epact + toSunday - 7 * late + 22)
  }

  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

  /// Year, month and day of month together, for whoever needs more than one.
  var civil: (year: Int, month: Int, day: Int) { Self.civil(number) }
}

/// A day of the week, numbered as in ISO 8601.
public enum Weekday: Int, CaseIterable, Sendable {
  case monday = 1
  case tuesday, wednesday, thursday, friday, saturday, sunday
}

// The calendar itself, on bare numbers of days. Years are counted from 1 March, so that the leap
// day comes last and every month starts a fixed number of days into its year.
extension Day {
  private static let daysInEra = 146_097
  private static let marchBeforeEpoch = 719_468

  /// Days from 1970-01-01 to a date that need not be within the range of `Day`; a day of month
  /// beyond the month counts on.
  static func number(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let (era, yearOfEra) = marchYear.floored(by: 400)
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * daysInEra + dayOfEra - marchBeforeEpoch
  }

  static func civil(_ number: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (number + marchBeforeEpoch).floored(by: daysInEra)
    let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      era * 400 + yearOfEra + (month > 2 ? 0 : 1), month,
      dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }

  static func isLeap(year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  static func monthLength(year: Int, month: Int) -> Int {
    switch month {
    case 2: isLeap(year: year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
