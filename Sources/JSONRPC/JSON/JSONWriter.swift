// Writes compact JSON straight into one growing buffer of bytes.
import Glibc

/// An output buffer that knows JSON. Results are written into it field by field; no tree is built.
///
/// The one who writes is responsible for the order of calls; the commas are the writer's.
public struct JSONWriter: ~Copyable {
  // From malloc, so that realloc can grow it in place: a large buffer is never there twice.
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// The number of bytes written.
  public private(set) var count = 0

  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    base = Self.resized(nil, to: self.capacity)
  }

  deinit { free(base) }

  /// The bytes written so far; valid until the next write.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// What was written, as text: for messages and documents.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written after the first `count` bytes.
  public mutating func truncate(to count: Int) {
    self.count = min(count, self.count)
  }

  /// Forgets the first `length` bytes and closes the gap; gives back a buffer that grew large.
  public mutating func removeFirst(_ length: Int, keepingAtMost kept: Int) {
    let left = count - length
    memmove(base, base + length, left)
    if capacity > kept, left <= kept {
      base = Self.resized(base, to: kept)
      capacity = kept
    }
    count = left
  }

  @inline(__always)
  private mutating func reserve(_ length: Int) {
    if count + length > capacity { grow(by: length) }
  }

  @inline(never)
  private mutating func grow(by length: Int) {
    capacity = max(capacity * 2, count + length)
    base = Self.resized(base, to: capacity)
  }

  private static func resized(
    _ base: UnsafeMutablePointer<UInt8>?, to capacity: Int
  ) -> UnsafeMutablePointer<UInt8> {
    guard let memory = realloc(base, capacity) else { abort() }
    return memory.assumingMemoryBound(to: UInt8.self)
  }

  // MARK: Raw bytes

  public mutating func append(_ byte: UInt8) {
    reserve(1)
    base[count] = byte
    count += 1
  }

  public mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).update(from: start, count: bytes.count)
    count += bytes.count
  }

  /// JSON that somebody wrote already: copied as it is.
  public mutating func raw(_ json: ArraySlice<UInt8>) {
    json.withUnsafeBufferPointer { append($0) }
  }

  public mutating func raw(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  // MARK: Structure

  public mutating func beginObject() { append(UInt8(ascii: "{")) }
  public mutating func endObject() { append(UInt8(ascii: "}")) }
  public mutating func beginArray() { append(UInt8(ascii: "[")) }
  public mutating func endArray() { append(UInt8(ascii: "]")) }

  /// Begins the next element of an array.
  public mutating func element() {
    if count > 0, base[count - 1] != UInt8(ascii: "[") { append(UInt8(ascii: ",")) }
  }

  /// Begins the next member of an object; its value follows.
  public mutating func member(_ name: MemberName) {
    if count > 0, base[count - 1] != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
    name.encoded.withUnsafeBufferPointer { append($0) }
  }

  // MARK: Values

  public mutating func null() { raw("null") }

  public mutating func bool(_ value: Bool) {
    if value { raw("true") } else { raw("false") }
  }

  public mutating func integer(_ value: some FixedWidthInteger) {
    let value = Int64(clamping: value)
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    reserve(20)
    let start = count
    repeat {
      base[count] = UInt8(ascii: "0") + UInt8(rest % 10)
      count += 1
      rest /= 10
    } while rest > 0
    var digits = UnsafeMutableBufferPointer(start: base + start, count: count - start)
    digits.reverse()
  }

  public mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string($0) }
  }

  /// A string given as well-formed UTF-8.
  public mutating func string(_ utf8: UnsafeBufferPointer<UInt8>) {
    reserve(utf8.count + 2)
    append(UInt8(ascii: "\""))
    var copied = 0
    var position = utf8.plainEnd(from: 0)
    while position < utf8.count {
      append(UnsafeBufferPointer(rebasing: utf8[copied..<position]))
      escape(utf8[position])
      copied = position + 1
      position = utf8.plainEnd(from: copied)
    }
    append(UnsafeBufferPointer(rebasing: utf8[copied...]))
    append(UInt8(ascii: "\""))
  }

  /// What was written at `range` once more, as a string.
  public mutating func string(written range: Range<Int>) {
    Array(bytes[range]).withUnsafeBufferPointer { string($0) }
  }

  /// A member that is a string.
  public mutating func text(_ name: MemberName, _ value: String) {
    member(name)
    string(value)
  }

  private mutating func escape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    case 0x00..<0x20:
      raw("u00")
      append(UInt8(ascii: "0") + byte >> 4)
      let low = byte & 0x0F
      append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
    default: append(byte)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The first byte from `start` on that a JSON string has to escape, or the end. Most texts have
  /// none, so eight bytes are looked at together.
  fileprivate func plainEnd(from start: Int) -> Int {
    var position = start
    while position + 8 <= count, let base = baseAddress,
      !holdsEscaped(UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self))
    {
      position += 8
    }
    while position < count, !isEscaped(self[position]) { position += 1 }
    return position
  }
}

private func isEscaped(_ byte: UInt8) -> Bool {
  byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// Whether ``isEscaped(_:)`` holds for any of eight bytes. A byte below `n` (at most 0x80) borrows
/// when `n` is taken off it, which sets its high bit; so does 0 when 1 is taken off.
private func holdsEscaped(_ bytes: UInt64) -> Bool {
  let each: UInt64 = 0x0101_0101_0101_0101
  func holds(_ bytes: UInt64, below limit: UInt64) -> UInt64 {
    (bytes &- each &* limit) & ~bytes & (each &* 0x80)
  }
  return holds(bytes, below: 0x20) | holds(bytes ^ (each &* 0x22), below: 1)
    | holds(bytes ^ (each &* 0x5C), below: 1) != 0
}

/// The name of a member, encoded once with its quotes and colon.
public struct MemberName: Sendable, ExpressibleByStringLiteral {
  let encoded: [UInt8]

  public init(_ name: String) {
    var writer = JSONWriter(capacity: 64)
    writer.string(name)
    writer.append(UInt8(ascii: ":"))
    encoded = Array(writer.bytes)
  }

  public init(stringLiteral name: String) { self.init(name) }
}
