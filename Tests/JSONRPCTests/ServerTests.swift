// Proves the server: JSON-RPC 2.0 to the letter, one message at a time.
import Testing

@testable import JSONRPC

@Suite("The server")
struct ServerTests {
  private let visits = #""result":{"name":"visits","value":3}"#

  private func request(_ members: String) -> String {
    #"{"jsonrpc":"2.0","method":"counter.read","params":["visits"]\#(members)}"#
  }

  private func code(_ answer: String) throws -> Int64? {
    let json = try JSONText.parse(answer.utf8)
    #expect(json.members.map(\.name) == ["jsonrpc", "id", "error"])
    #expect(json["jsonrpc"]?.string == "2.0")
    #expect(json["error"]?["message"]?.string?.isEmpty == false)
    return json["error"]?["code"]?.integer
  }

  @Test(
    "An id comes back byte for byte",
    arguments: [
      "1", "0", "-0", "1.0", "1e2", "1E+2", "-12.5e-3", "9007199254740993", "1e400",
      "123456789012345678901234567890", "1e-9223372036854775808", "null", #""""#, #""abc""#,
      #""\u0041""#, #""A""#, #""\/\"\\""#, #""é€😀""#, #""\uD83D\uDE00""#, #"" ""#,
    ])
  func ids(id: String) {
    let server = CounterServer()
    #expect(
      server.answer(request(#","id":\#(id)"#)) == #"{"jsonrpc":"2.0","id":\#(id),\#(visits)}"#)
    #expect(
      server.answer(request(#", "id" : \#(id) "#)) == #"{"jsonrpc":"2.0","id":\#(id),\#(visits)}"#)
    let error = server.answer(#"{"id":\#(id),"jsonrpc":"2.0","method":"no"}"#)
    #expect(error.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32601,"#))
  }

  @Test(
    "What is no id is refused with id null",
    arguments: ["true", "false", "[]", "[1]", "{}", #"{"a":1}"#])
  func notIDs(id: String) throws {
    let answer = CounterServer().answer(request(#","id":\#(id)"#))
    #expect(answer.hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#))
    #expect(try code(answer) == -32600)
  }

  @Test(
    "What is not JSON or not UTF-8 is −32700 with id null, and says where",
    arguments: [
      ("", 0), ("{", 1), ("nonsense", 0), (#"{"jsonrpc":"2.0","id":1,"method":"counter.read""#, 47),
      ("[1,]", 3), ("\u{FEFF}{}", 0), (#"{"id":01}"#, 6), (#"{"id":"\uD800"}"#, 7), ("{}{}", 2),
    ])
  func notJSON(text: String, offset: Int64) throws {
    let answer = CounterServer().answer(text)
    #expect(try code(answer) == -32700)
    let json = try JSONText.parse(answer.utf8)
    #expect(json["id"]?.isNull == true)
    #expect(json["error"]?["data"]?["offset"]?.integer == offset)
  }

  @Test(
    "A byte that is not UTF-8 is −32700 wherever it is", arguments: [0x80, 0xC0, 0xFF] as [UInt8])
  func notUTF8(byte: UInt8) throws {
    let good = Array(request(#","id":"x""#).utf8)
    for position in [0, 2, 13, good.count - 3, good.count] {
      var bad = good
      bad.insert(byte, at: position)
      #expect(try code(CounterServer().answer(bad)) == -32700)
    }
  }

  @Test(
    "JSON that is no request is −32600, with the id where one can be read",
    arguments: [
      ("1", "null"), ("null", "null"), (#""x""#, "null"), ("{}", "null"), (#"{"id":7}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7}"#, "7"), (#"{"jsonrpc":"2.0","id":7,"method":1}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7,"method":null}"#, "7"),
      (#"{"jsonrpc":"2.0","method":["m"]}"#, "null"),
      (#"{"id":7,"method":"counter.read"}"#, "7"), (#"{"jsonrpc":"1.0","id":7,"method":"m"}"#, "7"),
      (#"{"jsonrpc":2.0,"id":7,"method":"m"}"#, "7"),
      (#"{"jsonrpc":"2","id":7,"method":"m"}"#, "7"),
      (#"{"jsonrpc":null,"id":7,"method":"m"}"#, "7"),
      (#"{"JSONRPC":"2.0","id":7,"method":"m"}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7,"method":"m","params":1}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7,"method":"m","params":"x"}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7,"method":"m","params":true}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7,"id":8,"method":"m"}"#, "null"),
      (#"{"jsonrpc":"2.0","id":7,"\u0069d":7,"method":"m"}"#, "null"),
      (#"{"jsonrpc":"2.0","id":7,"method":"m","method":"m"}"#, "7"),
      (#"{"jsonrpc":"2.0","id":7,"method":"m","params":[],"params":[]}"#, "7"),
      (#"{"jsonrpc":"2.0","jsonrpc":"2.0","id":7,"method":"m"}"#, "7"),
      (#"{"jsonrpc":"2.0","method":"m","params":1}"#, "null"), ("[]", "null"),
    ])
  func notRequests(text: String, id: String) throws {
    let answer = CounterServer().answer(text)
    #expect(answer.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-32600,"#))
    #expect(try code(answer) == -32600)
  }

  @Test(
    "Params that are absent, null, [] or {} are no parameters",
    arguments: ["", #","params":null"#, #","params":[]"#, #","params":{}"#])
  func noParams(params: String) throws {
    let answer = CounterServer().answer(
      #"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"\#(params)}"#)
    #expect(try JSONText.parse(answer.utf8)["result"]?["openrpc"]?.string == "1.4.0")
  }

  @Test("Members nobody knows beside a request are let be")
  func unknownMembers() {
    #expect(
      CounterServer().answer(request(#","id":1,"meta":{"a":[1]},"Id":2"#))
        == #"{"jsonrpc":"2.0","id":1,\#(visits)}"#)
  }

  @Test("A notification is carried out and not answered, also when it fails")
  func notifications() {
    let server = CounterServer()
    #expect(server.answer(#"{"jsonrpc":"2.0","method":"counter.add","params":["visits",4]}"#) == "")
    #expect(server.counters.values == ["visits": 7])
    for failing in ["no.such", "counter.add", "counter.read", "counter.burn", "rpc.discover"] {
      #expect(server.answer(#"{"jsonrpc":"2.0","method":"\#(failing)","params":["x","y"]}"#) == "")
    }
    #expect(server.answer(#"{"jsonrpc":"2.0","method":"counter.burn"}"#) == "")
    #expect(server.counters.values == ["visits": 7])
    #expect(server.log == ["counter.burn: DiskOnFire()"])
  }

  @Test(
    "Somebody's answer to a request is not answered",
    arguments: [
      #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":"x","result":null}"#,
      #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}"#,
      #"[{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":2,"error":{}}]"#,
    ])
  func responses(text: String) {
    #expect(CounterServer().answer(text) == "")
  }

  @Test("A batch is answered in one array, in order, without its notifications")
  func batches() throws {
    let server = CounterServer()
    let answer = server.answer(
      """
      [ {"jsonrpc":"2.0","id":"a","method":"counter.add","params":{"name":"visits"}},
        {"jsonrpc":"2.0","method":"counter.add","params":{"name":"visits","by":10}},
        1, [], [{"jsonrpc":"2.0","id":9,"method":"counter.read","params":["visits"]}],
        {"jsonrpc":"2.0","id":1,"result":true}, {"jsonrpc":"2.0","id":"b","method":"nothing"},
        {"jsonrpc":"2.0","id":"c","method":"counter.read","params":["visits"]} ]
      """)
    let answers = Array(try JSONText.parse(answer.utf8).elements)
    #expect(answers.map { $0["id"]?.string } == ["a", nil, nil, nil, "b", "c"])
    #expect(
      answers.map { $0["error"]?["code"]?.integer } == [nil, -32600, -32600, -32600, -32601, nil])
    #expect(answers.last?["result"]?["value"]?.integer == 14)
  }

  @Test(
    "A batch that wants no answer gets none, and one of one an array of one",
    arguments: [
      (#"[{"jsonrpc":"2.0","method":"counter.add","params":["visits"]}]"#, ""),
      (#"[{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","method":"y"}]"#, ""),
      (
        #"[{"jsonrpc":"2.0","id":1,"method":"counter.read","params":["visits"]}]"#,
        #"[{"jsonrpc":"2.0","id":1,"result":{"name":"visits","value":3}}]"#
      ),
    ])
  func smallBatches(text: String, expected: String) {
    #expect(CounterServer().answer(text) == expected)
  }

  @Test("A batch of more requests than the bound is one error, and nothing of it is carried out")
  func hugeBatches() throws {
    let server = CounterServer()
    let one = #"{"jsonrpc":"2.0","id":1,"method":"counter.add","params":["visits"]}"#
    let bound = Server<Counters>.maximumBatchLength
    func batch(_ count: Int) -> String {
      "[" + Array(repeating: one, count: count).joined(separator: ",") + "]"
    }
    let refused = try JSONText.parse(server.answer(batch(bound + 1)).utf8)
    #expect(refused["error"]?["code"]?.integer == -32600)
    #expect(refused["id"]?.isNull == true)
    #expect(server.counters.values == ["visits": 3])
    #expect(try JSONText.parse(server.answer(batch(bound)).utf8).count == bound)
    #expect(server.counters.values == ["visits": 3 + bound])
  }

  @Test(
    "A method nobody knows is −32601, with the name that may be meant",
    arguments: [
      ("counter.reed", "counter.read"), ("Counter.Add", "counter.add"),
      ("rpc.discovr", "rpc.discover"),
      ("purchase.chekc", "purchase.check"), ("xyz", nil), ("", nil),
    ])
  func unknownMethods(name: String, meant: String?) throws {
    let error = try CounterServer().call(name, "{}")["error"]
    #expect(error?["code"]?.integer == -32601)
    #expect(error?["data"]?["method"]?.string == name)
    #expect(error?["data"]?["didYouMean"]?.string == meant)
  }

  @Test("A failure of ours is told to the log and not to the caller, and nothing of it stays")
  func internalErrors() {
    let server = CounterServer()
    #expect(
      server.answer(#"{"jsonrpc":"2.0","id":1,"method":"counter.burn"}"#)
        == #"{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}"#)
    #expect(server.log == ["counter.burn: DiskOnFire()"])
    #expect(server.counters.values == ["visits": 3])
  }

  @Test("A refusal has its code, its sentence, and what a caller needs to act on it")
  func refusals() {
    let server = CounterServer()
    #expect(
      server.answer(#"{"jsonrpc":"2.0","id":1,"method":"counter.read","params":["none"]}"#)
        == #"{"jsonrpc":"2.0","id":1,"error":{"code":1001,"message":"There is no such counter. It was none.","#
        + #""data":{"refusal":"noSuchCounter","transient":false,"counter":"none"}}}"#)
    #expect(
      server.answer(#"{"jsonrpc":"2.0","id":1,"method":"counter.add","params":["busy"]}"#)
        == #"{"jsonrpc":"2.0","id":1,"error":{"code":1002,"message":"Not now. It was busy.","#
        + #""data":{"refusal":"counterBusy","transient":true,"counter":"busy"}}}"#)
    #expect(server.log.isEmpty)
  }

  @Test("dryRun answers what would happen and changes nothing")
  func dryRun() throws {
    let server = CounterServer()
    for params in [#"{"name":"visits","by":2,"dryRun":true}"#, #"["visits",2,true]"#] {
      #expect(try server.call("counter.add", params)["result"]?["value"]?.integer == 5)
      #expect(server.counters.values == ["visits": 3])
    }
    #expect(
      try server.call("counter.add", #"["visits",2,false]"#)["result"]?["value"]?.integer == 5)
    #expect(server.counters.values == ["visits": 5])
    #expect(try server.call("counter.read", #"{"name":"visits","dryRun":true}"#)["error"] != nil)
    #expect(server.counters.effects == [.changes, .changes, .changes])
  }

  @Test("What is long in a request does not come back long")
  func longNames() throws {
    let long = String(repeating: "é", count: 500_000)
    let method = CounterServer().answer(#"{"jsonrpc":"2.0","id":1,"method":"\#(long)"}"#)
    #expect(try code(method) == -32601)
    #expect(method.utf8.count < 1000)
    let member = CounterServer().answer(
      #"{"jsonrpc":"2.0","id":1,"method":"counter.read","params":{"\#(long)":"\#(long)"}}"#)
    #expect(try code(member) == -32602)
    #expect(member.utf8.count < 1000)
    let id = CounterServer().answer(request(#","id":["\#(long)"]"#))
    #expect(id.utf8.count < 1000)
  }

  @Test("A message cut at any byte is answered with an error, and the server goes on")
  func truncated() throws {
    let server = CounterServer()
    let message = Array(request(#","id":"\u00e9é""#).utf8)
    for length in message.indices {
      #expect(try code(server.answer(message.prefix(length))) == -32700, "cut at \(length)")
    }
    #expect(server.answer(message) == #"{"jsonrpc":"2.0","id":"\u00e9é",\#(visits)}"#)
  }
}
