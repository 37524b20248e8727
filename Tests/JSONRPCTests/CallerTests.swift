// Proves that a caller is heard while a method works, and told of its progress where it asked.
import Testing

@testable import JSONRPC

@Suite("A caller")
struct CallerTests {
  private func climb(_ id: String, _ more: String = "") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"counter.climb","params":{"name":"visits","steps":9\#(more)}}"#
      + "\n"
  }

  private func read(_ id: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"counter.read","params":["visits"]}"# + "\n"
  }

  private func value(_ id: String, _ value: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"result":{"name":"visits","value":\#(value)}}"#
  }

  private func cancelled(_ id: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32800,"message":"Request cancelled"}}"#
  }

  private func cancel(_ id: String) -> String {
    #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":\#(id)}}"# + "\n"
  }

  private func silence(_ id: String) -> String {
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"# + "\n"
  }

  /// A connection whose work looks up at every step but the first.
  private func wire() -> Wire {
    let wire = Wire()
    wire.counters.counters.caller.pace = 0
    return wire
  }

  @Test("who cancels the request in hand gets an error for it, and nothing of it stays")
  func cancelsWork() throws {
    let outcome = try wire().serve(climb("1"), cancel("1"), read("2"))
    #expect(outcome.lines == [cancelled("1"), value("2", 3)])
  }

  @Test("who withdraws the request in hand silently hears nothing more of it")
  func withdrawsWork() throws {
    let outcome = try wire().serve(climb("1"), silence("1"), read("2"))
    #expect(outcome.lines == [value("2", 3)])
    let batch = "[" + climb("1").dropLast() + "," + climb("2").dropLast() + "]\n"
    #expect(
      try wire().serve(batch, silence("1"), read("3")).lines == [
        "[\(value("2", 12))]", value("3", 12),
      ])
    #expect(
      try wire().serve(batch, silence("1") + silence("2"), read("3")).lines == [value("3", 3)])
  }

  @Test("who calls a method as a tool is told of its progress, and may withdraw it")
  func toolWork() throws {
    let call =
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"counter_climb","arguments":{"#
      + #""name":"visits","steps":9},"_meta":{"progressToken":"t"}}}"# + "\n"
    let told = try wire().serve(call).lines
    #expect(told.count == 9)
    #expect(told.dropLast().allSatisfy { $0.contains(#"{"progressToken":"t","progress":"#) })
    #expect(told.last?.contains(#""structuredContent":{"name":"visits","value":12}"#) == true)
    let withdrawn = try wire().serve(call, silence("1"), read("2")).lines
    #expect(withdrawn.last == value("2", 3))
    #expect(!withdrawn.contains { $0.contains(#""id":1,"#) })
  }

  @Test("who cancels a request that waits gets an error for it, and it is not carried out")
  func cancelsWaiting() throws {
    let together = climb("1") + climb(#""b""#) + cancel(#""\u0062""#) + read("3")
    let answers = [value("1", 12), cancelled(#""b""#), value("3", 12)]
    #expect(try wire().serve(together).lines == answers)
    #expect(
      try wire().serve(climb("1"), climb(#""b""#), cancel(#""\u0062""#), read("3")).lines == answers
    )
  }

  @Test("who cancels what is answered, unknown or sent later changes nothing")
  func cancelsNothing() throws {
    let outcome = try wire().serve(
      read("1") + cancel("1") + cancel("2") + silence("null") + cancel("[]") + read("2")
        + read("1"),
      #"{"jsonrpc":"2.0","method":"$/cancelRequest"}"# + "\n" + read("1.0") + cancel("1"))
    #expect(outcome.lines.dropFirst() == [value("2", 3), value("1", 3), value("1.0", 3)])
    // Read together, the first request was still waiting when its withdrawal was seen.
    #expect(outcome.lines.first == cancelled("1"))
  }

  @Test("who cancels by a request of its own is told that there is no such method")
  func cancelsByRequest() throws {
    let outcome = try wire().serve(
      read("1") + #"{"jsonrpc":"2.0","id":2,"method":"$/cancelRequest","params":{"id":1}}"#)
    #expect(outcome.lines.first == value("1", 3))
    #expect(outcome.lines.last?.contains("-32601") == true)
  }

  @Test("is heard however its messages are cut, with headers too")
  func splits() throws {
    func framed(_ line: String) -> String {
      let body = line.dropLast()
      return "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    let first = framed(climb("1"))
    let rest = Array((framed(read("2")) + framed(cancel("1"))).utf8)
    let expected = [cancelled("1"), value("2", 3)].map {
      "Content-Length: \($0.utf8.count)\r\n\r\n\($0)"
    }
    for cut in 0...rest.count {
      let outcome = try wire().serve([Array(first.utf8)[...], rest[..<cut], rest[cut...]])
      #expect(outcome.text == expected.joined(), "cut at \(cut)")
    }
  }

  @Test(
    "who asks for progress is told ahead of the answer, and nobody else",
    arguments: ["7", #""p\n""#])
  func progress(token: String) throws {
    let asked = try wire().serve(climb("1", #","_meta":{"progressToken":\#(token),"more":1}"#))
    let expected = (2...9).map { step in
      #"{"jsonrpc":"2.0","method":"notifications/progress","params":"#
        + #"{"progressToken":\#(token),"progress":\#(step),"total":9}}"#
    }
    #expect(asked.lines == expected + [value("1", 12)])
    for other in ["", #","_meta":{}"#, #","_meta":{"progressToken":true}"#, #","_meta":null"#] {
      #expect(try wire().serve(climb("1", other)).lines == [value("1", 12)])
    }
  }

  @Test("who asks for progress of a notification is told nothing, and cannot cancel it")
  func notification() throws {
    let note =
      #"{"jsonrpc":"2.0","method":"counter.climb","params":{"name":"visits","steps":9}}"# + "\n"
    #expect(try wire().serve(note, cancel("null"), read("1")).lines == [value("1", 12)])
  }

  @Test("may send what a method does not declare only beside params by name")
  func metadata() throws {
    let server = CounterServer()
    #expect(try server.call("counter.read", #"{"name":"visits","_meta":{}}"#)["error"] == nil)
    #expect(try server.call("rpc.discover", #"{"_meta":{}}"#)["error"] == nil)
    let line = #"{"lines":[{"quantity":1,"_meta":{}}]}"#
    #expect(try server.call("purchase.check", line)["error"]?["code"]?.integer == -32602)
  }
}

@Suite("An editor")
struct MannersTests {
  private let ping = #"{"jsonrpc":"2.0","id":9,"method":"counter.read","params":["visits"]}"# + "\n"
  private let pong = #"{"jsonrpc":"2.0","id":9,"result":{"name":"visits","value":3}}"#

  private func note(_ method: String) -> String {
    #"{"jsonrpc":"2.0","method":"\#(method)","params":{"a":1}}"# + "\n"
  }

  @Test("is answered who this is, before and after it is asked for anything else")
  func initialize() throws {
    let hello =
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{"a":[]}}}"#
      + "\n"
    let outcome = try Wire().serve(
      ping + hello + note("initialized") + note("$/setTrace") + note("$/anything") + ping)
    let answer =
      #"{"jsonrpc":"2.0","id":1,"result":{"capabilities":{},"serverInfo":{"name":"counters","version":"1.2.3"}}}"#
    #expect(outcome.lines == [pong, answer, pong])
  }

  @Test(
    "is told where its process id is none", arguments: ["0", "-1", "true", #""1""#, "4294967297"])
  func processes(id: String) throws {
    let error = try CounterServer().call("initialize", #"{"processId":\#(id)}"#)["error"]
    #expect(error?["code"]?.integer == -32602)
    #expect(error?["data"]?["path"]?.string == "/processId")
  }

  @Test("ends it by shutdown and exit: what was asked before is answered, nothing after")
  func goodbye() throws {
    let shutdown = #"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"# + "\n"
    let outcome = try Wire().serve(ping + shutdown + ping + note("exit") + ping)
    #expect(outcome.lines.count == 3)
    #expect(outcome.lines.prefix(2) == [pong, #"{"jsonrpc":"2.0","id":2,"result":null}"#])
    #expect(outcome.lines.last?.contains(#""id":9,"error":{"code":-32600,"#) == true)
    guard case .dismissed(afterShutdown: true) = outcome.ending else {
      Issue.record("\(outcome.ending)")
      return
    }
  }

  @Test("may leave without a word")
  func exit() throws {
    let outcome = try Wire().serve(ping + note("exit") + ping)
    #expect(outcome.lines == [pong])
    guard case .dismissed(afterShutdown: false) = outcome.ending else {
      Issue.record("\(outcome.ending)")
      return
    }
  }

  @Test("is told of a request that only looks like one of its own")
  func unknown() throws {
    for method in ["$/anything", "initialized", "textDocument/hover"] {
      let error = try CounterServer().call(method, "{}")["error"]
      #expect(error?["code"]?.integer == -32601)
    }
  }
}
