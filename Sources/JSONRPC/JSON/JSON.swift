// One value inside a parsed JSON text, decoded when asked.
import Glibc

/// A value of a ``JSONText``. Valid until that text is parsed into again.
public struct JSON {
  let text: JSONText
  let index: Int

  var node: JSONText.Node { text.nodes[index] }

  public var isNull: Bool { node.kind == .null }
  public var isObject: Bool { node.kind == .object }
  public var isArray: Bool { node.kind == .array }
  public var isString: Bool { node.kind == .string }
  public var isNumber: Bool { node.kind == .number }

  public var bool: Bool? {
    switch node.kind {
    case .true: true
    case .false: false
    default: nil
    }
  }

  /// The number of elements of an array or members of an object, else 0.
  public var count: Int { Int(node.count) }

  /// The whole number, exactly: nil for anything else, a fraction or more than 64 bits.
  /// `630.0` and `63e1` are the whole number 630: some clients know no other form.
  public var integer: Int64? {
    guard node.kind == .number else { return nil }
    return text.bytes.withUnsafeBufferPointer { bytes in
      exactInteger(UnsafeBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)]))
    }
  }

  /// The decoded string, or nil for any other value.
  public var string: String? {
    let node = node
    guard node.kind == .string else { return nil }
    return text.bytes.withUnsafeBufferPointer { bytes in
      let source = UnsafeBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
      return node.isEscaped ? unescaped(source) : String(decoding: source, as: UTF8.self)
    }
  }

  /// Whether this is the string `other`; decodes nothing unless there are escapes.
  public func equals(_ other: StaticString) -> Bool {
    let utf8 = UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount)
    return text.bytes.withUnsafeBufferPointer { node.spells(utf8, in: $0) }
  }

  /// The same of a name that is known only now. It has a name of its own, because a literal could be
  /// either.
  func spells(_ other: String) -> Bool {
    other.utf8.span.withUnsafeBufferPointer { utf8 in
      text.bytes.withUnsafeBufferPointer { node.spells(utf8, in: $0) }
    }
  }

  /// The bytes of the value as they were written.
  public var source: ArraySlice<UInt8> {
    let quote = node.kind == .string ? 1 : 0
    return text.bytes[Int(node.start) - quote..<Int(node.end) + quote]
  }

  /// The value as it was written, cut where it is long: for messages.
  public var excerpt: String { JSONRPC.excerpt(source) }

  /// The elements of an array; empty for any other value.
  public var elements: Elements {
    Elements(text: text, position: index + 1, left: node.kind == .array ? count : 0)
  }

  /// The members of an object in the order written; empty for any other value.
  public var members: Members {
    Members(text: text, position: index + 1, left: node.kind == .object ? count : 0)
  }

  /// The first member of that name, or nil.
  public subscript(_ name: String) -> JSON? {
    var name = name
    return name.withUTF8 { wanted in
      text.member(wanted, of: index).map { JSON(text: text, index: $0) }
    }
  }

  public struct Elements: Sequence, IteratorProtocol {
    let text: JSONText
    var position: Int
    var left: Int

    public mutating func next() -> JSON? {
      guard left > 0 else { return nil }
      left -= 1
      let element = JSON(text: text, index: position)
      position = Int(element.node.next)
      return element
    }
  }

  public struct Member {
    /// The name as a string value.
    public let key: JSON
    public let value: JSON

    public var name: String { key.string ?? "" }
  }

  public struct Members: Sequence, IteratorProtocol {
    let text: JSONText
    var position: Int
    var left: Int

    public mutating func next() -> Member? {
      guard left > 0 else { return nil }
      left -= 1
      let member = Member(
        key: JSON(text: text, index: position),
        value: JSON(text: text, index: position + 1))
      position = Int(member.value.node.next)
      return member
    }
  }
}

extension JSONText {
  /// The first member of that name of the object at `index`. Members are looked at where they lie: an
  /// object is asked for most of its members, one after the other.
  func member(_ name: UnsafeBufferPointer<UInt8>, of index: Int) -> Int? {
    nodes.withUnsafeBufferPointer { nodes in
      bytes.withUnsafeBufferPointer { bytes in
        guard nodes[index].kind == .object else { return nil }
        var position = index + 1
        for _ in 0..<nodes[index].count {
          let key = nodes[position]
          // Most names differ in length.
          if key.isEscaped || key.end &- key.start == name.count, key.spells(name, in: bytes) {
            return position + 1
          }
          position = Int(nodes[position + 1].next)
        }
        return nil
      }
    }
  }
}

extension JSONText.Node {
  /// Whether this is the string that `utf8` spells; decodes nothing unless there are escapes.
  @inline(__always)
  fileprivate func spells(
    _ utf8: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    guard kind == .string else { return false }
    let source = UnsafeBufferPointer(rebasing: bytes[Int(start)..<Int(end)])
    if isEscaped { return unescaped(source) == String(decoding: utf8, as: UTF8.self) }
    guard source.count == utf8.count else { return false }
    guard let base = source.baseAddress, let other = utf8.baseAddress else { return true }
    return memcmp(base, other, utf8.count) == 0
  }
}

/// A text cut where it is long: what is said of a message stays small.
func excerpt(_ utf8: ArraySlice<UInt8>) -> String {
  let limit = 60
  guard utf8.count > limit else { return String(decoding: utf8, as: UTF8.self) }
  var cut = utf8.prefix(limit)
  while let last = cut.last, last & 0xC0 == 0x80 { cut.removeLast() }
  if let last = cut.last, last >= 0x80 { cut.removeLast() }
  return String(decoding: cut, as: UTF8.self) + "…"
}

/// The significand takes in no zero at its end, so that neither a long fraction of zeros nor an
/// exponent overflows what fits.
private func exactInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
  let isNegative = bytes[0] == UInt8(ascii: "-")
  var significand: Int64 = 0
  var zeros = 0
  var exponent = 0
  var sawPoint = false
  var fractionLength = 0
  scan: for (position, byte) in bytes.enumerated() {
    switch byte {
    case UInt8(ascii: "-"): continue
    case UInt8(ascii: "."): sawPoint = true
    case UInt8(ascii: "e"), UInt8(ascii: "E"):
      exponent = boundedExponent(bytes[(position + 1)...])
      break scan
    default:
      if sawPoint { fractionLength += 1 }
      zeros += 1
      if byte == UInt8(ascii: "0") { continue }
      let digit = Int64(byte & 0x0F)
      guard let scaled = scaled(significand, by: zeros) else { return nil }
      let (sum, overflow) = scaled.addingReportingOverflow(isNegative ? -digit : digit)
      if overflow { return nil }
      significand = sum
      zeros = 0
    }
  }
  return scaled(significand, by: zeros - fractionLength + exponent)
}

/// `value` · 10^`power`, where that is a whole number of 64 bits; the last digit of `value` is not 0.
private func scaled(_ value: Int64, by power: Int) -> Int64? {
  if value == 0 { return 0 }
  guard (0...18).contains(power) else { return nil }
  var scaled = value
  for _ in 0..<power {
    let (product, overflow) = scaled.multipliedReportingOverflow(by: 10)
    if overflow { return nil }
    scaled = product
  }
  return scaled
}

/// An exponent as far as it matters: no message is long enough to make up for a larger one.
private func boundedExponent(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
  var value = 0
  for byte in bytes where byte >= UInt8(ascii: "0") {
    value = min(value * 10 + Int(byte & 0x0F), 1 << 40)
  }
  return bytes.first == UInt8(ascii: "-") ? -value : value
}

/// Decodes the escapes of a string that the parser accepted.
private func unescaped(_ source: UnsafeBufferPointer<UInt8>) -> String {
  var decoded: [UInt8] = []
  decoded.reserveCapacity(source.count)
  var position = 0
  while position < source.count {
    guard source[position] == UInt8(ascii: "\\") else {
      decoded.append(source[position])
      position += 1
      continue
    }
    let escape = source[position + 1]
    position += 2
    switch escape {
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = hexQuad(source, at: position) ?? 0
      position += 4
      if (0xD800..<0xDC00).contains(scalar) {
        let low = hexQuad(source, at: position + 2) ?? 0
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
        position += 6
      }
      if let scalar = Unicode.Scalar(scalar) { decoded.append(contentsOf: String(scalar).utf8) }
    default: decoded.append(escape)
    }
  }
  return String(decoding: decoded, as: UTF8.self)
}
