// What makes changes safe to send: keys that are used once, and versions to change from.
public import JSONRPC
public import ShopRules
import ShopStore

extension Session {
  public static func refusals(of effect: Effect) -> [Refusal.Kind] {
    switch effect {
    case .pure, .reads, .exports: []
    case .changes: [.keyReused, .storeBusy, .storeFull]
    }
  }

  public func recall(_ call: KeyedCall) throws -> [UInt8]? {
    guard let first = try store.answeredCall(call.key) else { return nil }
    guard first.method == call.method, first.params == call.params else {
      throw Refusal.keyReused(key: call.key, method: first.method)
    }
    return Array(first.result.utf8)
  }

  public func remember(_ result: UnsafeRawBufferPointer, of call: KeyedCall) throws {
    try store.forgetAnsweredCalls(before: Moment(seconds: now.seconds - Self.timeToRetry))
    try store.insert(
      AnsweredCall(
        key: call.key, method: call.method, params: call.params,
        result: String(decoding: result, as: UTF8.self), at: now))
  }

  /// Thirty days: whoever comes back later has other things to look at first.
  private static let timeToRetry: Int64 = 30 * 86_400
}

extension Session {
  /// Whoever is not to know customers cannot look for one either, nor have files read: what is found
  /// would tell. `name` is the parameter that does so, if one does.
  func refuseToTell(by name: String?) throws(Mismatch) {
    guard hidesPersonalData, let name else { return }
    throw Mismatch(
      expected: "nothing that tells about customers: personal data is hidden here",
      found: "\"\(name)\""
    ).at(name)
  }
}

extension Subject where Context == Session, Value == OrderFile {
  /// An order, with everything in it.
  static let order = Subject(
    Field("id", Identifier.shape, "The order number."), refuses: .noSuchOrder, .versionMismatch,
    find: { session, id in try session.orderFile(id) }, version: \.order.version,
    outdated: { file, expected in
      .versionMismatch(
        of: "Order", id: file.order.id, version: file.order.version, expected: expected)
    })
}

extension Subject where Context == Session, Value == Product {
  static let product = Subject(
    Field("id", Identifier.shape, "The product's id."), refuses: .noSuchProduct, .versionMismatch,
    find: { session, id in try session.product(id) }, version: \.version,
    outdated: { product, expected in
      .versionMismatch(of: "Product", id: product.id, version: product.version, expected: expected)
    })
}
