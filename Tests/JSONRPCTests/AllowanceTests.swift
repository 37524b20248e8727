// Proves which methods patterns allow, and that a slip in one opens nothing.
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
}
