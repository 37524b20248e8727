// Proves framing and server together against damaged input: a short run of what Tests/Fuzz does.
import TestSupport
import Testing

@testable import JSONRPC

@Suite("Damaged input")
struct DamagedInputTests {
  private static let messages = [
    #"{"jsonrpc":"2.0","id":1,"method":"counter.read","params":{"name":"visits"}}"#,
    #"[{"jsonrpc":"2.0","id":"a\u0041","method":"counter.add","params":["é",2]},{"a":1}]"#,
    #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#,
    #"{"jsonrpc":"2.0","id":null,"method":"purchase.check","params":[[{"quantity":1}]]}"#,
    #"{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"processId":1}}"#,
  ]

  private static let pieces = [
    "\r\n", "\n", "\r\n\r\n", "Content-Length: ", "Content-Length: 2\r\n\r\n", "content-type:x\n",
    ":",
    "\u{FEFF}", "{", "}", "[", "]", "\"", "\\", "9", "-", " ", "\0", "é", ",", "null",
  ].map { Array($0.utf8) }

  private static func damaged(_ dice: inout Dice) -> [UInt8] {
    let hasHeaders = dice.below(2) == 0
    var input: [UInt8] = []
    for _ in 0...dice.below(3) {
      let body = messages[dice.below(messages.count)]
      input += Array(
        (hasHeaders ? "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" : "\(body)\n").utf8)
    }
    for _ in 0..<dice.below(4) {
      let position = dice.below(input.count + 1)
      let end = min(input.count, position + dice.below(5))
      switch dice.below(4) {
      case 0: input.removeSubrange(position..<end)
      case 1: input.insert(contentsOf: pieces[dice.below(pieces.count)], at: position)
      case 2:
        input.replaceSubrange(position..<end, with: [UInt8(truncatingIfNeeded: dice.next())])
      default: input.insert(contentsOf: input[position..<end], at: position)
      }
    }
    return input
  }

  @Test(
    "20,000 inputs mean the same however they are cut, and every answer is one JSON text",
    arguments: 0..<4)
  func anything(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    for _ in 0..<5000 {
      let input = Self.damaged(&dice)
      let reader = FramingReader(limit: 120)
      let whole = reader.pieces([input])
      let cut = dice.below(input.count + 1)
      let split = reader.pieces([Array(input[..<cut]), Array(input[cut...])])
      #expect(split == whole, "\(String(decoding: input, as: UTF8.self)) cut at \(cut)")
      let server = CounterServer()
      for message in whole where !message.hasPrefix("!") {
        let answer = server.answer(message)
        if !answer.isEmpty { _ = try JSONText.parse(answer.utf8) }
      }
      #expect(server.log.isEmpty)
    }
  }
}
