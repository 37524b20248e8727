// Proves that the Model Context Protocol is read off the catalog: a method that is added is a tool.
import Testing

@testable import JSONRPC

@Suite("Agents of the counters")
struct AgentTests {
  private func source(_ json: JSON?) -> String {
    json.map { String(decoding: $0.source, as: UTF8.self) } ?? ""
  }

  private func call(
    _ server: Server<Counters>, _ method: String, _ params: String
  ) throws -> JSON {
    var answer = JSONWriter()
    Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#.utf8)
      .withUnsafeBytes { server.answer($0, to: &answer) }
    return try JSONText.parse(answer.bytes)
  }

  @Test("A method that is added to the catalog is a tool, and nothing else was written for it")
  func addition() throws {
    let double = Method<Counters>(
      .changes, "counter.doubleTwice", "Doubles a counter, and again.",
      takes: Field("name", Shape.name, "Which."),
      returns: CounterState.record
    ) { counters, name in
      counters.values[name, default: 0] *= 4
      return CounterState(name: name, value: counters.values[name] ?? 0)
    }
    let catalog = Catalog<Counters>(
      "counters", version: "2", "Counters.", methods: counterCatalog.methods + [double])
    let server = Server(catalog, context: Counters()) { Issue.record("\($0)") }
    let tools = try #require(try call(server, "tools/list", "{}")["result"]?["tools"])
    #expect(tools.count == counterCatalog.methods.count + 1)
    #expect(
      source(Array(tools.elements).last) == #"""
        {"name":"counter_doubleTwice","title":"Counter: double twice",\#
        "description":"Doubles a counter, and again.","inputSchema":{"type":"object","properties":{\#
        "name":{"description":"Which.","type":"string","minLength":1},\#
        "dryRun":{"description":"Answer what would happen and write nothing.","type":"boolean",\#
        "default":false},"key":{"description":"Makes this change happen once: sent again with the \#
        same key, it answers the first result.","type":"string","minLength":1,"maxLength":200}},\#
        "required":["name"],"additionalProperties":false},"outputSchema":{"type":"object",\#
        "properties":{"name":{"description":"Its name.","type":"string","minLength":1},\#
        "value":{"description":"What it says.","type":"integer"}},"required":["name","value"]},\#
        "annotations":{"readOnlyHint":false,"destructiveHint":true,"idempotentHint":false,\#
        "openWorldHint":false}}
        """#)
    let answer = try call(
      server, "tools/call", #"{"name":"counter_doubleTwice","arguments":{"name":"visits"}}"#)
    #expect(
      source(answer["result"]) == #"""
        {"structuredContent":{"name":"visits","value":12},\#
        "content":[{"type":"text","text":"{\"name\":\"visits\",\"value\":12}"}]}
        """#)
  }

  @Test("An error of ours is no result, and nothing is told of it")
  func internalError() throws {
    let desk = CounterServer()
    let answer = try desk.call("tools/call", #"{"name":"counter_burn"}"#)
    #expect(answer["error"]?["code"]?.integer == -32603)
    #expect(answer["error"]?["message"]?.string == "Internal error")
    #expect(desk.log.count == 1)
  }

  @Test("What is wrong with a tool's arguments leaves nothing of a result behind")
  func mismatch() throws {
    let answer = try CounterServer().call(
      "tools/call", #"{"name":"counter_read","arguments":{"nam":"visits"}}"#)
    let result = try #require(answer["result"])
    #expect(result.members.map(\.name) == ["content", "isError"])
  }

  @Test("A method of the service is before one of the protocol with the same name")
  func precedence() throws {
    let ping = Method<Counters>(
      .pure, "ping", "Our own.",
      takes: (),
      returns: Record<Bool>("Own", "Ours.", [Property("own", .boolean, "Yes.") { $0 }])
    ) { _ in true }
    let server = Server(
      Catalog<Counters>("counters", version: "1", "Counters.", methods: [ping]), context: Counters()
    ) { _ in }
    #expect(try call(server, "ping", "{}")["result"]?["own"]?.bool == true)
  }

  @Test(
    "The era is in the request alone",
    arguments: [
      ("ping", "{}", nil),
      ("ping", #"{"_meta":{"progressToken":1}}"#, nil),
      ("server/discover", "{}", -32602),
      (
        "server/discover", #"{"_meta":{"io.modelcontextprotocol/protocolVersion":20260728}}"#,
        -32602
      ),
      ("tools/list", #"{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}"#, -32602),
      ("initialize", #"{"protocolVersion":7}"#, nil),
    ] as [(String, String, Int64?)])
  func eras(method: String, params: String, code: Int64?) throws {
    #expect(try CounterServer().call(method, params)["error"]?["code"]?.integer == code)
  }
}
