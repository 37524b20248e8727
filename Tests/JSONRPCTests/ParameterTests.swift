// Proves how parameters are read: by name, by position, and what is said where they do not fit.
import Testing

@testable import JSONRPC

@Suite("Parameters")
struct ParameterTests {
  @Test(
    "They are read by name in any order, or by position in the declared one",
    arguments: [
      (#"{"name":"a","by":5}"#, 5), (#"{"by":5,"name":"a"}"#, 5), (#"["a",5]"#, 5), (#"["a"]"#, 1),
      (#"{"name":"a"}"#, 1), (#"{"name":"a","by":null}"#, 1), (#"["a",null]"#, 1),
      (#"["a",null,null]"#, 1), (#"{"\u006eame":"a","by":5.0}"#, 5), (#"["a",1e2]"#, 100),
      (#"["a",-0]"#, 0), (#"{"name":"a","by":-1000,"dryRun":null}"#, -1000),
    ])
  func read(params: String, value: Int64) throws {
    #expect(try CounterServer().call("counter.add", params)["result"]?["value"]?.integer == value)
  }

  @Test(
    "What does not fit is −32602 with its place, what was expected and what was found",
    arguments: [
      ("counter.read", "{}", "/name", nil), ("counter.read", "[]", "/name", nil),
      ("counter.read", #"{"name":null}"#, "/name", "null"), ("counter.read", "[1]", "/name", "1"),
      ("counter.read", #"{"name":""}"#, "/name", #""""#),
      ("counter.read", #"["a","b"]"#, "", "2 values"),
      ("counter.read", #"{"name":"a","name":"a"}"#, "/name", "the member twice"),
      ("counter.read", #"{"name":"a","other":[1,2]}"#, "/other", "[1,2]"),
      ("counter.read", #"{"name":"a","a/b~c":1}"#, "/a~1b~0c", "1"),
      ("counter.read", "{\"name\":\"a\",\"~\u{301}/\u{301}\":1}", "/~0\u{301}~1\u{301}", "1"),
      ("counter.read", #"{"name":"a","":1}"#, "/", "1"),
      ("counter.add", #"["a",1001]"#, "/by", "1001"), ("counter.add", #"["a",1.5]"#, "/by", "1.5"),
      ("counter.add", #"["a","1"]"#, "/by", #""1""#),
      ("counter.add", #"["a",1e-9223372036854775808]"#, "/by", "1e-9223372036854775808"),
      ("counter.add", #"["a",9223372036854775808]"#, "/by", "9223372036854775808"),
      ("counter.add", #"["a",1,"yes"]"#, "/dryRun", #""yes""#),
      ("purchase.check", #"{"lines":[]}"#, "/lines", "0 elements"),
      ("purchase.check", #"{"lines":{}}"#, "/lines", "{}"),
      ("purchase.check", #"{"lines":[{"quantity":1},{"quantity":0}]}"#, "/lines/1/quantity", "0"),
      ("purchase.check", #"{"lines":[{"quantity":1},{}]}"#, "/lines/1/quantity", nil),
      ("purchase.check", #"{"lines":[7]}"#, "/lines/0", "7"),
      ("purchase.check", #"{"lines":[[1]]}"#, "/lines/0", "[1]"),
      ("purchase.check", #"{"lines":[{"quantity":1,"qty":2}]}"#, "/lines/0/qty", "2"),
      ("purchase.check", #"[[{"quantity":1,"note":5}]]"#, "/lines/0/note", "5"),
      (
        "purchase.check", #"{"lines":[{"quantity":1,"quantity":1}]}"#, "/lines/0/quantity",
        "the member twice"
      ),
      ("purchase.check", #"[[{"quantity":1}],"slow"]"#, "/mode", #""slow""#),
      ("purchase.check", #"[[{"quantity":1}],null,["a","b","c"]]"#, "/tags", "3 elements"),
      ("purchase.check", #"[[{"quantity":1}],null,["a",2]]"#, "/tags/1", "2"),
      ("purchase.check", #"[[{"quantity":1}],null,null,3]"#, "/comment", "3"),
      ("rpc.discover", #"{"full":true}"#, "/full", "true"), ("rpc.discover", "[1]", "", "1 values"),
    ] as [(String, String, String, String?)])
  func mismatches(method: String, params: String, path: String, found: String?) throws {
    let server = CounterServer()
    let error = try #require(try server.call(method, params)["error"])
    #expect(error["code"]?.integer == -32602)
    #expect(error["data"]?["method"]?.string == method)
    #expect(error["data"]?["path"]?.string == path)
    #expect(error["data"]?["found"]?.string == found)
    let expected = try #require(error["data"]?["expected"]?.string)
    let message = try #require(error["message"]?.string)
    #expect(message.contains(expected))
    #expect(message.contains(path.isEmpty ? "params" : path))
    #expect(server.counters.effects.isEmpty)
  }

  @Test(
    "What was meant is said where it can be told",
    arguments: [
      ("counter.read", #"{"nmae":"a"}"#, "name"),
      ("counter.add", #"{"name":"a","dryrun":true}"#, "dryRun"),
      ("purchase.check", #"{"lines":[{"quantty":1}]}"#, "quantity"),
      ("purchase.check", #"[[{"quantity":1}],"carefull"]"#, "careful"),
      ("purchase.check", #"[[{"quantity":1}],"QUICK"]"#, "quick"),
      ("counter.add", #"["a","1"]"#, "without quotes"), ("counter.read", #"{"zzzzzz":"a"}"#, nil),
    ])
  func hints(method: String, params: String, hint: String?) throws {
    let given = try CounterServer().call(method, params)["error"]?["data"]?["hint"]?.string
    #expect((given == nil) == (hint == nil))
    if let hint { #expect(given?.contains(hint) == true) }
  }

  @Test("A result is written as it is declared")
  func result() {
    let answer = CounterServer().answer(
      #"{"jsonrpc":"2.0","id":1,"method":"purchase.check","params":"#
        + #"{"lines":[{"quantity":2,"note":"a\"b"},{"note":null,"quantity":3}],"tags":"one","comment":null}}"#
    )
    #expect(
      answer == #"{"jsonrpc":"2.0","id":1,"result":{"lines":[{"quantity":2,"note":"a\"b"},"#
        + #"{"quantity":3,"note":null}],"mode":"quick","first":{"quantity":2,"note":"a\"b"},"#
        + #""state":{"name":"lines","value":2}}}"#)
  }

  @Test(
    "The nearest word is near enough to be meant, or none",
    arguments: [
      ("stauts", "status"), ("STATUS", "status"), ("statu", "status"), ("idd", "id"), ("", "id"),
      ("entirely else", nil), ("custmoer", "customer"),
    ])
  func nearestWords(word: String, meant: String?) {
    #expect(nearest(to: word, among: ["status", "id", "customer"]) == meant)
  }
}
