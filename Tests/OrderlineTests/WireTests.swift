// Proves what goes over the wire of the real program: good lines, bad lines, and orderline call.
import Foundation
import TestSupport
import Testing

@Suite("The wire")
struct WireTests {
  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  private func code(_ line: String) throws -> Int? {
    (try object(line)["error"] as? [String: Any])?["code"] as? Int
  }

  /// A line that is wrong, and the code of its error.
  private func badLine(_ dice: inout Dice) -> (bytes: [UInt8], code: Int) {
    let good = Array(#"{"jsonrpc":"2.0","id":"é","method":"orders.get","params":{"id":630}}"#.utf8)
    let invalid = [
      "1", "null", "[]", "{}", #""x""#, #"{"id":5}"#, #"{"jsonrpc":"2.0","id":true,"method":"m"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"m","params":3}"#,
      #"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
    ]
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: return (Array(good.prefix(Int.random(in: 1..<good.count, using: &dice))), -32700)
    case 1:
      // Bytes that begin no JSON, whatever follows; never a newline, and never blank.
      let noise = (0..<Int.random(in: 1..<80, using: &dice)).map { _ in
        UInt8.random(in: 0x0B...0xFF, using: &dice)
      }
      return ([UInt8(ascii: "#")] + noise, -32700)
    case 2:
      var damaged = good
      damaged.insert(
        [0x80, 0xC0, 0xFF, 0x00, 0x1F].randomElement(using: &dice) ?? 0xFF,
        at: Int.random(in: 0..<good.count, using: &dice))
      return (damaged, -32700)
    default: return (Array((invalid.randomElement(using: &dice) ?? "1").utf8), -32600)
    }
  }

  @Test(
    "A thousand lines, good and bad, are each answered rightly and in order", arguments: [1, 2])
  func mixedLines(seed: UInt64) throws {
    let scratch = try Scratch()
    var dice = Dice(seed: seed)
    var input = Data()
    var expected: [Int?] = []
    for number in 0..<1000 {
      if Bool.random(using: &dice) {
        input += Data(#"{"jsonrpc":"2.0","id":\#(number),"method":"server.ping"}"#.utf8)
        expected.append(nil)
      } else {
        let (bytes, code) = badLine(&dice)
        input += Data(bytes)
        expected.append(code)
        let isJSON =
          (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
        #expect(isJSON == (code == -32600))
      }
      input.append(0x0A)
    }
    let outcome = try Program.run(
      ["serve", "--store", try scratch.store().path], input: input)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let lines = outcome.lines
    try #require(lines.count == expected.count)
    for (number, line) in lines.enumerated() {
      if let code = expected[number] {
        #expect(try self.code(line) == code, "line \(number): \(line)")
      } else {
        #expect(line == #"{"jsonrpc":"2.0","id":\#(number),"result":{"pong":true}}"#)
      }
    }
  }

  @Test("A hundred thousand brackets are an error and no more", arguments: ["[", #"{"a":"#])
  func deep(opening: String) throws {
    let scratch = try Scratch()
    let outcome = try Program.serve(
      try scratch.store(),
      String(repeating: opening, count: 100_000) + "\n"
        + #"{"jsonrpc":"2.0","id":1,"method":"server.ping"}"#)
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 2)
    #expect(try code(try #require(outcome.lines.first)) == -32700)
    #expect(outcome.lines.last == #"{"jsonrpc":"2.0","id":1,"result":{"pong":true}}"#)
  }

  @Test("Nothing but messages is on standard output, one a line")
  func onlyMessages() throws {
    let scratch = try Scratch()
    let requests = [
      "orders.list", "orders.count", "products.list", "rpc.discover", "none", "server.info",
    ]
    let outcome = try Program.serve(
      try scratch.store(),
      requests.map { #"{"jsonrpc":"2.0","id":"\#($0)","method":"\#($0)"}"# }.joined(
        separator: "\n\n\r\n"))
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.count == requests.count)
    for (line, request) in zip(outcome.lines, requests) {
      let answer = try object(line)
      #expect(answer["id"] as? String == request)
      #expect(Set(answer.keys) == ["jsonrpc", "id", request == "none" ? "error" : "result"])
    }
  }

  @Test("A mark at the start is skipped, and none is written")
  func byteOrderMark() throws {
    let scratch = try Scratch()
    let outcome = try Program.serve(
      try scratch.store(), "\u{FEFF}" + #"{"jsonrpc":"2.0","id":1,"method":"server.ping"}"#)
    #expect(
      Array(outcome.output)
        == Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"pong\":true}}\n".utf8))
  }

  @Test("What was done in one session is there in the next")
  func durable() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let pending = try Program.serve(
      store, #"{"jsonrpc":"2.0","id":1,"method":"orders.list","params":{"status":"pending"}}"#)
    let page = try object(try #require(pending.lines.first))["result"] as? [String: Any]
    let order = try #require((page?["orders"] as? [[String: Any]])?.first?["id"] as? Int)
    let paid = try Program.serve(
      store, #"{"jsonrpc":"2.0","method":"orders.pay","params":{"id":\#(order)}}"#)
    #expect(paid.text == "")
    let after = try Program.run(["call", "orders.get", "id=\(order)", "--store", store.path])
    let file = try object(after.text)
    #expect(file["id"] as? Int == order)
    #expect(file["status"] as? String != "pending")
    #expect(file["paidAt"] is String)
  }

  @Test(
    "call prints the result on standard output, however the params are written",
    arguments: [["id=630"], [#"{"id":630}"#], ["[630]"], ["id=630.0"], [#"{ "id" : 630 }"#]])
  func callResult(words: [String]) throws {
    let scratch = try Scratch()
    let outcome = try Program.run(
      ["call", "orders.get"] + words + ["--store", try scratch.store().path])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.count == 1)
    #expect(try object(outcome.text)["id"] as? Int == 630)
  }

  @Test(
    "call says a refusal on standard error, with status 1",
    arguments: [
      (["orders.get", "id=1"], "1001"), (["orders.get"], "-32602"),
      (["orders.gte", "id=630"], "-32601"),
      (["orders.get", "id=630", "more=1"], "-32602"), (["orders.get", "id=abc"], "-32602"),
    ])
  func callRefusal(words: [String], code: String) throws {
    let scratch = try Scratch()
    let outcome = try Program.run(["call"] + words + ["--store", try scratch.store().path])
    #expect(outcome.status == 1)
    #expect(outcome.text == "")
    #expect(outcome.errors.hasPrefix("orderline: "))
    #expect(outcome.errors.contains("\"code\":\(code),"))
  }

  @Test(
    "What cannot be understood is said in one line, with status 2",
    arguments: [
      ["call"], ["call", "orders.get", "{"], ["call", "orders.get", "630"],
      ["call", "orders.get", "{}", "id=1"], ["call", "--nope"], ["serve", "more"],
      ["serve", "--store"],
      ["srve"], [], ["--store", "x"],
    ])
  func wrongUsage(words: [String]) throws {
    let scratch = try Scratch()
    let store = words.first == "call" ? ["--store", scratch.file("none").path] : []
    let outcome = try Program.run(words + store)
    #expect(outcome.status == 2)
    #expect(outcome.text == "")
    #expect(outcome.errors.hasPrefix("orderline: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "A store that is not there is said in one line, with status 1", arguments: ["serve", "call"])
  func noStore(command: String) throws {
    let scratch = try Scratch()
    let words = command == "call" ? ["call", "orders.count"] : ["serve"]
    let outcome = try Program.run(words + ["--store", scratch.file("none.db").path])
    #expect(outcome.status == 1)
    #expect(outcome.text == "")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
