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
    if count == 0 || base[count - 1] == UInt8(ascii: "{") {
      append(UnsafeBufferPointer(start: name.word.bytes + 1, count: name.word.length - 1))
    } else {
      word(name.word)
    }
  }

  /// Begins the next of the members that ``encloseMembers(from:)`` makes an object of.
  @inline(__always)
  mutating func nextMember(_ name: MemberName) { word(name.word) }

  /// Makes an object of the members that were written from `start` on. The comma before the first
  /// becomes its brace.
  mutating func encloseMembers(from start: Int) {
    reserve(2)
    base[start] = UInt8(ascii: "{")
    count = max(count, start + 1)
    base[count] = UInt8(ascii: "}")
    count += 1
  }

  /// Begins the next member of an object, which is named by what is only known now.
  public mutating func member(named name: String) {
    if count > 0, base[count - 1] != UInt8(ascii: "{") { append(UInt8(ascii: ",")) }
    string(name)
    append(UInt8(ascii: ":"))
  }

  // MARK: Values

  public mutating func null() { four("null") }

  public mutating func bool(_ value: Bool) {
    if value { four("true") } else { raw("false") }
  }

  @inline(__always)
  private mutating func four(_ letters: StaticString) {
    reserve(4)
    let letters = UnsafeRawPointer(letters.utf8Start).loadUnaligned(as: UInt32.self)
    UnsafeMutableRawPointer(base + count).storeBytes(of: letters, as: UInt32.self)
    count += 4
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

  /// A string that was encoded before.
  @inline(__always)
  mutating func word(_ word: JSONWord) {
    reserve(word.length + 16)
    let (source, target) = (UnsafeRawPointer(word.bytes), UnsafeMutableRawPointer(base + count))
    // Most are not longer than sixteen bytes, which go in one step.
    var position = 0
    repeat {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self),
        toByteOffset: position, as: SIMD16<UInt8>.self)
      position += 16
    } while position < word.length
    count += word.length
  }

  public mutating func string(_ value: String) {
    value.utf8.span.withUnsafeBufferPointer { _ = writeString($0) }
  }

  /// A string given as UTF-8 by somebody who may be wrong: what is none is replaced.
  public mutating func string(untrusted utf8: UnsafeBufferPointer<UInt8>) {
    let start = count
    guard writeString(utf8), !isUTF8(utf8) else { return }
    count = start
    string(String(decoding: utf8, as: UTF8.self))
  }

  /// Writes well-formed UTF-8 as a string, and answers whether there is more than ASCII in it.
  ///
  /// Most texts have nothing to escape, so eight bytes are looked at and copied together. There is
  /// room for eight more than there are.
  private mutating func writeString(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    let length = utf8.count
    reserve(length + 10)
    let target = UnsafeMutableRawPointer(base + count)
    target.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    var seen: UInt64 = 0
    var escaped: UInt64 = 0
    if let first = utf8.baseAddress {
      let source = UnsafeRawPointer(first)
      var position = 0
      while position &+ 8 <= length {
        let eight = source.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        target.storeBytes(of: eight, toByteOffset: position &+ 1, as: UInt64.self)
        seen |= eight
        escaped |= escapedBytes(eight)
        position &+= 8
      }
      if position < length {
        let last = lastBytes(source, length, length &- position)
        target.storeBytes(of: last.littleEndian, toByteOffset: position &+ 1, as: UInt64.self)
        seen |= last
        escaped |= escapedBytes(last)
      }
    }
    if escaped != 0 {
      writeEscaped(utf8)
    } else {
      target.storeBytes(of: UInt8(ascii: "\""), toByteOffset: length &+ 1, as: UInt8.self)
      count += length + 2
    }
    return seen & highBits != 0
  }

  @inline(never)
  private mutating func writeEscaped(_ utf8: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    for byte in utf8 { if isEscaped(byte) { escape(byte) } else { append(byte) } }
    append(UInt8(ascii: "\""))
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

  /// What was written at `range` once more, as a string.
  public mutating func string(written range: Range<Int>) {
    Array(bytes[range]).withUnsafeBufferPointer { _ = writeString($0) }
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

private let highBits: UInt64 = 0x8080_8080_8080_8080

/// The last `left` bytes of a text, fewer than eight, the first one lowest, and spaces behind them.
/// Where there are more than those, they are loaded with what is before them.
@inline(__always)
private func lastBytes(_ text: UnsafeRawPointer, _ length: Int, _ left: Int) -> UInt64 {
  let bits = UInt64(truncatingIfNeeded: left &* 8)
  let spaces: UInt64 = 0x2020_2020_2020_2020 &<< bits
  if length >= 8 {
    let eight = text.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self).littleEndian
    return eight &>> (64 &- bits) | spaces
  }
  let (low, high, width): (UInt64, UInt64, UInt64)
  if left >= 4 {
    low = UInt64(text.loadUnaligned(as: UInt32.self).littleEndian)
    high = UInt64(text.loadUnaligned(fromByteOffset: left &- 4, as: UInt32.self).littleEndian)
    width = 32
  } else if left >= 2 {
    low = UInt64(text.loadUnaligned(as: UInt16.self).littleEndian)
    high = UInt64(text.loadUnaligned(fromByteOffset: left &- 2, as: UInt16.self).littleEndian)
    width = 16
  } else {
    return UInt64(text.load(as: UInt8.self)) | spaces
  }
  // The two overlap where they hold the same.
  return low | high &<< (bits &- width) | spaces
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
