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

  private(set) var bytes: [UInt8] = []
  private(set) var nodes: [Node] = []

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
    // The nodes move into the parser and back, so that their memory is used again.
    nodes.removeAll(keepingCapacity: true)
    var parser = JSONParser()
    swap(&parser.nodes, &nodes)
    defer { swap(&parser.nodes, &nodes) }
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONSyntaxError) in
      try parser.parse(buffer)
    }
    return JSON(text: self, index: 0)
  }
}

/// Why a text is not JSON, and the byte (from 0) where that showed.
public struct JSONSyntaxError: Error, Equatable {
  public let offset: Int
  public let reason: String
}
