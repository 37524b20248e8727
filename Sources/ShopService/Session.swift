// What the methods work on: one store, one clock, one actor.
public import JSONRPC
public import ShopRules
public import ShopStore

/// One caller's dealings with one store.
public final class Session: ServiceContext {
  public typealias Refusal = ShopRules.Refusal

  let store: Store
  /// Where the store is, as the user named it.
  let storePath: String
  /// Who makes the changes, for the history.
  let actor: String
  private let clock: () -> Moment
  private var isDryRun = false
  /// The moment of the call in hand: one call, one moment.
  private(set) var now: Moment

  public init(store: Store, path: String, actor: String, clock: @escaping () -> Moment) {
    self.store = store
    storePath = path
    self.actor = actor
    self.clock = clock
    now = clock()
  }

  public func perform<Result>(_ call: Call, _ work: () throws -> Result) throws -> Result {
    now = clock()
    isDryRun = call.isDryRun
    return switch call.effect {
    case .pure: try work()
    case .reads: try store.read(work)
    case .changes: try store.change(isDryRun: call.isDryRun, work)
    }
  }

  /// Whether a change that was just made stays.
  func applies(_ changed: Bool) -> Bool { changed && !isDryRun }

  func shop() throws -> Shop { try store.shop() }
}
