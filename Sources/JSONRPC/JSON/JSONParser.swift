// The strict parser of RFC 8259: one pass, no tolerance, UTF-8 checked where it occurs.

struct JSONParser {
  var nodes: [JSONText.Node] = []
  private var position: Int
  /// In an outline, takes each element of the outermost array, which is at the end of the nodes and not
  /// kept there.
  private let take: ((inout [JSONText.Node]) -> Void)?
  /// How deep those arrays and objects are whose insides are only checked.
  private var outlined = Int.max
  /// Whether nodes are made of what is read.
  private var isKept = true

  init(at start: Int = 0, outlining take: ((inout [JSONText.Node]) -> Void)? = nil) {
    position = start
    self.take = take
  }

  mutating func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
    skipWhiteSpace(bytes)
    guard position < bytes.count else { throw failure("the text is empty") }
    if take != nil { outlined = bytes[position] == UInt8(ascii: "[") ? 2 : 1 }
    try value(bytes, depth: 0)
    skipWhiteSpace(bytes)
    if position < bytes.count { throw failure("there is more after the value") }
  }

  private func failure(_ reason: String, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset ?? position, reason: reason)
  }

  private mutating func skipWhiteSpace(_ bytes: UnsafeBufferPointer<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func value(
    _ bytes: UnsafeBufferPointer<UInt8>, depth: Int
  ) throws(JSONSyntaxError) {
    guard position < bytes.count else { throw failure("the text ends where a value should be") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try object(bytes, depth: depth)
    case UInt8(ascii: "["): try array(bytes, depth: depth)
    case UInt8(ascii: "\""): try string(bytes)
    case UInt8(ascii: "t"): try literal("true", .true, bytes)
    case UInt8(ascii: "f"): try literal("false", .false, bytes)
    case UInt8(ascii: "n"): try literal("null", .null, bytes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(bytes)
    default: throw failure("no value begins with this byte")
    }
  }

  private mutating func open(
    _ kind: JSONText.Kind, depth: Int
  ) throws(JSONSyntaxError) -> Int {
    guard depth < JSONText.maximumDepth else {
      throw failure("nested deeper than \(JSONText.maximumDepth) levels")
    }
    if isKept { nodes.append(.init(kind: kind, start: UInt32(position), end: 0, next: 0)) }
    if depth == outlined { isKept = false }
    position += 1
    return nodes.count - 1
  }

  private mutating func close(_ index: Int, depth: Int, count: UInt32) {
    position += 1
    if depth == outlined { isKept = true }
    guard isKept else { return }
    nodes[index].end = UInt32(position)
    nodes[index].count = depth == outlined ? 0 : count
    nodes[index].next = UInt32(nodes.count)
  }

  private mutating func array(
    _ bytes: UnsafeBufferPointer<UInt8>, depth: Int
  ) throws(JSONSyntaxError) {
    let index = try open(.array, depth: depth)
    var count: UInt32 = 0
    skipWhiteSpace(bytes)
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
      return close(index, depth: depth, count: 0)
    }
    while true {
      skipWhiteSpace(bytes)
      let element = nodes.count
      try value(bytes, depth: depth + 1)
      if depth == 0, let take {
        take(&nodes)
        nodes.removeLast(nodes.count - element)
      } else {
        count += 1
      }
      skipWhiteSpace(bytes)
      guard position < bytes.count else { throw failure("the text ends inside an array") }
      if bytes[position] == UInt8(ascii: "]") { return close(index, depth: depth, count: count) }
      guard bytes[position] == UInt8(ascii: ",") else {
        throw failure("expected ',' or ']' in an array")
      }
      position += 1
    }
  }

  private mutating func object(
    _ bytes: UnsafeBufferPointer<UInt8>, depth: Int
  ) throws(JSONSyntaxError) {
    let index = try open(.object, depth: depth)
    var count: UInt32 = 0
    skipWhiteSpace(bytes)
    if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
      return close(index, depth: depth, count: 0)
    }
    while true {
      skipWhiteSpace(bytes)
      guard position < bytes.count else { throw failure("the text ends inside an object") }
      guard bytes[position] == UInt8(ascii: "\"") else {
        throw failure("expected the name of a member in double quotes")
      }
      try string(bytes)
      skipWhiteSpace(bytes)
      guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
        throw failure("expected ':' after the name of a member")
      }
      position += 1
      skipWhiteSpace(bytes)
      try value(bytes, depth: depth + 1)
      count += 1
      skipWhiteSpace(bytes)
      guard position < bytes.count else { throw failure("the text ends inside an object") }
      if bytes[position] == UInt8(ascii: "}") { return close(index, depth: depth, count: count) }
      guard bytes[position] == UInt8(ascii: ",") else {
        throw failure("expected ',' or '}' in an object")
      }
      position += 1
    }
  }

  private mutating func leaf(_ kind: JSONText.Kind, from start: Int, isEscaped: Bool = false) {
    guard isKept else { return }
    nodes.append(
      .init(
        kind: kind, isEscaped: isEscaped, start: UInt32(start), end: UInt32(position),
        next: UInt32(nodes.count + 1)))
  }

  private mutating func literal(
    _ word: StaticString, _ kind: JSONText.Kind, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(JSONSyntaxError) {
    let length = word.utf8CodeUnitCount
    let start = position
    guard position + length <= bytes.count else { throw failure("expected \(word)") }
    for offset in 0..<length where bytes[start + offset] != word.utf8Start[offset] {
      throw failure("expected \(word)")
    }
    position += length
    leaf(kind, from: start)
  }

  private mutating func digits(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    if position == start { throw failure("expected a digit") }
  }

  private mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position
    try digits(bytes)
    if bytes[first] == UInt8(ascii: "0"), position > first + 1 {
      throw failure("a number has no leading zero", at: first)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits(bytes)
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count,
        bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      try digits(bytes)
    }
    leaf(.number, from: start)
  }

  private mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
    position += 1
    let start = position
    var isEscaped = false
    while position < bytes.count {
      position = endOfPlain(bytes, from: position)
      guard position < bytes.count else { break }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        leaf(.string, from: start, isEscaped: isEscaped)
        position += 1
        return
      case UInt8(ascii: "\\"):
        isEscaped = true
        try escape(bytes)
      case 0x00..<0x20:
        throw failure("a control character in a string is written as an escape")
      case 0x20..<0x80:
        position += 1
      default:
        let length = utf8SequenceLength(bytes, at: position)
        if length == 0 { throw failure("not UTF-8") }
        position += length
      }
    }
    throw failure("the text ends inside a string")
  }

  /// What ends a run of plain characters, or is not far before it. Eight bytes are looked at together.
  private func endOfPlain(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = bytes.baseAddress else { return start }
    var position = start
    while position &+ 8 <= bytes.count {
      let eight = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
      let ends =
        escapedBytes(UInt64(littleEndian: eight))
        | (UInt64(littleEndian: eight) & 0x8080_8080_8080_8080)
      position &+= ends.trailingZeroBitCount / 8
      if ends != 0 { break }
    }
    return position
  }

  private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONSyntaxError) {
    guard position + 1 < bytes.count else { throw failure("the text ends inside a string") }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    case UInt8(ascii: "u"):
      guard let unit = hexQuad(bytes, at: position + 2) else {
        throw failure("expected four hexadecimal digits after \\u")
      }
      switch unit {
      case 0xD800..<0xDC00:
        guard position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
          bytes[position + 7] == UInt8(ascii: "u"),
          let low = hexQuad(bytes, at: position + 8), (0xDC00..<0xE000).contains(low)
        else { throw failure("a lone surrogate is no character") }
        position += 12
      case 0xDC00..<0xE000:
        throw failure("a lone surrogate is no character")
      default:
        position += 6
      }
    default:
      throw failure("no such escape")
    }
  }
}

/// The value of four hexadecimal digits, or nil where there are not four.
func hexQuad(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32? {
  guard start + 4 <= bytes.count else { return nil }
  var value: UInt32 = 0
  for byte in bytes[start..<start + 4] {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte & 0x0F)
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
      value = value << 4 | UInt32((byte & 0x0F) + 9)
    default: return nil
    }
  }
  return value
}

/// Whether all of a text is well-formed UTF-8.
func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  var position = 0
  while position < bytes.count {
    let length = bytes[position] < 0x80 ? 1 : utf8SequenceLength(bytes, at: position)
    if length == 0 { return false }
    position += length
  }
  return true
}

/// The length of the well-formed UTF-8 sequence of two to four bytes at `start`, or 0
/// (the Unicode Standard, table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF).
private func utf8SequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
  func isContinuation(_ offset: Int, from low: UInt8 = 0x80, to high: UInt8 = 0xBF) -> Bool {
    start + offset < bytes.count && bytes[start + offset] >= low && bytes[start + offset] <= high
  }
  switch bytes[start] {
  case 0xC2...0xDF:
    return isContinuation(1) ? 2 : 0
  case 0xE0:
    return isContinuation(1, from: 0xA0) && isContinuation(2) ? 3 : 0
  case 0xED:
    return isContinuation(1, to: 0x9F) && isContinuation(2) ? 3 : 0
  case 0xE1...0xEF:
    return isContinuation(1) && isContinuation(2) ? 3 : 0
  case 0xF0:
    return isContinuation(1, from: 0x90) && isContinuation(2) && isContinuation(3) ? 4 : 0
  case 0xF1...0xF3:
    return isContinuation(1) && isContinuation(2) && isContinuation(3) ? 4 : 0
  case 0xF4:
    return isContinuation(1, to: 0x8F) && isContinuation(2) && isContinuation(3) ? 4 : 0
  default:
    return 0
  }
}
