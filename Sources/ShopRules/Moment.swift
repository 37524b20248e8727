// A moment in time to the second, and the ways it is read and written.

/// A moment, counted in Unix seconds: UTC, without leap seconds.
public struct Moment: Hashable, Comparable, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int64

  /// The moment so many seconds after 1970-01-01T00:00:00Z.
  public init(seconds: Int64) {
    self.seconds = seconds
  }

  /// A moment written by RFC 3339, such as “2021-06-17T12:16:00+02:00”, in the years 0001…9999
  /// both as written and in UTC.
  ///
  /// A fraction of a second is cut; a leap second, :60 at the end of a UTC day, is the second
  /// before it. Anything else the RFC does not allow is nil.
  public init?(rfc3339 text: String) {
    let bytes = text.utf8.span
    guard bytes.count >= 20, let day = bytes.leadingDay,
      bytes[10] | 0x20 == UInt8(ascii: "t"),
      let hour = bytes.number(at: 11, width: 2), hour < 24, bytes[13] == UInt8(ascii: ":"),
      let minute = bytes.number(at: 14, width: 2), minute < 60, bytes[16] == UInt8(ascii: ":"),
      let second = bytes.number(at: 17, width: 2), second <= 60,
      let offset = Self.offset(in: bytes, from: 19)
    else { return nil }
    let wall = ((day.number * 24 + hour) * 60 + minute) * 60 + min(second, 59)
    let seconds = wall - offset
    let (number, secondOfDay) = seconds.floored(by: 86_400)
    guard Day(number: number).number == number, second < 60 || secondOfDay == 86_399
    else { return nil }
    self.seconds = Int64(seconds)
  }

  /// Seconds east of UTC at the end of an RFC 3339 text, after the fraction there may be.
  private static func offset(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    if bytes[index] == UInt8(ascii: ".") {
      repeat { index += 1 } while index < bytes.count && bytes[index].digit != nil
      guard index > start + 1, index < bytes.count else { return nil }
    }
    let sign: Int
    switch bytes[index] {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): return index + 1 == bytes.count ? 0 : nil
    case UInt8(ascii: "+"): sign = 1
    case UInt8(ascii: "-"): sign = -1
    default: return nil
    }
    guard index + 6 == bytes.count, bytes[index + 3] == UInt8(ascii: ":"),
      let hours = bytes.number(at: index + 1, width: 2), hours < 24,
      let minutes = bytes.number(at: index + 4, width: 2), minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  public static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }
}

extension Moment {
  /// The moment by RFC 3339 with the zone's offset, such as “2021-06-17T12:16:00+02:00”; UTC is
  /// written “+00:00”.
  ///
  /// RFC 3339 offsets have no seconds: one that has some is rounded to the minute, and the time
  /// is written at the rounded offset, so that the text still names this very moment.
  public func rfc3339(in zone: TimeZone) -> String {
    String(capacity: Self.rfc3339Length) { write(rfc3339At: zone.offset(at: self), with: &$0) }
  }

  /// The most bytes that ``write(rfc3339At:with:)`` writes.
  public static let rfc3339Length = 25

  /// Writes what ``rfc3339(in:)`` is, so many seconds east of UTC.
  public func write(rfc3339At exact: Int, with pen: inout Pen) {
    let minutes = min((Int(exact.magnitude) + 30) / 60, 23 * 60 + 59)
    let local = TimeZone.Local(self, offset: exact < 0 ? -minutes * 60 : minutes * 60)
    pen.put(local.day)
    pen.put(UInt8(ascii: "T"))
    pen.put(pair: local.hour)
    pen.put(UInt8(ascii: ":"))
    pen.put(pair: local.minute)
    pen.put(UInt8(ascii: ":"))
    pen.put(pair: local.second)
    pen.put(UInt8(ascii: local.offset < 0 ? "-" : "+"))
    pen.put(pair: minutes / 60)
    pen.put(UInt8(ascii: ":"))
    pen.put(pair: minutes % 60)
  }

  /// The moment as people read it: “17 juin 2021 @12h16” in French (the first of a month is
  /// “1er”), “June 17, 2021 @12:16” in English.
  public func label(in zone: TimeZone, language: Language) -> String {
    String(capacity: Self.labelLength) {
      write(labelAt: zone.offset(at: self), language, with: &$0)
    }
  }

  /// The most bytes that ``write(labelAt:_:with:)`` writes.
  public static let labelLength = 32

  /// Writes what ``label(in:language:)`` is, so many seconds east of UTC.
  public func write(labelAt offset: Int, _ language: Language, with pen: inout Pen) {
    let local = TimeZone.Local(self, offset: offset)
    let (year, month, day) = local.day.civil
    switch language {
    case .fr:
      pen.put(day)
      pen.put(day == 1 ? "er " : " ")
      pen.put(language.month(month))
      pen.put(" ")
    case .en:
      pen.put(language.month(month))
      pen.put(" ")
      pen.put(day)
      pen.put(", ")
    }
    pen.put(year)
    pen.put(" @")
    pen.put(pair: local.hour)
    pen.put(UInt8(ascii: language == .fr ? "h" : ":"))
    pen.put(pair: local.minute)
  }
}
