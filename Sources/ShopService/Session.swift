// What the methods work on: one store, one clock, one actor.
import Glibc
public import JSONRPC
public import ShopRules
public import ShopStore

/// One caller's dealings with one store.
public final class Session: ServiceContext {
  public typealias Refusal = ShopRules.Refusal

  public let caller = Caller()
  let store: Store
  /// Where the store is, as the user named it.
  let storePath: String
  /// Who makes the changes, for the history.
  var actor: String
  private let clock: () -> Moment
  /// The methods that this session may call.
  let catalog: Catalog<Session>
  private(set) lazy var abilities = Abilities(catalog)
  public let hidesPersonalData: Bool
  /// Makes what nobody can guess.
  let secret: () -> String
  private var isDryRun = false
  /// The caller's wish to be told of changes, while there is one.
  var watch: Watch?
  /// What agents have subscribed to needs one of its own: they are told in other words.
  var agentWatch: Watch?
  /// The moment of the call in hand: one call, one moment.
  var now: Moment

  public convenience init(
    store: Store, path: String, actor: String, clock: @escaping () -> Moment,
    catalog: Catalog<Session> = shopCatalog, hidesPersonalData: Bool = false
  ) {
    self.init(
      store: store, path: path, actor: actor, clock: clock, catalog: catalog,
      hidesPersonalData: hidesPersonalData, secret: randomSecret)
  }

  init(
    store: Store, path: String, actor: String, clock: @escaping () -> Moment,
    catalog: Catalog<Session> = shopCatalog, hidesPersonalData: Bool = false,
    secret: @escaping () -> String
  ) {
    self.catalog = catalog
    self.hidesPersonalData = hidesPersonalData
    self.store = store
    self.secret = secret
    storePath = path
    self.actor = actor
    self.clock = clock
    now = clock()
    store.isUnwanted = { [caller] in caller.isWithdrawn() }
  }

  public func perform(_ call: Call, _ work: () throws -> Void) throws {
    now = clock()
    isDryRun = call.isDryRun
    switch call.effect {
    case .pure: try work()
    case .reads, .exports: try store.read(work)
    case .changes: try store.change(isDryRun: call.isDryRun, by: actor, at: now, work)
    }
  }

  /// The files that the group in hand wrote: they go where the group does not hold.
  var filesOfGroup: [String] = []

  private var watches: (Watch?, Watch?)

  public func beginGroup() {
    filesOfGroup = []
    watches = (watch, agentWatch)
    store.beginGroup()
  }

  public func endGroup() -> Bool {
    if store.endGroup() { return true }
    for file in filesOfGroup { unlink(file) }
    (watch, agentWatch) = watches
    return false
  }

  /// Whether a change that was just made stays.
  func applies(_ changed: Bool) -> Bool { changed && !isDryRun }

  func shop() throws -> Shop { try store.shop() }
}

/// 128 bits of the system's random source, as 32 hexadecimal digits.
private func randomSecret() -> String {
  var generator = SystemRandomNumberGenerator()
  return (0..<2).map { _ in
    let digits = String(generator.next(), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }.joined()
}
