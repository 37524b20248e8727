// Proves the parser against Foundation's: what one refuses the other refuses.
import Foundation
import TestSupport
import Testing

@testable import JSONRPC

@Suite("The parser and Foundation's")
struct JSONFuzzTests {
  private static let texts = [
    #"{"jsonrpc":"2.0","id":1,"method":"orders.get","params":{"id":627}}"#,
    #"[{"jsonrpc":"2.0","id":"a\u0041\uD83D\uDE00","method":"m","params":[1,-2.5,1e3,true,null]}]"#,
    #"{"a":{"b":{"c":[[],{},[[[0.125]]]]}},"é€😀":"\"\\\/\b\f\n\r\t"}"#,
    "[ 0 , -0 , 10 , 1.5e+10 , 1E-2 , \"x\" , false ]\n", #""lone string \u00e9 é""#, "-12.75e-3",
    " null ",
  ].map { Array($0.utf8) }

  private static let pieces = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\uD83D", "\\uDE00", "0", "1", "-", ".", "e",
    "true", "null", " ", "\n", "\0", "\u{1}", "é", "😀", "\u{FEFF}", "\\n", "\"a\":1", "[]", "{}",
    "1e5",
  ].map { Array($0.utf8) }

  private static func mutated(_ dice: inout Dice) -> [UInt8] {
    var text = texts[dice.below(texts.count)]
    for _ in 0...dice.below(3) {
      let position = dice.below(text.count + 1)
      let end = min(text.count, position + dice.below(4))
      switch dice.below(5) {
      case 0: text.removeSubrange(position..<end)
      case 1: text.insert(contentsOf: pieces[dice.below(pieces.count)], at: position)
      case 2: text.replaceSubrange(position..<end, with: [UInt8(truncatingIfNeeded: dice.next())])
      case 3: text.replaceSubrange(position..<end, with: pieces[dice.below(pieces.count)])
      default: text.insert(contentsOf: text[position..<end], at: position)
      }
    }
    return text
  }

  /// Where Foundation is known to be laxer than RFC 8259: it takes a mark at the start, guesses
  /// UTF-16 and UTF-32 from zero bytes, and lets a comma stand before the end.
  private static func isLax(_ text: [UInt8], _ error: JSONSyntaxError) -> Bool {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) || text.prefix(4).contains(0) { return true }
    guard text.indices.contains(error.offset) else { return false }
    let before = text[..<error.offset].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let isEnd = [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(text[error.offset])
    return isEnd && before == UInt8(ascii: ",")
  }

  /// Where Foundation is known to be stricter: it refuses numbers that no `Double` holds.
  private static func overflowsDouble(_ json: JSON) -> Bool {
    if json.isNumber {
      return Double(String(decoding: json.source, as: UTF8.self))?.isInfinite != false
    }
    return json.elements.contains(where: overflowsDouble)
      || json.members.contains { overflowsDouble($0.value) }
  }

  @Test("50,000 damaged texts are judged as Foundation judges them", arguments: 0..<10)
  func damaged(seed: Int) {
    var dice = Dice(seed: UInt64(seed))
    var accepted = 0
    for _ in 0..<5000 {
      let text = Self.mutated(&dice)
      let isTheirs =
        (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
      do throws(JSONSyntaxError) {
        let json = try JSONText.parse(text)
        accepted += 1
        #expect(isTheirs || Self.overflowsDouble(json), "\(String(decoding: text, as: UTF8.self))")
      } catch {
        #expect(
          !isTheirs || Self.isLax(text, error), "\(String(decoding: text, as: UTF8.self)): \(error)"
        )
      }
    }
    #expect((100..<4900).contains(accepted))
  }
}
