// The methods on the change feed: what changed, and being told when something does.
public import JSONRPC
import ShopRules
import ShopStore

enum Changes {
  static let all: [Method<Session>] = [list, watch, unwatch]
  static let notifications: [Notification<Session>] = [changed]

  static let list = Method<Session>(
    .reads, "changes.list", "Lists what changed in the store, the oldest first.",
    takes: (
      Field("after", ChangeID.shape, default: 0, "Only what changed behind this change; 0 is all."),
      Orders.pageLimit
    ),
    returns: ChangePage.record
  ) { session, after, limit in
    let zone = try session.shop().timeZone
    let changes = try session.store.changes(after: after, limit: limit)
    return ChangePage(
      changes: changes.map { ChangeView(change: $0, zone: zone) },
      next: changes.last?.id ?? after, last: try session.store.lastChange())
  }

  // Both of these change the connection. What they do to the store is nothing.

  static let watch = Method<Session>(
    .reads, "changes.watch",
    "Has changes.changed sent whenever this or any other process changes the store.",
    takes: (),
    returns: Record<Int>(
      "WatchStart", "Where the feed stands.",
      [
        Property(
          "last", ChangeID.shape, "The newest change: what follows it is told of; 0 is none."
        ) { $0 }
      ])
  ) { session in
    let watch = try session.newWatch()
    session.watch = watch
    return watch.told
  }

  static let unwatch = Method<Session>(
    .pure, "changes.unwatch", "Has no changes.changed sent any more.",
    takes: (),
    returns: Record<Bool>(
      "WatchEnd", "Whether there was anything to end.",
      [Property("watched", Flag.shape, "Whether changes were watched until now.") { $0 }])
  ) { session in
    defer { session.watch = nil }
    return session.watch != nil
  }

  static let changed = Notification<Session>(
    "changes.changed",
    "The store has changed: changes.list with this \"after\" lists what did. Follows changes.watch.",
    params: NewChanges.record
  ) { session in
    try session.look(\.watch) { told in
      let last = try session.store.lastChange()
      return (last, NewChanges(after: told, last: last))
    }
  }
}

/// A caller's wish to be told of changes.
struct Watch {
  /// nil where the system has none to give.
  let bell: Bell?
  /// The newest change that the caller knows of.
  var told: Int
  /// Whether the last look failed: then no bell says when to look again.
  var isOwed = false
}

extension Session {
  public var alarm: Alarm? {
    // Asked for every message.
    guard watch != nil || agentWatch != nil else { return nil }
    let watches = [watch, agentWatch].compactMap { $0 }
    guard let bell, !watches.contains(where: \.isOwed) else { return .clock }
    return .descriptor(bell.descriptor)
  }

  /// One bell does for all who watch: whoever is told looks for all of them.
  private var bell: Bell? { watch?.bell ?? agentWatch?.bell }

  /// A watch for what follows the newest change.
  func newWatch() throws -> Watch {
    // A bell that is there before the look rings for all that the look did not see.
    let bell = bell ?? store.bell()
    return Watch(bell: bell, told: try store.lastChange())
  }

  /// Reads what came since a watch was last told, and takes it for told.
  func look<News>(
    _ watch: ReferenceWritableKeyPath<Session, Watch?>,
    _ read: (_ told: Int) throws -> (last: Int, news: News)
  ) throws -> News? {
    guard let told = self[keyPath: watch]?.told else { return nil }
    // What rings from here on is seen the next time.
    self[keyPath: watch]?.bell?.hush()
    self[keyPath: watch]?.isOwed = true
    let found = try store.read { try read(told) }
    self[keyPath: watch]?.isOwed = false
    self[keyPath: watch]?.told = found.last
    // What rang between two looks was hushed for both, and seen by one of them.
    for other in [\Session.watch, \Session.agentWatch]
    where self[keyPath: other].map({ $0.told < found.last }) == true {
      self[keyPath: other]?.isOwed = true
    }
    return found.last > told ? found.news : nil
  }

  /// The orders and products that changed since agents were last told of some.
  func resourceChanges() throws -> [ResourceChange] {
    let changes = try look(\.agentWatch) { told in
      var last = told
      var found: [ResourceChange] = []
      while case let page = try store.changes(after: last, limit: 500), let end = page.last {
        found += page.compactMap(\.resource)
        last = end.id
      }
      return (last, found)
    }
    return changes ?? []
  }
}

extension Change {
  /// The resource that is another one by this change. Mails are no part of an order.
  fileprivate var resource: ResourceChange? {
    if let product {
      let isNew = what == .other(.productCreated) || what == .other(.productImported)
      return ResourceChange("product", product, isNew: isNew)
    }
    guard let order, mail == nil else { return nil }
    return ResourceChange(
      "order", order, isNew: what == .order(.created) || what == .order(.imported))
  }
}

enum ChangeID {
  /// The id of a change, or 0 for the beginning of the feed.
  static let shape = Shape.integer(0...9_007_199_254_740_991)
}

struct NewChanges {
  let after: Int
  let last: Int

  static let record = Record<NewChanges>(
    "NewChanges", "Some changes, of which the caller has not been told before.",
    [
      Property("after", ChangeID.shape, "The last change that was told of before.") { $0.after },
      Property("last", ChangeID.shape, "The newest change.") { $0.last },
    ])
}

struct ChangeView {
  let change: Change
  let zone: TimeZone

  static let record = Record<ChangeView>(
    "Change", "What changed, when, and by whom. What it entails is part of it.",
    [
      Property("id", Identifier.shape, "Its place in the feed; what changed later has more.") {
        $0.change.id
      },
      Property("at", Timestamp.shape, "When.") { $0.change.at.timestamp(in: $0.zone) },
      Property("by", Text.shape, "Who.") { $0.change.by },
      Property("what", Shape<Change.What>.choice, "What.") { $0.change.what },
      Property(optional: "order", Identifier.shape, "The order; of a mail or download its own.") {
        $0.change.order
      },
      Property(optional: "product", Identifier.shape, "The product.") { $0.change.product },
      Property(optional: "mail", Identifier.shape, "The mail.") { $0.change.mail },
      Property(optional: "download", Identifier.shape, "The download.") { $0.change.download },
      Property(
        optional: "version", Shape.integer(1...Int64.max),
        "The version of the order or product after the change."
      ) { $0.change.version },
      Property(optional: "from", OrderStatus.shape, "The order's status before.") {
        $0.change.from
      },
      Property(optional: "to", OrderStatus.shape, "The order's status after.") { $0.change.to },
    ])
}

struct ChangePage {
  let changes: [ChangeView]
  let next: Int
  let last: Int

  static let record = Record<ChangePage>(
    "ChangePage", "A page of the change feed.",
    [
      Property("changes", listOf: ChangeView.record, "The changes.") { $0.changes },
      Property("next", ChangeID.shape, "What to send as \"after\" for what follows.") { $0.next },
      Property("more", Flag.shape, "Whether more follows by now.") { $0.last > $0.next },
      Property("last", ChangeID.shape, "The newest change in the store; 0 is none.") { $0.last },
    ])
}
