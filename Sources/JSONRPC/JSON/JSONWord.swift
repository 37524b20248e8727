// What is written often: values that know how, and words that are encoded once.
import Synchronization

/// A value that is written in one way, wherever it stands.
public protocol JSONWritable: SendableMetatype {
  func write(to writer: inout JSONWriter)
}

/// Texts side by side that make an object.
public protocol JSONTexts: SendableMetatype {
  /// The text of the member of that place, as it lies in memory.
  func utf8(_ index: Int) -> UnsafeBufferPointer<UInt8>
}

extension Int: JSONWritable {
  public func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension Bool: JSONWritable {
  public func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension String: JSONWritable {
  public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  public func write(to writer: inout JSONWriter) {
    if let self { self.write(to: &writer) } else { writer.null() }
  }
}

/// A string that is encoded once because it is written often. It is declared: it stays for as long as
/// the program runs.
public struct JSONWord: @unchecked Sendable, JSONWritable {
  /// With sixteen bytes of nothing behind it, so that it can be copied sixteen at a time.
  let bytes: UnsafePointer<UInt8>
  let length: Int

  public init(_ text: String) {
    self.init { $0.string(text) }
  }

  fileprivate init(_ write: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(capacity: 64)
    write(&writer)
    length = writer.count
    let kept = UnsafeMutablePointer<UInt8>.allocate(capacity: length + 16)
    kept.initialize(repeating: 0, count: length + 16)
    UnsafeMutableRawBufferPointer(start: kept, count: length).copyMemory(from: writer.bytes)
    bytes = UnsafePointer(kept)
  }

  public func write(to writer: inout JSONWriter) { writer.word(self) }
}

/// The words of an enumeration, each encoded once.
public struct JSONWords<Case: CaseIterable & Sendable>: Sendable {
  private let words: [JSONWord]

  /// `text` says how each is spelled.
  public init(_ text: (Case) -> String) {
    precondition(MemoryLayout<Case>.size == 1)
    words = Case.allCases.map { JSONWord(text($0)) }
  }

  /// Cases without a payload are numbered as they are declared.
  public subscript(word: Case) -> JSONWord { words[Int(unsafeBitCast(word, to: UInt8.self))] }
}

/// The name of a member, encoded once with the comma before it, its quotes and its colon.
public struct MemberName: Sendable, ExpressibleByStringLiteral {
  let word: JSONWord

  /// Declarations may be made again and again; their names are kept once.
  private static let known = Mutex<[String: JSONWord]>([:])

  public init(_ name: String) {
    word = Self.known.withLock { known in
      if let word = known[name] { return word }
      let word = JSONWord { writer in
        writer.append(UInt8(ascii: ","))
        writer.string(name)
        writer.append(UInt8(ascii: ":"))
      }
      known[name] = word
      return word
    }
  }

  public init(stringLiteral name: String) { self.init(name) }
}
