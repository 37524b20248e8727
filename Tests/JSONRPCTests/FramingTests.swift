// Proves the framing: lines are found wherever the reads happened to end.
import Testing

@testable import JSONRPC

/// What a stream holds, read with any splits: messages as text, "!-32600" and a code for what is refused.
struct FramingReader {
  var limit = 1000
  var style: Framing.Style?

  func pieces(_ chunks: [[UInt8]]) -> [String] {
    var framing = Framing(limit: limit, style: style)
    var waiting: [UInt8] = []
    var found: [String] = []
    func drain(atEnd: Bool) {
      while true {
        let consumed: Int
        switch waiting.withUnsafeBytes({ framing.next(in: $0, atEnd: atEnd) }) {
        case .incomplete: return
        case .blank(let length): consumed = length
        case .unfit(let failure, let length):
          found.append("!\(failure.code)")
          consumed = length
        case .message(let body, let length):
          found.append(String(decoding: waiting[body], as: UTF8.self))
          consumed = length
        }
        guard (1...waiting.count).contains(consumed) else {
          Issue.record("\(consumed) of \(waiting.count) bytes")
          return
        }
        waiting.removeFirst(consumed)
      }
    }
    for chunk in chunks {
      waiting += chunk
      drain(atEnd: false)
    }
    drain(atEnd: true)
    #expect(waiting.isEmpty)
    return found
  }

  /// The same bytes at once, byte by byte, and cut in two anywhere mean the same.
  func everySplit(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    let whole = pieces([bytes])
    #expect(pieces(bytes.map { [$0] }) == whole)
    for cut in 0...bytes.count {
      let split = pieces([Array(bytes[..<cut]), Array(bytes[cut...])])
      #expect(split == whole, "cut at \(cut)")
    }
    return whole
  }
}

@Suite("The framing of lines")
struct FramingTests {
  @Test(
    "Lines are found however the bytes arrive",
    arguments: [
      ("one\ntwo\n", ["one", "two"]), ("one\ntwo", ["one", "two"]),
      ("one\r\ntwo\r\n", ["one", "two"]),
      ("one\r\ntwo\r", ["one", "two"]), ("\n\n one \n\n\n two", ["one ", " two"]), ("", []),
      ("\n", []),
      ("\r\n", []),
      (" \t \r\n \n", []), ("\u{FEFF}one\ntwo", ["one", "two"]), ("\u{FEFF}\r\none\n", ["one"]),
      ("\u{FEFF}", []), ("one\n\u{FEFF}two\n", ["one", "\u{FEFF}two"]),
      ("one\rtwo\n", ["one\rtwo"]),
      ("\u{FEFF}\u{FEFF}one\n", ["\u{FEFF}one"]), ("é\n€\n😀", ["é", "€", "😀"]),
      ("a\0b\n", ["a\0b"]),
      ("ïa\n", ["ïa"]), ("one\r\r\n", ["one\r"]),
    ])
  func lines(text: String, messages: [String]) {
    #expect(FramingReader().everySplit(text) == messages)
  }

  @Test(
    "A line over the limit is refused once and the next one is read",
    arguments: [
      ("12345678\n", ["12345678"]), ("123456789\n", ["!-32600"]), ("123456789", ["!-32600"]),
      ("123456789\nnext\n", ["!-32600", "next"]),
      ("1234567890123456789012345\nnext", ["!-32600", "next"]),
      ("123456789\n123456789\nnext\n", ["!-32600", "!-32600", "next"]),
      (
        "one\n123456789abc\ntwo\n123456789abc\nthree",
        ["one", "!-32600", "two", "!-32600", "three"]
      ),
      ("123456789\n\n\nnext", ["!-32600", "next"]), ("         \nnext\n", ["next"]),
      ("next\n         \n", ["next", "!-32600"]),
      ("\u{FEFF}12345678\n", ["12345678"]), ("\u{FEFF}123456789\nnext", ["!-32600", "next"]),
    ])
  func limit(text: String, messages: [String]) {
    #expect(FramingReader(limit: 8).everySplit(text) == messages)
  }

  @Test(
    "Forced, lines are lines whatever they look like",
    arguments: ["Content-Length: 2\r\n\r\n{}", "a: b\r\n{}"])
  func forced(text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    #expect(FramingReader(style: .lines).everySplit(text) == lines)
  }

  @Test("Nothing is written for a message that wants no answer")
  func writing() {
    let framing = Framing(limit: 10)
    var output = JSONWriter()
    framing.write(UnsafeRawBufferPointer(start: nil, count: 0), to: &output)
    #expect(output.count == 0)
    Array("{}".utf8).withUnsafeBytes { framing.write($0, to: &output) }
    let text = output.text
    #expect(text == "{}\n")
  }
}
