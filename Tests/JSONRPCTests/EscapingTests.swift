// Strings as JSON: what has to be escaped is found wherever it stands.
import JSONRPC
import Testing

@Suite("Strings as JSON")
struct EscapingTests {
  private func written(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return writer.text
  }

  @Test("Control characters, the quote and the backslash are escaped, everything else is not")
  func escapesOnlyWhatItMust() {
    let short: [UInt8: String] = [
      0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: "\\\"", 0x5C: "\\\\",
    ]
    for byte in UInt8(0)...0x7F {
      let character = String(Unicode.Scalar(byte))
      let code = String(byte, radix: 16)
      let long = "\\u" + String(repeating: "0", count: 4 - code.count) + code
      let expected = short[byte] ?? (byte < 0x20 ? long : character)
      #expect(written(character) == "\"\(expected)\"")
      // Among bytes of every kind, as part of a longer text.
      #expect(written("élise \(character) œuvre ~\u{7F}") == "\"élise \(expected) œuvre ~\u{7F}\"")
    }
  }

  @Test("A quote is escaped at every place of a text", arguments: 0..<40)
  func escapesAtEveryPlace(_ place: Int) {
    let before = String(repeating: "a", count: place)
    let after = String(repeating: "é", count: 40 - place)
    #expect(written(before + "\"" + after) == "\"" + before + "\\\"" + after + "\"")
    #expect(written(before + "\n\"" + after) == "\"" + before + "\\n\\\"" + after + "\"")
  }
}
