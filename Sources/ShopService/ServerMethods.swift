// The methods on the server itself.
import Glibc
import JSONRPC
import ShopRules
import ShopStore

enum ServerMethods {
  static let all: [Method<Session>] = [ping, info]

  static let ping = Method<Session>(
    .pure, "server.ping", "Answers at once: the server is there.",
    takes: (),
    returns: Record<Bool>(
      "Pong", "A sign of life.", [Property("pong", Flag.shape, "Always true.") { $0 }])
  ) { _ in true }

  static let info = Method<Session>(
    .pure, "server.info", "Says what this server is, which store it serves, and its limits.",
    takes: (),
    returns: ServerInfo.record
  ) { session in ServerInfo(storePath: session.storePath, actor: session.actor, now: session.now) }
}

struct ServerInfo {
  let storePath: String
  let actor: String
  let now: Moment

  static let record = Record<ServerInfo>(
    "ServerInfo", "What this server is.",
    [
      Property("name", Text.shape, "The program.") { _ in programName },
      Property("version", Text.shape, "Its version.") { _ in programVersion },
      Property("storage", Text.shape, "What keeps the store.") { _ in Store.engine },
      Property("store", Text.shape, "The store's file, as it was given.") { $0.storePath },
      Property("actor", Text.shape, "Who the history says makes the changes.") { $0.actor },
      Property("time", Timestamp.shape, "What time it is here, in UTC.") {
        $0.now.timestamp(in: .utc)
      },
      Property("process", Shape.integer(1...Int64.max), "The process id.") { _ in Int(getpid()) },
      Property("limits", limits, "What is refused or held back beyond.") { $0 },
    ])

  private static let limits = Record<ServerInfo>(
    "ServerLimits", "Bounds of this server.",
    [
      Property("messageBytes", Shape.integer(0...Int64.max), "The longest message it reads.") {
        _ in Server<Session>.maximumMessageLength
      },
      Property("batchRequests", Shape.integer(0...Int64.max), "The longest batch it answers.") {
        _ in Server<Session>.maximumBatchLength
      },
      Property("nesting", Shape.integer(0...Int64.max), "How deep JSON may be nested.") {
        _ in JSONText.maximumDepth
      },
      Property(
        "unsentBytes", Shape.integer(0...Int64.max),
        "It reads no further while this much waits to be read by its caller."
      ) { _ in Connection.unsentLimit },
      Property("pageRows", Shape.integer(0...Int64.max), "The longest page of a list.") { _ in 500
      },
    ])
}
