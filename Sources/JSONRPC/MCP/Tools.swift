// Tools: each method of the catalog as an agent calls it.

extension Method {
  /// The name as a tool: agents' hosts take no dots.
  var toolName: String { name.split(separator: ".").joined(separator: "_") }

  /// The name as words: "orders.setStatus" is "Orders: set status".
  var toolTitle: String {
    var words = ""
    for letter in name.unicodeScalars {
      switch letter {
      case ".": words += ": "
      case "A"..."Z": words += " " + String(letter).lowercased()
      default: words.unicodeScalars.append(letter)
      }
    }
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}

extension Agent {
  /// Writes every method as a tool, in the catalog's order.
  func listTools(to output: inout JSONWriter) {
    write(.process, to: &output) { output in
      output.member("tools")
      output.beginArray()
      for method in catalog.methods {
        output.element()
        write(method, to: &output)
      }
      output.endArray()
    }
  }

  private func write(_ method: Method<Context>, to output: inout JSONWriter) {
    output.beginObject()
    output.text("name", method.toolName)
    output.text("title", method.toolTitle)
    output.text("description", method.summary)
    output.member("inputSchema")
    write(method.parameters, isClosed: true, .inPlace, to: &output)
    // An agent sees results anyway; all of their schemas would make the list three times as long.
    output.member("outputSchema")
    write(method.result.members, isClosed: false, .untold, to: &output)
    output.member("annotations")
    output.beginObject()
    for (name, value) in [
      ("readOnlyHint" as MemberName, method.effect.isReading),
      ("destructiveHint", method.effect == .changes),
      ("idempotentHint", method.effect.isReading),
      ("openWorldHint", false),
    ] {
      output.member(name)
      output.bool(value)
    }
    output.endObject()
    output.endObject()
  }

  private func write(
    _ members: [MemberSchema], isClosed: Bool, _ form: Components.Form, to output: inout JSONWriter
  ) {
    var components = Components(form)
    output.beginObject()
    output.text("type", "object")
    ObjectSchema(title: "", summary: "", members: members, isClosed: isClosed)
      .writeMembers(to: &output, &components)
    output.endObject()
  }

  /// Calls a tool. What is wrong with its arguments and what a rule refuses is a result too: the
  /// agent is to read it and do better.
  func callTool(_ params: JSON?, to output: inout JSONWriter) throws {
    let name = try params.text("name")
    guard let method = catalog.methods.first(where: { $0.toolName == name }) ?? catalog[name] else {
      throw Mismatch(unknown: name, "a tool", among: catalog.methods.map(\.toolName)).at("name")
    }
    let arguments = try params.object("arguments")
    try write(to: &output) { output in
      let start = output.count
      do {
        output.member("structuredContent")
        let body = output.count
        try server.run(method, arguments, to: &output)
        let result = body..<output.count
        output.member("content")
        output.beginArray()
        output.content { $0.string(written: result) }
        output.endArray()
      } catch  where error is Mismatch || error is Context.Refusal {
        let failure = server.failure(error, method.name)
        output.truncate(to: start)
        output.member("content")
        output.beginArray()
        output.content { $0.string(failure.message) }
        output.content { output in
          var details = JSONWriter()
          failure.write(to: &details)
          output.string(details.text)
        }
        output.endArray()
        output.member("isError")
        output.bool(true)
      }
    }
  }
}

extension JSONWriter {
  /// Writes a text as an element of an answer's content.
  mutating func content(_ text: (inout JSONWriter) -> Void) {
    element()
    beginObject()
    self.text("type", "text")
    member("text")
    text(&self)
    endObject()
  }
}
