// The Model Context Protocol: what a server answers to agents, read off the same catalog.

/// The requests of the protocol.
private enum AgentRequest: String {
  case hello = "initialize"
  case ping
  case discover = "server/discover"
  case listTools = "tools/list"
  case callTool = "tools/call"
  case listResources = "resources/list"
  case listTemplates = "resources/templates/list"
  case readResource = "resources/read"
  case listPrompts = "prompts/list"
  case getPrompt = "prompts/get"
  case complete = "completion/complete"
  case subscribe = "resources/subscribe"
  case unsubscribe = "resources/unsubscribe"
  case listen = "subscriptions/listen"

  /// The only era that has the request; nil where both have it.
  var era: Era? {
    switch self {
    case .hello, .ping, .subscribe, .unsubscribe: .handshake
    case .discover, .listen: .stateless
    default: nil
    }
  }

  var needsFeed: Bool { [.subscribe, .unsubscribe, .listen].contains(self) }
}

extension Server {
  /// Answers a request of the Model Context Protocol. False where it is none.
  func serveAgent(_ request: Request, to output: inout JSONWriter) throws -> Bool {
    let params = request.params
    guard let kind = AgentRequest(rawValue: request.method) else {
      // Other requests are withdrawn so too, and that is not the protocol's alone.
      if let (id, how) = request.withdraws { try endSubscription(id, how) }
      return false
    }
    // Editors say hello by the same name; their params tell them apart.
    if kind == .hello, params?["protocolVersion"]?.isString != true { return false }
    let era = try Era(of: params, isStateless: kind.era == .stateless)
    guard kind.era == nil || kind.era == era, !kind.needsFeed || catalog.agents.feed != nil else {
      throw Failure.methodNotFound(request.method, nearest: nil)
    }
    let agent = Agent(server: self, era: era)
    switch kind {
    case .hello: agent.sayHello(params, to: &output)
    case .ping: agent.write(to: &output) { _ in }
    case .discover: agent.introduce(to: &output)
    case .listTools:
      try agent.requireNoCursor(params)
      agent.listTools(to: &output)
    case .callTool: try agent.callTool(params, to: &output)
    case .listResources: try agent.listResources(params, to: &output)
    case .listTemplates:
      try agent.requireNoCursor(params)
      agent.listTemplates(to: &output)
    case .readResource: try agent.readResource(params, to: &output)
    case .listPrompts:
      try agent.requireNoCursor(params)
      try agent.listPrompts(to: &output)
    case .getPrompt: try agent.getPrompt(params, to: &output)
    case .complete: try agent.complete(params, to: &output)
    case .subscribe: try agent.subscribe(true, params, to: &output)
    case .unsubscribe: try agent.subscribe(false, params, to: &output)
    case .listen: throw try agent.listen(params, request.id)
    }
    return true
  }
}

/// One request of an agent, on its way to an answer.
struct Agent<Context: ServiceContext> {
  let server: Server<Context>
  let era: Era

  var catalog: Catalog<Context> { server.catalog }
  var guide: AgentGuide<Context> { server.catalog.agents }
  var context: Context { server.context }

  /// Writes a result: what `members` writes, and what the stateless era wants around it.
  func write(
    _ lifetime: Lifetime? = nil, to output: inout JSONWriter,
    metadata: (inout JSONWriter) -> Void = { _ in }, _ members: (inout JSONWriter) throws -> Void
  ) rethrows {
    output.beginObject()
    if era == .stateless {
      output.text("resultType", "complete")
      if let lifetime {
        output.member("ttlMs")
        output.integer(lifetime.milliseconds)
        // What a session may see is its own affair.
        output.text("cacheScope", "private")
      }
    }
    try members(&output)
    if era == .stateless {
      output.member("_meta")
      output.beginObject()
      metadata(&output)
      output.member("io.modelcontextprotocol/serverInfo")
      writeName(to: &output)
      output.endObject()
    }
    output.endObject()
  }

  /// The answer to the hello of the handshake.
  fileprivate func sayHello(_ params: JSON?, to output: inout JSONWriter) {
    let wanted = params?["protocolVersion"]?.string ?? ""
    write(to: &output) { output in
      let isSpoken = Era.handshakeRevisions.contains(wanted)
      output.text("protocolVersion", isSpoken ? wanted : Era.handshakeRevisions[0])
      writeAbilities(to: &output)
      output.member("serverInfo")
      writeName(to: &output)
    }
  }

  /// The answer to the question that takes the place of a hello.
  fileprivate func introduce(to output: inout JSONWriter) {
    write(.process, to: &output) { output in
      output.member("supportedVersions")
      output.strings([Era.statelessRevision])
      writeAbilities(to: &output)
    }
  }

  private func writeAbilities(to output: inout JSONWriter) {
    output.member("capabilities")
    output.raw("{\"tools\":{},\"resources\":")
    output.raw(subscriptionAbilities)
    output.raw(",\"prompts\":{},\"completions\":{}}")
    let hidden =
      context.hidesPersonalData ? " Personal data is kept from you and reads \(hiddenText)." : ""
    output.text("instructions", guide.instructions + hidden)
  }

  private func writeName(to output: inout JSONWriter) {
    output.beginObject()
    output.text("name", catalog.title)
    output.text("version", catalog.version)
    output.endObject()
  }

  /// What is read off declarations is one page, so no cursor was ever given out for it.
  fileprivate func requireNoCursor(_ params: JSON?) throws(Mismatch) {
    guard let cursor = params?["cursor"], !cursor.isNull else { return }
    throw Mismatch(expected: "no cursor: this list is one page", found: cursor).at("cursor")
  }

  /// A result of `method`, to be read.
  func result(of method: Method<Context>, _ params: String) throws -> JSON {
    var answer = JSONWriter()
    try server.run(method, try JSONText.parse(params.utf8), to: &answer)
    return try JSONText.parse(answer.bytes)
  }
}

extension JSON? {
  /// The member that has to be a string.
  func text(_ name: String) throws(Mismatch) -> String {
    guard let text = self?[name]?.string else {
      throw Mismatch(expected: "a string", found: self?[name]).at(name)
    }
    return text
  }

  /// The member that has to be an object, or may be absent.
  func object(_ name: String) throws(Mismatch) -> JSON? {
    guard let value = self?[name], !value.isNull else { return nil }
    guard value.isObject else { throw Mismatch(expected: "an object", found: value).at(name) }
    return value
  }
}

extension Mismatch {
  /// A name that stands for nothing, and the one that may have been meant.
  init(unknown name: String, _ kind: String, among names: [String]) {
    let near = nearest(to: name, among: names).map { "Did you mean \"\($0)\"?" }
    self.init(
      expected: "the name of \(kind)", found: "\"\(excerpt(Array(name.utf8)[...]))\"",
      hint: near ?? (names.isEmpty ? nil : "There are \(names.joined(separator: ", "))."))
  }
}
