// Proves that an agent hears of what others change, and only of what it subscribed to.
import Foundation
import Testing

@Suite("Agents that subscribe", .timeLimit(.minutes(30)))
struct AgentSubscriptionTests {
  private let scratch: Scratch
  private let store: URL
  private let agent: Conversation

  init() throws {
    scratch = try Scratch()
    store = try scratch.store()
    agent = try Conversation(pipes: store, scratch)
  }

  private func hear() throws -> Value {
    let line = try #require(agent.hear())
    let value = try #require(Value(line))
    if value["method"] != nil { #expect(AgentContract.violations(told: line) == []) }
    return value
  }

  private func ask(_ id: String, _ method: String, _ params: String) throws -> Value {
    agent.say(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"# + "\n")
    return try hear()
  }

  /// Changes the store as another process.
  private func change(_ words: String...) throws {
    let outcome = try Program.run(["call", "--store", store.path] + words)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private static let metadata =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
    + #""io.modelcontextprotocol/clientCapabilities":{}}"#

  @Test("A subscription stands alone, has its id for itself, and is answered when it is withdrawn")
  func ids() throws {
    let params = "{\"notifications\":{\"resourcesListChanged\":true},\(Self.metadata)}"
    agent.say(
      "[" + #"{"jsonrpc":"2.0","id":1,"method":"server.ping"},"#
        + #"{"jsonrpc":"2.0","id":2,"method":"subscriptions/listen","params":\#(params)}]"# + "\n")
    let batch = try hear().elements
    #expect(batch.count == 2 && batch.last?["error"]?["code"]?.integer == -32600)

    let first = try ask("\"a\"", "subscriptions/listen", params)
    #expect(first["method"]?.text == "notifications/subscriptions/acknowledged")
    let second = try ask("\"\\u0061\"", "subscriptions/listen", params)
    #expect(second["error"]?["code"]?.integer == -32600)
    agent.say(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"\u0061"}}"# + "\n")
    let end = try hear()
    #expect(end["id"]?.text == "a" && end["error"]?["code"]?.integer == -32800)
    try change("shop.configure", "name=Neuf")
    let pong = try ask("3", "server.ping", "{}")
    #expect(pong["id"]?.integer == 3, "nothing more is told")
  }

  @Test(
    "The handshake era: a resource is subscribed to, changed by others and by oneself, and left")
  func handshake() throws {
    let uri = #"{"uri":"orderline://orders/630"}"#
    #expect(try ask("1", "resources/subscribe", uri)["result"] == .object([:]))
    try change("orders.setStatus", "id=632", "status=on-hold")
    try change("orders.addNote", "id=630", "note=Pressé")
    let told = try hear()
    #expect(told["method"]?.text == "notifications/resources/updated")
    #expect(told["params"] == .object(["uri": .string("orderline://orders/630")]))
    // One's own changes are told of behind their answer.
    let mine = try ask("2", "orders.setStatus", #"{"id":630,"status":"completed"}"#)
    #expect(mine["id"]?.integer == 2)
    #expect(try hear()["params"]?["uri"]?.text == "orderline://orders/630")
    #expect(try ask("3", "resources/unsubscribe", uri)["result"] == .object([:]))
    try change("orders.addNote", "id=630", "note=Encore")
    #expect(try ask("4", "ping", "{}")["id"]?.integer == 4)
    agent.closeInput()
    #expect(agent.hear() == nil)
    #expect(try agent.end().status == 0)
  }

  @Test("The stateless era: a request listens until it is cancelled, or the input ends")
  func stateless() throws {
    let first = try ask(
      #""a""#, "subscriptions/listen",
      #"{"notifications":{"resourceSubscriptions":["orderline://products/11"]},\#(Self.metadata)}"#)
    #expect(first["method"]?.text == "notifications/subscriptions/acknowledged")
    _ = try ask(
      "2", "subscriptions/listen",
      #"{"notifications":{"resourcesListChanged":true},\#(Self.metadata)}"#)
    try change("products.configure", "id=11", "stock=3")
    let told = try hear()
    #expect(told["params"]?["uri"]?.text == "orderline://products/11")
    let subscription = "io.modelcontextprotocol/subscriptionId"
    #expect(told["params"]?["_meta"]?[subscription]?.text == "a")
    try change("products.create", "name=Neuf", "price=1.00")
    let listed = try hear()
    #expect(listed["method"]?.text == "notifications/resources/list_changed")
    #expect(listed["params"]?["_meta"]?[subscription]?.integer == 2)
    agent.say(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}"# + "\n")
    try change("products.configure", "id=11", "stock=4")
    // A plain watcher is told in other words; nobody is told in those of others.
    #expect(try ask("3", "changes.watch", "{}")["id"]?.integer == 3)
    try change("products.configure", "id=11", "stock=5")
    #expect(try hear()["method"]?.text == "changes.changed")
    agent.closeInput()
    let last = try hear()
    #expect(last["id"]?.integer == 2)
    #expect(last["result"]?["_meta"]?[subscription]?.integer == 2)
    #expect(last["result"]?["resultType"]?.text == "complete")
    #expect(agent.hear() == nil)
  }

  @Test("Without the feed there is nothing to subscribe to")
  func withoutFeed() throws {
    let outcome = try Program.serve(
      store,
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
        + "\n" + #"{"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"x"}}"#,
      ["--allow", "orders.*"])
    let answers = outcome.lines.map(Value.init)
    #expect(answers.first??["result"]?["capabilities"]?["resources"] == .object([:]))
    #expect(answers.last??["error"]?["code"]?.integer == -32601)
  }
}
