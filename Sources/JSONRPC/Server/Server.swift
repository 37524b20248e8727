// From the bytes of one message to the bytes of its answer.

/// Answers JSON-RPC 2.0 messages with the methods of a catalog. Knows nothing of pipes.
public final class Server<Context: ServiceContext> {
  public let catalog: Catalog<Context>
  let context: Context
  /// The forms of the methods that were called, by their names.
  private var forms: [String: Method<Context>.Form] = [:]
  /// What agents want to be told of.
  var subscriptions = Subscriptions()
  var caller: Caller { context.caller }
  /// What the caller had said when the group in hand began.
  private var standing = (Caller.Standing(), Subscriptions())
  private let text = JSONText()
  private let log: (String) -> Void

  /// A message longer than this is refused, in bytes.
  public static var maximumMessageLength: Int { 16 << 20 }

  /// A batch of more requests than this is refused: it is answered in one piece, which has to stay
  /// small enough to be read at once. Lines of their own have no such bound.
  public static var maximumBatchLength: Int { longestBatch }

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
    _ = answer(message, to: &output, isFirst: true)
  }

  /// The same, for a message of a group. Leaves alone what has to be the first of its group where it
  /// is not, and answers false.
  func answer(
    _ message: UnsafeRawBufferPointer, to output: inout JSONWriter, isFirst: Bool
  ) -> Bool {
    let json: JSON
    do {
      json = try text.parse(message)
    } catch {
      write(.parse(error), id: nil, to: &output)
      return true
    }
    if json.isArray {
      answerBatch(json, to: &output)
      return true
    }
    return answerOne(json, to: &output, isFirst: isFirst)
  }

  private func answerBatch(_ json: JSON, to output: inout JSONWriter) {
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
      answerOne(inBatch: element, to: &output)
      if output.count == body { output.truncate(to: mark) }
    }
    if output.count == first { output.truncate(to: start) } else { output.endArray() }
  }

  /// From here to ``endGroup()``, what is answered may not leave yet.
  func beginGroup() {
    standing = (caller.stand(), subscriptions)
    context.beginGroup()
  }

  /// Whether what was answered in the group holds. Else it has to be forgotten, and its messages
  /// answered again outside any group.
  func endGroup() -> Bool {
    if context.endGroup() { return true }
    caller.goBack(to: standing.0)
    subscriptions = standing.1
    return false
  }

  /// What wakes this server besides messages, while its caller wants to be told of something.
  var alarm: Alarm? { context.alarm }

  /// Hands over what there is to tell the caller without being asked, a message at a time.
  public func announce(_ hand: (UnsafeRawBufferPointer) -> Void) {
    guard alarm != nil else { return }
    for notification in catalog.notifications {
      var message = JSONWriter(capacity: 256)
      message.raw("{\"jsonrpc\":\"2.0\",\"method\":")
      message.string(notification.name)
      message.raw(",\"params\":")
      do {
        guard try notification.write(context, &message) else { continue }
        message.endObject()
        hand(message.bytes)
      } catch {
        // Nobody asked, so nobody is answered; what is ours still goes to the log.
        _ = failure(error, notification.name)
      }
    }
    do {
      try announceToAgents(hand)
    } catch {
      _ = failure(error, "resources/updated")
    }
  }

  /// Writes the answer to bytes that are no message at all.
  func refuse(_ failure: Failure, to output: inout JSONWriter) {
    write(failure, id: nil, to: &output)
  }

  private func answerOne(inBatch json: JSON, to output: inout JSONWriter) {
    guard json["method"]?.equals("subscriptions/listen") == true, let id = json["id"],
      id.isString || id.isNumber
    else {
      _ = answerOne(json, to: &output)
      return
    }
    // It is answered when it ends, and an array cannot wait for that.
    write(.invalidRequest("subscriptions/listen cannot stand in a batch."), id: id, to: &output)
  }

  private func answerOne(
    _ json: JSON, to output: inout JSONWriter, isFirst: Bool = true
  ) -> Bool {
    switch Request.read(json) {
    case .request(let request):
      // Its progress is told while it works; that must not overtake answers that may not leave yet.
      guard isFirst || request.progressToken == nil else { return false }
      carryOut(request, to: &output)
    case .response: break
    case .invalid(let reason, let id): write(.invalidRequest(reason), id: id, to: &output)
    }
    return true
  }

  private func carryOut(_ request: Request, to output: inout JSONWriter) {
    let start = output.count
    do {
      try caller.begin(request)
      begin(request.id, to: &output)
      output.raw(",\"result\":")
      try invoke(request, to: &output)
      output.endObject()
      if request.id == nil { output.truncate(to: start) }
      caller.end()
    } catch {
      output.truncate(to: start)
      let withdrawal = caller.end()
      if let listening = error as? Listening { return output.raw(listening.message[...]) }
      // Nobody hears an error of a notification; what is ours still goes to the log.
      let failure = withdrawal == nil ? failure(error, request.method) : .cancelled
      if request.id == nil || withdrawal == .silent { return }
      write(failure, id: request.id, to: &output)
    }
  }

  private func invoke(_ request: Request, to output: inout JSONWriter) throws {
    guard !caller.isShutDown || request.method == "exit" else {
      throw Failure.invalidRequest("the caller said shutdown, so only exit may follow.")
    }
    if let form = forms[request.method] ?? catalog[request.method].map(form(of:)) {
      return try run(form, request.params, to: &output)
    }
    if request.method == discovery.name {
      _ = try Arguments(request.params, names: [], besides: metadata)
      return catalog.writeOpenRPC(to: &output)
    }
    if try serveAgent(request, to: &output) { return }
    if try mindManners(request, to: &output) { return }
    let names = catalog.methods.map(\.name) + [discovery.name]
    throw Failure.methodNotFound(
      excerpt(Array(request.method.utf8)[...]), nearest: nearest(to: request.method, among: names))
  }

  /// Carries out a method, and writes as much of its result as the caller may see.
  func run(_ method: Method<Context>, _ params: JSON?, to output: inout JSONWriter) throws {
    try run(forms[method.name] ?? form(of: method), params, to: &output)
  }

  private func run(
    _ form: Method<Context>.Form, _ params: JSON?, to output: inout JSONWriter
  ) throws {
    let start = output.count
    try form.invoke(context, params, &output)
    if context.hidesPersonalData { try output.hidePersonalData(from: start, form.result) }
  }

  private func form(of method: Method<Context>) -> Method<Context>.Form {
    let form = method.form()
    forms[method.name] = form
    return form
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

  private func begin(_ id: JSON?, to output: inout JSONWriter) {
    output.raw("{\"jsonrpc\":\"2.0\",\"id\":")
    if let id { output.raw(id.source) } else { output.null() }
  }

  func write(_ failure: Failure, id: JSON?, to output: inout JSONWriter) {
    begin(id, to: &output)
    output.raw(",\"error\":")
    failure.write(to: &output)
    output.endObject()
  }
}

/// How many requests a batch may hold.
let longestBatch = 1000
