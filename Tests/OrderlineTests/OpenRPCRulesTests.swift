// Holds the published document against the rules of OpenRPC 1.4, as its meta-schema has them.
import Foundation
import JSONRPC
import ShopService
import Testing

@Suite("The published OpenRPC document")
struct OpenRPCRulesTests {
  private static func published() throws -> Value {
    let url = Program.root.appendingPathComponent("Protocol/openrpc.json")
    return try #require(Value(try String(contentsOf: url, encoding: .utf8)))
  }

  /// What an object of the specification may hold, and what its members are.
  private indirect enum Rule: Sendable {
    case text
    case bool
    case integer
    /// Anything at all.
    case any
    case word([String])
    case list(Rule)
    case map(Rule)
    case object(required: [String: Rule], optional: [String: Rule])
    case schema
    /// A JSON Schema that has a title of its own or refers to one that has.
    case titled
  }

  private static let error = Rule.object(
    required: ["code": .integer, "message": .text], optional: ["data": .any])

  private static let descriptor = Rule.object(
    required: ["name": .text, "schema": .schema],
    optional: [
      "summary": .text, "description": .text, "required": .bool, "deprecated": .bool,
    ])

  private static let example = Rule.object(
    required: ["name": .text, "value": .any], optional: ["summary": .text, "description": .text])

  private static let pairing = Rule.object(
    required: ["name": .text, "params": .list(example)],
    optional: ["description": .text, "summary": .text, "result": example])

  private static let method = Rule.object(
    required: ["name": .text, "params": .list(descriptor)],
    optional: [
      "result": descriptor, "summary": .text, "description": .text, "errors": .list(error),
      "examples": .list(pairing), "deprecated": .bool,
      "paramStructure": .word(["by-name", "by-position", "either"]),
    ])

  private static let document = Rule.object(
    required: [
      "openrpc": .text,
      "info": .object(
        required: ["title": .text, "version": .text],
        optional: ["description": .text, "termsOfService": .text]),
      "methods": .list(method),
    ],
    optional: [
      "components": .object(
        required: [:], optional: ["schemas": .map(.titled), "errors": .map(error)])
    ])

  private static func violations(_ value: Value, _ rule: Rule, at path: String) -> [String] {
    func expect(_ isRight: Bool, _ what: String) -> [String] {
      isRight ? [] : ["\(path): expected \(what), found \(value)"]
    }
    switch rule {
    case .any: return []
    case .text: return expect(value.text?.isEmpty == false, "a text")
    case .bool: if case .bool = value { return [] } else { return expect(false, "a boolean") }
    case .integer:
      if case .number = value { return [] } else { return expect(false, "an integer") }
    case .word(let words): return expect(words.contains(value.text ?? ""), "one of \(words)")
    case .list(let rule):
      guard case .array(let elements) = value else { return expect(false, "an array") }
      return elements.enumerated().flatMap { violations($1, rule, at: "\(path)/\($0)") }
    case .map(let rule):
      guard case .object(let members) = value else { return expect(false, "an object") }
      return members.flatMap { name, member in
        expect(name.wholeMatch(of: #/[A-Za-z0-9._-]+/#) != nil, "a name for a component")
          + violations(member, rule, at: "\(path)/\(name)")
      }
    case .object(let required, let optional):
      guard case .object(let members) = value else { return expect(false, "an object") }
      var found = required.keys.filter { members[$0] == nil }.map { "\(path): lacks \($0)" }
      for (name, member) in members where !name.hasPrefix("x-") {
        if let rule = required[name] ?? optional[name] {
          found += violations(member, rule, at: "\(path)/\(name)")
        } else {
          found.append("\(path): may have no \(name)")
        }
      }
      return found
    case .titled:
      return expect(value["title"]?.text != nil, "a title") + violations(value, .schema, at: path)
    case .schema: return schemaViolations(value, at: path)
    }
  }

  /// The keywords that JSON Schema draft-07 and 2020-12 share, as far as they are used here.
  private static func schemaViolations(_ value: Value, at path: String) -> [String] {
    guard case .object(let members) = value else { return ["\(path): a schema is an object"] }
    if members["$ref"] != nil, members.count > 1 {
      return ["\(path): draft-07 ignores what stands beside $ref"]
    }
    let types: Set = ["boolean", "integer", "string", "array", "object", "null"]
    var found: [String] = []
    for (name, member) in members {
      let place = "\(path)/\(name)"
      switch name {
      case "$ref", "title", "description", "pattern", "format":
        found += violations(member, .text, at: place)
      case "type":
        let named = member.text.map { [$0] } ?? member.elements.compactMap(\.text)
        if named.isEmpty || !types.isSuperset(of: named) { found.append("\(place): \(member)") }
      case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
        found += violations(member, .integer, at: place)
      case "enum", "default": break
      case "required": found += violations(member, .list(.text), at: place)
      case "items": found += schemaViolations(member, at: place)
      case "allOf", "anyOf": found += violations(member, .list(.schema), at: place)
      case "properties": found += violations(member, .map(.schema), at: place)
      // Names that begin so are left to others: this one says what --redact hides.
      case "additionalProperties", "x-personal": found += violations(member, .bool, at: place)
      default: found.append("\(path): \(name) is no keyword that both drafts have")
      }
    }
    if members["type"]?.text == "object", members["title"] == nil {
      found.append("\(path): an object without a title")
    }
    return found
  }

  @Test("keeps to the meta-schema, and so does what rpc.discover answers")
  func metaSchema() throws {
    let published = try Self.published()
    #expect(Self.violations(published, Self.document, at: "") == [])
    let discovered = try #require(Value(shopCatalog.openRPC))
    #expect(Self.violations(discovered, Self.document, at: "") == [])
    #expect(published["openrpc"]?.text?.hasPrefix("1.4.") == true)
  }

  @Test("has what a document must not have judged as such")
  func judge() throws {
    for broken in [
      #"{"openrpc":"1.4.0","methods":[]}"#,
      #"{"openrpc":"1.4.0","info":{"title":"t","version":"1"},"methods":[{"name":"m"}]}"#,
      #"{"openrpc":"1.4.0","info":{"title":"t","version":"1"},"methods":[],"more":1}"#,
      #"{"openrpc":"1.4.0","info":{"title":"t","version":"1"},"methods":[{"name":"m","params":[{"name":"p"}]}]}"#,
    ] {
      #expect(Self.violations(try #require(Value(broken)), Self.document, at: "") != [])
    }
  }

  @Test("names each method and parameter once, and what is required first")
  func names() throws {
    let methods = try Self.published()["methods"]?.elements ?? []
    let names = methods.compactMap { $0["name"]?.text }
    #expect(Set(names).count == names.count)
    for method in methods {
      let params = method["params"]?.elements ?? []
      let names = params.compactMap { $0["name"]?.text }
      #expect(Set(names).count == names.count)
      // By position, what may be left out has to stand at the end.
      let isRequired = params.map { $0["required"] == .bool(true) }
      let split = isRequired.firstIndex(of: false) ?? isRequired.count
      #expect(!isRequired[split...].contains(true), "\(method["name"]?.text ?? "")")
      #expect(method["result"]?["schema"] != nil)
      let codes = (method["errors"]?.elements ?? []).compactMap { $0["code"]?.integer }
      #expect(Set(codes).count == codes.count && codes.allSatisfy { $0 >= 1000 })
    }
  }

  /// What these answer is never the same twice, or the document itself.
  private static let withoutExample = [
    "downloads.grant", "orders.exportFile", "server.info", "rpc.discover",
  ]

  @Test("has an example of each method, and each fits its schemas")
  func examples() throws {
    for method in try Self.published()["methods"]?.elements ?? [] {
      let name = method["name"]?.text ?? ""
      let examples = method["examples"]?.elements ?? []
      #expect(examples.isEmpty == Self.withoutExample.contains(name), "\(name)")
      for example in examples {
        let known = Set(method["params"]?.elements.compactMap { $0["name"]?.text } ?? [])
        let given = example["params"]?.elements.compactMap { $0["name"]?.text } ?? []
        #expect(known.isSuperset(of: given))
        let result = try #require(example["result"]?["value"])
        #expect(Contract.published.violations(method: name, result: result) == [])
      }
    }
  }
}
