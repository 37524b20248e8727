// From the bytes of one message to the bytes of its answer.

/// Answers JSON-RPC 2.0 messages with the methods of a catalog. Knows nothing of pipes.
public final class Server<Context: ServiceContext> {
  public let catalog: Catalog<Context>
  let context: Context
  /// What agents want to be told of.
  var subscriptions = Subscriptions()
  private let text = JSONText()
  private let log: (String) -> Void

  /// A message longer than this is refused, in bytes.
  public static var maximumMessageLength: Int { 16 << 20 }

  /// A batch of more requests than this is refused: it is answered in one piece, which has to stay
  /// small enough to be read at once. Lines of their own have no such bound.
  public static var maximumBatchLength: Int { 1000 }

  /// `log` hears what callers are not told: the reasons of internal errors.
  public init(
    _ catalog: Catalog<Context>, context: Context, log: @escaping (String) -> Void
  ) {
    self.catalog = catalog
    self.context = context
    self.log = log
  }

  /// Writes the answer to `message`, or nothing where none is due.
  public func answer(_ message: UnsafeRawBufferPointer, to output: inout JSONWriter) {
    let json: JSON
    do {
      json = try text.parse(message)
    } catch {
      return write(.parse(error), id: nil, to: &output)
    }
    guard json.isArray else { return answerOne(json, to: &output) }
    guard json.count > 0 else {
      return write(.invalidRequest("an empty batch."), id: nil, to: &output)
    }
    guard json.count <= Self.maximumBatchLength else {
      let reason = "a batch holds at most \(Self.maximumBatchLength) requests, found \(json.count)."
      return write(.invalidRequest(reason), id: nil, to: &output)
    }
    let start = output.count
    output.beginArray()
    let first = output.count
    for element in json.elements {
      let mark = output.count
      if mark > first { output.append(UInt8(ascii: ",")) }
      let body = output.count
      answerOne(element, to: &output)
      if output.count == body { output.truncate(to: mark) }
    }
    if output.count == first { output.truncate(to: start) } else { output.endArray() }
  }

  /// What wakes this server besides messages, while its caller wants to be told of something.
  var alarm: Alarm? { context.alarm }

  /// Writes what there is to tell the caller, each as a message that `end` brings to its end.
  public func tell(
    to output: inout JSONWriter, end: (_ output: inout JSONWriter, _ start: Int) -> Void
  ) {
    guard alarm != nil else { return }
    for notification in catalog.notifications {
      let start = output.count
      output.raw("{\"jsonrpc\":\"2.0\",\"method\":")
      output.string(notification.name)
      output.raw(",\"params\":")
      do {
        if try notification.write(context, &output) {
          output.endObject()
          end(&output, start)
        } else {
          output.truncate(to: start)
        }
      } catch {
        output.truncate(to: start)
        _ = failure(error, notification.name)
      }
    }
    do {
      try tellAgents(to: &output, end: end)
    } catch {
      _ = failure(error, "resources/updated")
    }
  }

  /// Writes the answer to a message that could not be taken in at all.
  func refuse(_ reason: String, to output: inout JSONWriter) {
    write(.invalidRequest(reason), id: nil, to: &output)
  }

  private func answerOne(_ json: JSON, to output: inout JSONWriter) {
    let request: Request
    switch Request.read(json) {
    case .request(let read): request = read
    case .response: return
    case .invalid(let reason, let id): return write(.invalidRequest(reason), id: id, to: &output)
    }
    let start = output.count
    do {
      begin(request.id, to: &output)
      output.raw(",\"result\":")
      try invoke(request, to: &output)
      output.endObject()
      if request.id == nil { output.truncate(to: start) }
    } catch {
      output.truncate(to: start)
      if let listening = error as? Listening { return output.raw(listening.acknowledgement[...]) }
      if request.id == nil { return noteFailureOfNotification(error, request) }
      write(failure(error, request.method), id: request.id, to: &output)
    }
  }

  private func invoke(_ request: Request, to output: inout JSONWriter) throws {
    if request.method == discovery.name {
      _ = try Arguments(request.params, names: [])
      return catalog.writeOpenRPC(to: &output)
    }
    guard let method = catalog[request.method] else {
      if try serveAgent(request.method, request.params, id: request.id, to: &output) { return }
      let names = catalog.methods.map(\.name) + [discovery.name]
      throw Failure.methodNotFound(
        excerpt(Array(request.method.utf8)[...]),
        nearest: nearest(to: request.method, among: names))
    }
    try run(method, request.params, to: &output)
  }

  /// Carries out a method, and writes as much of its result as the caller may see.
  func run(_ method: Method<Context>, _ params: JSON?, to output: inout JSONWriter) throws {
    let start = output.count
    try method.invoke(context, params, &output)
    if context.hidesPersonalData { try output.hidePersonalData(from: start, method.result) }
  }

  func failure(_ error: any Error, _ method: String) -> Failure {
    switch error {
    case let failure as Failure: return failure
    case let mismatch as Mismatch: return .invalidParams(mismatch, method: method)
    case let refusal as Context.Refusal: return .refusal(refusal)
    default:
      log("\(method): \(error)")
      return .internalError
    }
  }

  /// Nobody hears an error of a notification; what is ours still goes to the log.
  private func noteFailureOfNotification(_ error: any Error, _ request: Request) {
    _ = failure(error, request.method)
  }

  private func begin(_ id: JSON?, to output: inout JSONWriter) {
    output.raw("{\"jsonrpc\":\"2.0\",\"id\":")
    if let id { output.raw(id.source) } else { output.null() }
  }

  private func write(_ failure: Failure, id: JSON?, to output: inout JSONWriter) {
    begin(id, to: &output)
    output.raw(",\"error\":")
    failure.write(to: &output)
    output.endObject()
  }
}

/// A request or notification as JSON-RPC 2.0 has it.
private struct Request {
  let method: String
  let params: JSON?
  /// As it was written; nil for a notification.
  let id: JSON?

  enum Reading {
    case request(Request)
    /// Somebody's answer to a request we never sent: nothing to say.
    case response
    case invalid(String, id: JSON?)
  }

  static func read(_ json: JSON) -> Reading {
    guard json.isObject else {
      return .invalid("expected an object, found \(json.excerpt).", id: nil)
    }
    var version: JSON?
    var method: JSON?
    var params: JSON?
    var id: JSON?
    var isResponse = false
    var twice: String?
    for member in json.members {
      func take(_ slot: inout JSON?, _ name: String) {
        if slot != nil { twice = name }
        slot = member.value
      }
      if member.key.equals("method") {
        take(&method, "method")
      } else if member.key.equals("params") {
        take(&params, "params")
      } else if member.key.equals("id") {
        take(&id, "id")
      } else if member.key.equals("jsonrpc") {
        take(&version, "jsonrpc")
      } else if member.key.equals("result") || member.key.equals("error") {
        isResponse = true
      }
    }
    if let twice {
      return .invalid("the member \"\(twice)\" is there twice.", id: twice == "id" ? nil : id)
    }
    if let given = id, !(given.isString || given.isNumber || given.isNull) {
      return .invalid("\"id\" must be a string, a number or null, found \(given.excerpt).", id: nil)
    }
    guard let version, version.equals("2.0") else {
      let found = version.map { "found \($0.excerpt)" } ?? "it is missing"
      return .invalid("\"jsonrpc\" must be the string \"2.0\"; \(found).", id: id)
    }
    guard let method else {
      if isResponse { return .response }
      return .invalid("\"method\" is missing.", id: id)
    }
    guard let name = method.string else {
      return .invalid("\"method\" must be a string, found \(method.excerpt).", id: id)
    }
    if let params, !(params.isObject || params.isArray || params.isNull) {
      return .invalid(
        "\"params\" must be an object or an array, found \(params.excerpt).", id: id)
    }
    return .request(Request(method: name, params: params?.isNull == true ? nil : params, id: id))
  }
}
