// Lists of orders in SQL: which index each is read along, so that a page costs what a page costs.
public import ShopRules

extension Store {
  /// The orders of one page: at most `limit` of them, without lines and history.
  public func rows(_ query: OrderQuery) throws -> Rows<OrderRow> {
    let (sql, values) = statement(query, try orderFacts())
    return database.query(sql).rows(on: database, values)
  }

  /// The same, each as `view` has it.
  public func orders<View>(
    _ query: OrderQuery, as view: (OrderRow) -> View = { Order($0) }
  ) throws -> [View] {
    try rows(query).map(view)
  }

  func orderFacts() throws -> OrderFacts {
    var facts = OrderFacts()
    try database.query(OrderFacts.select).run(on: database) { facts = OrderFacts($0) }
    return facts
  }

  func statement(_ query: OrderQuery, _ facts: OrderFacts) -> (sql: String, values: [SQLValue]) {
    // Orders of several statuses at once would all be sorted to find the first few. A walk along
    // the index for each status, merged, reads no more than the page.
    let wanted = OrderStatus.allCases.filter(query.statuses.contains)
    let isMerged = query.sort == .created && query.lead == .status && wanted.count > 1
    let walk = OrderWalk(query, facts)
    var sql = ""
    var values: [SQLValue] = []
    sql.reserveCapacity(2000)
    for statuses in isMerged ? wanted.map({ [$0] }) : [wanted] {
      if !sql.isEmpty { sql += " UNION ALL " }
      let source = walk.source
      sql += "SELECT "
      sql += OrderRow.columns
      sql += " FROM "
      sql += source.sql
      values += source.values
      var word = " WHERE "
      for condition in walk.conditions(statuses) {
        sql += word
        sql += condition.sql
        values += condition.values
        word = " AND "
      }
      // A product may be in several lines of an order.
      if query.lead == .product { sql += " GROUP BY id" }
    }
    var word = " ORDER BY "
    for column in walk.columns {
      sql += word
      sql += column
      if query.isDescending { sql += " DESC" }
      word = ", "
    }
    sql += " LIMIT ?"
    values.append(SQLValue(query.limit))
    return (sql, values)
  }
}

/// What holds for all orders of the store; the table's triggers see to it.
struct OrderFacts {
  /// Whether no order has a lower id than an older one: always, unless an import brought some.
  var isChronological = false
  /// Seconds from the placing of an order to its payment, and to its completion.
  var paid: ClosedRange<Int64> = 0...0
  var completed: ClosedRange<Int64> = 0...0

  static let select = """
    SELECT is_chronological, paid_least, paid_most, completed_least, completed_most
    FROM order_facts WHERE id = 1
    """
}

extension OrderFacts {
  fileprivate init(_ row: Row) {
    isChronological = row.bool(0)
    paid = Int64(row.integer(1))...Int64(row.integer(2))
    completed = Int64(row.integer(3))...Int64(row.integer(4))
  }
}

/// A part of a statement with what is bound in it.
private struct Clause {
  let sql: String
  var values: [SQLValue]

  init(_ sql: String, _ values: SQLValue...) {
    self.sql = sql
    self.values = values
  }
}

extension OrderQuery {
  /// The filters that have an index to read along, those that leave least first. The first one
  /// that is asked for leads; the others are looked at in the rows it leads to.
  fileprivate enum Lead {
    case search, product, customer, late, status, kind, needsShipping
  }

  fileprivate var lead: Lead? {
    if search != nil { return .search }
    if product != nil { return .product }
    if customer != nil { return .customer }
    if late?.isLate == true { return .late }
    if !statuses.isEmpty { return .status }
    if kind != nil { return .kind }
    if needsShipping != nil { return .needsShipping }
    return nil
  }
}

/// How the rows of a list are come by.
private struct OrderWalk {
  private let query: OrderQuery
  private let facts: OrderFacts
  /// The columns that the walk goes by.
  let columns: [String]
  /// Whether ids, in which words and products lead to orders, take the place of the moments of
  /// creation: the order is the same, and nothing has to be sorted.
  private let goesByID: Bool

  init(_ query: OrderQuery, _ facts: OrderFacts) {
    self.query = query
    self.facts = facts
    let leadsToIDs = query.lead == .search || query.lead == .product
    goesByID = leadsToIDs && query.sort == .created && facts.isChronological
    columns = goesByID ? OrderSort.id.columns : query.sort.columns
  }

  /// Where the rows come from. CROSS JOIN keeps SQLite from turning the join around.
  var source: Clause {
    switch query.lead {
    case .search:
      Clause(
        "(SELECT rowid AS id FROM order_search WHERE order_search MATCH ?) "
          + "CROSS JOIN orders USING (id)", SQLValue(query.search?.expression))
    case .product:
      Clause(
        "(SELECT order_id AS id FROM order_lines WHERE product_id = ?) "
          + "CROSS JOIN orders USING (id)", SQLValue(query.product))
    case .late where query.sort == .created: Clause("orders INDEXED BY orders_to_ship")
    case .late where query.sort == .shipBy: Clause("orders INDEXED BY orders_to_ship_by_day")
    default: Clause("orders")
    }
  }

  /// A column that only the leading filter may be looked up by: of two indexes SQLite cannot know
  /// which one leaves less. A plus sign keeps it from using one.
  private func column(_ name: String, of filter: OrderQuery.Lead) -> String {
    query.lead == filter ? name : "+" + name
  }

  func conditions(_ statuses: [OrderStatus]) -> [Clause] {
    var conditions: [Clause] = []
    if !statuses.isEmpty {
      var clause = Clause("\(column("status", of: .status)) IN (\(marks(statuses.count)))")
      clause.values = statuses.map { SQLValue($0.rawValue) }
      conditions.append(clause)
    }
    if let late = query.late { conditions.append(condition(late)) }
    if let needsShipping = query.needsShipping {
      let column = column("needs_shipping", of: .needsShipping)
      conditions.append(Clause("\(column) = ?", SQLValue(needsShipping)))
    }
    if let kind = query.kind {
      conditions.append(Clause("\(column("kind", of: .kind)) = ?", SQLValue(kind.rawValue)))
    }
    if let customer = query.customer {
      let column = column("customer_email", of: .customer)
      conditions.append(Clause("\(column) = ?", SQLValue(customer)))
    }
    if let product = query.product, query.lead != .product {
      conditions.append(
        Clause(
          "EXISTS (SELECT 1 FROM order_lines WHERE product_id = ? AND order_id = orders.id)",
          SQLValue(product)))
    }
    conditions += span("created_at", query.created)
    conditions += span("paid_at", query.paid) + placed(query.paid, before: facts.paid)
    conditions += span("completed_at", query.completed)
    conditions += placed(query.completed, before: facts.completed)
    if let total = query.total { conditions += self.total(total) }
    if let after = query.after { conditions += beyond(after) }
    return conditions
  }

  private func condition(_ late: OrderQuery.Lateness) -> Clause {
    let day = SQLValue(late.day.iso)
    // The two first are written as the partial indexes have them, or those would not be used.
    let isLate = "status = 'processing' AND needs_shipping = 1"
    guard late.isLate else {
      return Clause("NOT (\(isLate) AND coalesce(ship_by, '9999-12-31') < ?)", day)
    }
    return switch (query.lead, query.sort) {
    case (.late, .shipBy): Clause("\(isLate) AND coalesce(ship_by, '9999-12-31') < ?", day)
    case (.late, _): Clause("\(isLate) AND ship_by < ?", day)
    default: Clause("+status = 'processing' AND +needs_shipping = 1 AND ship_by < ?", day)
    }
  }

  private func span(_ column: String, _ span: OrderQuery.Span) -> [Clause] {
    var clauses: [Clause] = []
    if let from = span.from { clauses.append(Clause("\(column) >= ?", SQLValue(from.seconds))) }
    if let before = span.before {
      clauses.append(Clause("\(column) < ?", SQLValue(before.seconds)))
    }
    return clauses
  }

  /// When an order must have been placed to which something happened in `span`, `delay` after its
  /// placing: so that lists by the moment of creation begin and end near what they look for.
  private func placed(_ span: OrderQuery.Span, before delay: ClosedRange<Int64>) -> [Clause] {
    self.span(
      "created_at",
      OrderQuery.Span(
        from: span.from.map { Moment(seconds: $0.seconds - delay.upperBound) },
        before: span.before.map { Moment(seconds: $0.seconds - delay.lowerBound) }))
  }

  private func total(_ total: OrderQuery.Total) -> [Clause] {
    let column = query.sort == .total ? "gross" : "+gross"
    var clauses = [Clause("currency = ?", SQLValue(total.currency.code))]
    if let least = total.least {
      clauses.append(Clause("\(column) >= ?", SQLValue(least.minorUnits)))
    }
    if let most = total.most {
      clauses.append(Clause("\(column) <= ?", SQLValue(most.minorUnits)))
    }
    return clauses
  }

  private func beyond(_ position: OrderPosition) -> [Clause] {
    let sign = query.isDescending ? "<" : ">"
    var values = position.parts.map(SQLValue.init)
    if goesByID { values = values.suffix(1) }
    var clause = Clause(
      "(\(columns.joined(separator: ", "))) \(sign) (\(marks(columns.count)))")
    clause.values = values
    // Of a row of expressions SQLite does not see that it could begin there; of one it does.
    guard query.sort == .shipBy else { return [clause] }
    return [clause, Clause("\(columns[0]) \(sign)= ?", values[0])]
  }

  private func marks(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ", ")
  }
}

extension SQLValue {
  fileprivate init(_ part: OrderPosition.Part) {
    switch part {
    case .integer(let value): self = .integer(value)
    case .text(let text): self = .text(text)
    }
  }
}
