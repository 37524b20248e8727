// Proves that answers do not depend on how the input was cut into reads.
import Testing

@testable import JSONRPC

@Suite("An input of two messages")
struct SplitTests {
  private static let messages = [
    #"{"jsonrpc":"2.0","id":"é","method":"counter.read","params":["visits"]}"#,
    #"[{"jsonrpc":"2.0","id":2,"method":"none"},{"jsonrpc":"2.0","method":"none"}]"#,
  ]
  private static let lines = "\u{FEFF}\r\n" + messages.joined(separator: "\r\n\n")
  private static let headers =
    "\r\n" + messages.map { "Content-Length: \($0.utf8.count)\r\nX: y\r\n\r\n\($0)" }.joined()

  private static let answers = [
    #"{"jsonrpc":"2.0","id":"é","result":{"name":"visits","value":3}}"#,
    #"[{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"Method not found: none. "#
      + #"rpc.discover lists all methods.","data":{"method":"none"}}}]"#,
  ]

  @Test("is answered alike wherever it is cut in two, line by line")
  func lines() throws {
    let bytes = Array(Self.lines.utf8)
    for cut in 0...bytes.count {
      let outcome = try Wire().serve([bytes[..<cut], bytes[cut...]])
      #expect(outcome.text == Self.answers.map { $0 + "\n" }.joined(), "cut at \(cut)")
    }
  }

  @Test("is answered alike wherever it is cut in two, behind headers")
  func headers() throws {
    let bytes = Array(Self.headers.utf8)
    let expected = Self.answers.map { "Content-Length: \($0.utf8.count)\r\n\r\n\($0)" }.joined()
    for cut in 0...bytes.count {
      let outcome = try Wire().serve([bytes[..<cut], bytes[cut...]])
      #expect(outcome.text == expected, "cut at \(cut)")
    }
  }

  @Test("is answered alike when it comes byte by byte")
  func bytes() throws {
    let one = Self.messages[0]
    for text in [one + "\n", "Content-Length: \(one.utf8.count)\r\n\r\n\(one)"] {
      let whole = try Wire().serve(text).text
      #expect(whole.hasSuffix(Self.answers[0] + (text.hasPrefix("C") ? "" : "\n")))
      #expect(try Wire().serve(text.utf8.map { [$0] }).text == whole)
    }
  }
}
