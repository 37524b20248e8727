// The ways a request can fail, and the error object each becomes.

/// Everything that is answered with `error`. Refusals of the service's rules have codes of their own.
enum Failure: Error {
  /// −32700: not JSON. The offset counts bytes from the start of the message.
  case parse(JSONSyntaxError)
  /// −32600: JSON, but no request.
  case invalidRequest(String)
  /// −32601, with the name that may have been meant.
  case methodNotFound(String, nearest: String?)
  /// −32602: the parameters do not fit the method's declaration.
  case invalidParams(Mismatch, method: String)
  /// −32022: the revision of the Model Context Protocol that a request names is not spoken here.
  case unsupportedRevision(String)
  /// −32002: there is no resource by that URI, in the handshake era.
  case resourceNotFound(String)
  /// −32603: ours. What happened goes to stderr; the caller learns only that.
  case internalError
  /// −32800: the caller wants it no more, and nothing of it stays.
  case cancelled
  /// A rule says no.
  case refusal(any RefusalReply)

  var code: Int {
    switch self {
    case .parse: -32700
    case .invalidRequest: -32600
    case .methodNotFound: -32601
    case .invalidParams: -32602
    case .unsupportedRevision: -32022
    case .resourceNotFound: -32002
    case .internalError: -32603
    case .cancelled: -32800
    case .refusal(let refusal): refusal.kind.code
    }
  }

  var message: String {
    switch self {
    case .parse(let error): "Parse error: \(error.reason) (byte \(error.offset))."
    case .invalidRequest(let reason): "Invalid request: \(reason)"
    case .methodNotFound(let name, let nearest):
      "Method not found: \(name)."
        + (nearest.map { " Did you mean \($0)?" } ?? " rpc.discover lists all methods.")
    case .invalidParams(let mismatch, _): "Invalid params: \(mismatch.sentence)"
    case .unsupportedRevision(let revision):
      "Unsupported protocol version: \(excerpt(Array(revision.utf8)[...]))."
    case .resourceNotFound(let uri): "Resource not found: \(excerpt(Array(uri.utf8)[...]))."
    case .internalError: "Internal error"
    case .cancelled: "Request cancelled"
    case .refusal(let refusal): refusal.message
    }
  }

  /// Writes the error object: `code`, `message`, and `data` where there is something to act on.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code")
    writer.integer(code)
    writer.member("message")
    writer.string(message)
    writeData(to: &writer)
    writer.endObject()
  }

  /// The schema of the error object of a refusal, for results that tell of several.
  static let refusalSchema = ObjectSchema(
    title: "RefusalError", summary: "What a refusal is answered with when it stands alone.",
    members: [
      MemberSchema(
        name: "code", summary: "Its code.", schema: .integer(1000...9999), isRequired: true,
        fallback: nil),
      MemberSchema(
        name: "message", summary: "Its sentence.", schema: .string(.init("a string")),
        isRequired: true, fallback: nil),
      MemberSchema(
        name: "data", summary: "Its name, whether it is transient, and what it is about.",
        schema: .object(
          ObjectSchema(
            title: "RefusalData", summary: "refusal, transient, and members of the refusal's own.",
            members: [], isClosed: false)),
        isRequired: true, fallback: nil),
    ], isClosed: false)

  private func writeData(to writer: inout JSONWriter) {
    func data(_ writer: inout JSONWriter, _ members: (inout JSONWriter) -> Void) {
      writer.member("data")
      writer.beginObject()
      members(&writer)
      writer.endObject()
    }
    func member(_ name: MemberName, _ value: String?, _ writer: inout JSONWriter) {
      guard let value else { return }
      writer.member(name)
      writer.string(value)
    }
    switch self {
    case .parse(let error):
      data(&writer) { writer in
        writer.member("offset")
        writer.integer(error.offset)
        member("reason", error.reason, &writer)
      }
    case .invalidRequest, .internalError, .cancelled:
      break
    case .methodNotFound(let name, let nearest):
      data(&writer) { writer in
        member("method", name, &writer)
        member("didYouMean", nearest, &writer)
      }
    case .invalidParams(let mismatch, let method):
      data(&writer) { writer in
        member("method", method, &writer)
        member("path", mismatch.path, &writer)
        member("expected", mismatch.expected, &writer)
        member("found", mismatch.found, &writer)
        member("hint", mismatch.hint, &writer)
      }
    case .unsupportedRevision(let revision):
      data(&writer) { writer in
        writer.member("supported")
        writer.strings([Era.statelessRevision] + Era.handshakeRevisions)
        member("requested", revision, &writer)
      }
    case .resourceNotFound(let uri):
      data(&writer) { member("uri", uri, &$0) }
    case .refusal(let refusal):
      data(&writer) { writer in
        member("refusal", refusal.kind.name, &writer)
        writer.member("transient")
        writer.bool(refusal.kind.isTransient)
        refusal.writeData(to: &writer)
      }
    }
  }
}

extension RefusalReply {
  /// Writes the error object that this is answered with.
  public func writeError(to writer: inout JSONWriter) {
    Failure.refusal(self).write(to: &writer)
  }
}

extension Property {
  /// A member that is the error object of a refusal; left out where there is none.
  public init<Refusal: RefusalReply>(
    refusal name: String, _ summary: String, get: @escaping @Sendable (Root) -> Refusal?
  ) {
    let shape = Shape<Refusal>(
      .object(Failure.refusalSchema),
      read: { json throws(Mismatch) in
        throw Mismatch(expected: "nothing: refusals are only answered", found: json)
      },
      write: { $0.writeError(to: &$1) })
    self.init(optional: name, shape, summary, get: get)
  }
}
