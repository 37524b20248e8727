// The published document, read by others' eyes: checks messages against its schemas.
import Foundation

/// An OpenRPC document and a small checker of JSON Schema, independent of the program's own.
struct Contract: Sendable {
  /// `Protocol/openrpc.json` as it stands.
  static let published = Contract()

  private let document: Value

  private init() {
    let url = Program.root.appendingPathComponent("Protocol/openrpc.json")
    self.init((try? String(contentsOf: url, encoding: .utf8)) ?? "null")
  }

  /// A document of the same form.
  init(_ document: String) {
    self.document = Value(document) ?? .null
  }

  /// What an answer violates: its own form, its method's result schema, or the errors declared.
  func violations(request: String, answer: String) -> [String] {
    guard let answer = Value(answer) else { return [] }
    if case .array(let answers) = answer {
      return answers.flatMap { check($0, to: nil, document) }
    }
    return check(answer, to: Value(request)?["method"]?.text, document)
  }

  /// What a value violates of a schema that refers to nothing else.
  static func violations(of schema: Value, by value: Value) -> [String] {
    published.violations(of: schema, by: value, at: "", .null)
  }

  /// What a result violates of its method's schema.
  func violations(method name: String, result: Value) -> [String] {
    check(
      .object(["jsonrpc": .string("2.0"), "id": .null, "result": result]), to: name, document)
  }

  /// What a notification violates: its own form, or the schema of its params.
  func violations(notification: String) -> [String] {
    let members = Value(notification)?.members ?? [:]
    let declared = document["x-notifications"]?.elements.first { $0["name"] == members["method"] }
    guard members["jsonrpc"] == .string("2.0"), members.count == 3, let params = members["params"],
      let schema = declared?["params"]
    else { return ["no notification that is declared: \(notification)"] }
    return violations(of: schema, by: params, at: "", document)
  }

  private func check(_ answer: Value, to name: String?, _ document: Value) -> [String] {
    let members = answer.members
    var found: [String] = []
    if members["jsonrpc"] != .string("2.0") || members["id"] == nil || members.count != 3 {
      found.append("an answer has jsonrpc, id and one of result and error: \(answer)")
    }
    let method = document["methods"]?.elements.first { $0["name"]?.text == name }
    if let error = members["error"] {
      guard let code = error["code"]?.integer, error["message"]?.text != nil else {
        return found + ["an error has a code and a message: \(error)"]
      }
      // Which request of a batch an answer belongs to is not looked for.
      if code >= 1000, name != nil {
        let declared = (method?["errors"]?.elements ?? []).compactMap { resolve($0, document) }
        if !declared.contains(where: { $0["code"]?.integer == code }) {
          found.append("\(name ?? "?") does not declare \(code)")
        }
      }
    } else if let result = members["result"], let schema = method?["result"]?["schema"] {
      found += violations(of: schema, by: result, at: "", document)
    }
    return found
  }

  private func resolve(_ schema: Value, _ document: Value) -> Value? {
    guard let reference = schema["$ref"]?.text else { return schema }
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(document as Value?) {
      $0?[String($1)]
    }
  }

  private func violations(
    of unresolved: Value, by value: Value, at path: String, _ document: Value
  ) -> [String] {
    guard let schema = resolve(unresolved, document) else { return ["\(path): a dangling $ref"] }
    var found: [String] = []
    func fail(_ rule: String) { found.append("\(path): \(rule): \(value)") }
    for part in schema["allOf"]?.elements ?? [] {
      found += violations(of: part, by: value, at: path, document)
    }
    if let choices = schema["anyOf"]?.elements,
      !choices.contains(where: { violations(of: $0, by: value, at: path, document).isEmpty })
    {
      fail("fits none of anyOf")
    }
    if let type = schema["type"] {
      let types = type.text.map { [$0] } ?? type.elements.compactMap(\.text)
      if !types.contains(where: { value.isOfType($0) }) { fail("is not \(types)") }
    }
    if let words = schema["enum"]?.elements, !words.contains(value) { fail("is not in the enum") }
    switch value {
    case .string(let text):
      if let pattern = schema["pattern"]?.text,
        text.range(of: pattern, options: .regularExpression) == nil
      {
        fail("does not match \(pattern)")
      }
      if let least = schema["minLength"]?.integer, text.count < least { fail("is too short") }
    case .number(let number):
      if let least = schema["minimum"]?.integer, number < Decimal(least) { fail("is too small") }
      if let most = schema["maximum"]?.integer, number > Decimal(most) { fail("is too large") }
    case .array(let values):
      for (index, element) in values.enumerated() {
        guard let items = schema["items"] else { break }
        found += violations(of: items, by: element, at: "\(path)/\(index)", document)
      }
    case .object(let members):
      let properties = schema["properties"]?.members ?? [:]
      for name in (schema["required"]?.elements ?? []).compactMap(\.text)
      where members[name] == nil {
        fail("lacks \(name)")
      }
      for (name, member) in members {
        if let property = properties[name] {
          found += violations(of: property, by: member, at: "\(path)/\(name)", document)
        } else if schema["properties"] != nil {
          // Results may grow for callers, but what this program answers is all published.
          fail("\(name) is not published")
        }
      }
    default: break
    }
    return found
  }
}

extension Value {
  fileprivate func isOfType(_ name: String) -> Bool {
    switch (self, name) {
    case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"),
      (.object, "object"), (.number, "number"):
      true
    case (.number(let number), "integer"): number.isZero || number.exponent >= 0
    default: false
    }
  }
}
