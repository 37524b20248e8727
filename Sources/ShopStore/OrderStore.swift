// Orders in the store: one by one, and changed. Lists of them are in OrderLists.
public import ShopRules

extension Store {
  /// The one row of an order's head, or none.
  public func head(ofOrder id: Int) -> Rows<OrderRow> {
    selectHead.rows(on: database, [SQLValue(id)])
  }

  public func lines(ofOrder id: Int) -> Rows<LineRow> {
    selectLines.rows(on: database, [SQLValue(id)])
  }

  /// Every change of an order, oldest first.
  public func history(ofOrder id: Int) -> Rows<HistoryRow> {
    selectHistory.rows(on: database, [SQLValue(id)])
  }

  /// Those entries of an order's history in which something was noted, oldest first.
  public func notes(ofOrder id: Int) -> Rows<HistoryRow> {
    database.query(HistoryRow.selectNotes).rows(on: database, [SQLValue(id)])
  }

  /// The order without what is in it, or nil.
  public func order(_ id: Int) throws -> Order? {
    let order = head(ofOrder: id).first { Order($0) }
    try database.checkRows()
    return order
  }

  /// The order with everything in it, or nil. Who only changes it needs no history of it, which may be
  /// long: a change adds to it and looks at nothing.
  public func orderFile(_ id: Int, withHistory: Bool = true) throws -> OrderFile? {
    let found = head(ofOrder: id).first { row in
      (file: OrderFile(order: Order(row), lines: [], history: []), extras: row.extras)
    }
    guard var file = found?.file, let extras = found?.extras else {
      try database.checkRows()
      return nil
    }
    for line in lines(ofOrder: id) { file.lines.append(OrderLine(line)) }
    if withHistory {
      for entry in history(ofOrder: id) { file.history.append(HistoryEntry(entry)) }
    }
    if extras.contains(.refunds) { file.refunds = refunds(ofOrder: id) }
    try database.checkRows()
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

  /// ROLLBACK: an order that the tables do not take is a mistake, and nothing of its transaction will
  /// stay. So that it could be undone alone, SQLite would copy each page before the order changes it.
  static let insertOrder =
    "INSERT OR ROLLBACK INTO orders ("
    + OrderRow.columnNames.joined(separator: ", ") + ", customer_sort) VALUES ("
    + Array(repeating: "?", count: OrderRow.columnNames.count + 1).joined(separator: ", ") + ")"

  public func insert(_ file: OrderFile) throws {
    let order = file.order
    try database.query(Self.insertOrder).run(
      on: database, headValues(file) + [SQLValue(sortKey(order.customer.name))])
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
    try countToShip(order)
    try append(file.refunds[...], toRefundsOf: order.id)
    try append(file.history[...], toHistoryOf: order, isNew: true)
    let texts = [String(order.id), order.customer.name, order.customer.email]
    try index(order.id, searchText(texts + file.lines.map(\.name)))
  }

  /// Writes what became of an order: what differs, and nothing else, because of most columns there is
  /// an index to be kept too.
  public func update(_ old: OrderFile, to new: OrderFile) throws {
    let order = new.order
    let (before, after) = (headValues(old), headValues(new))
    let changed = before.indices.filter { before[$0] != after[$0] }
    if !changed.isEmpty {
      let columns = changed.map { index in
        let name = OrderRow.columnNames[index]
        // What an order has it keeps, whether that was read or not.
        return name == "extras" ? "extras = extras | ?" : name + " = ?"
      }
      let sets = columns.joined(separator: ", ")
      try database.query("UPDATE OR ROLLBACK orders SET \(sets) WHERE id = ?").run(
        on: database, changed.map { after[$0] } + [SQLValue(order.id)])
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
    try append(new.refunds[old.refunds.count...], toRefundsOf: order.id)
    try append(new.history[old.history.count...], toHistoryOf: order)
  }

  /// What is in the columns of ``OrderRow``.
  private func headValues(_ file: OrderFile) -> [SQLValue] {
    let order = file.order
    let (customer, billing, shipping) = (order.customer, order.billing, order.shipping)
    return [
      SQLValue(order.id), SQLValue(order.status.rawValue), SQLValue(order.createdAt.seconds),
      SQLValue(order.paidAt?.seconds), SQLValue(order.completedAt?.seconds),
      SQLValue(customer.name), SQLValue(customer.email), SQLValue(customer.phone),
      SQLValue(billing.name), SQLValue(billing.company), SQLValue(billing.street),
      SQLValue(billing.street2), SQLValue(billing.postcode), SQLValue(billing.city),
      SQLValue(billing.region), SQLValue(billing.country), SQLValue(shipping?.name),
      SQLValue(shipping?.company), SQLValue(shipping?.street), SQLValue(shipping?.street2),
      SQLValue(shipping?.postcode), SQLValue(shipping?.city), SQLValue(shipping?.region),
      SQLValue(shipping?.country), SQLValue(order.purchased), SQLValue(order.currency.code),
      SQLValue(order.shippingCost.minorUnits), SQLValue(order.discount.minorUnits),
      SQLValue(order.charges.minorUnits), SQLValue(order.gross.minorUnits),
      SQLValue(order.adminFee.minorUnits), SQLValue(order.refunded.minorUnits),
      SQLValue(order.transactionID), SQLValue(order.needsShipping), SQLValue(order.shipBy?.iso),
      SQLValue(order.version), SQLValue(order.isAnnounced), SQLValue(OrderExtras(file).rawValue),
      SQLValue(file.kind.rawValue),
    ]
  }

  /// Behind what is there, or, of an order that is new, from the first position on.
  private func append(
    _ entries: ArraySlice<HistoryEntry>, toHistoryOf order: Order, isNew: Bool = false
  ) throws {
    let insert = database.query(
      """
      INSERT INTO order_history VALUES (?1, coalesce(?2,
        (SELECT max(position) + 1 FROM order_history WHERE order_id = ?1), 0), ?, ?, ?, ?, ?, ?)
      """)
    for (position, entry) in zip(entries.indices, entries) {
      try insert.run(
        on: database,
        [
          SQLValue(order.id), isNew ? SQLValue(position) : .null, SQLValue(entry.at.seconds),
          SQLValue(entry.by), SQLValue(entry.what.rawValue), SQLValue(entry.from?.rawValue),
          SQLValue(entry.to?.rawValue), SQLValue(entry.note),
        ])
      try log(
        .order(entry.what), order: order.id, version: order.version, from: entry.from, to: entry.to)
    }
  }
}
