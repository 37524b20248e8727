// Downloads in the store, and the stock that moves with orders.
public import ShopRules

extension Store {
  private static let columns = """
    id, order_id, line, name, location, secret, granted_at, expiry_days, downloads_left, is_revoked
    """

  /// All downloads of an order, in the order of its lines.
  public func downloads(ofOrder id: Int) throws -> [Download] {
    let sql = "SELECT \(Self.columns) FROM downloads WHERE order_id = ? ORDER BY line, id"
    return try downloads(sql, SQLValue(id))
  }

  public func download(_ id: Int) throws -> Download? {
    try downloads("SELECT \(Self.columns) FROM downloads WHERE id = ?", SQLValue(id)).first
  }

  private func downloads(_ sql: String, _ value: SQLValue) throws -> [Download] {
    var downloads: [Download] = []
    try database.query(sql).run(on: database, [value]) { downloads.append(Download($0)) }
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
