// Retries against the real program: after a kill, and from two processes at once.
import Foundation
import Testing

@Suite("A change with a key")
struct RetryTests {
  private func request(_ id: Int, _ method: String, _ params: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"# + "\n"
  }

  @Test("a server killed between the commit and its answer has done it once: a retry hears so")
  func killed() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let retry = request(7, "orders.pay", #"{"id":631,"transactionId":"pi","key":"pay 631"}"#)
    let killed = try Conversation(pipes: store, scratch)
    // More answers than a pipe holds stand before the one that is to be lost.
    killed.say(
      String(repeating: request(1, "orders.list", #"{"limit":500}"#), count: 40) + retry)
    let watcher = try Conversation(pipes: store, scratch)
    func order() throws -> Value? {
      watcher.say(request(2, "orders.get", "[631]"))
      return Value(try #require(watcher.hear()))?["result"]
    }
    while try order()?["version"]?.integer == 1 {}
    kill(killed.process.processIdentifier, SIGKILL)
    killed.process.waitUntilExit()
    let heard = String(decoding: killed.hearAll(), as: UTF8.self)
    #expect(heard.contains(#""id":1,"result":"#) && !heard.contains(#""id":7,"#))

    let after = try #require(try order())
    let again = try Conversation(pipes: store, scratch)
    again.say(retry + retry)
    let first = try #require(again.hear())
    #expect(again.hear() == first)
    let result = try #require(Value(first)?["result"])
    #expect(result["changed"] == .bool(true) && result["applied"] == .bool(true))
    #expect(result["order"] == after)
    #expect(try order() == after)
    #expect(after["version"]?.integer == 2 && after["history"]?.elements.count == 2)
  }

  @Test("of two processes with the same changes at once one does each, and both answer the same")
  func twoProcesses() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let requests = (1...100).map { number in
      request(
        number, "orders.create",
        """
        {"lines":[{"product":11,"quantity":\(number)}],"key":"cart \(number)",\
        "customer":{"name":"Awa","email":"awa@a.example"},\
        "billing":{"name":"Awa","street":"1 rue A","postcode":"","city":"Lyon","country":"FR"}}
        """)
    }
    let servers = try (0..<2).map { _ in try Conversation(pipes: store, scratch) }
    // One starts from the end, so that they meet in the middle, each with keys of its own.
    servers[0].say(requests.joined())
    servers[1].say(requests.reversed().joined())
    for server in servers { server.closeInput() }
    let answers = try servers.map { server in
      try server.hearAll().split(separator: 0x0A).map { line in
        try #require(Value(String(decoding: line, as: UTF8.self)))
      }
    }
    #expect(answers[0].count == 100 && answers[0].allSatisfy { $0["result"] != nil })
    #expect(answers[0] == answers[1].reversed())
    let ids = answers[0].compactMap { $0["result"]?["order"]?["id"]?.integer }
    #expect(Set(ids) == Set(633...732), "each of them was created, and none of them twice")
    let count = try Program.serve(store, request(1, "orders.count", "{}"))
    #expect(Value(count.text)?["result"]?["total"]?.integer == 122)
  }
}
