// Proves the published document: everything declared is in it, and every reference leads somewhere.
import Testing

@testable import JSONRPC

@Suite("The OpenRPC document")
struct OpenRPCTests {
  private func document() throws -> JSON { try JSONText.parse(counterCatalog.openRPC.utf8) }

  private func references(_ json: JSON) -> [String] {
    var found = json["$ref"]?.string.map { [$0] } ?? []
    for element in json.elements { found += references(element) }
    for member in json.members { found += references(member.value) }
    return found
  }

  @Test("It says what the service is")
  func info() throws {
    let document = try document()
    #expect(
      document.members.map(\.name)
        == ["openrpc", "info", "methods", "x-notifications", "components"])
    #expect(document["openrpc"]?.string == "1.4.0")
    #expect(document["info"]?["title"]?.string == "counters")
    #expect(document["info"]?["version"]?.string == "1.2.3")
  }

  @Test("rpc.discover answers the same document")
  func discover() throws {
    let answered = try CounterServer().call("rpc.discover", "{}")["result"]
    #expect(answered.map { String(decoding: $0.source, as: UTF8.self) } == counterCatalog.openRPC)
  }

  @Test("Every method is in it, with all it declares")
  func methods() throws {
    let methods = Array(try #require(try document()["methods"]).elements)
    let names = methods.map { $0["name"]?.string }
    #expect(names == counterCatalog.methods.map(\.name) + ["rpc.discover"])
    for (described, method) in zip(methods, counterCatalog.methods) {
      #expect(described["summary"]?.string == method.summary)
      #expect(described["x-effect"]?.string == method.effect.rawValue)
      let params = try #require(described["params"])
      #expect(params.elements.map { $0["name"]?.string } == method.parameters.map(\.name))
      #expect(params.elements.map { $0["required"]?.bool } == method.parameters.map(\.isRequired))
      #expect(params.elements.map { $0["summary"]?.string } == method.parameters.map(\.summary))
      #expect(
        described["result"]?["schema"]?["$ref"]?.string
          == "#/components/schemas/\(method.result.title)")
      #expect(
        described["errors"]?.elements.map { $0["code"]?.integer } ?? []
          == method.refusals.map { Int64($0.code) })
    }
  }

  @Test("Every notification is in it")
  func notifications() throws {
    let described = try #require(try document()["x-notifications"])
    #expect(
      String(decoding: described.source, as: UTF8.self)
        == #"[{"name":"counter.visited","summary":"Somebody was here.","#
        + ##""params":{"$ref":"#/components/schemas/Visits"}}]"##)
  }

  @Test("A changing method takes dryRun and key, one that changes one thing ifVersion too")
  func safety() {
    let names = ["dryRun", "key", "ifVersion"]
    for method in counterCatalog.methods {
      let taken = method.parameters.map(\.name).filter(names.contains)
      let expected = method.name == "counter.reset" ? 3 : method.effect == .changes ? 2 : 0
      #expect(taken == Array(names.prefix(expected)), "\(method.name)")
      #expect(method.refusals.contains(.keyReused) == (method.effect == .changes))
      #expect(method.refusals.contains(.counterMoved) == (method.name == "counter.reset"))
    }
  }

  @Test("Every reference into it leads somewhere, and nothing in it is unreachable")
  func references() throws {
    let document = try document()
    let found = Set(references(document).filter { $0.hasPrefix("#") })
    var known: Set<String> = []
    for member in try #require(document["components"]?["schemas"]).members {
      known.insert("#/components/schemas/\(member.name)")
    }
    #expect(found == known)
  }

  @Test("Every refusal there is has its code and says whether waiting may help")
  func errors() throws {
    let errors = try #require(try document()["components"]?["errors"])
    #expect(errors.members.map(\.name) == CounterRefusal.Kind.allCases.map(\.name))
    for kind in CounterRefusal.Kind.allCases {
      #expect(errors[kind.name]?["code"]?.integer == Int64(kind.code))
      #expect(errors[kind.name]?["message"]?.string == kind.summary)
      #expect(errors[kind.name]?["data"]?["refusal"]?.string == kind.name)
      #expect(errors[kind.name]?["data"]?["transient"]?.bool == kind.isTransient)
    }
  }

  @Test(
    "A schema says what is read",
    arguments: [
      ("counter.read", 0, #"{"type":"string","minLength":1}"#),
      ("counter.add", 1, #"{"type":"integer","minimum":-1000,"maximum":1000,"default":1}"#),
      ("counter.add", 2, #"{"type":"boolean","default":false}"#),
      (
        "purchase.check", 0,
        ##"{"type":"array","items":{"$ref":"#/components/schemas/Line"},"minItems":1,"maxItems":3}"##
      ),
      ("purchase.check", 1, #"{"type":"string","enum":["quick","careful"],"default":"quick"}"#),
      (
        "purchase.check", 2,
        #"{"anyOf":[{"type":"string","minLength":1},{"type":"array","items":{"type":"string","#
          + #""minLength":1},"minItems":1,"maxItems":2}]}"#
      ),
      ("purchase.check", 3, #"{"type":["string","null"],"minLength":1}"#),
    ])
  func schemas(method: String, parameter: Int, schema: String) throws {
    let methods = try #require(try document()["methods"])
    let described = try #require(methods.elements.first { $0["name"]?.string == method })
    let parameters = Array(try #require(described["params"]).elements)
    let written = try #require(parameters[parameter]["schema"])
    #expect(String(decoding: written.source, as: UTF8.self) == schema)
  }

  @Test("What callers send is closed and what they get may grow")
  func closedness() throws {
    let schemas = try #require(try document()["components"]?["schemas"])
    #expect(schemas["Line"]?["additionalProperties"]?.bool == false)
    #expect(schemas["Line"]?["required"]?.elements.map(\.string) == ["quantity"])
    #expect(schemas["Counter"]?["additionalProperties"] == nil)
    #expect(schemas["Purchase"]?["required"]?.elements.map(\.string) == ["lines", "mode", "state"])
  }
}
