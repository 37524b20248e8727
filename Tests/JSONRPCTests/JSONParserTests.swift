// Proves the parser: each rule of RFC 8259, what is accepted, what is refused and where.
import Testing

@testable import JSONRPC

@Suite("The JSON parser")
struct JSONParserTests {
  private func refusal(_ bytes: some Sequence<UInt8>) -> JSONSyntaxError? {
    do throws(JSONSyntaxError) {
      _ = try JSONText.parse(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "What RFC 8259 allows is accepted",
    arguments: [
      "null", "true", "false", "0", "\"\"", "[]", "{}", " \t\r\n1 \t\r\n", "[ ]", "{ }",
      "[[],[[]]]",
      "[1,2]", "[ 1 , 2 ]", "{\"a\":1}", "{ \"a\" : 1 , \"b\" : 2 }", "{\"\":null}",
      "{\"a\":1,\"a\":2}", "{\"a\":{\"a\":{}}}", "[null,true,false,1,\"\",{},[]]", "\n[\n]\n",
      "\"\u{7F}\"", "\"é€😀\"", "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"", "\"\u{FFFF}\u{10FFFF}\"",
      "{\"\\u0061\":1}", "\"/\"", "\"'\"", "[\"a\\tb\"]",
    ])
  func accepted(text: String) {
    #expect(refusal(text.utf8) == nil)
  }

  @Test(
    "Numbers are written as RFC 8259 has them",
    arguments: [
      "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.0", "0.5", "1.25", "1e0", "1E0", "1e+0",
      "1e-0", "1E+10", "1.5e300", "0e1", "-0e-1", "9223372036854775807", "9223372036854775808",
      "123456789012345678901234567890", "1e400", "1e-400", "0.00000000000000000000000001",
      "1e00", "1e0000000001",
    ])
  func numbers(text: String) {
    #expect(refusal(text.utf8) == nil)
    #expect(refusal("[\(text)]".utf8) == nil)
    #expect(refusal("{\"n\":\(text),\"m\":\(text)}".utf8) == nil)
  }

  @Test(
    "What only looks like a number is refused",
    arguments: [
      "-", "+1", "+0", ".5", "-.5", "1.", "1.e1", "01", "-01", "00", "00.5", "1e", "1e+", "1E-",
      "1e1.5", "1.2.3", "1..2", "--1", "-+1", "1-", "1_000", "1,000", "0x1F", "0b1", "0o7", "1f",
      "NaN", "Infinity", "-Infinity", "inf", "- 1", "1 000", "1e 5", "٣", "1e٣", "１",
    ])
  func notNumbers(text: String) {
    #expect(refusal(text.utf8) != nil)
    #expect(refusal("[\(text)".utf8) != nil)
  }

  @Test(
    "Escapes are decoded",
    arguments: [
      (#""\"""#, "\""), (#""\\""#, "\\"), (#""\/""#, "/"), (#""\b""#, "\u{8}"), (#""\f""#, "\u{C}"),
      (#""\n""#, "\n"), (#""\r""#, "\r"), (#""\t""#, "\t"), (#""\u0041""#, "A"),
      (#""\u00e9\u00E9""#, "éé"), (#""\u20AC""#, "€"), (#""\uD83D\uDE00""#, "😀"),
      (#""\ud83d\ude00!""#, "😀!"), (#""\u0000""#, "\0"), (#""\uFFFF""#, "\u{FFFF}"),
      (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uD800\uDC00""#, "\u{10000}"),
      (#""\uFEFF""#, "\u{FEFF}"), (#""a\\u0041""#, "a\\u0041"), (#""é\né""#, "é\né"),
      (#""\\\\""#, "\\\\"), (#""\"\"""#, "\"\""), (#""\u00410""#, "A0"),
    ])
  func escapes(text: String, decoded: String) throws {
    let json = try JSONText.parse(text.utf8)
    let string = try #require(json.string)
    #expect(Array(string.utf8) == Array(decoded.utf8))
  }

  @Test(
    "What is no escape is refused",
    arguments: [
      #""\a""#, #""\v""#, #""\'""#, #""\0""#, #""\x41""#, #""\U0041""#, #""\ ""#, #""\é""#,
      #""\u""#,
      #""\u0""#, #""\u00""#, #""\u004""#, #""\u004g""#, #""\u 041""#, #""\u+041""#, #""\u-041""#,
      #""\u{41}""#, #""\"#, #"""#, #""\""#, #""\u00é""#, "\"\\\n\"", "\"\\\0\"", "\"\\",
    ])
  func notEscapes(text: String) {
    #expect(refusal(text.utf8) != nil)
  }

  @Test(
    "A surrogate alone is no character",
    arguments: [
      #""\uD800""#, #""\uDBFF""#, #""\uDC00""#, #""\uDFFF""#, #""\uD800x""#, #""\uD800\n""#,
      #""\uD800\u0041""#, #""\uD800\uD800""#, #""\uDC00\uD800""#, #""\uD83D\uDE0""#,
      #""\uD83D\u""#, #""\uD83D\"#, #""\uD83D\\uDE00""#, #""\uD83D uDE00""#, #"{"\uD800":1}"#,
    ])
  func loneSurrogates(text: String) {
    #expect(refusal(text.utf8) != nil)
  }

  @Test("Every control character in a string wants an escape", arguments: UInt8(0)..<0x20)
  func controlCharacters(byte: UInt8) {
    let text = [UInt8(ascii: "\""), byte, UInt8(ascii: "\"")]
    #expect(refusal(text)?.offset == 1)
    #expect(refusal([UInt8(ascii: "{")] + text + Array(":1}".utf8))?.offset == 2)
  }

  @Test(
    "Only four bytes are white space",
    arguments: [
      "\u{B}", "\u{C}", "\u{8}", "\0", "\u{A0}", "\u{2028}", "\u{3000}", "\u{FEFF}", "\u{200B}",
      "\u{85}",
    ])
  func notWhiteSpace(space: String) {
    #expect(refusal("\(space)1".utf8) != nil)
    #expect(refusal("1\(space)".utf8) != nil)
    #expect(refusal("[\(space)1]".utf8) != nil)
    #expect(refusal("{\"a\"\(space):1}".utf8) != nil)
  }

  @Test(
    "What is not well-formed UTF-8 is refused where it begins",
    arguments: [
      [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC0, 0xAF], [0xC3], [0xC3, 0x28], [0xC3, 0xC3],
      [0xE0, 0x80, 0x80], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xE2, 0x28, 0xA1],
      [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
      [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
      [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
      [0xF0, 0x28, 0x8C, 0xBC],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
      [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(refusal([quote] + bytes + [quote])?.offset == 1)
    #expect(refusal([quote] + bytes) != nil)
    #expect(refusal(Array("{\"a".utf8) + bytes + Array("\":1}".utf8))?.offset == 3)
    #expect(refusal(bytes) != nil)
  }

  @Test("Every scalar there is may stand in a string as it is")
  func everyScalar() throws {
    for first in stride(from: UInt32(0x20), to: 0x110000, by: 0x400) {
      let scalars = (first..<first + 0x400).compactMap(Unicode.Scalar.init)
        .filter { $0 != "\"" && $0 != "\\" }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      let string = String(text)
      let decoded = try JSONText.parse("\"\(string)\"".utf8).string
      #expect(decoded.map { Array($0.unicodeScalars) } == scalars, "from \(first)")
    }
  }

  @Test(
    "An error says at which byte it showed",
    arguments: [
      ("", 0), ("   ", 3), ("nul", 0), ("nulL", 0), ("tru", 0), ("True", 0), ("1 2", 2), ("[1", 2),
      ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1;2]", 2), ("[1}", 2), ("]", 0),
      ("{", 1),
      ("{\"a\"", 4), ("{\"a\" 1}", 5), ("{\"a\":", 5), ("{\"a\":}", 5), ("{\"a\":1", 6),
      ("{\"a\":1,", 7), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1),
      ("{null:1}", 1), ("{\"a\":1 \"b\":2}", 7), ("{\"a\":1]", 6), ("{\"a\",1}", 4), ("{,}", 1),
      ("[]]", 2),
      ("{}x", 2), ("{}{}", 2), ("\"abc", 4), ("\"a\\", 2), ("\"a\\q\"", 2), ("01", 0), ("[-]", 2),
      ("1.", 2), ("1e", 2), ("// 1", 0), ("[1/**/]", 2), ("#", 0), ("undefined", 0), ("'a'", 0),
      ("\u{FEFF}1", 0), ("[\u{FEFF}]", 1), ("1\0", 1), ("truefalse", 4), ("nullnull", 4),
    ])
  func offsets(text: String, offset: Int) {
    #expect(refusal(text.utf8)?.offset == offset)
  }

  @Test("512 levels are accepted and one more is refused", arguments: ["[", "{\"a\":", "[{\"a\":"])
  func depth(opening: String) {
    func nested(_ levels: Int) -> String {
      var text = ""
      var closing = ""
      var depth = 0
      while depth < levels {
        for part in opening.split(separator: "{", omittingEmptySubsequences: false).enumerated()
        where depth < levels {
          if part.offset == 0, part.element.isEmpty { continue }
          text += part.offset == 0 ? "[" : "{\"a\":"
          closing = (part.offset == 0 ? "]" : "}") + closing
          depth += 1
        }
      }
      return text + "0" + closing
    }
    #expect(refusal(nested(512).utf8) == nil)
    #expect(refusal(nested(513).utf8)?.reason.contains("512") == true)
  }

  @Test("Any depth is refused without harm")
  func endlessDepth() {
    let brackets = repeatElement(UInt8(ascii: "["), count: 1_000_000)
    #expect(refusal(brackets)?.offset == 512)
  }

  @Test("Width is no depth")
  func width() throws {
    let text = "[" + Array(repeating: "[[]]", count: 10_000).joined(separator: ",") + "]"
    let json = try JSONText.parse(text.utf8)
    #expect(json.count == 10_000)
    #expect(json.elements.allSatisfy { $0.isArray && $0.count == 1 })
  }

  @Test("A text cut at any byte is refused, and no more than that")
  func truncated() throws {
    let text = #"  {"a\u00e9\uD83D\uDE00":[1,-2.5e+10,true,false,null,"é€😀\n"],"b":{"c":[[],{}]}}"#
    let bytes = Array(text.utf8)
    #expect(refusal(bytes) == nil)
    for length in bytes.indices {
      let error = try #require(refusal(bytes.prefix(length)), "cut at \(length)")
      #expect((0...length).contains(error.offset))
      #expect(!error.reason.isEmpty)
    }
  }

  @Test("One text is parsed into again and again, also after errors")
  func reuse() throws {
    let text = JSONText()
    for (source, count) in [("[1,2,3]", 3), ("[1,", nil), ("{}", 0), ("nope", nil), ("[[1],2]", 2)]
      as [(String, Int?)]
    {
      var bytes = source
      let found = try? bytes.withUTF8 { try text.parse(UnsafeRawBufferPointer($0)).count }
      #expect(found == count, "\(source)")
    }
  }
}
