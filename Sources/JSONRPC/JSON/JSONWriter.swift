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
    let comma = count == 0 || base[count - 1] == UInt8(ascii: "{") ? 1 : 0
    let length = name.length - comma
    reserve(length + 8)
    name.padded.withUnsafeBytes { padded in
      for position in stride(from: 0, to: length, by: 8) {
        UnsafeMutableRawPointer(base + count + position).storeBytes(
          of: padded.loadUnaligned(fromByteOffset: comma + position, as: UInt64.self),
          as: UInt64.self)
      }
    }
    count += length
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
    value.utf8.span.withUnsafeBufferPointer { string($0) }
  }

  /// A string given as well-formed UTF-8.
  public mutating func string(_ utf8: UnsafeBufferPointer<UInt8>) {
    reserve(utf8.count + 2)
    base[count] = UInt8(ascii: "\"")
    count += 1
    var position = copyPlain(utf8, from: 0)
    while position < utf8.count {
      escape(utf8[position])
      reserve(utf8.count - position + 1)
      position = copyPlain(utf8, from: position + 1)
    }
    base[count] = UInt8(ascii: "\"")
    count += 1
  }

  /// A string of at most `capacity` bytes, none of which has to be escaped: `write` puts them where
  /// they stay, and answers how many they are.
  public mutating func string(
    capacity: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) {
    reserve(capacity + 2)
    base[count] = UInt8(ascii: "\"")
    count += 1
    count += write(UnsafeMutableBufferPointer(start: base + count, count: capacity))
    base[count] = UInt8(ascii: "\"")
    count += 1
  }

  /// Copies up to the first byte from `start` on that has to be escaped, and answers where that is.
  /// There is room for all. Most texts have none, so eight bytes are looked at together.
  private mutating func copyPlain(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let source = utf8.baseAddress else { return 0 }
    let target = base + (count - start)
    var position = start
    while position + 8 <= utf8.count {
      let bytes = UnsafeRawPointer(source + position).loadUnaligned(as: UInt64.self)
      UnsafeMutableRawPointer(target + position).storeBytes(of: bytes, as: UInt64.self)
      let escaped = escapedBytes(UInt64(littleEndian: bytes))
      position += escaped.trailingZeroBitCount / 8
      if escaped != 0 { break }
    }
    // The last eight once more, where there are so many: those that were copied stay what they are.
    if position < utf8.count, position + 8 > utf8.count, utf8.count >= start + 8 {
      let last = utf8.count - 8
      let bytes = UnsafeRawPointer(source + last).loadUnaligned(as: UInt64.self)
      if escapedBytes(UInt64(littleEndian: bytes)) == 0 {
        UnsafeMutableRawPointer(target + last).storeBytes(of: bytes, as: UInt64.self)
        position = utf8.count
      }
    }
    while position < utf8.count, !isEscaped(source[position]) {
      target[position] = source[position]
      position += 1
    }
    count += position - start
    return position
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

private func isEscaped(_ byte: UInt8) -> Bool {
  byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// Has the high bit of the first of eight bytes for which ``isEscaped(_:)`` holds, none below it, and
/// is 0 where there is none. A byte below `n` (at most 0x80) borrows when `n` is taken off it, which
/// sets its high bit; so does 0 when 1 is taken off.
func escapedBytes(_ bytes: UInt64) -> UInt64 {
  let each: UInt64 = 0x0101_0101_0101_0101
  func holds(_ bytes: UInt64, below limit: UInt64) -> UInt64 {
    (bytes &- each &* limit) & ~bytes & (each &* 0x80)
  }
  return holds(bytes, below: 0x20) | holds(bytes ^ (each &* 0x22), below: 1)
    | holds(bytes ^ (each &* 0x5C), below: 1)
}

/// The name of a member, encoded once with the comma before it, its quotes and its colon.
public struct MemberName: Sendable, ExpressibleByStringLiteral {
  /// With eight bytes of nothing behind it, so that it can be copied eight at a time.
  let padded: [UInt8]
  let length: Int

  public init(_ name: String) {
    var writer = JSONWriter(capacity: 64)
    writer.append(UInt8(ascii: ","))
    writer.string(name)
    writer.append(UInt8(ascii: ":"))
    length = writer.count
    padded = Array(writer.bytes) + Array(repeating: 0, count: 8)
  }

  public init(stringLiteral name: String) { self.init(name) }
}
