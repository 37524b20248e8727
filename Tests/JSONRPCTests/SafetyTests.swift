// Proves that a key makes a change happen once, and that a version guards it.
import Testing

@testable import JSONRPC

@Suite("The safety of changes")
struct SafetyTests {
  private func request(_ method: String, _ params: String) -> String {
    #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
  }

  @Test(
    "The same call again answers the first result and does nothing, however it is written",
    arguments: [
      #"{"name":"visits","by":2,"key":"k"}"#, #"{ "key" : "k", "by" : 2.0, "name" : "visits" }"#,
      #"["visits",2,false,"k"]"#, #"["visits",2,null,"k"]"#,
      #"{"name":"\u0076isits","by":2e0,"dryRun":false,"key":"\u006b"}"#,
    ])
  func replay(params: String) {
    let server = CounterServer()
    let first = server.answer(request("counter.add", #"{"name":"visits","by":2,"key":"k"}"#))
    #expect(first.contains(#""value":5"#))
    server.counters.values["visits"] = 40
    #expect(server.answer(request("counter.add", params)) == first)
    #expect(server.counters.values == ["visits": 40])
  }

  @Test(
    "What stands in for an absent parameter is the same as its absence",
    arguments: [#"{"name":"visits","by":1,"key":"k"}"#, #"["visits",null,null,"k"]"#])
  func fallbacks(params: String) {
    let server = CounterServer()
    let first = server.answer(request("counter.add", #"{"name":"visits","key":"k"}"#))
    #expect(server.answer(request("counter.add", params)) == first)
    #expect(server.counters.values == ["visits": 4])
  }

  @Test(
    "A key of another call is refused and nothing happens",
    arguments: [
      ("counter.add", #"{"name":"visits","by":3,"key":"k"}"#),
      ("counter.add", #"{"name":"visit","by":2,"key":"k"}"#),
      ("counter.add", #"{"name":"visits","key":"k"}"#),
      ("counter.reset", #"{"name":"visits","key":"k"}"#),
    ])
  func reuse(method: String, params: String) throws {
    let server = CounterServer()
    _ = try server.call("counter.add", #"{"name":"visits","by":2,"key":"k"}"#)
    let error = try #require(try server.call(method, params)["error"])
    #expect(error["data"]?["refusal"]?.string == "keyReused")
    #expect(server.counters.values == ["visits": 5])
    let other = params.replacing(#""k""#, with: #""another""#)
    #expect(try server.call(method, other)["result"] != nil)
  }

  @Test("What was refused is not kept: the same key may succeed later")
  func refusals() throws {
    let server = CounterServer()
    let params = #"{"name":"new","key":"k"}"#
    #expect(try server.call("counter.reset", params)["error"]?["code"]?.integer == 1001)
    #expect(server.counters.answered.isEmpty)
    server.counters.values["new"] = 7
    #expect(try server.call("counter.reset", params)["result"]?["value"]?.integer == 0)
  }

  @Test("What could not be made durable is not kept, and not answered")
  func commitFails() throws {
    let server = CounterServer()
    let params = #"{"name":"visits","key":"k"}"#
    server.counters.isDiskFull = true
    #expect(
      server.answer(request("counter.add", params))
        == #"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}"#)
    #expect(server.counters.answered.isEmpty)
    server.counters.isDiskFull = false
    #expect(try server.call("counter.add", params)["result"]?["value"]?.integer == 4)
  }

  @Test("A dry run neither keeps its key nor answers an older result")
  func dryRun() throws {
    let server = CounterServer()
    let params = #"{"name":"visits","dryRun":true,"key":"k"}"#
    #expect(try server.call("counter.add", params)["result"]?["value"]?.integer == 4)
    #expect(server.counters.answered.isEmpty)
    _ = try server.call("counter.add", #"{"name":"visits","key":"k"}"#)
    #expect(try server.call("counter.add", params)["result"]?["value"]?.integer == 5)
    #expect(server.counters.values == ["visits": 4])
  }

  @Test("A notification with a key happens once too, and a retry with an id hears what it did")
  func notification() throws {
    let server = CounterServer()
    let notification =
      #"{"jsonrpc":"2.0","method":"counter.add","params":{"name":"visits","key":"k"}}"#
    #expect(server.answer("[\(notification),\(notification)]") == "")
    #expect(server.counters.values == ["visits": 4])
    #expect(
      try server.call("counter.add", #"{"name":"visits","key":"k"}"#)["result"]?["value"]?.integer
        == 4)
  }

  @Test(
    "A key is a string of 1 to 200 characters, and nothing else",
    arguments: [
      (#""""#, false), (#""k""#, true), ("7", false), ("null", true),
      ("\"" + String(repeating: "é", count: 200) + "\"", true),
      ("\"" + String(repeating: "é", count: 201) + "\"", false),
    ])
  func keys(key: String, isOne: Bool) throws {
    let answer = try CounterServer().call("counter.add", #"{"name":"visits","key":\#(key)}"#)
    #expect((answer["result"] != nil) == isOne)
    if !isOne { #expect(answer["error"]?["data"]?["path"]?.string == "/key") }
  }

  @Test("What only reads takes no key")
  func reads() throws {
    let error = try CounterServer().call("counter.read", #"{"name":"visits","key":"k"}"#)["error"]
    #expect(error?["code"]?.integer == -32602)
  }

  @Test("A change at another version than its caller's is refused, and so is its dry run")
  func versions() throws {
    let server = CounterServer()
    for dryRun in ["", #","dryRun":true"#] {
      let params = #"{"name":"visits","ifVersion":2\#(dryRun)}"#
      let error = try #require(try server.call("counter.reset", params)["error"])
      #expect(error["data"]?["refusal"]?.string == "counterMoved")
    }
    #expect(server.counters.values == ["visits": 3])
    let params = #"{"name":"visits","to":8,"ifVersion":3}"#
    #expect(try server.call("counter.reset", params)["result"]?["value"]?.integer == 8)
    #expect(try server.call("counter.reset", #"["visits",1]"#)["result"] != nil)
  }

  @Test("A retry with a key and a version gets the first result, though the version has moved on")
  func versionAndKey() throws {
    let server = CounterServer()
    let params = #"{"name":"visits","ifVersion":3,"key":"k"}"#
    let first = server.answer(request("counter.reset", params))
    #expect(first.contains("result") && server.answer(request("counter.reset", params)) == first)
    let other = try server.call("counter.reset", #"{"name":"visits","ifVersion":4,"key":"k"}"#)
    #expect(other["error"]?["data"]?["refusal"]?.string == "keyReused")
  }
}
