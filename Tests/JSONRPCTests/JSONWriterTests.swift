// Proves the writer: what it writes is JSON again, and its buffer grows, cuts and shifts rightly.
import TestSupport
import Testing

@testable import JSONRPC

@Suite("The JSON writer")
struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(capacity: 1)
    write(&writer)
    return writer.text
  }

  @Test(
    "Integers are written in full",
    arguments: [
      0, 1, -1, 9, 10, -10, 99, 100, 630, 9_007_199_254_740_993, .max, .min, .max - 1, .min + 1,
    ] as [Int64])
  func integers(value: Int64) throws {
    let text = written { $0.integer(value) }
    #expect(text == String(value))
    #expect(try JSONText.parse(text.utf8).integer == value)
  }

  @Test(
    "A string is escaped where it must be, and nowhere else",
    arguments: [
      ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
      ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#), ("\0\u{1}\u{1F}", #""\u0000\u0001\u001f""#),
      ("\u{7F}é€😀\u{2028}", "\"\u{7F}é€😀\u{2028}\""), ("a\"b\\c\nd", #""a\"b\\c\nd""#),
    ])
  func strings(value: String, text: String) {
    #expect(written { $0.string(value) } == text)
  }

  @Test("Every character survives being written and read, and none breaks a line")
  func everyCharacter() throws {
    for first in stride(from: UInt32(0), to: 0x110000, by: 0x400) {
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: (first..<first + 0x400).compactMap(Unicode.Scalar.init))
      let value = String(scalars)
      let text = written { $0.string(value) }
      #expect(!text.utf8.contains { $0 < 0x20 })
      let read = try #require(try JSONText.parse(text.utf8).string)
      #expect(read.utf8.elementsEqual(value.utf8), "from \(first)")
    }
  }

  @Test("Commas stand between elements and between members")
  func structure() {
    let text = written { writer in
      writer.beginObject()
      writer.member("empty")
      writer.beginObject()
      writer.endObject()
      writer.member("list")
      writer.beginArray()
      for value in 1...3 {
        writer.element()
        writer.integer(value)
      }
      writer.element()
      writer.beginArray()
      writer.endArray()
      writer.endArray()
      writer.member("q\"")
      writer.bool(true)
      writer.member("none")
      writer.null()
      writer.endObject()
    }
    #expect(text == #"{"empty":{},"list":[1,2,3,[]],"q\"":true,"none":null}"#)
  }

  @Test("The buffer grows as far as it has to")
  func growth() {
    var writer = JSONWriter(capacity: 1)
    var expected: [UInt8] = []
    for value in 0..<20_000 {
      writer.integer(value)
      expected += String(value).utf8
    }
    let long = String(repeating: "x\n", count: 50_000)
    writer.string(long)
    expected += "\"\(String(repeating: "x\\n", count: 50_000))\"".utf8
    let isEqual = writer.bytes.elementsEqual(expected)
    #expect(isEqual)
  }

  @Test("What was written is cut off at its end, and never grows by that")
  func truncate() {
    var writer = JSONWriter()
    writer.raw("0123456789")
    writer.truncate(to: 4)
    let cut = writer.text
    #expect(cut == "0123")
    writer.truncate(to: 10)
    let same = writer.text
    #expect(same == "0123")
    writer.raw("x")
    let more = writer.text
    #expect(more == "0123x")
  }

  @Test(
    "What was sent is dropped from the front and the rest stays",
    arguments: [0, 1, 5, 99_999, 100_000])
  func removeFirst(length: Int) {
    var writer = JSONWriter()
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    writer.raw(bytes[...])
    writer.removeFirst(length, keepingAtMost: 1000)
    writer.raw("end")
    let isEqual = writer.bytes.elementsEqual(bytes[length...] + Array("end".utf8))
    #expect(isEqual)
  }

  @Test("A value that is read and written again is the same", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    var writer = JSONWriter(capacity: 1)
    Self.writeAny(&writer, &dice, depth: 0)
    let text = writer.text
    var copy = JSONWriter(capacity: 1)
    Self.copy(try JSONText.parse(text.utf8), to: &copy)
    let again = copy.text
    #expect(again == text)
  }

  @Test(
    "Bytes of any kind become a string, in which what is no UTF-8 is replaced", arguments: 1...200)
  func untrusted(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    for _ in 0..<50 {
      // Mostly plain, so that eight bytes in a row are.
      let bound = [0x80, 0x100][dice.below(2)]
      let bytes = (0..<dice.below(40)).map { _ in
        dice.below(8) == 0 ? UInt8(dice.below(bound)) : UInt8(0x61 + dice.below(26))
      }
      var writer = JSONWriter(capacity: 1)
      bytes.withUnsafeBufferPointer { writer.string(untrusted: $0) }
      let written = try JSONText.parse(Array(writer.bytes)).string
      #expect(written == String(decoding: bytes, as: UTF8.self), "\(bytes)")
    }
  }

  @Test("A record has its members in order, and none that has no value", arguments: 0...9)
  func records(count: Int) {
    // Names longer than the sixteen bytes that are copied in one step, too.
    let names = (0..<count).map { String(repeating: "n", count: $0 * 5 + 1) }
    let properties = names.map { name in
      Property<Int?>(optional: name, Shape.integer(0...9), "A member.") { $0 }
    }
    let record = Record<Int?>("Record", "A record.", properties)
    var writer = JSONWriter(capacity: 1)
    writer.beginArray()
    for value in [7, nil] {
      writer.element()
      record.write(value, to: &writer)
    }
    writer.endArray()
    let written = writer.text
    let members = names.map { "\"\($0)\":7" }.joined(separator: ",")
    #expect(written == "[{\(members)},{}]")
  }

  @Test("Words of an enumeration are written as strings are")
  func words() {
    enum Word: String, CaseIterable {
      case plain
      case quoted = "a \"b\""
      case long = "longer than sixteen bytes"
    }
    let words = JSONWords<Word>(\.rawValue)
    for word in Word.allCases {
      var fast = JSONWriter(capacity: 1)
      var slow = JSONWriter(capacity: 1)
      words[word].write(to: &fast)
      slow.string(word.rawValue)
      let (written, expected) = (fast.text, slow.text)
      #expect(written == expected)
    }
  }

  private static func writeAny(_ writer: inout JSONWriter, _ dice: inout Dice, depth: Int) {
    switch dice.below(depth < 6 ? 7 : 5) {
    case 0: writer.null()
    case 1: writer.bool(dice.below(2) == 0)
    case 2: writer.integer(Int64(bitPattern: dice.next()) >> dice.below(64))
    case 3, 4: writer.string(anyString(&dice))
    case 5:
      writer.beginArray()
      for _ in 0..<dice.below(6) {
        writer.element()
        writeAny(&writer, &dice, depth: depth + 1)
      }
      writer.endArray()
    default:
      writer.beginObject()
      for _ in 0..<dice.below(6) {
        writer.member(named: anyString(&dice))
        writeAny(&writer, &dice, depth: depth + 1)
      }
      writer.endObject()
    }
  }

  private static func anyString(_ dice: inout Dice) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<dice.below(12) {
      let bound = [0x20, 0x80, 0x800, 0x110000][dice.below(4)]
      if let scalar = Unicode.Scalar(UInt32(dice.below(bound))) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  private static func copy(_ json: JSON, to writer: inout JSONWriter) {
    if json.isObject {
      writer.beginObject()
      for member in json.members {
        writer.member(named: member.name)
        copy(member.value, to: &writer)
      }
      writer.endObject()
    } else if json.isArray {
      writer.beginArray()
      for element in json.elements {
        writer.element()
        copy(element, to: &writer)
      }
      writer.endArray()
    } else if let value = json.integer {
      writer.integer(value)
    } else if let value = json.string {
      writer.string(value)
    } else if let value = json.bool {
      writer.bool(value)
    } else {
      writer.null()
    }
  }
}
