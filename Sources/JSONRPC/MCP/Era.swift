// The two eras of the Model Context Protocol, and how a request shows which of them it is of.

/// How a caller speaks the protocol.
enum Era {
  /// A hello first, and then requests that mean nothing by themselves.
  case handshake
  /// Every request says what it is; there is no hello.
  case stateless

  /// The one revision of the stateless era.
  static let statelessRevision = "2026-07-28"
  /// The revisions that begin with a hello, the newest first.
  static let handshakeRevisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

  private static let revisionKey = "io.modelcontextprotocol/protocolVersion"
  private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"

  /// The era of a request with these params. One that speaks of the stateless era in its `_meta`
  /// has to say all that is required there.
  init(of params: JSON?, isStateless: Bool) throws {
    let metadata = params?["_meta"]
    let revision = metadata?[Self.revisionKey]
    let capabilities = metadata?[Self.capabilitiesKey]
    guard isStateless || revision != nil || capabilities != nil else {
      self = .handshake
      return
    }
    guard let text = revision?.string else {
      throw Mismatch(
        expected: "the protocol's revision, such as \"\(Self.statelessRevision)\"", found: revision
      ).at(Self.revisionKey).at("_meta")
    }
    guard capabilities?.isObject == true else {
      throw Mismatch(expected: "an object, may be empty", found: capabilities)
        .at(Self.capabilitiesKey).at("_meta")
    }
    guard text == Self.statelessRevision else { throw Failure.unsupportedRevision(text) }
    self = .stateless
  }
}

/// How long an answer may be taken from memory instead of being asked for.
enum Lifetime {
  /// As long as the server runs: it is read off declarations.
  case process
  /// Not at all: it is read from the store, which anybody may change.
  case moment

  var milliseconds: Int { self == .process ? 3_600_000 : 0 }
}
