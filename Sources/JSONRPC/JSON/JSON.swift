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

  /// Whether this is the string `other`.
  public func equals(_ other: StaticString) -> Bool {
    equals(UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
  }

  /// Whether this is the string that `utf8` spells; decodes nothing unless there are escapes.
  private func equals(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    let node = node
    guard node.kind == .string else { return false }
    if node.isEscaped { return string == String(decoding: utf8, as: UTF8.self) }
    guard Int(node.end - node.start) == utf8.count, let other = utf8.baseAddress else {
      return node.start == node.end && utf8.isEmpty
    }
    return text.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      return memcmp(base + Int(node.start), other, utf8.count) == 0
    }
  }

  /// The bytes of the value as they were written.
  public var source: ArraySlice<UInt8> {
    let quote = node.kind == .string ? 1 : 0
    return text.bytes[Int(node.start) - quote..<Int(node.end) + quote]
  }

  /// The value as it was written, cut where it is long: for messages.
  public var excerpt: String {
    let limit = 60
    let source = source
    guard source.count > limit else { return String(decoding: source, as: UTF8.self) }
    var cut = source.prefix(limit)
    while let last = cut.last, last & 0xC0 == 0x80 { cut.removeLast() }
    if let last = cut.last, last >= 0x80 { cut.removeLast() }
    return String(decoding: cut, as: UTF8.self) + "…"
  }

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
      for member in members where member.key.equals(wanted) { return member.value }
      return nil
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

private func exactInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
  let isNegative = bytes[0] == UInt8(ascii: "-")
  var digits: [UInt8] = []
  var scale = 0
  var sawPoint = false
  var position = isNegative ? 1 : 0
  var value: Int64 = 0
  // The common case, digits only, builds no array.
  while position < bytes.count, bytes[position] &- 0x30 < 10 {
    let digit = Int64(bytes[position] & 0x0F)
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, overflow2) = product.addingReportingOverflow(isNegative ? -digit : digit)
    if overflow || overflow2 { return nil }
    value = sum
    position += 1
  }
  if position == bytes.count { return value }
  for (offset, byte) in bytes.enumerated() where offset >= (isNegative ? 1 : 0) {
    if byte == UInt8(ascii: ".") {
      sawPoint = true
    } else if byte | 0x20 == UInt8(ascii: "e") {
      let exponent = String(decoding: bytes[(offset + 1)...], as: UTF8.self)
      guard let power = Int(exponent), abs(power) < 100 else { return nil }
      scale += power
      break
    } else {
      digits.append(byte)
      if sawPoint { scale -= 1 }
    }
  }
  while scale < 0, let last = digits.last {
    guard last == UInt8(ascii: "0") else { return nil }
    digits.removeLast()
    scale += 1
  }
  let text = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
  guard digits.contains(where: { $0 != UInt8(ascii: "0") }) else { return 0 }
  return Int64(text + String(repeating: "0", count: max(0, scale)))
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
