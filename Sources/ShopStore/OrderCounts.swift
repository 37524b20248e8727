// Orders counted: kept up by triggers, so that to ask costs the same however many there are.
public import ShopRules

extension Migrations {
  /// How many orders are to be shipped by each day, month and year: in a few years most days have
  /// some, and to sum up all of them would cost more the longer a shop is there.
  static let shipCounts = """
    CREATE TABLE ship_counts (
      unit TEXT,
      period TEXT,
      orders INTEGER NOT NULL,
      PRIMARY KEY (unit, period)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO ship_counts SELECT 'day', ship_by, count(*) FROM orders
      WHERE status = 'processing' AND needs_shipping = 1 AND ship_by IS NOT NULL GROUP BY ship_by;
    INSERT INTO ship_counts SELECT 'month', substr(period, 1, 7), sum(orders) FROM ship_counts
      WHERE unit = 'day' GROUP BY 2;
    INSERT INTO ship_counts SELECT 'year', substr(period, 1, 4), sum(orders) FROM ship_counts
      WHERE unit = 'month' GROUP BY 2;

    \(trigger(
      "order_moved_to_ship", after: "UPDATE OF status",
      when: "old.status <> new.status AND 'processing' IN (old.status, new.status)",
      counts: "iif(new.status = 'processing', 1, -1)"))
    \(trigger("order_ship_day_left", after: newDay, when: isAnotherDay, counts: "-1", of: "old"))
    \(trigger("order_ship_day_set", after: newDay, when: isAnotherDay))
    """

  /// Another status counts as if the day were the new one before, and another day as if the status
  /// were the old one still: together they are right. To read the day that was costs as much as all of
  /// the count, because it stands behind the first 32 columns; most changes leave it.
  private static func trigger(
    _ name: String, after event: String, when condition: String, counts step: String = "1",
    of row: String = "new"
  ) -> String {
    """
    CREATE TRIGGER \(name) AFTER \(event) ON orders
    WHEN \(condition) AND \(row).needs_shipping = 1 AND \(row).ship_by IS NOT NULL
    BEGIN
      \(counting("\(row).ship_by", step));
    END;
    """
  }

  fileprivate static func counting(_ day: String, _ step: String) -> String {
    """
    INSERT INTO ship_counts VALUES ('day', \(day), \(step)),
        ('month', substr(\(day), 1, 7), \(step)), ('year', substr(\(day), 1, 4), \(step))
      ON CONFLICT (unit, period) DO UPDATE SET orders = orders + excluded.orders
    """
  }

  private static let newDay = "UPDATE OF needs_shipping, ship_by"
  private static let isAnotherDay = """
    old.status = 'processing'
      AND (old.needs_shipping, old.ship_by) IS NOT (new.needs_shipping, new.ship_by)
    """
}

extension Store {
  private static let countShipment = Migrations.counting("?1", "1")

  /// Counts an order that is new among those to ship. A trigger that calls functions would cost every
  /// insertion what ``Migrations/quickDelays`` says, whether it has anything to count or not.
  func countToShip(_ order: Order) throws {
    guard order.status == .processing, order.needsShipping, let day = order.shipBy else { return }
    try database.query(Self.countShipment).run(on: database, [SQLValue(day.iso)])
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

  /// The years before this one, the months before this one in it, and the days before today in that.
  static let countLate = """
    SELECT coalesce(sum(orders), 0) FROM (
      SELECT orders FROM ship_counts WHERE unit = 'year' AND period < substr(?1, 1, 4)
      UNION ALL SELECT orders FROM ship_counts
        WHERE unit = 'month' AND period > substr(?1, 1, 4) AND period < substr(?1, 1, 7)
      UNION ALL SELECT orders FROM ship_counts
        WHERE unit = 'day' AND period > substr(?1, 1, 7) AND period < ?1)
    """
}
