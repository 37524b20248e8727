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
    var conditions: [String] = []
    var values: [SQLValue] = []
    func require(_ condition: String, _ value: SQLValue...) {
      conditions.append(condition)
      values += value
    }
    if !query.statuses.isEmpty {
      conditions.append("status IN (\(marks(query.statuses.count)))")
      values += query.statuses.map { SQLValue($0.rawValue) }
    }
    if let from = query.createdFrom { require("created_at >= ?", SQLValue(from.seconds)) }
    if let before = query.createdBefore { require("created_at < ?", SQLValue(before.seconds)) }
    if let customer = query.customer { require("customer_email = ?", SQLValue(customer)) }
    if let product = query.product {
      require("id IN (SELECT order_id FROM order_lines WHERE product_id = ?)", SQLValue(product))
    }
    let columns = query.sort.columns
    if let after = query.after {
      conditions.append(
        "(\(columns.joined(separator: ", "))) \(query.isDescending ? "<" : ">") "
          + "(\(marks(columns.count)))")
      values += after.parts.map { part in
        switch part {
        case .integer(let value): SQLValue(value)
        case .text(let text): SQLValue(text)
        }
      }
    }
    let direction = query.isDescending ? " DESC" : ""
    values.append(SQLValue(query.limit))
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    return (
      "SELECT \(Self.orderColumns) FROM orders\(filter) ORDER BY "
        + columns.map { $0 + direction }.joined(separator: ", ") + " LIMIT ?",
      values
    )
  }

  private func marks(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ", ")
  }
}
