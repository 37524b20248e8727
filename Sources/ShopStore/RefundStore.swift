// Refunds in the store: what was given back of an order, and for which of its lines.
public import ShopRules

extension Migrations {
  /// Refunds one by one. What an older store says was refunded becomes one refund of the order.
  static let refunds = """
    CREATE TABLE refunds (
      order_id INTEGER NOT NULL REFERENCES orders (id),
      position INTEGER NOT NULL,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      amount INTEGER NOT NULL CHECK (amount >= 0),
      reason TEXT,
      source_id INTEGER UNIQUE,
      PRIMARY KEY (order_id, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE refund_lines (
      order_id INTEGER NOT NULL,
      refund INTEGER NOT NULL,
      line INTEGER NOT NULL,
      quantity INTEGER NOT NULL CHECK (quantity >= 0),
      amount INTEGER NOT NULL CHECK (amount >= 0),
      restocked INTEGER NOT NULL CHECK (restocked >= 0),
      PRIMARY KEY (order_id, refund, line),
      FOREIGN KEY (order_id, refund) REFERENCES refunds (order_id, position),
      FOREIGN KEY (order_id, line) REFERENCES order_lines (order_id, position)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO refunds (order_id, position, at, actor, amount, source_id)
      SELECT id, 0, coalesce(last.at, created_at), coalesce(last.actor, ''), refunded, -id
      FROM orders LEFT JOIN order_history AS last ON last.order_id = id AND last.position =
        (SELECT max(position) FROM order_history WHERE order_id = id
          AND to_status IN ('refunded', status))
      WHERE refunded > 0;
    """
}

extension Store {
  /// The refunds of an order, oldest first.
  public func refunds(ofOrder id: Int) -> [Refund] {
    var refunds: [Refund] = []
    let select = database.query(
      """
      SELECT at, actor, amount, reason, source_id FROM refunds WHERE order_id = ? ORDER BY position
      """)
    select.visit(on: database, [SQLValue(id)]) { row in
      refunds.append(
        Refund(
          at: row.moment(0), by: row.text(1), amount: row.money(2), reason: row.textOrNil(3),
          sourceID: row.integerOrNil(4)))
    }
    guard !refunds.isEmpty else { return [] }
    let selectLines = database.query(
      """
      SELECT refund, line, quantity, amount, restocked FROM refund_lines
      WHERE order_id = ? ORDER BY refund, line
      """)
    selectLines.visit(on: database, [SQLValue(id)]) { row in
      refunds[row.integer(0)].lines.append(
        Refund.Line(
          line: row.integer(1), quantity: row.integer(2), amount: row.money(3),
          restocked: row.integer(4)))
    }
    return refunds
  }

  /// Writes refunds that are new, under their positions in the order.
  func append(_ refunds: ArraySlice<Refund>, toRefundsOf id: Int) throws {
    let insert = database.query("INSERT INTO refunds VALUES (?, ?, ?, ?, ?, ?, ?)")
    let insertLine = database.query("INSERT INTO refund_lines VALUES (?, ?, ?, ?, ?, ?)")
    for (position, refund) in zip(refunds.indices, refunds) {
      try insert.run(
        on: database,
        [
          SQLValue(id), SQLValue(position), SQLValue(refund.at.seconds), SQLValue(refund.by),
          SQLValue(refund.amount.minorUnits), SQLValue(refund.reason), SQLValue(refund.sourceID),
        ])
      for line in refund.lines {
        try insertLine.run(
          on: database,
          [
            SQLValue(id), SQLValue(position), SQLValue(line.line), SQLValue(line.quantity),
            SQLValue(line.amount.minorUnits), SQLValue(line.restocked),
          ])
      }
    }
  }

  /// The order that has the refund which was imported under a number.
  public func order(ofRefundFrom sourceID: Int) throws -> Int? {
    var order: Int?
    let select = database.query("SELECT order_id FROM refunds WHERE source_id = ?")
    try select.run(on: database, [SQLValue(sourceID)]) { order = $0.integer(0) }
    return order
  }
}
