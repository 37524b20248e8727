// One JSON text, parsed in place: its bytes and a flat list of nodes that point into them.

/// Owns the bytes of one JSON text and the nodes found in them.
///
/// Parsing copies the bytes once and decodes nothing: strings and numbers are decoded when somebody
/// asks a ``JSON`` for them. One `JSONText` can be parsed into again and again without allocating.
public final class JSONText {
  /// What a node is; names of members are nodes of kind `string` before their value.
  enum Kind: UInt8 {
    case null, `false`, `true`, number, string, array, object
  }

  struct Node {
    var kind: Kind
    /// Whether a string holds a backslash and so differs from its bytes.
    var isEscaped = false
    /// The first byte; of a string, the one after the quote.
    var start: UInt32
    /// One past the last byte; of a string, the closing quote.
    var end: UInt32
    /// The number of elements or of members.
    var count: UInt32 = 0
    /// The node after this one and everything in it.
    var next: UInt32
  }

  fileprivate(set) var bytes: [UInt8] = []
  fileprivate(set) var nodes: [Node] = []

  /// Nesting deeper than this is refused, so that no input can exhaust the stack.
  public static let maximumDepth = 512

  public init() {}

  /// Parses `source` and answers its one value. What was parsed before is forgotten.
  public func parse(_ source: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> JSON {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: source)
    return try parseBytes()
  }

  /// Parses a text that is kept: it lives as long as its values. An array is not copied.
  public static func parse(_ bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> JSON {
    let text = JSONText()
    text.bytes = Array(bytes)
    return try text.parseBytes()
  }

  private func parseBytes() throws(JSONSyntaxError) -> JSON {
    nodes.removeAll(keepingCapacity: true)
    return try parse(JSONParser(), upTo: bytes.count)
  }

  fileprivate func parse(_ parser: JSONParser, upTo end: Int) throws(JSONSyntaxError) -> JSON {
    // The nodes move into the parser and back, so that their memory is used again.
    var parser = parser
    swap(&parser.nodes, &nodes)
    defer { swap(&parser.nodes, &nodes) }
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONSyntaxError) in
      try parser.parse(UnsafeBufferPointer(start: buffer.baseAddress, count: end))
    }
    return JSON(text: self, index: 0)
  }

  fileprivate func give(_ found: inout [Node], _ take: (JSON) -> Void) {
    swap(&nodes, &found)
    defer { swap(&nodes, &found) }
    take(JSON(text: self, index: 1))
  }
}

/// A value of a long text that is kept as bytes, and parsed when it is needed: what is found in a text
/// takes several times as much memory.
public struct JSONPassage {
  private let bytes: [UInt8]
  private let start, end: UInt32

  /// All of a text.
  public init(_ bytes: [UInt8]) {
    self.init(bytes, 0..<bytes.count)
  }

  fileprivate init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    (start, end) = (UInt32(range.lowerBound), UInt32(range.upperBound))
  }

  /// The value with everything in it.
  public func parsed() throws(JSONSyntaxError) -> JSON {
    let text = JSONText()
    text.bytes = bytes
    // Names and values are seldom shorter, so that the nodes find room at once.
    text.nodes.reserveCapacity(Int(end - start) / 8)
    return try text.parse(JSONParser(at: Int(start)), upTo: Int(end))
  }

  /// The value without most of what is in it. An array looks empty, and gives its elements to `take` one
  /// by one, each valid until the next. Arrays and objects inside of an element, or of the value where
  /// that is an object, look empty.
  public func outlined(_ take: (JSON) -> Void) throws(JSONSyntaxError) -> JSON {
    let text = JSONText()
    text.bytes = bytes
    return try withoutActuallyEscaping(take) { (take) throws(JSONSyntaxError) in
      let parser = JSONParser(at: Int(start)) { nodes in text.give(&nodes, take) }
      return try text.parse(parser, upTo: Int(end))
    }
  }
}

extension JSON {
  /// The value as it was written, to be parsed once more.
  public var passage: JSONPassage {
    let source = source
    return JSONPassage(text.bytes, source.startIndex..<source.endIndex)
  }
}

/// Why a text is not JSON, and the byte (from 0) where that showed.
public struct JSONSyntaxError: Error, Equatable {
  public let offset: Int
  public let reason: String
}
