// Subscriptions: agents are told when what they read has changed.

/// How a service tells that resources have changed.
public struct AgentFeed<Context: ServiceContext>: Sendable {
  /// What everybody may read about changes by: where it is not there, no agent is told either.
  let method: Method<Context>
  /// Begins to take notice of changes, or ends that.
  let follow: @Sendable (Context, Bool) throws -> Void
  /// What changed, once: asked again, it answers what changed since.
  let news: @Sendable (Context) throws -> [ResourceChange]

  public init(
    _ method: Method<Context>, follow: @escaping @Sendable (Context, Bool) throws -> Void,
    news: @escaping @Sendable (Context) throws -> [ResourceChange]
  ) {
    self.method = method
    self.follow = follow
    self.news = news
  }
}

/// A resource that has changed, by its name and id.
public struct ResourceChange: Hashable, Sendable {
  let resource: String
  let id: Int
  /// Whether it was not there before.
  let isNew: Bool

  public init(_ resource: String, _ id: Int, isNew: Bool) {
    self.resource = resource
    self.id = id
    self.isNew = isNew
  }
}

/// What an agent wants to be told of.
struct Subscriptions {
  /// A request of the stateless era. It stays unanswered for as long as it is to last.
  struct Listener {
    /// As it was written.
    let id: [UInt8]
    /// The same for ids that are the same.
    let key: String
    let uris: [String]
    let wantsNew: Bool
  }

  /// What was subscribed to in the handshake era.
  var uris: Set<String> = []
  var listeners: [Listener] = []

  var isEmpty: Bool { uris.isEmpty && listeners.isEmpty }

  /// More than any agent has use for: each costs memory, and a look at every change.
  static let most = 1000

  var count: Int { listeners.reduce(uris.count) { $0 + 1 + $1.uris.count } }
}

/// A subscription began or ended: what its caller is told takes the place of an answer.
struct Listening: Error {
  let message: [UInt8]
}

extension Agent {
  private var feed: AgentFeed<Context>? { guide.feed }

  /// What the protocol is told of subscriptions.
  var subscriptionAbilities: StaticString {
    switch (feed != nil, era) {
    case (false, _): "{}"
    case (true, .handshake): "{\"subscribe\":true}"
    case (true, .stateless): "{\"subscribe\":true,\"listChanged\":true}"
    }
  }

  /// Subscribes to a resource, or ends that.
  func subscribe(_ isWanted: Bool, _ params: JSON?, to output: inout JSONWriter) throws {
    let uri = try params.text("uri")
    if isWanted {
      guard guide.resources.contains(where: { $0.id(in: uri) != nil }) else {
        throw Failure.resourceNotFound(uri)
      }
      try server.changeSubscriptions { $0.uris.insert(uri) }
    } else {
      try server.changeSubscriptions { $0.uris.remove(uri) }
    }
    write(to: &output) { _ in }
  }

  /// Opens a subscription that lasts until its request is cancelled or the input ends.
  func listen(_ params: JSON?, _ id: JSON?) throws -> Listening {
    guard let filter = try params.object("notifications") else {
      throw Mismatch(expected: "an object", found: nil as String?).at("notifications")
    }
    guard let id, !id.isNull else {
      throw Failure.invalidRequest("a subscription needs an id, to be told by.")
    }
    guard server.listener(id) == nil else {
      throw Failure.invalidRequest(
        "a subscription with that id is open; end it, or take another id.")
    }
    let listener = Subscriptions.Listener(
      id: Array(id.source), key: Caller.key(id),
      uris: filter["resourceSubscriptions"].map { uris in
        uris.elements.compactMap(\.string).filter { uri in
          guide.resources.contains { $0.id(in: uri) != nil }
        }
      } ?? [],
      wantsNew: filter["resourcesListChanged"]?.bool == true)
    try server.changeSubscriptions { $0.listeners.append(listener) }
    var writer = JSONWriter(capacity: 256)
    // What cannot change here is left out: it is not promised.
    writer.notification("subscriptions/acknowledged", to: listener) { writer in
      writer.member("notifications")
      writer.beginObject()
      if listener.wantsNew {
        writer.member("resourcesListChanged")
        writer.bool(true)
      }
      if !listener.uris.isEmpty {
        writer.member("resourceSubscriptions")
        writer.strings(listener.uris)
      }
      writer.endObject()
    }
    return Listening(message: Array(writer.bytes))
  }
}

extension Server {
  /// Follows the changes as long as somebody wants to be told of some.
  func changeSubscriptions(_ change: (inout Subscriptions) -> Void) throws {
    var changed = subscriptions
    change(&changed)
    guard changed.count <= max(Subscriptions.most, subscriptions.count) else {
      throw Failure.invalidRequest(
        "a session has at most \(Subscriptions.most) subscriptions; end some first.")
    }
    if changed.isEmpty != subscriptions.isEmpty {
      try catalog.agents.feed?.follow(context, !changed.isEmpty)
    }
    subscriptions = changed
  }

  /// The subscription that was opened by the request `id`.
  func listener(_ id: JSON) -> Subscriptions.Listener? {
    let key = Caller.key(id)
    return subscriptions.listeners.first { $0.key == key }
  }

  /// Ends the subscription that was opened by the request `id`, if there is one: without a word more,
  /// or with the answer that a withdrawn request gets.
  func endSubscription(_ id: JSON, _ how: Caller.Withdrawal) throws {
    guard let ended = listener(id) else { return }
    try changeSubscriptions { $0.listeners.removeAll { $0.key == ended.key } }
    guard how == .answered else { return }
    var answer = JSONWriter(capacity: 128)
    write(.cancelled, id: id, to: &answer)
    throw Listening(message: Array(answer.bytes))
  }

  /// Hands over what agents are to be told of changes, a message at a time.
  func announceToAgents(_ hand: (UnsafeRawBufferPointer) -> Void) throws {
    guard let feed = catalog.agents.feed, !subscriptions.isEmpty else { return }
    let news = try feed.news(context)
    let isNew = news.contains(where: \.isNew)
    var seen: Set<String> = []
    let uris = news.flatMap { change in
      catalog.agents.resources.filter { $0.name == change.resource }.map {
        $0.prefix + String(change.id)
      }
    }.filter { seen.insert($0).inserted }
    func tell(_ name: String, _ listener: Subscriptions.Listener?, _ uri: String? = nil) {
      var message = JSONWriter(capacity: 256)
      message.notification(name, to: listener) { if let uri { $0.text("uri", uri) } }
      hand(message.bytes)
    }
    for uri in uris where subscriptions.uris.contains(uri) { tell("resources/updated", nil, uri) }
    for listener in subscriptions.listeners {
      if isNew, listener.wantsNew { tell("resources/list_changed", listener) }
      for uri in uris where listener.uris.contains(uri) { tell("resources/updated", listener, uri) }
    }
  }

  /// Answers the requests that opened subscriptions: none lasts longer than the input.
  func endSubscriptions(_ hand: (UnsafeRawBufferPointer) -> Void) {
    for listener in subscriptions.listeners {
      var answer = JSONWriter(capacity: 256)
      answer.raw("{\"jsonrpc\":\"2.0\",\"id\":")
      answer.raw(listener.id[...])
      answer.raw(",\"result\":")
      Agent(server: self, era: .stateless).write(
        to: &answer, metadata: { $0.subscription(listener) }, { _ in })
      answer.endObject()
      hand(answer.bytes)
    }
    subscriptions = Subscriptions()
  }
}

extension JSONWriter {
  /// Writes a notification of the protocol; `listener` is who opened a subscription to it.
  fileprivate mutating func notification(
    _ name: String, to listener: Subscriptions.Listener?,
    _ members: (inout JSONWriter) -> Void
  ) {
    raw("{\"jsonrpc\":\"2.0\",\"method\":")
    string("notifications/" + name)
    raw(",\"params\":{")
    members(&self)
    if let listener {
      member("_meta")
      beginObject()
      subscription(listener)
      endObject()
    }
    raw("}}")
  }

  fileprivate mutating func subscription(_ listener: Subscriptions.Listener) {
    member("io.modelcontextprotocol/subscriptionId")
    raw(listener.id[...])
  }
}
