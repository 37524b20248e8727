// Proves that agents get what everybody gets: every conversation of Protocol, held through tools.
import Foundation
import JSONRPC
import ShopRules
import ShopService
import ShopStore
import Testing

@Suite("Agents")
struct AgentTests {
  enum Era: String, CaseIterable, CustomTestStringConvertible {
    case handshake, stateless

    var testDescription: String { rawValue }
    var contract: Contract {
      self == .handshake ? AgentContract.handshake : AgentContract.stateless
    }

    /// The member of params that says which era it is.
    var metadata: String {
      self == .handshake
        ? #""_meta":{}"#
        : #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
          + #""io.modelcontextprotocol/clientCapabilities":{}}"#
    }
  }

  /// A server in process, on a fresh sample shop.
  private struct Desk {
    let server: Server<Session>
    private let scratch: Scratch

    init() throws {
      scratch = try Scratch()
      let path = try scratch.store().path
      let now = try #require(Moment(rfc3339: Transcript.now))
      let session = Session(
        store: try Store.open(at: path, zone: Zoneinfo.zone), path: path, actor: "vendor",
        clock: { now })
      server = Server(shopCatalog, context: session) { Issue.record("\($0)") }
    }

    func answer(_ message: String) -> String {
      var output = JSONWriter()
      Data(message.utf8).withUnsafeBytes { server.answer($0, to: &output) }
      return output.text
    }

    /// What there is to tell besides.
    func told() -> [String] {
      var lines: [String] = []
      server.announce { lines.append(String(decoding: $0, as: UTF8.self)) }
      return lines
    }

    func result(_ method: String, _ params: String = "{}") throws -> Value {
      let answer = answer(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
      return try #require(Value(answer)?["result"], "\(answer)")
    }
  }

  private static func toolName(_ method: String) -> String {
    method.replacingOccurrences(of: ".", with: "_")
  }

  /// A request as it calls a tool, where it can: to a method, by name, and answered by it.
  private func toolCall(_ exchange: Transcript.Exchange, _ era: Era) -> String? {
    guard let json = try? JSONText.parse(exchange.sent.utf8), let method = json["method"]?.string,
      shopCatalog[method] != nil, let id = json["id"],
      let answer = exchange.expected.flatMap(Value.init),
      answer["error"]?["code"]?.integer != -32600
    else { return nil }
    func source(_ json: JSON) -> String { String(decoding: json.source, as: UTF8.self) }
    var arguments = ""
    if let params = json["params"], !params.isNull {
      guard params.isObject else { return nil }
      arguments = #""arguments":\#(source(params)),"#
    }
    return #"{"jsonrpc":"2.0","id":\#(source(id)),"method":"tools/call","params":{"name":"#
      + #""\#(Self.toolName(method))",\#(arguments)\#(era.metadata)}}"#
  }

  /// What a plain caller would have been answered, where it is a tool's answer.
  private func plainAnswer(_ answer: String) throws -> String {
    let json = try JSONText.parse(answer.utf8)
    let result = try #require(json["result"], "\(answer)")
    let id = try #require(json["id"])
    let content = try #require(result["content"].map { Array($0.elements) })
    let first = try #require(content.first?["text"]?.string)
    let body: String
    if result["isError"]?.bool == true {
      let error = try #require(content.last?["text"]?.string)
      #expect(Value(error)?["message"]?.text == first)
      body = #""error":\#(error)"#
    } else {
      let structured = try #require(result["structuredContent"])
      // The same, to the byte.
      #expect(String(decoding: structured.source, as: UTF8.self) == first)
      body = #""result":\#(first)"#
    }
    return #"{"jsonrpc":"2.0","id":\#(String(decoding: id.source, as: UTF8.self)),\#(body)}"#
  }

  @Test(
    "A tool answers what its method does, in every conversation there is",
    arguments: Transcript.all, Era.allCases)
  func conversations(transcript: Transcript, era: Era) throws {
    let desk = try Desk()
    var lines: [String] = []
    for exchange in transcript.exchanges {
      defer { lines += desk.told() }
      guard let call = toolCall(exchange, era) else {
        let answer = desk.answer(exchange.sent)
        if !answer.isEmpty { lines.append(answer) }
        continue
      }
      let answer = desk.answer(call)
      #expect(era.contract.violations(request: call, answer: answer) == [])
      let plain = try plainAnswer(answer)
      #expect(Contract.published.violations(request: exchange.sent, answer: plain) == [])
      lines.append(plain)
    }
    #expect(transcript.differences(from: lines) == [])
  }

  @Test(
    "Answers keep to the schemas of their era",
    arguments: Transcript.all.filter { $0.name.hasPrefix("mcp-") })
  func schemas(transcript: Transcript) throws {
    let desk = try Desk()
    for exchange in transcript.exchanges where exchange.expected != nil {
      let answer = desk.answer(exchange.sent)
      let era: Era =
        exchange.sent.contains("io.modelcontextprotocol/protocolVersion") ? .stateless : .handshake
      #expect(era.contract.violations(request: exchange.sent, answer: answer) == [])
    }
  }

  @Test("Every method is a tool, in the catalog's order, and the list is small enough to be read")
  func tools() throws {
    let desk = try Desk()
    let answer = desk.answer(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
    #expect(answer.utf8.count < 1 << 16)
    #expect(answer == desk.answer(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#))
    let tools = try #require(Value(answer)?["result"]?["tools"]?.elements)
    #expect(tools.map { $0["name"]?.text } == shopCatalog.methods.map { Self.toolName($0.name) })
    #expect(Set(tools.map { $0["name"]?.text }).count == tools.count)
    for (tool, method) in zip(tools, shopCatalog.methods) {
      let hints = tool["annotations"]
      let reads = [.pure, .reads].contains(method.effect)
      #expect(hints?["readOnlyHint"] == .bool(reads))
      #expect(hints?["destructiveHint"] == .bool(method.effect == .changes))
      #expect(hints?["idempotentHint"] == .bool(reads))
      #expect(hints?["openWorldHint"] == .bool(false))
      #expect(tool["description"]?.text == method.summary)
      #expect(tool["inputSchema"]?["type"]?.text == "object")
      #expect(tool["outputSchema"]?["type"]?.text == "object")
      let properties = tool["inputSchema"]?["properties"]?.members ?? [:]
      #expect(Set(properties.keys) == Set(method.parameters.map(\.name)))
      #expect(!"\(tool)".contains("$ref"), "not every host follows references")
    }
  }

  @Test("What a tool answers fits the output schema that it is listed with")
  func outputs() throws {
    let desk = try Desk()
    let tools = try #require(try desk.result("tools/list")["tools"]?.elements)
    for (name, arguments) in [
      ("orders_list", "{}"), ("orders_get", #"{"id":630}"#), ("orders_count", "{}"),
      ("orders_setStatus", #"{"id":630,"status":"completed","dryRun":true}"#),
      ("products_get", #"{"id":11}"#), ("mails_list", "{}"), ("shop_get", "{}"),
      ("server_info", "{}"),
    ] {
      let schema = try #require(tools.first { $0["name"]?.text == name }?["outputSchema"])
      let answer = try desk.result("tools/call", #"{"name":"\#(name)","arguments":\#(arguments)}"#)
      let structured = try #require(answer["structuredContent"], "\(answer)")
      #expect(Contract.violations(of: schema, by: structured) == [])
    }
  }

  @Test("All resources are listed, each once, and each can be read")
  func resources() throws {
    let desk = try Desk()
    var uris: [String] = []
    var cursor: String? = ""
    while let at = cursor {
      let page = try desk.result("resources/list", at.isEmpty ? "{}" : #"{"cursor":"\#(at)"}"#)
      uris += page["resources"]?.elements.compactMap { $0["uri"]?.text } ?? []
      cursor = page["nextCursor"]?.text
    }
    #expect(Set(uris).count == uris.count)
    let orders = try desk.result("orders.list", #"{"limit":500}"#)["orders"]?.elements ?? []
    let products = try desk.result("products.list", #"{"limit":500}"#)["products"]?.elements ?? []
    #expect(uris.count == orders.count + products.count)
    for uri in uris {
      let read = try desk.result("resources/read", #"{"uri":"\#(uri)"}"#)
      let text = try #require(read["contents"]?[0]?["text"]?.text)
      let method = uri.contains("/orders/") ? "orders.get" : "products.get"
      let id = try #require(uri.split(separator: "/").last)
      #expect(Value(text) == (try desk.result(method, "[\(id)]")))
    }
  }

  @Test("Prompts speak the shop's language")
  func languages() throws {
    let desk = try Desk()
    _ = try desk.result("shop.configure", #"{"language":"en"}"#)
    let prompts = try desk.result("prompts/list")["prompts"]?.elements ?? []
    #expect(
      prompts.map { $0["title"]?.text } == [
        "To ship today", "Answer a customer", "Review a status",
      ]
    )
  }
}
