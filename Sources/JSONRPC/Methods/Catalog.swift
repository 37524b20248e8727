// The table of contents: every method of a service by name, and what it tells without being asked.

public struct Catalog<Context: ServiceContext>: Sendable {
  public let title: String
  public let summary: String
  public let version: String
  public let methods: [Method<Context>]
  public let notifications: [Notification<Context>]
  /// What agents find here besides the methods.
  public let agents: AgentGuide<Context>

  /// The first of two methods with one name would win; the tests see that there are none.
  public init(
    _ title: String, version: String, _ summary: String, methods: [Method<Context>],
    notifications: [Notification<Context>] = [],
    agents: AgentGuide<Context> = AgentGuide()
  ) {
    self.title = title
    self.version = version
    self.summary = summary
    self.methods = methods
    self.notifications = notifications
    self.agents = agents
  }

  /// Goes through the names: an index would take longer to make than the few questions of a session,
  /// because whoever asks often keeps the answer.
  public subscript(_ name: String) -> Method<Context>? { methods.first { $0.name == name } }
}
