// The rule a time zone follows every year, as a POSIX TZ string tells it.

/// Standard time all year, or with daylight saving between two turns of the clock.
struct ZoneRule: Equatable, Sendable {
  /// A turn of the clock, at a wall time of a day of the year.
  struct Turn: Equatable, Sendable {
    enum Date: Equatable, Sendable {
      /// Jn: 1…365, 29 February is never counted.
      case withoutLeapDay(Int)
      /// n: 0…365, 29 February is counted.
      case withLeapDay(Int)
      /// Mm.w.d: month, week (5 is the last), days after Sunday.
      case weekday(month: Int, week: Int, weekday: Int)
    }

    var date: Date
    /// Seconds after midnight, up to a week away either side (RFC 9636, 3.3.2).
    var time: Int
  }

  struct Saving: Equatable, Sendable {
    var offset: Int
    var start, end: Turn
  }

  /// The offsets RFC 9636, 3.2 asks readers to expect, in seconds east of UTC.
  static let offsets = -89_999...93_599

  var standard: Int
  var saving: Saving?

  /// The period with one offset that a moment is in.
  func period(at seconds: Int64) -> TimeZone.Period {
    guard let saving else { return TimeZone.Period(offset: standard) }
    // The calendar repeats every 400 years, weekdays included, so the first cycle stands for all
    // of them and nothing overflows however far away the moment is.
    let cycle: Int64 = 146_097 * 86_400
    let inCycle = Int(seconds.floored(by: cycle).remainder)
    let year = Day.civil(inCycle / 86_400).year

    // Both ends are counted from the moment itself.
    var current = (start: Int.min, offset: standard)
    var end = Int.max
    // A turn may leave its year by a week, and the one before it may be a year earlier still.
    for year in year - 2...year + 2 {
      // Daylight saving comes second, because it wins when one ends as the next begins: that is
      // how a rule says “all year round”.
      let turns = [
        (saving.end.wallTime(in: year) - saving.offset, standard),
        (saving.start.wallTime(in: year) - standard, saving.offset),
      ]
      for (turn, offset) in turns {
        let distance = turn - inCycle
        if distance > 0 {
          end = min(end, distance)
        } else if distance >= current.start {
          current = (distance, offset)
        }
      }
    }
    return TimeZone.Period(
      offset: current.offset,
      start: seconds.saturatingAdd(Int64(current.start)),
      end: seconds.saturatingAdd(Int64(end)))
  }
}

extension ZoneRule.Turn {
  /// When the turn comes in a year, in seconds of wall time since 1970-01-01.
  func wallTime(in year: Int) -> Int {
    let number: Int
    switch date {
    case .withoutLeapDay(let day):
      let leap = day >= 60 && Day.isLeap(year: year) ? 1 : 0
      number = Day.number(year: year, month: 1, day: day + leap)
    case .withLeapDay(let day):
      number = Day.number(year: year, month: 1, day: day + 1)
    case .weekday(let month, let week, let weekday):
      let first = Day.number(year: year, month: month, day: 1)
      // 1970-01-01 was four days after a Sunday.
      let toWeekday = (weekday - first - 4).floored(by: 7).remainder
      let day = toWeekday + (week - 1) * 7
      number = first + (day < Day.monthLength(year: year, month: month) ? day : day - 7)
    }
    return number * 86_400 + time
  }
}

extension ZoneRule {
  /// A rule from a POSIX TZ string such as “CET-1CEST,M3.5.0,M10.5.0/3”; nil if it is not one.
  init?(posix text: ArraySlice<UInt8>) {
    var text = PosixText(rest: text)
    guard text.skipName(), let standard = text.offset() else { return nil }
    self.init(standard: standard)
    if text.rest.isEmpty { return }

    guard text.skipName() else { return nil }
    var daylight = standard + 3600
    if let next = text.rest.first, next != UInt8(ascii: ",") {
      guard let offset = text.offset() else { return nil }
      daylight = offset
    }
    // Without dates POSIX leaves them to the implementation; these are what glibc takes.
    var start: Turn? = Turn(date: .weekday(month: 3, week: 2, weekday: 0), time: 7200)
    var end: Turn? = Turn(date: .weekday(month: 11, week: 1, weekday: 0), time: 7200)
    if !text.rest.isEmpty {
      start = text.turn()
      end = text.turn()
    }
    guard let start, let end, text.rest.isEmpty, Self.offsets ~= daylight else { return nil }
    saving = Saving(offset: daylight, start: start, end: end)
  }
}

/// The part of a POSIX TZ string that has not been read yet.
private struct PosixText {
  var rest: ArraySlice<UInt8>

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  /// Skips the name of a kind of time: three letters or more, or anything quoted as in <+03>.
  mutating func skipName() -> Bool {
    let isQuoted = skip("<")
    let name = rest.prefix { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
      case UInt8(ascii: "+"), UInt8(ascii: "-"): isQuoted
      default: isQuoted && byte.digit != nil
      }
    }
    rest.removeFirst(name.count)
    return name.count >= 3 && (!isQuoted || skip(">"))
  }

  /// An offset, written west of UTC and returned east of it.
  mutating func offset() -> Int? { time(hours: 0...24).map { -$0 } }

  /// A date with the time of day after it, “/” first; two o'clock when there is none.
  mutating func turn() -> ZoneRule.Turn? {
    guard skip(","), let date = date() else { return nil }
    guard skip("/") else { return ZoneRule.Turn(date: date, time: 7200) }
    return time(hours: 0...167).map { ZoneRule.Turn(date: date, time: $0) }
  }

  private mutating func date() -> ZoneRule.Turn.Date? {
    if skip("J") { return number(in: 1...365).map { .withoutLeapDay($0) } }
    guard skip("M") else { return number(in: 0...365).map { .withLeapDay($0) } }
    guard let month = number(in: 1...12), skip("."), let week = number(in: 1...5), skip("."),
      let weekday = number(in: 0...6)
    else { return nil }
    return .weekday(month: month, week: week, weekday: weekday)
  }

  /// Seconds, from [+-]h[:mm[:ss]].
  private mutating func time(hours: ClosedRange<Int>) -> Int? {
    let sign = skip("-") ? -1 : 1
    if sign > 0 { _ = skip("+") }
    guard var time = number(in: hours).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] {
      guard skip(":") else { break }
      guard let value = number(in: 0...59) else { return nil }
      time += value * unit
    }
    return sign * time
  }

  private mutating func number(in range: ClosedRange<Int>) -> Int? {
    // No number here has more than three digits, which also keeps it from overflowing.
    let digits = rest.prefix(3).prefix { $0.digit != nil }
    rest.removeFirst(digits.count)
    let number = digits.reduce(0) { $0 * 10 + ($1.digit ?? 0) }
    return !digits.isEmpty && range ~= number ? number : nil
  }
}
