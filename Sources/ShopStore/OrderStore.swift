// Orders in the store: one by one, changed, and counted. Lists of them are in OrderQuery.
public import ShopRules

extension Store {
  static let orderColumns = """
    id, status, created_at, paid_at, completed_at, customer_name, customer_email, customer_phone,
    billing_name, billing_company, billing_street, billing_street2, billing_postcode, billing_city,
    billing_region, billing_country, shipping_name, shipping_company, shipping_street,
    shipping_street2, shipping_postcode, shipping_city, shipping_region, shipping_country,
    purchased, currency, shipping_cost, discount, charges, gross, admin_fee, refunded,
    transaction_id, needs_shipping, ship_by, version, is_announced
    """

  private static let selectOrder = "SELECT \(orderColumns) FROM orders WHERE id = ?"
  private static let selectLines = """
    SELECT product_id, name, sku, quantity, total, admin_fee, is_virtual, is_downloadable,
      stock_taken, has_downloads
    FROM order_lines WHERE order_id = ? ORDER BY position
    """
  private static let selectHistory = """
    SELECT at, actor, what, from_status, to_status, note
    FROM order_history WHERE order_id = ? ORDER BY position
    """

  /// The order without what is in it, or nil.
  public func order(_ id: Int) throws -> Order? {
    var order: Order?
    try database.query(Self.selectOrder).run(on: database, [SQLValue(id)]) { order = Order($0) }
    return order
  }

  /// The order with everything in it, or nil.
  public func orderFile(_ id: Int) throws -> OrderFile? {
    guard let order = try order(id) else { return nil }
    let id = SQLValue(id)
    var file = OrderFile(order: order, lines: [], history: [])
    try database.query(Self.selectLines).run(on: database, [id]) {
      file.lines.append(OrderLine($0))
    }
    try database.query(Self.selectHistory).run(on: database, [id]) {
      file.history.append(HistoryEntry($0))
    }
    file.refunds = try refunds(ofOrder: order.id)
    return file
  }

  public func hasOrder(_ id: Int) throws -> Bool {
    var found = false
    try database.query("SELECT 1 FROM orders WHERE id = ?").run(on: database, [SQLValue(id)]) { _ in
      found = true
    }
    return found
  }

  /// The id that the next order gets.
  public func nextOrderID() throws -> Int {
    try database.integer("SELECT coalesce(max(id), 0) + 1 FROM orders")
  }

  /// The number of orders in each status.
  public func orderCounts() throws -> [OrderStatus: Int] {
    var counts: [OrderStatus: Int] = [:]
    try database.query("SELECT status, orders FROM order_counts").run(on: database) { row in
      if let status = OrderStatus(rawValue: row.text(0)) { counts[status] = row.integer(1) }
    }
    return counts
  }

  /// The number of orders that should have been shipped before `today`.
  public func lateOrders(on today: Day) throws -> Int {
    var count = 0
    try database.query(Self.countLate).run(on: database, [SQLValue(today.iso)]) {
      count = $0.integer(0)
    }
    return count
  }

  static let countLate = """
    SELECT count(*) FROM orders INDEXED BY orders_to_ship_by_day
    WHERE status = 'processing' AND needs_shipping = 1 AND coalesce(ship_by, '9999-12-31') < ?
    """

  /// ROLLBACK: an order that the tables do not take is a mistake, and nothing of its transaction will
  /// stay. So that it could be undone alone, SQLite would copy each page before the order changes it.
  private static let insertOrder =
    "INSERT OR ROLLBACK INTO orders (\(orderColumns), customer_sort, kind) VALUES ("
    + Array(repeating: "?", count: 39).joined(separator: ", ") + ")"

  public func insert(_ file: OrderFile) throws {
    let order = file.order
    let insert = database.query(Self.insertOrder)
    let shipping = order.shipping
    try insert.run(
      on: database,
      [
        SQLValue(order.id), SQLValue(order.status.rawValue), SQLValue(order.createdAt.seconds),
        SQLValue(order.paidAt?.seconds), SQLValue(order.completedAt?.seconds),
        SQLValue(order.customer.name), SQLValue(order.customer.email),
        SQLValue(order.customer.phone), SQLValue(order.billing.name),
        SQLValue(order.billing.company), SQLValue(order.billing.street),
        SQLValue(order.billing.street2), SQLValue(order.billing.postcode),
        SQLValue(order.billing.city), SQLValue(order.billing.region),
        SQLValue(order.billing.country), SQLValue(shipping?.name), SQLValue(shipping?.company),
        SQLValue(shipping?.street), SQLValue(shipping?.street2), SQLValue(shipping?.postcode),
        SQLValue(shipping?.city), SQLValue(shipping?.region), SQLValue(shipping?.country),
        SQLValue(order.purchased), SQLValue(order.currency.code),
        SQLValue(order.shippingCost.minorUnits), SQLValue(order.discount.minorUnits),
        SQLValue(order.charges.minorUnits), SQLValue(order.gross.minorUnits),
        SQLValue(order.adminFee.minorUnits), SQLValue(order.refunded.minorUnits),
        SQLValue(order.transactionID), SQLValue(order.needsShipping), SQLValue(order.shipBy?.iso),
        SQLValue(order.version), SQLValue(order.isAnnounced),
        SQLValue(sortKey(order.customer.name)), SQLValue(file.kind.rawValue),
      ])
    let insertLine = database.query(
      "INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for (position, line) in file.lines.enumerated() {
      try insertLine.run(
        on: database,
        [
          SQLValue(order.id), SQLValue(position), SQLValue(line.productID), SQLValue(line.name),
          SQLValue(line.sku), SQLValue(line.quantity), SQLValue(line.total.minorUnits),
          SQLValue(line.adminFee.minorUnits), SQLValue(line.nature.isVirtual),
          SQLValue(line.nature.isDownloadable), SQLValue(line.stockTaken),
          SQLValue(line.hasDownloads),
        ])
    }
    try append(file.refunds[...], toRefundsOf: order.id)
    try append(file.history[...], toHistoryOf: order)
    let texts = [String(order.id), order.customer.name, order.customer.email]
    try index(order.id, searchText(texts + file.lines.map(\.name)))
  }

  /// Writes what became of an order. What an order was bought as never changes: only the parts that
  /// consequences touch are written.
  public func update(_ old: OrderFile, to new: OrderFile) throws {
    let order = new.order
    let shipping = order.shipping
    let update = database.query(
      """
      UPDATE orders SET status = ?, paid_at = ?, completed_at = ?, refunded = ?, transaction_id = ?,
        needs_shipping = ?, ship_by = ?, version = ?, is_announced = ? WHERE id = ?
      """)
    try update.run(
      on: database,
      [
        SQLValue(order.status.rawValue), SQLValue(order.paidAt?.seconds),
        SQLValue(order.completedAt?.seconds), SQLValue(order.refunded.minorUnits),
        SQLValue(order.transactionID), SQLValue(order.needsShipping), SQLValue(order.shipBy?.iso),
        SQLValue(order.version), SQLValue(order.isAnnounced), SQLValue(order.id),
      ])
    if order.shipping != old.order.shipping {
      let setShipping = database.query(
        """
        UPDATE orders SET shipping_name = ?, shipping_company = ?, shipping_street = ?,
          shipping_street2 = ?, shipping_postcode = ?, shipping_city = ?, shipping_region = ?,
          shipping_country = ? WHERE id = ?
        """)
      try setShipping.run(
        on: database,
        [
          SQLValue(shipping?.name), SQLValue(shipping?.company), SQLValue(shipping?.street),
          SQLValue(shipping?.street2), SQLValue(shipping?.postcode), SQLValue(shipping?.city),
          SQLValue(shipping?.region), SQLValue(shipping?.country), SQLValue(order.id),
        ])
    }
    let updateLine = database.query(
      """
      UPDATE order_lines SET is_virtual = ?, is_downloadable = ?, stock_taken = ?, has_downloads = ?
        WHERE order_id = ? AND position = ?
      """)
    for (position, line) in new.lines.enumerated() where line != old.lines[position] {
      try updateLine.run(
        on: database,
        [
          SQLValue(line.nature.isVirtual), SQLValue(line.nature.isDownloadable),
          SQLValue(line.stockTaken), SQLValue(line.hasDownloads), SQLValue(order.id),
          SQLValue(position),
        ])
    }
    if new.kind != old.kind {
      try database.query("UPDATE orders SET kind = ? WHERE id = ?").run(
        on: database, [SQLValue(new.kind.rawValue), SQLValue(order.id)])
    }
    try append(new.refunds[old.refunds.count...], toRefundsOf: order.id)
    try append(new.history[old.history.count...], toHistoryOf: order)
  }

  private func append(_ entries: ArraySlice<HistoryEntry>, toHistoryOf order: Order) throws {
    let insert = database.query("INSERT INTO order_history VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    for (position, entry) in zip(entries.indices, entries) {
      try insert.run(
        on: database,
        [
          SQLValue(order.id), SQLValue(position), SQLValue(entry.at.seconds), SQLValue(entry.by),
          SQLValue(entry.what.rawValue), SQLValue(entry.from?.rawValue),
          SQLValue(entry.to?.rawValue), SQLValue(entry.note),
        ])
      try log(
        .order(entry.what), order: order.id, version: order.version, from: entry.from, to: entry.to)
    }
  }
}

extension Row {
  func money(_ column: Int32) -> Money { Money(minorUnits: Int64(integer(column))) }

  func moment(_ column: Int32) -> Moment { Moment(seconds: Int64(integer(column))) }

  func momentOrNil(_ column: Int32) -> Moment? { isNull(column) ? nil : moment(column) }

  /// The eight columns of an address, from `first` on.
  func address(_ first: Int32) -> Address {
    Address(
      name: text(first), company: text(first + 1), street: text(first + 2),
      street2: text(first + 3), postcode: text(first + 4), city: text(first + 5),
      region: text(first + 6), country: text(first + 7))
  }
}

extension Order {
  /// From the columns of ``Store/orderColumns``. The table's checks keep statuses to known ones.
  init(_ row: Row) {
    self.init(
      id: row.integer(0), status: row.word(1) ?? .pending,
      createdAt: row.moment(2), paidAt: row.momentOrNil(3), completedAt: row.momentOrNil(4),
      customer: Customer(name: row.text(5), email: row.text(6), phone: row.text(7)),
      billing: row.address(8), shipping: row.isNull(16) ? nil : row.address(16),
      purchased: row.text(24), currency: Currency(row.text(25)) ?? .unknown,
      shippingCost: row.money(26), discount: row.money(27), charges: row.money(28),
      gross: row.money(29), adminFee: row.money(30), refunded: row.money(31),
      transactionID: row.textOrNil(32), needsShipping: row.bool(33),
      shipBy: row.textOrNil(34).flatMap(Day.init), isAnnounced: row.bool(36),
      version: row.integer(35))
  }
}

extension OrderLine {
  fileprivate init(_ row: Row) {
    self.init(
      productID: row.integerOrNil(0), name: row.text(1), sku: row.textOrNil(2),
      quantity: row.integer(3), total: row.money(4), adminFee: row.money(5),
      nature: ProductNature(isVirtual: row.bool(6), isDownloadable: row.bool(7)),
      stockTaken: row.integer(8), hasDownloads: row.bool(9))
  }
}

extension HistoryEntry {
  fileprivate init(_ row: Row) {
    self.init(
      at: row.moment(0), by: row.text(1), what: row.word(2) ?? .moved,
      from: row.word(3),
      to: row.word(4), note: row.textOrNil(5))
  }
}
