// The one at the other end: what it wants besides answers, heard also while a method works.
import Glibc

/// The caller of a service. Work that takes long asks it now and then whether to go on.
///
/// Asking costs next to nothing: it listens only once work has taken a while, and then at a slow pace.
public final class Caller {
  /// The caller wants no answer any more.
  public struct Withdrawn: Error {
    public init() {}
  }

  /// What becomes of a request that is withdrawn.
  enum Withdrawal {
    /// It is answered with an error, as language servers do.
    case answered
    /// Nothing more is sent for it, as the Model Context Protocol has it.
    case silent
  }

  /// Takes in what was sent meanwhile, without waiting. Set by the connection, like `tell`.
  var listen: () -> Void = {}
  /// Sends a message that nobody asked for.
  var tell: (UnsafeRawBufferPointer) -> Void = { _ in }
  /// How long work goes on between two looks, in nanoseconds.
  var pace: UInt64 = 25_000_000

  /// The process to leave with.
  var process: Int32?
  /// Nothing more is asked; what is done is done.
  var isShutDown = false
  /// Not even an answer is waited for.
  var isDismissed = false

  /// What the caller has said so far that later requests are answered by.
  struct Standing {
    fileprivate var isShutDown = false
    fileprivate var isDismissed = false
  }

  /// What has been said so far; from here on it can be gone back to.
  func stand() -> Standing {
    forgotten = [:]
    return Standing(isShutDown: isShutDown, isDismissed: isDismissed)
  }

  /// Forgets what was said since; what was withdrawn by then or meanwhile stays withdrawn.
  func goBack(to standing: Standing) {
    isShutDown = standing.isShutDown
    isDismissed = standing.isDismissed
    withdrawn.merge(forgotten) { now, _ in now }
  }

  private let text = JSONText()
  private var withdrawn: [String: Withdrawal] = [:]
  /// What was withdrawn and had its turn since the caller's standing was taken.
  private var forgotten: [String: Withdrawal] = [:]
  private var request: Request?
  private var nextLook: UInt64 = 0
  private var nextTale: UInt64 = 0
  /// Whether work was told to stop.
  private var hasStopped = false

  public init() {}

  // MARK: What work asks

  /// Whether the request in hand is wanted no more: what it did is to be undone.
  public func isWithdrawn() -> Bool {
    if hasStopped { return true }
    guard request?.id != nil, isTime(for: &nextLook) else { return false }
    listen()
    hasStopped = request?.id.flatMap(withdrawal) != nil
    return hasStopped
  }

  /// A step of work is done: throws where no more are wanted, and tells who asked for it how far it
  /// is, of how much where that is known.
  public func step(_ done: Int, of total: Int?) throws(Withdrawn) {
    if isWithdrawn() { throw Withdrawn() }
    guard let token = request?.progressToken, isTime(for: &nextTale) else { return }
    var writer = JSONWriter(capacity: 256)
    writer.raw("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{")
    writer.raw("\"progressToken\":")
    writer.raw(token.source)
    writer.raw(",\"progress\":")
    writer.integer(done)
    if let total {
      writer.raw(",\"total\":")
      writer.integer(total)
    }
    writer.raw("}}")
    tell(writer.bytes)
  }

  /// Whether it is time to do something again; work that has only begun is let be.
  private func isTime(for next: inout UInt64) -> Bool {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    let isFirst = next == 0
    guard isFirst || now >= next else { return false }
    next = now + pace
    return !isFirst
  }

  // MARK: What the server tells of a request

  /// A request is taken in hand. Throws where it was withdrawn while it waited.
  func begin(_ request: Request) throws(Withdrawn) {
    self.request = request
    nextLook = 0
    nextTale = 0
    hasStopped = !withdrawn.isEmpty && request.id.flatMap(withdrawal) != nil
    if hasStopped { throw Withdrawn() }
  }

  /// The request in hand is done with. Answers how it was withdrawn, if that stopped its work.
  @discardableResult
  func end() -> Withdrawal? {
    defer { (request, hasStopped) = (nil, false) }
    return hasStopped ? request?.id.flatMap(withdrawal) : nil
  }

  private func withdrawal(_ id: JSON) -> Withdrawal? { withdrawn[Self.key(id)] }

  /// The same for ids that are the same, however a string is written.
  static func key(_ id: JSON) -> String {
    id.string.map { "\"" + $0 } ?? String(decoding: id.source, as: UTF8.self)
  }

  // MARK: What is heard ahead of its turn

  /// Whether bytes hold what is in every message that withdraws, unless somebody escapes letters.
  static func mayWithdraw(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard var start = bytes.baseAddress else { return false }
    let end = start + bytes.count
    // The slash is rare enough to be looked for alone.
    while let slash = memchr(start, CInt(UInt8(ascii: "/")), end - start) {
      start = UnsafeRawPointer(slash) + 1
      if end - start >= 6, memcmp(start, "cancel", 6) == 0 { return true }
    }
    return false
  }

  /// Hears of a message that waits. What it withdraws counts until its turn comes.
  func hear(_ message: UnsafeRawBufferPointer) {
    guard Self.mayWithdraw(message), let json = try? text.parse(message) else { return }
    let messages = json.isArray ? Array(json.elements) : [json]
    guard messages.count <= longestBatch else { return }
    for case .request(let request) in messages.map(Request.read) {
      if let (id, withdrawal) = request.withdraws { withdrawn[Self.key(id)] = withdrawal }
    }
  }

  /// The turn of a message that withdraws has come: a later request may have the id again.
  func forget(_ id: JSON) {
    let key = Self.key(id)
    if let withdrawal = withdrawn.removeValue(forKey: key) { forgotten[key] = withdrawal }
  }
}

extension Request {
  /// The request that this is there to withdraw, and how.
  var withdraws: (id: JSON, how: Caller.Withdrawal)? {
    guard id == nil else { return nil }
    switch method {
    case "$/cancelRequest": return params?["id"].map { ($0, .answered) }
    case "notifications/cancelled": return params?["requestId"].map { ($0, .silent) }
    default: return nil
    }
  }

  /// What to tell of its progress with, where somebody wants to know.
  var progressToken: JSON? {
    guard let token = params?["_meta"]?["progressToken"], token.isString || token.isNumber else {
      return nil
    }
    return token
  }
}
