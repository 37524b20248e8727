// Proves which methods patterns allow, and that a slip in one opens nothing.
import Synchronization
import Testing

@testable import JSONRPC

@Suite("What a session is allowed")
struct AllowanceTests {
  private static let names = ["orders.get", "orders.list", "orders.refund", "shop.get", "ping"]

  @Test(
    "Patterns",
    arguments: [
      ("*", names), ("orders.*", ["orders.get", "orders.list", "orders.refund"]),
      ("orders.*,!orders.refund", ["orders.get", "orders.list"]),
      ("!orders.refund,orders.*", ["orders.get", "orders.list"]),
      ("!orders.*", ["shop.get", "ping"]), ("*.get", ["orders.get", "shop.get"]),
      ("o*.*t", ["orders.get", "orders.list"]), ("ping", ["ping"]),
      ("shop.get, ping", ["shop.get", "ping"]),
      ("*,!*", []),
    ])
  func patterns(patterns: String, allowed: [String]) throws {
    let allowance = try Allowance(patterns, among: Self.names)
    #expect(Self.names.filter(allowance.allows) == allowed)
  }

  @Test(
    "A pattern that fits no method is refused",
    arguments: ["", "order.*", "orders.*,", "!refund", "orders", "g*t", "**x"])
  func slips(patterns: String) {
    #expect(throws: Allowance.Unknown.self) { try Allowance(patterns, among: Self.names) }
  }

  @Test("A method that is not allowed does not exist")
  func narrowed() throws {
    let catalog = counterCatalog.narrowed { $0.effect != .changes }
    let server = Server(catalog, context: Counters()) { _ in }
    var answer = JSONWriter()
    Array(#"{"jsonrpc":"2.0","id":1,"method":"counter.add","params":["visits"]}"#.utf8)
      .withUnsafeBytes { server.answer($0, to: &answer) }
    #expect(try JSONText.parse(answer.bytes)["error"]?["code"]?.integer == -32601)
    #expect(!catalog.openRPC.contains("counter.add"))
  }
  @Test("No method is made but those that are called, and nothing twice")
  func lazily() throws {
    let made = Mutex(0)
    let pong = Record<Bool>("Pong", "A sign.", [Property("pong", .boolean, "True.") { $0 }])
    @Sendable func make() -> Record<Bool> {
      made.withLock { $0 += 1 }
      return pong
    }
    let catalog = Catalog<Counters>(
      "counters", version: "1", "Counters.",
      methods: ["other", "ping"].map { name in
        Method(.pure, name, "Answers.", takes: (), returns: make()) { _ in true }
      })
    _ = try Allowance("p*", among: catalog.methods.map(\.name))
    let server = Server(catalog.narrowed { $0.effect == .pure }, context: Counters()) { _ in }
    for _ in 1...3 {
      var answer = JSONWriter()
      Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8)
        .withUnsafeBytes { server.answer($0, to: &answer) }
      #expect(answer.text == #"{"jsonrpc":"2.0","id":1,"result":{"pong":true}}"#)
    }
    #expect(made.withLock { $0 } == 1)
  }
}
