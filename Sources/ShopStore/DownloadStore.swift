// Downloads in the store, and the stock that moves with orders.
public import ShopRules

/// Downloads by the numbers of their orders, the highest first; an order's in the order of its lines.
public struct DownloadQuery: Sendable {
  public var order: Int?
  /// The customer's e-mail, whole; case does not matter.
  public var customer: String?
  /// The download the page before this one ended with.
  public var after: Position?
  /// nil: all there are.
  public var limit: Int?

  /// Where a download stands in lists.
  public struct Position: Hashable, Sendable {
    public let order: Int
    public let line: Int
    public let id: Int

    public init(order: Int, line: Int, id: Int) {
      self.order = order
      self.line = line
      self.id = id
    }
  }

  public init(
    order: Int? = nil, customer: String? = nil, after: Position? = nil, limit: Int? = nil
  ) {
    self.order = order
    self.customer = customer
    self.after = after
    self.limit = limit
  }
}

extension Download {
  /// Where it stands in lists.
  public var position: DownloadQuery.Position { .init(order: order, line: line, id: id) }
}

extension Store {
  private static let columns = """
    downloads.id, order_id, line, name, location, secret, granted_at, expiry_days, downloads_left,
    is_revoked
    """

  public func downloads(_ query: DownloadQuery) throws -> [Download] {
    let (sql, values) = statement(query, try orderFacts())
    return try downloads(sql, values)
  }

  func statement(_ query: DownloadQuery, _ facts: OrderFacts) -> (sql: String, values: [SQLValue]) {
    var source = "downloads"
    var direction = "order_id DESC"
    var conditions: [String] = []
    var values: [SQLValue] = []
    if let order = query.order {
      conditions.append("order_id = ?")
      values.append(SQLValue(order))
    }
    if let customer = query.customer {
      // CROSS JOIN keeps SQLite from turning the join around.
      source = "orders CROSS JOIN downloads ON order_id = orders.id"
      // The same order, which the index of customers has already.
      if facts.isChronological { direction = "orders.created_at DESC, orders.id DESC" }
      conditions.append("customer_email = ?")
      values.append(SQLValue(customer))
    }
    if let after = query.after {
      conditions.append("order_id <= ? AND (order_id < ? OR (line, downloads.id) > (?, ?))")
      values += [after.order, after.order, after.line, after.id].map { SQLValue($0) }
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    // A negative limit is none.
    values.append(SQLValue(query.limit ?? -1))
    return (
      "SELECT \(Self.columns) FROM \(source)\(filter) "
        + "ORDER BY \(direction), line, downloads.id LIMIT ?", values
    )
  }

  /// All of an order, in the order of its lines.
  public func downloads(ofOrder id: Int) -> [Download] {
    // What holds for all orders makes no difference where one is named.
    let (sql, values) = statement(DownloadQuery(order: id), OrderFacts())
    var downloads: [Download] = []
    database.query(sql).visit(on: database, values) { downloads.append(Download($0)) }
    return downloads
  }

  public func download(_ id: Int) throws -> Download? {
    try downloads("SELECT \(Self.columns) FROM downloads WHERE id = ?", [SQLValue(id)]).first
  }

  private func downloads(_ sql: String, _ values: [SQLValue]) throws -> [Download] {
    var downloads: [Download] = []
    try database.query(sql).run(on: database, values) { downloads.append(Download($0)) }
    return downloads
  }

  /// Grants a file of an order's line to its buyer.
  public func grant(
    _ file: Product.File, line: Int, ofOrder order: Int, secret: String, at now: Moment,
    times: Int?, days: Int?
  ) throws {
    let insert = database.query(
      """
      INSERT INTO downloads (order_id, line, name, location, secret, granted_at, expiry_days,
        downloads_left, is_revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
      """)
    try insert.run(
      on: database,
      [
        SQLValue(order), SQLValue(line), SQLValue(file.name), SQLValue(file.location),
        SQLValue(secret), SQLValue(now.seconds), SQLValue(days), SQLValue(times),
      ])
  }

  /// Takes away the downloads of an order's line.
  public func removeDownloads(ofLine line: Int, ofOrder order: Int) throws {
    try database.query("DELETE FROM downloads WHERE order_id = ? AND line = ?").run(
      on: database, [SQLValue(order), SQLValue(line)])
  }

  /// Writes what may change of a download: how many times are left, and whether it is revoked.
  public func update(_ download: Download) throws {
    let before = try self.download(download.id)
    let update = database.query(
      "UPDATE downloads SET downloads_left = ?, is_revoked = ? WHERE id = ?")
    try update.run(
      on: database,
      [SQLValue(download.left), SQLValue(download.isRevoked), SQLValue(download.id)])
    // That it was revoked is in the order's history, and so in the feed.
    if download.left != before?.left {
      try log(.other(.downloadRedeemed), order: download.order, download: download.id)
    }
  }

  /// Moves the stock of a product that counts it. It is no change of the product's settings.
  public func moveStock(ofProduct id: Int, by count: Int) throws {
    try database.query("UPDATE products SET stock = stock + ? WHERE id = ?").run(
      on: database, [SQLValue(count), SQLValue(id)])
  }
}

extension Download {
  fileprivate init(_ row: Row) {
    self.init(
      id: row.integer(0), order: row.integer(1), line: row.integer(2),
      file: Product.File(name: row.text(3), location: row.text(4)), secret: row.text(5),
      grantedAt: row.moment(6), expiryDays: row.integerOrNil(7), left: row.integerOrNil(8),
      isRevoked: row.bool(9))
  }
}
