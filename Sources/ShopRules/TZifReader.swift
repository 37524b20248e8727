// The reader of TZif, the file format of compiled time zones (RFC 9636).

struct TZifReader {
  /// What a file says of the offsets of a zone.
  struct Table: Equatable {
    /// The offset before the first change.
    var initialOffset: Int
    /// When the offset changed, in ascending Unix seconds.
    var changes: [Int64]
    /// The offset from the change of the same index on.
    var offsets: [Int32]
    /// What holds after the last change; without it, the last offset does.
    var rule: ZoneRule?
  }

  /// The counts of a header, by their names in the RFC.
  private struct Header {
    var version: UInt8
    var isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt: Int

    /// The size of the data that follow, with times of 4 or 8 bytes.
    func size(time: Int) -> Int {
      timecnt * (time + 1) + typecnt * 6 + charcnt + leapcnt * (time + 4) + isstdcnt + isutcnt
    }
  }

  let name: String
  private let bytes: [UInt8]
  private var position = 0

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  mutating func read() throws(TimeZone.Damaged) -> Table {
    let first = try header()
    guard first.version != 0 else { return try table(first, time: 4) }
    // Since version 2 the first block is there for old readers only; the same data follow with
    // 64-bit times.
    _ = try take(first.size(time: 4))
    let second = try header()
    var table = try table(second, time: 8)
    table.rule = try footer()
    return table
  }

  private mutating func header() throws(TimeZone.Damaged) -> Header {
    guard try bytes[take(4)].elementsEqual("TZif".utf8) else {
      throw damaged("it does not begin with TZif")
    }
    let version = try UInt8(integer(1))
    guard version == 0 || UInt8(ascii: "2")...UInt8(ascii: "4") ~= version else {
      throw damaged("its version is none of 1 to 4")
    }
    _ = try take(15)
    return Header(
      version: version, isutcnt: try count(), isstdcnt: try count(), leapcnt: try count(),
      timecnt: try count(), typecnt: try count(), charcnt: try count())
  }

  private mutating func table(_ header: Header, time: Int) throws(TimeZone.Damaged) -> Table {
    // Checked before anything is allocated for the counts, which may be lies.
    guard header.size(time: time) <= bytes.count - position else {
      throw damaged("it is cut short")
    }
    guard header.leapcnt == 0 else { throw damaged("it counts leap seconds") }
    guard 1...256 ~= header.typecnt, header.charcnt > 0,
      header.isutcnt == 0 || header.isutcnt == header.typecnt,
      header.isstdcnt == 0 || header.isstdcnt == header.typecnt
    else { throw damaged("its counts contradict each other") }

    var changes: [Int64] = []
    changes.reserveCapacity(header.timecnt)
    for _ in 0..<header.timecnt {
      let change = try signed(time)
      if let last = changes.last, change <= last { throw damaged("its times are not ascending") }
      changes.append(change)
    }
    let indices = bytes[try take(header.timecnt)]

    var typeOffsets: [Int32] = []
    for _ in 0..<header.typecnt {
      let offset = try signed(4)
      let isDaylightSaving = try integer(1)
      let nameStart = try integer(1)
      guard ZoneRule.offsets ~= Int(offset), isDaylightSaving < 2, nameStart < header.charcnt
      else { throw damaged("one of its local time types is not one") }
      typeOffsets.append(Int32(offset))
    }
    _ = try take(header.charcnt + header.isstdcnt + header.isutcnt)

    var offsets: [Int32] = []
    offsets.reserveCapacity(header.timecnt)
    for index in indices {
      guard index < header.typecnt else { throw damaged("it uses a local time type it lacks") }
      offsets.append(typeOffsets[Int(index)])
    }
    return Table(
      initialOffset: Int(typeOffsets[0]), changes: changes, offsets: offsets, rule: nil)
  }

  /// The POSIX TZ string between two line feeds at the end; nil when it is empty.
  private mutating func footer() throws(TimeZone.Damaged) -> ZoneRule? {
    let lineFeed = UInt8(ascii: "\n")
    guard try integer(1) == lineFeed, let end = bytes[position...].firstIndex(of: lineFeed) else {
      throw damaged("its footer is cut short")
    }
    let text = bytes[position..<end]
    if text.isEmpty { return nil }
    guard let rule = ZoneRule(posix: text) else {
      throw damaged("its footer is not a POSIX TZ string")
    }
    return rule
  }

  private mutating func count() throws(TimeZone.Damaged) -> Int { Int(try integer(4)) }

  /// A big-endian two's complement integer of 4 or 8 bytes.
  private mutating func signed(_ width: Int) throws(TimeZone.Damaged) -> Int64 {
    let raw = try integer(width)
    return width == 4 ? Int64(Int32(truncatingIfNeeded: raw)) : Int64(truncatingIfNeeded: raw)
  }

  private mutating func integer(_ width: Int) throws(TimeZone.Damaged) -> UInt64 {
    bytes[try take(width)].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The range of the next bytes, which are there.
  private mutating func take(_ count: Int) throws(TimeZone.Damaged) -> Range<Int> {
    guard count <= bytes.count - position else { throw damaged("it is cut short") }
    defer { position += count }
    return position..<position + count
  }

  private func damaged(_ reason: String) -> TimeZone.Damaged {
    TimeZone.Damaged(name: name, reason: reason)
  }
}
