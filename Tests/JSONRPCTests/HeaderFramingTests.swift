// Proves the framing with headers: bodies are found behind whatever header clients write.
import Testing

@testable import JSONRPC

@Suite("The framing with headers")
struct HeaderFramingTests {
  private let parseError = "!-32700"
  private let tooLong = "!-32600"

  @Test(
    "The first bytes tell, and a header is read however it is written",
    arguments: [
      ("Content-Length: 3\r\n\r\none", ["one"]), ("Content-Length: 3\n\none", ["one"]),
      ("content-length:3\r\n\r\none", ["one"]), ("CONTENT-LENGTH \t:\t 3 \t\r\n\r\none", ["one"]),
      ("Content-Length: 003\r\n\r\none", ["one"]),
      ("\u{FEFF} \r\n\nContent-Length: 1\r\n\r\n1", ["1"]),
      (
        "Content-Length: 3\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\none",
        ["one"]
      ),
      ("Content-Type: x\r\nContent-Length: 3\r\n\r\none", ["one"]),
      ("X-Any: a:b:c\r\nX_1:\r\nContent-Length: 3\n\r\none", ["one"]),
      ("Content-Length: 1\r\nContent-Length: 3\r\n\r\none", ["one"]),
      ("Content-Length: x\r\nContent-Length: 3\r\n\r\none", ["one"]),
      ("Content-Length: 3\r\n\r\noneContent-Length: 3\r\n\r\ntwo", ["one", "two"]),
      ("Content-Length: 3\r\n\r\none\r\nContent-Length: 3\r\n\r\ntwo\n\n", ["one", "two"]),
      ("Content-Length: 4\r\n\r\na\n\nb", ["a\n\nb"]), ("Content-Length: 0\r\n\r\n", [""]),
      ("Content-Length: 2\r\n\r\né", ["é"]),
    ])
  func headers(text: String, messages: [String]) {
    #expect(FramingReader().everySplit(text) == messages)
    #expect(FramingReader(style: .headers).everySplit(text) == messages)
  }

  @Test(
    "A length that is none is refused once, and the next header is found, wherever it begins",
    arguments: [
      "Content-Length: x\r\n\r\n{}", "Content-Length: -2\r\n\r\n{}", "Content-Length:\r\n\r\n{}",
      "Content-Length: 2.0\r\n\r\n{}", "Content-Length: 99999999999999999999\r\n\r\n{}",
      "Content-Length: 2 2\r\n\r\n{}", "Content-Length: 2\r\nContent-Length: x\r\n\r\n{}",
      "Content-Type: x\r\n\r\n{}", "Content-Lengths: 2\r\n\r\n{}",
      "Content-Type: x\r\nnonsense\r\n\r\n", "Content-Length: 2\r\n{}\r\n",
      "A: \(String(repeating: "x", count: 8200))",
    ])
  func malformed(text: String) {
    let next = "Content-Length: 3\r\n\r\none"
    #expect(FramingReader().pieces([Array((text + next).utf8)]) == [parseError, "one"])
    #expect(FramingReader().pieces([Array((text + "\r\n" + next).utf8)]) == [parseError, "one"])
    if text.utf8.count < 100 {
      #expect(FramingReader().everySplit(text + next) == [parseError, "one"])
    }
    let bytes = Array((text + next).utf8)
    #expect(FramingReader().pieces(bytes.map { [$0] }) == [parseError, "one"])
  }

  @Test("Bodies that are longer or shorter than announced cost the messages beside them, no more")
  func wrongLengths() {
    let good = "Content-Length: 3\r\n\r\none"
    #expect(
      FramingReader().everySplit("Content-Length: 1\r\n\r\nfour" + good) == [
        "f", parseError, "one",
      ])
    #expect(
      FramingReader().everySplit("Content-Length: 5\r\n\r\n{}" + good + good)
        == ["{}Con", parseError, "one"])
  }

  @Test(
    "A body over the limit is refused once, skipped to its end, and the next one is read",
    arguments: [9, 10, 100])
  func limit(length: Int) {
    let body = String(repeating: "x", count: length)
    let text = "Content-Length: \(length)\r\n\r\n\(body)Content-Length: 8\r\n\r\n12345678"
    #expect(FramingReader(limit: 8).everySplit(text) == [tooLong, "12345678"])
  }

  @Test(
    "What is cut off by the end of input is refused",
    arguments: [
      "Content-Length: 3\r\n\r\non", "Content-Length: 3\r\n\r\n", "Content-Length: 3", "A:",
    ])
  func cut(text: String) {
    #expect(FramingReader().everySplit(text) == [parseError])
  }

  @Test(
    "What only resembles a header is a line",
    arguments: ["content", "Content-Length 3", "{\"a: 1", "a1: 2", ": 3", "-", "é: 1"])
  func lines(text: String) {
    #expect(FramingReader().everySplit(text) == [text])
    let long = String(repeating: "x", count: 200) + ": 1"
    #expect(FramingReader().everySplit(long) == [long])
  }

  @Test("Answers are written with exactly one header")
  func writing() {
    let framing = Framing(limit: 10, style: .headers)
    var output = JSONWriter()
    Array("{\"é\":1}".utf8).withUnsafeBytes { framing.write($0, to: &output) }
    framing.write(UnsafeRawBufferPointer(start: nil, count: 0), to: &output)
    let text = output.text
    #expect(text == "Content-Length: 8\r\n\r\n{\"é\":1}")
  }
}
