// Lists of orders: filters, sorts and pages. Pages go on from a row, never from a count, so that
// their cost does not grow and nothing is skipped or doubled while orders are added.
public import ShopRules

/// What orders to list, in which order, and where to go on.
public struct OrderQuery: Sendable {
  public var statuses: [OrderStatus]
  public var createdFrom: Moment?
  /// The first moment that is too late.
  public var createdBefore: Moment?
  /// The customer's e-mail, whole; case does not matter.
  public var customer: String?
  public var product: Int?
  public var sort: OrderSort
  public var isDescending: Bool
  public var limit: Int
  /// The row the page before this one ended with.
  public var after: OrderPosition?

  public init(
    statuses: [OrderStatus] = [], createdFrom: Moment? = nil, createdBefore: Moment? = nil,
    customer: String? = nil, product: Int? = nil, sort: OrderSort = .created,
    isDescending: Bool = true, limit: Int, after: OrderPosition? = nil
  ) {
    self.statuses = statuses
    self.createdFrom = createdFrom
    self.createdBefore = createdBefore
    self.customer = customer
    self.product = product
    self.sort = sort
    self.isDescending = isDescending
    self.limit = limit
    self.after = after
  }
}

/// What lists of orders can be sorted by; ties are settled by the order's id.
public enum OrderSort: String, CaseIterable, Sendable {
  case created, id, total, status, shipBy, customer

  /// The columns that decide, the last of them unique; each list has an index of its own.
  fileprivate var columns: [String] {
    switch self {
    case .created: ["created_at", "id"]
    case .id: ["id"]
    case .total: ["gross", "id"]
    case .status: ["status", "created_at", "id"]
    case .shipBy: ["coalesce(ship_by, '9999-12-31')", "id"]
    case .customer: ["customer_sort", "id"]
    }
  }
}

/// Where a row stands in a sorted list: what its deciding columns hold.
public struct OrderPosition: Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case integer(Int64)
    case text(String)
  }

  public let parts: [Part]

  public init(parts: [Part]) {
    self.parts = parts
  }

  /// Where `order` stands in lists sorted by `sort`.
  public init(of order: Order, by sort: OrderSort) {
    let id = Part.integer(Int64(order.id))
    parts =
      switch sort {
      case .created: [.integer(order.createdAt.seconds), id]
      case .id: [id]
      case .total: [.integer(order.gross.minorUnits), id]
      case .status: [.text(order.status.rawValue), .integer(order.createdAt.seconds), id]
      case .shipBy: [.text(order.shipBy?.iso ?? "9999-12-31"), id]
      case .customer: [.text(sortKey(order.customer.name)), id]
      }
  }

  /// Whether a position of this form belongs to lists sorted by `sort`.
  public func fits(_ sort: OrderSort) -> Bool { parts.count == sort.columns.count }
}

extension Store {
  /// The orders of one page: at most `limit` of them, without lines and history.
  public func orders(_ query: OrderQuery) throws -> [Order] {
    let (sql, values) = statement(query)
    var orders: [Order] = []
    try database.query(sql).run(on: database, values) { orders.append(Order($0)) }
    return orders
  }

  func statement(_ query: OrderQuery) -> (sql: String, values: [SQLValue]) {
    // Orders of several statuses at once would all be sorted to find the first few. A walk along
    // the index for each status, merged, reads no more than the page.
    let wanted = OrderStatus.allCases.filter(query.statuses.contains)
    let walks = query.sort == .created && wanted.count > 1 ? wanted.map { [$0] } : [wanted]
    var selects: [String] = []
    var values: [SQLValue] = []
    for statuses in walks {
      let (conditions, bound) = filter(query, statuses)
      let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
      selects.append("SELECT \(Self.orderColumns) FROM orders\(filter)")
      values += bound
    }
    let direction = query.isDescending ? " DESC" : ""
    values.append(SQLValue(query.limit))
    return (
      selects.joined(separator: " UNION ALL ") + " ORDER BY "
        + query.sort.columns.map { $0 + direction }.joined(separator: ", ") + " LIMIT ?",
      values
    )
  }

  private func filter(
    _ query: OrderQuery, _ statuses: [OrderStatus]
  ) -> (conditions: [String], values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func require(_ condition: String, _ bound: SQLValue...) {
      conditions.append(condition)
      values += bound
    }
    if !statuses.isEmpty {
      conditions.append("status IN (\(marks(statuses.count)))")
      values += statuses.map { SQLValue($0.rawValue) }
    }
    if let from = query.createdFrom { require("created_at >= ?", SQLValue(from.seconds)) }
    if let before = query.createdBefore { require("created_at < ?", SQLValue(before.seconds)) }
    if let customer = query.customer { require("customer_email = ?", SQLValue(customer)) }
    if let product = query.product {
      require("id IN (SELECT order_id FROM order_lines WHERE product_id = ?)", SQLValue(product))
    }
    if let after = query.after {
      let columns = query.sort.columns
      let (beyond, bound) = (query.isDescending ? "<" : ">", after.parts.map(SQLValue.init))
      conditions.append("(\(columns.joined(separator: ", "))) \(beyond) (\(marks(columns.count)))")
      values += bound
      // Of a row of expressions SQLite does not see that it could begin there; of one it does.
      if query.sort == .shipBy { require("\(columns[0]) \(beyond)= ?", bound[0]) }
    }
    return (conditions, values)
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
