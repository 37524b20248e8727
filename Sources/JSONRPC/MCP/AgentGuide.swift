// What a service declares for agents besides its methods: what they can read, and what to ask them for.

/// Resources, prompts, and a few sentences to begin with.
public struct AgentGuide<Context: ServiceContext>: Sendable {
  /// What an agent has to know before it does anything.
  let instructions: String
  let resources: [Resource<Context>]
  let prompts: [Prompt<Context>]
  /// nil where nobody can be told of changes.
  let feed: AgentFeed<Context>?

  public init(
    instructions: String = "", resources: [Resource<Context>] = [],
    prompts: [Prompt<Context>] = [], feed: AgentFeed<Context>? = nil
  ) {
    self.instructions = instructions
    self.resources = resources
    self.prompts = prompts
    self.feed = feed
  }

  /// What is left where only some methods are there.
  func narrowed(to isThere: (String) -> Bool) -> AgentGuide {
    AgentGuide(
      instructions: instructions,
      resources: resources.filter { isThere($0.lists.name) && isThere($0.reads.name) },
      prompts: prompts.filter { $0.methods.allSatisfy { isThere($0.name) } },
      feed: feed.flatMap { isThere($0.method.name) ? $0 : nil })
  }
}

/// Things that two methods list and read, by their ids: an agent reads them by their URIs.
public struct Resource<Context: ServiceContext>: Sendable {
  let name: String
  let title: String
  let summary: String
  /// What a URI has before the id.
  let prefix: String
  /// Answers a page of them, in the member `rows`, and takes a cursor.
  let lists: Method<Context>
  let rows: String
  /// Answers one, by its id alone.
  let reads: Method<Context>
  /// What a row is called, and what it is about in a few words.
  let label: @Sendable (JSON) -> (title: String, summary: String)

  public init(
    _ name: String, _ title: String, _ summary: String, prefix: String, lists: Method<Context>,
    in rows: String, reads: Method<Context>,
    label: @escaping @Sendable (JSON) -> (title: String, summary: String)
  ) {
    self.name = name
    self.title = title
    self.summary = summary
    self.prefix = prefix
    self.lists = lists
    self.rows = rows
    self.reads = reads
    self.label = label
  }

  var template: String { prefix + "{id}" }

  /// The id that a URI ends with, where it is one of these.
  func id(in uri: String) -> Int64? {
    guard uri.hasPrefix(prefix) else { return nil }
    let text = uri.dropFirst(prefix.count)
    // In one form only: two URIs are never the same thing.
    guard let id = Int64(text), id > 0, String(id) == text else { return nil }
    return id
  }
}

/// A piece of work to give to an agent, in words of the service's own choice.
public struct Prompt<Context: ServiceContext>: Sendable {
  let name: String
  /// The methods that it takes.
  let methods: [Method<Context>]
  let arguments: [Argument]
  let wording: @Sendable (Context) throws -> Wording

  public struct Argument: Sendable {
    let name: String
    let isRequired: Bool
    let kind: Kind

    public enum Kind: Sendable {
      case text
      /// One of some words.
      case words([String])
      /// The id of a resource by this name, which is handed to the agent with the prompt.
      case resource(String)
    }

    public init(_ name: String, _ kind: Kind, isRequired: Bool = true) {
      self.name = name
      self.isRequired = isRequired
      self.kind = kind
    }
  }

  /// How a prompt is put into words.
  public struct Wording {
    let title: String
    let summary: String
    /// A sentence about each argument, in their order.
    let arguments: [String]
    /// What the agent is asked; it gets the arguments' values, nil where one is left out.
    let text: ([String?]) -> String

    public init(
      _ title: String, _ summary: String, arguments: [String] = [],
      text: @escaping ([String?]) -> String
    ) {
      self.title = title
      self.summary = summary
      self.arguments = arguments
      self.text = text
    }
  }

  public init(
    _ name: String, using methods: Method<Context>..., arguments: [Argument] = [],
    wording: @escaping @Sendable (Context) throws -> Wording
  ) {
    self.name = name
    self.methods = methods
    self.arguments = arguments
    self.wording = wording
  }
}
