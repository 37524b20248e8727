// Proves that agents are told of what they subscribed to, and of nothing else.
import Testing

@testable import JSONRPC

@Suite("Subscriptions")
struct SubscriptionTests {
  private let counters = Counters()
  private let server: Server<Counters>

  init() {
    let row = Record<Int>(
      "Row", "A row.", [Property("id", .integer(1...99), "Its id.") { $0 }])
    let list = Method<Counters>(
      .reads, "row.list", "Lists rows.",
      takes: Field(optional: "cursor", Shape.name, "Where to go on."),
      returns: Record<[Int]>("Rows", "Rows.", [Property("rows", listOf: row, "Them.") { $0 }])
    ) { _, _ in [1, 2] }
    let get = Method<Counters>(
      .reads, "row.get", "Reads a row.",
      takes: Field("id", Shape.integer(1...99), "Which."), returns: row
    ) { _, id in id }
    let changes = Method<Counters>(
      .reads, "row.changes", "Lists changes.",
      takes: (), returns: row
    ) { _ in 1 }
    let guide = AgentGuide<Counters>(
      resources: [
        Resource("row", "Rows", "A row.", prefix: "rows://", lists: list, in: "rows", reads: get) {
          _ in ("A row", "")
        }
      ],
      feed: AgentFeed(
        changes, follow: { $0.isFollowed = $1 },
        news: { counters in
          defer { counters.news = [] }
          return counters.news
        }))
    let catalog = Catalog<Counters>(
      "rows", version: "1", "Rows.", methods: [list, get, changes], agents: guide)
    server = Server(catalog, context: counters) { Issue.record("\($0)") }
  }

  private func answer(_ message: String) -> String {
    var output = JSONWriter()
    Array(message.utf8).withUnsafeBytes { server.answer($0, to: &output) }
    return output.text
  }

  private func subscribe(_ id: Int, _ uri: String) -> String {
    answer(
      #"{"jsonrpc":"2.0","id":\#(id),"method":"resources/subscribe","params":{"uri":"\#(uri)"}}"#)
  }

  private func listen(_ id: String, _ filter: String) -> String {
    answer(
      #"{"jsonrpc":"2.0","id":\#(id),"method":"subscriptions/listen","params":{"notifications":"#
        + filter + #","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
        + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#)
  }

  /// What is told, a line each.
  private func told(_ news: ResourceChange...) throws -> [String] {
    counters.news = news
    var lines: [String] = []
    try server.announceToAgents { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  @Test("The handshake era subscribes to one resource after another")
  func handshake() throws {
    #expect(subscribe(1, "rows://1") == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(counters.isFollowed)
    #expect(
      try told(
        .init("row", 1, isNew: false), .init("row", 2, isNew: true), .init("x", 1, isNew: false))
        == [
          #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"rows://1"}}"#
        ])
    #expect(
      answer(
        #"{"jsonrpc":"2.0","id":2,"method":"resources/unsubscribe","params":{"uri":"rows://1"}}"#)
        == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
    #expect(!counters.isFollowed)
    #expect(try told(.init("row", 1, isNew: false)) == [])
    #expect(subscribe(3, "rows://x").contains("-32002"))
  }

  @Test("A listener is acknowledged, told, and answered when the input ends")
  func stateless() throws {
    #expect(
      listen(#""a""#, #"{"resourceSubscriptions":["rows://2","no://1"],"toolsListChanged":true}"#)
        == #"{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"#
        + #""notifications":{"resourceSubscriptions":["rows://2"]},"#
        + #""_meta":{"io.modelcontextprotocol/subscriptionId":"a"}}}"#)
    _ = listen("7", #"{"resourcesListChanged":true}"#)
    #expect(
      try told(.init("row", 2, isNew: true), .init("row", 2, isNew: false)) == [
        #"{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"rows://2","#
          + #""_meta":{"io.modelcontextprotocol/subscriptionId":"a"}}}"#,
        #"{"jsonrpc":"2.0","method":"notifications/resources/list_changed","params":{"#
          + #""_meta":{"io.modelcontextprotocol/subscriptionId":7}}}"#,
      ])
    // Cancelled, it gets nothing more, not even an answer.
    #expect(
      answer(
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}"#) == "")
    #expect(try told(.init("row", 2, isNew: false)) == [])
    #expect(counters.isFollowed)
    var last: [String] = []
    server.endSubscriptions { last.append(String(decoding: $0, as: UTF8.self)) }
    #expect(
      last.joined() == #"{"jsonrpc":"2.0","id":7,"result":{"resultType":"complete","_meta":{"#
        + #""io.modelcontextprotocol/subscriptionId":7,"io.modelcontextprotocol/serverInfo":"#
        + #"{"name":"rows","version":"1"}}}}"#)
  }

  @Test("A subscription has an id and a filter, and there is an end to their number")
  func refusals() throws {
    #expect(listen("null", "{}").contains("-32600"))
    #expect(listen("1", "7").contains("-32602"))
    #expect(!counters.isFollowed)
    for id in 1...99 { #expect(subscribe(id, "rows://\(id)").contains("result")) }
    let uris = #"["# + Array(repeating: #""rows://1""#, count: 900).joined(separator: ",") + "]"
    #expect(listen("1", #"{"resourceSubscriptions":\#(uris)}"#).contains("acknowledged"))
    #expect(listen("2", "{}").contains("-32600"))
    #expect(subscribe(1, "rows://1").contains("result"))
  }

  @Test("Where nobody may read of changes, nobody can subscribe to any")
  func narrowed() throws {
    let catalog = server.catalog.narrowed { $0.name != "row.changes" }
    let server = Server(catalog, context: counters) { Issue.record("\($0)") }
    var output = JSONWriter()
    Array(
      #"{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{"uri":"rows://1"}}"#.utf8
    ).withUnsafeBytes { server.answer($0, to: &output) }
    #expect(output.text.contains("-32601"))
  }
}
