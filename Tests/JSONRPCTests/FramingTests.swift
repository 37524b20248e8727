// Proves the framing: lines are found wherever the reads happened to end.
import Testing

@testable import JSONRPC

@Suite("The framing of lines")
struct FramingTests {
  /// What a stream holds: messages as text, "!" for one over the limit.
  private func pieces(_ chunks: [[UInt8]], limit: Int = 1000) -> [String] {
    var framing = Framing(limit: limit)
    var waiting: [UInt8] = []
    var found: [String] = []
    func drain(atEnd: Bool) {
      while true {
        let consumed: Int
        switch waiting.withUnsafeBytes({ framing.next(in: $0, atEnd: atEnd) }) {
        case .incomplete: return
        case .blank(let length): consumed = length
        case .tooLong(let length):
          found.append("!")
          consumed = length
        case .message(let body, let length):
          found.append(String(decoding: waiting[body], as: UTF8.self))
          consumed = length
        }
        #expect((1...waiting.count).contains(consumed))
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
  private func everySplit(_ text: String, limit: Int = 1000) -> [String] {
    let bytes = Array(text.utf8)
    let whole = pieces([bytes], limit: limit)
    #expect(pieces(bytes.map { [$0] }, limit: limit) == whole)
    for cut in 0...bytes.count {
      let split = pieces([Array(bytes[..<cut]), Array(bytes[cut...])], limit: limit)
      #expect(split == whole, "cut at \(cut)")
    }
    return whole
  }

  @Test(
    "Lines are found however the bytes arrive",
    arguments: [
      ("one\ntwo\n", ["one", "two"]), ("one\ntwo", ["one", "two"]),
      ("one\r\ntwo\r\n", ["one", "two"]),
      ("one\r\ntwo\r", ["one", "two"]), ("\n\n one \n\n\n", [" one "]), ("", []), ("\n", []),
      ("\r\n", []),
      (" \t \r\n \n", []), ("\u{FEFF}one\ntwo", ["one", "two"]), ("\u{FEFF}\r\none\n", ["one"]),
      ("\u{FEFF}", []), ("one\n\u{FEFF}two\n", ["one", "\u{FEFF}two"]),
      ("one\rtwo\n", ["one\rtwo"]),
      ("\u{FEFF}\u{FEFF}one\n", ["\u{FEFF}one"]), ("é\n€\n😀", ["é", "€", "😀"]),
      ("a\0b\n", ["a\0b"]),
      ("ïa\n", ["ïa"]), ("one\r\r\n", ["one\r"]),
    ])
  func lines(text: String, messages: [String]) {
    #expect(everySplit(text) == messages)
  }

  @Test(
    "A line over the limit is refused once and the next one is read",
    arguments: [
      ("12345678\n", ["12345678"]), ("123456789\n", ["!"]), ("123456789", ["!"]),
      ("123456789\nnext\n", ["!", "next"]), ("1234567890123456789012345\nnext", ["!", "next"]),
      ("123456789\n123456789\nnext\n", ["!", "!", "next"]),
      ("one\n123456789abc\ntwo\n123456789abc\nthree", ["one", "!", "two", "!", "three"]),
      ("123456789\n\n\nnext", ["!", "next"]), ("         \nnext\n", ["!", "next"]),
      ("\u{FEFF}12345678\n", ["12345678"]), ("\u{FEFF}123456789\nnext", ["!", "next"]),
    ])
  func limit(text: String, messages: [String]) {
    #expect(everySplit(text, limit: 8) == messages)
  }

  @Test("Nothing is sent for a message that wants no answer")
  func close() {
    let framing = Framing(limit: 10)
    var output = JSONWriter()
    framing.close(&output, since: 0)
    #expect(output.count == 0)
    output.raw("{}")
    framing.close(&output, since: 0)
    let text = output.text
    #expect(text == "{}\n")
    framing.close(&output, since: output.count)
    #expect(output.count == 3)
  }
}
