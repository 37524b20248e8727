// A time zone as a value: the offsets from UTC a place has kept, and the rule it keeps now.

/// A time zone: a list of past changes of offset, and the yearly rule that follows them.
public struct TimeZone: Sendable, Equatable {
  /// The bytes of a time zone cannot be used.
  public struct Damaged: Error, Equatable {
    /// The zone whose bytes they are.
    public let name: String
    /// What is wrong with them.
    public let reason: String

    /// The zone of this name is damaged for this reason.
    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// A moment as the clocks of a zone show it.
  public struct Local: Hashable, Sendable {
    /// The date.
    public let day: Day
    /// The time of day, 0…23, 0…59 and 0…59.
    public let hour, minute, second: Int
    /// Seconds east of UTC.
    public let offset: Int

    init(_ moment: Moment, offset: Int) {
      // Split first and shift after, so that no moment is too far away to be shifted.
      let (number, secondOfDay) = moment.seconds.floored(by: 86_400)
      let (carry, second) = (Int(secondOfDay) + offset).floored(by: 86_400)
      day = Day(number: Int(number) + carry)
      hour = second / 3600
      minute = second / 60 % 60
      self.second = second % 60
      self.offset = offset
    }
  }

  /// A stretch of time, `start` included and `end` not, with one offset; it lasts for ever when
  /// `end` is `Int64.max`.
  public struct Period: Equatable, Sendable {
    /// Seconds east of UTC.
    public internal(set) var offset: Int
    var start = Int64.min
    var end = Int64.max

    public func contains(_ moment: Moment) -> Bool {
      start <= moment.seconds && moment.seconds < end
    }
  }

  /// Coordinated Universal Time.
  public static let utc = TimeZone(name: "UTC", offset: 0)

  /// The name the zone was read under, such as “Europe/Paris”.
  public var name: String { history.name }

  /// One reference, so that whatever holds a zone copies no more.
  private let history: History

  private final class History: Sendable {
    let name: String
    let table: TZifReader.Table

    init(name: String, table: TZifReader.Table) {
      self.name = name
      self.table = table
    }
  }

  private init(name: String, offset: Int) {
    history = History(
      name: name, table: .init(initialOffset: offset, changes: [], offsets: [], rule: nil))
  }

  /// A time zone from the bytes of a TZif file (RFC 9636, versions 1 to 4).
  ///
  /// Files that count leap seconds are refused, because Unix time does not.
  public init(name: String, tzif: [UInt8]) throws(Damaged) {
    var reader = TZifReader(name: name, bytes: tzif)
    history = History(name: name, table: try reader.read())
  }

  public static func == (left: TimeZone, right: TimeZone) -> Bool {
    left.history === right.history
      || left.name == right.name && left.history.table == right.history.table
  }

  /// Seconds east of UTC at a moment.
  public func offset(at moment: Moment) -> Int {
    period(at: moment).offset
  }

  /// The stretch of time with one offset that a moment is in.
  public func period(at moment: Moment) -> Period { period(at: moment.seconds) }

  /// The date of a moment.
  public func day(of moment: Moment) -> Day {
    local(moment).day
  }

  /// What the clocks show at a moment.
  public func local(_ moment: Moment) -> Local {
    Local(moment, offset: offset(at: moment))
  }

  /// The moment the clocks show a date and time; hours, minutes and seconds beyond their range
  /// carry over.
  ///
  /// A time that daylight saving skips is read with the offset before the gap (RFC 5545, 3.3.5);
  /// of a time that comes twice, this is the first.
  public func moment(_ day: Day, hour: Int = 0, minute: Int = 0, second: Int = 0) -> Moment {
    // A billion of each is far beyond the last day, and far from overflowing.
    func held(_ value: Int) -> Int64 { Int64(min(max(value, -1_000_000_000), 1_000_000_000)) }
    let wall =
      Int64(day.number) * 86_400 + held(hour) * 3600 + held(minute) * 60 + held(second)

    // Walk the periods from before the earliest moment that could show this time: the first
    // period that shows it has the answer, and a period that begins past it reveals a gap.
    var current = period(at: wall - Int64(ZoneRule.offsets.upperBound))
    while wall - Int64(current.offset) >= current.end, current.end < .max {
      let next = period(at: current.end)
      if wall - Int64(next.offset) < next.start { break }
      current = next
    }
    return Moment(seconds: wall - Int64(current.offset))
  }

  private func period(at seconds: Int64) -> Period { history.table.period(at: seconds) }
}

extension TZifReader.Table {
  fileprivate func period(at seconds: Int64) -> TimeZone.Period {
    typealias Period = TimeZone.Period
    guard let first = changes.first else {
      return rule?.period(at: seconds) ?? Period(offset: initialOffset)
    }
    guard seconds >= first else { return Period(offset: initialOffset, end: first) }

    // The last change not after the moment is in low..<high.
    var low = 0
    var high = changes.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle } else { high = middle }
    }

    if high < changes.count {
      return Period(offset: Int(offsets[low]), start: changes[low], end: changes[high])
    }
    guard var period = rule?.period(at: seconds) else {
      return Period(offset: Int(offsets[low]), start: changes[low])
    }
    period.start = max(period.start, changes[low])
    return period
  }
}
