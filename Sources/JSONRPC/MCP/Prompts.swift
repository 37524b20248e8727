// Prompts: pieces of work that a user picks from a menu, and what completes their arguments.

extension Agent {
  func listPrompts(to output: inout JSONWriter) throws {
    try write(.moment, to: &output) { output in
      output.member("prompts")
      output.beginArray()
      for prompt in guide.prompts {
        let wording = try wording(of: prompt)
        output.element()
        output.beginObject()
        output.text("name", prompt.name)
        output.text("title", wording.title)
        output.text("description", wording.summary)
        if !prompt.arguments.isEmpty {
          output.member("arguments")
          output.beginArray()
          for (argument, sentence) in zip(prompt.arguments, wording.arguments) {
            output.element()
            output.beginObject()
            output.text("name", argument.name)
            output.text("description", sentence)
            output.member("required")
            output.bool(argument.isRequired)
            output.endObject()
          }
          output.endArray()
        }
        output.endObject()
      }
      output.endArray()
    }
  }

  /// Writes a prompt with its arguments filled in, and the resources that they name.
  func getPrompt(_ params: JSON?, to output: inout JSONWriter) throws {
    let prompt = try prompt(try params.text("name"), at: "name")
    let wording = try wording(of: prompt)
    let values = try values(of: prompt, try params.object("arguments"))
    try write(to: &output) { output in
      output.text("description", wording.summary)
      output.member("messages")
      output.beginArray()
      for (argument, value) in zip(prompt.arguments, values) {
        guard let value, case .resource(let name) = argument.kind,
          let resource = guide.resources.first(where: { $0.name == name })
        else { continue }
        try output.message { output in
          output.beginObject()
          output.text("type", "resource")
          output.member("resource")
          guard try writeResource(resource.prefix + value, to: &output) else {
            throw Mismatch(expected: "an id of \"\(name)\" that is there", found: "\"\(value)\"")
              .at(argument.name).at("arguments")
          }
          output.endObject()
        }
      }
      output.message { output in
        output.beginObject()
        output.text("type", "text")
        output.text("text", wording.text(values))
        output.endObject()
      }
      output.endArray()
    }
  }

  private func wording(of prompt: Prompt<Context>) throws -> Prompt<Context>.Wording {
    var wording: Prompt<Context>.Wording?
    try context.perform(Call(effect: .reads, isDryRun: false)) {
      wording = try prompt.wording(context)
    }
    guard let wording else { throw Failure.internalError }
    return wording
  }

  private func prompt(_ name: String, at place: String) throws(Mismatch) -> Prompt<Context> {
    guard let prompt = guide.prompts.first(where: { $0.name == name }) else {
      throw Mismatch(unknown: name, "a prompt", among: guide.prompts.map(\.name)).at(place)
    }
    return prompt
  }

  /// The values of a prompt's arguments, in their order.
  private func values(of prompt: Prompt<Context>, _ json: JSON?) throws(Mismatch) -> [String?] {
    let names = prompt.arguments.map(\.name)
    var values: [String?] = Array(repeating: nil, count: names.count)
    do throws(Mismatch) {
      if let json {
        for member in json.members where !names.contains(member.name) {
          throw Mismatch(unknown: member.name, "an argument", among: names).at(member.name)
        }
      }
      for (index, argument) in prompt.arguments.enumerated() {
        if json?[argument.name] != nil || argument.isRequired {
          let value = try json.text(argument.name)
          if case .words(let words) = argument.kind, !words.contains(value) {
            throw Mismatch(
              expected: Schema.choice(words).phrase, found: json?[argument.name]
            ).at(argument.name)
          }
          values[index] = value
        }
      }
    } catch {
      throw error.at("arguments")
    }
    return values
  }

  /// Writes what an argument of a prompt or the id in a URI may go on to be.
  func complete(_ params: JSON?, to output: inout JSONWriter) throws {
    let reference = try params.object("ref")
    let argument = try params.object("argument")
    let (name, value): (String, String)
    do throws(Mismatch) {
      (name, value) = (try argument.text("name"), try argument.text("value"))
    } catch {
      throw error.at("argument")
    }
    let kind = try kind(of: name, reference)
    var found = (values: [String](), hasMore: false)
    switch kind {
    case .text: break
    case .words(let words): found.values = words.filter { $0.hasPrefix(value.lowercased()) }
    case .resource(let name):
      if let resource = guide.resources.first(where: { $0.name == name }) {
        found = try ids(of: resource, beginningWith: value)
      }
    }
    write(to: &output) { output in
      output.member("completion")
      output.beginObject()
      output.member("values")
      output.strings(Array(found.values.prefix(most)))
      output.member("hasMore")
      output.bool(found.hasMore || found.values.count > most)
      output.endObject()
    }
  }

  /// What kind of thing the argument called `name` of a reference is.
  private func kind(
    of name: String, _ reference: JSON?
  ) throws(Mismatch) -> Prompt<Context>.Argument.Kind {
    do throws(Mismatch) {
      switch try reference.text("type") {
      case "ref/prompt":
        let prompt = try prompt(try reference.text("name"), at: "name")
        if let argument = prompt.arguments.first(where: { $0.name == name }) {
          return argument.kind
        }
      case "ref/resource":
        let uri = try reference.text("uri")
        guard let resource = guide.resources.first(where: { $0.template == uri }) else {
          throw Mismatch(unknown: uri, "a template", among: guide.resources.map(\.template)).at(
            "uri")
        }
        if name == "id" { return .resource(resource.name) }
      default:
        throw Mismatch(expected: "\"ref/prompt\" or \"ref/resource\"", found: reference?["type"])
          .at("type")
      }
    } catch {
      throw error.at("ref")
    }
    throw Mismatch(expected: "an argument of what ref names", found: "\"\(name)\"").at("name")
      .at("argument")
  }

  /// Ids from the first page, the longest there is: who looks for an older one types it.
  private func ids(
    of resource: Resource<Context>, beginningWith text: String
  ) throws -> (values: [String], hasMore: Bool) {
    let page = try result(of: resource.lists, #"{"limit":500}"#)
    let ids = page[resource.rows]?.elements.compactMap { $0["id"]?.integer.map(String.init) } ?? []
    return (ids.filter { $0.hasPrefix(text) }, page["nextCursor"]?.isString == true)
  }
}

/// The most values that the protocol allows in one completion.
private let most = 100

extension JSONWriter {
  /// Writes a message of the user's.
  fileprivate mutating func message(
    _ content: (inout JSONWriter) throws -> Void
  ) rethrows {
    element()
    beginObject()
    text("role", "user")
    member("content")
    try content(&self)
    endObject()
  }
}
