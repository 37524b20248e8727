// Proves what is read from a parsed text: exact integers, strings, members, and the source itself.
import Testing

@testable import JSONRPC

@Suite("A JSON value")
struct JSONValueTests {
  @Test(
    "A whole number is exact in any form",
    arguments: [
      ("0", 0), ("-0", 0), ("0.0", 0), ("-0.000", 0), ("0e99", 0), ("0e-999999999999999999999", 0),
      ("0.0e400", 0), ("1", 1), ("-1", -1), ("1.0", 1), ("1.000000000000000000000000000", 1),
      ("1e2", 100), ("1E+2", 100), ("1e-0", 1), ("100e-2", 1), ("-120e-1", -12), ("1.5e1", 15),
      ("0.63e3", 630), ("63e1", 630), ("0.000001e6", 1), ("1e18", 1_000_000_000_000_000_000),
      ("10000000000000000000000e-4", 1_000_000_000_000_000_000),
      ("9007199254740993", 9_007_199_254_740_993), ("9007199254740993.0", 9_007_199_254_740_993),
      ("9223372036854775807", .max), ("-9223372036854775808", .min),
      ("9223372036854775807.00", .max), ("-9.223372036854775808e18", .min),
      ("92233720368547758070e-1", .max),
    ] as [(String, Int64)])
  func exact(text: String, value: Int64) throws {
    #expect(try JSONText.parse(text.utf8).integer == value)
  }

  @Test(
    "What is no whole number of 64 bits is none",
    arguments: [
      "9223372036854775808", "-9223372036854775809", "9223372036854775807.5", "1e19", "-1e19",
      "9.3e18", "0.5", "1.5", "1e-1", "15e-2", "1e400", "1e-400", "1e99999999999999999999",
      "1e9223372036854775807", "1e-9223372036854775808", "1e-99999999999999999999",
      "123456789012345678901234567890", "\"1\"", "true", "null", "[1]", "{}",
    ])
  func notExact(text: String) throws {
    #expect(try JSONText.parse(text.utf8).integer == nil)
  }

  @Test("A number of a million digits is read or refused, quickly")
  func longNumbers() throws {
    let zeros = String(repeating: "0", count: 1_000_000)
    #expect(try JSONText.parse("1.\(zeros)".utf8).integer == 1)
    #expect(try JSONText.parse("1\(zeros)e-1000000".utf8).integer == 1)
    #expect(try JSONText.parse("1\(zeros)".utf8).integer == nil)
    #expect(try JSONText.parse("0.\(zeros)1".utf8).integer == nil)
    #expect(try JSONText.parse("0.\(zeros)1e1000001".utf8).integer == 1)
  }

  @Test("Each kind of value is that kind and no other")
  func kinds() throws {
    let json = try JSONText.parse(#"[null,true,false,1,"s",[],{}]"#.utf8)
    let values = Array(json.elements)
    #expect(values.map(\.isNull) == [true, false, false, false, false, false, false])
    #expect(values.map(\.bool) == [nil, true, false, nil, nil, nil, nil])
    #expect(values.map(\.isNumber) == [false, false, false, true, false, false, false])
    #expect(values.map(\.isString) == [false, false, false, false, true, false, false])
    #expect(values.map(\.isArray) == [false, false, false, false, false, true, false])
    #expect(values.map(\.isObject) == [false, false, false, false, false, false, true])
    #expect(values.map(\.string) == [nil, nil, nil, nil, "s", nil, nil])
  }

  @Test("An outline has members and elements, and nothing inside of them")
  func outlines() throws {
    var elements: [String] = []
    func outline(_ text: String) throws -> JSON {
      elements = []
      return try JSONPassage(Array(text.utf8)).outlined { element in
        elements.append(String(decoding: element.source, as: UTF8.self))
        #expect(element.members.allSatisfy { $0.value.count == 0 })
        #expect(element.elements.allSatisfy { $0.count == 0 })
        #expect(element["z"]?.integer == (element.isObject ? 7 : nil))
        let whole = try? element.passage.parsed()
        #expect(whole?["x"]?["y"]?.elements.map(\.integer) == (element.isObject ? [1, 2] : nil))
      }
    }
    let object = #"{"a":0,"x":{"y":[1,2]},"z":7}"#
    let array = try outline(" [\(object), [[3]],4 ,\(object)]")
    #expect(array.isArray && array.count == 0)
    #expect(elements == [object, "[[3]]", "4", object])

    let envelope = try outline(#"{"x":[1],"data":[\#(object)],"y":"s"}"#)
    #expect(elements.isEmpty && envelope.members.map(\.name) == ["x", "data", "y"])
    #expect(envelope["y"]?.string == "s")
    let data = try #require(envelope["data"])
    #expect(data.isArray && data.count == 0)
    let listed = try data.passage.parsed()
    #expect(listed.elements.map { $0["z"]?.integer } == [7])
  }

  @Test(
    "What is wrong is found in an outline too, where it is",
    arguments: [
      "", #"[{"a":[1,{"b":x}]}]"#, #"[1,{"a":{}}"#, #"{"a":[1}"#, "[1] 2", "[\"\u{1}\"]",
      #"{"a":[01]}"#,
    ])
  func wrongOutlines(text: String) throws {
    let bytes = Array(text.utf8)
    let error = try #require(throws: JSONSyntaxError.self) { try JSONText.parse(bytes) }
    #expect(throws: error) { try JSONPassage(bytes).outlined { _ in } }
  }

  @Test("Members come in the order written, with everything in them")
  func members() throws {
    let json = try JSONText.parse(
      #"{"b":{"x":[1,{"y":2}]},"a":[[],[3]],"\u0063":"d","b":4}"#.utf8)
    #expect(json.count == 4)
    #expect(json.members.map(\.name) == ["b", "a", "c", "b"])
    #expect(json["b"]?["x"]?.elements.map(\.isObject) == [false, true])
    #expect(json["a"]?.elements.map(\.count) == [0, 1])
    #expect(json["c"]?.string == "d")
    #expect(json["x"] == nil)
    #expect(json["c"]?["x"] == nil)
    #expect(Array(try JSONText.parse("3".utf8).elements).isEmpty)
    #expect(Array(try JSONText.parse("[3]".utf8).members).isEmpty)
  }

  @Test(
    "The source is what was written",
    arguments: ["1.0", "\"\\u0041\"", "\"\"", "[ 1 , 2 ]", "{ \"a\" : {} }", "null", "-0", "1E+2"])
  func source(text: String) throws {
    let json = try JSONText.parse(" [ \(text) , 0 ] ".utf8)
    let first = try #require(json.elements.first { _ in true })
    #expect(String(decoding: first.source, as: UTF8.self) == text)
  }

  @Test("A string is compared by what it says, however it is written")
  func equality() throws {
    for text in [#""id""#, #""\u0069d""#, #""\u0069\u0064""#] {
      #expect(try JSONText.parse(text.utf8).equals("id"))
    }
    for text in [#""ID""#, #""id ""#, #""i""#, #""""#, "1", "null", #"["id"]"#] {
      #expect(try !JSONText.parse(text.utf8).equals("id"))
    }
  }

  @Test("An excerpt is short and cut between characters", arguments: 40..<70)
  func excerpts(length: Int) throws {
    let text = "\"" + String(repeating: "x", count: length) + "😀é€\""
    let excerpt = try JSONText.parse(text.utf8).excerpt
    #expect(excerpt.utf8.count <= 60 + "…".utf8.count)
    #expect(!excerpt.unicodeScalars.contains("\u{FFFD}"))
    #expect(excerpt == text || excerpt.hasSuffix("…"))
    #expect(text.hasPrefix(excerpt.hasSuffix("…") ? String(excerpt.dropLast()) : excerpt))
  }

  @Test("JSON for people says the same, a member a line")
  func pretty() throws {
    let text = #"{"a":[1,2],"b":{},"c":[{"d":"é\n"},[]],"e":{"f":null}}"#
    let pretty = prettyJSON(text)
    #expect(
      pretty == """
        {
          "a": [1,2],
          "b": {},
          "c": [
            {
              "d": "é\\n"
            },
            []
          ],
          "e": {
            "f": null
          }
        }

        """)
    #expect(prettyJSON("not JSON") == "not JSON")
  }
}
