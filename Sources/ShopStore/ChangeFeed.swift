// The feed: everything that changed, written by the store itself in the transaction of the change.
public import ShopRules

extension Migrations {
  /// The feed of a store begins when it gets the table. AUTOINCREMENT: an id is never given again, not
  /// even if somebody deletes the newest rows. Writers wait for one another, so ids follow commits.
  static let changeFeed = """
    CREATE TABLE changes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      what TEXT NOT NULL,
      order_id INTEGER,
      product_id INTEGER,
      mail_id INTEGER,
      download_id INTEGER,
      version INTEGER,
      from_status TEXT,
      to_status TEXT
    ) STRICT;
    """
}

extension Store {
  private static let insertChange = """
    INSERT INTO changes (at, actor, what, order_id, product_id, mail_id, download_id, version,
      from_status, to_status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  /// Writes an entry of the feed. Whatever writes to another table says so here. What a store is
  /// created with is no change: its feed begins behind that.
  func log(
    _ what: Change.What, order: Int? = nil, product: Int? = nil, mail: Int? = nil,
    download: Int? = nil, version: Int? = nil, from: OrderStatus? = nil, to: OrderStatus? = nil
  ) throws {
    guard let author else { return }
    try database.query(Self.insertChange).run(
      on: database,
      [
        SQLValue(author.at.seconds), SQLValue(author.name), SQLValue(what.rawValue),
        SQLValue(order), SQLValue(product), SQLValue(mail), SQLValue(download), SQLValue(version),
        SQLValue(from?.rawValue), SQLValue(to?.rawValue),
      ])
  }

  /// What changed behind the change `id`, the oldest first.
  public func changes(after id: Int, limit: Int) throws -> [Change] {
    var changes: [Change?] = []
    try database.query(Self.selectChanges).run(on: database, [SQLValue(id), SQLValue(limit)]) {
      changes.append(Change($0))
    }
    return try changes.map { change in
      guard let change else { throw StoreUnavailable(description: "a change cannot be read") }
      return change
    }
  }

  static let selectChanges = """
    SELECT id, at, actor, what, order_id, product_id, mail_id, download_id, version, from_status,
      to_status FROM changes WHERE id > ? ORDER BY id LIMIT ?
    """

  /// The id of the newest change; 0 where nothing has changed yet.
  public func lastChange() throws -> Int {
    var last = 0
    try database.query(Self.selectLastChange).run(on: database) { last = $0.integer(0) }
    return last
  }

  static let selectLastChange = "SELECT max(id) FROM changes"
}

extension Change {
  fileprivate init?(_ row: Row) {
    guard let what = What(rawValue: row.text(3)) else { return nil }
    self.init(
      id: row.integer(0), at: row.moment(1), by: row.text(2), what: what,
      order: row.integerOrNil(4), product: row.integerOrNil(5), mail: row.integerOrNil(6),
      download: row.integerOrNil(7), version: row.integerOrNil(8),
      from: row.textOrNil(9).flatMap(OrderStatus.init(rawValue:)),
      to: row.textOrNil(10).flatMap(OrderStatus.init(rawValue:)))
  }
}
