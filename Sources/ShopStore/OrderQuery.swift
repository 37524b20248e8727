// What lists of orders are asked for: filters, sorts and where a page begins. Pages go on from a row,
// never from a count, so that their cost does not grow and nothing is skipped or doubled while
// orders are added.
public import ShopRules

/// What orders to list, in which order, and where to go on. An order has to pass every filter.
public struct OrderQuery: Sendable {
  public var statuses: [OrderStatus] = []
  public var late: Lateness?
  public var needsShipping: Bool?
  public var kind: OrderKind?
  /// The customer's e-mail, whole; case does not matter.
  public var customer: String?
  public var product: Int?
  public var created = Span()
  public var paid = Span()
  public var completed = Span()
  public var total: Total?
  public var search: SearchWords?
  public var sort: OrderSort
  public var isDescending: Bool
  public var limit: Int
  /// The row the page before this one ended with.
  public var after: OrderPosition?

  /// A stretch of time, open where it has no end.
  public struct Span: Hashable, Sendable {
    public var from: Moment?
    /// The first moment that is too late.
    public var before: Moment?

    public init(from: Moment? = nil, before: Moment? = nil) {
      self.from = from
      self.before = before
    }

    public var isEverything: Bool { from == nil && before == nil }
  }

  /// Orders that are late on a day, or those that are not.
  public struct Lateness: Hashable, Sendable {
    public var isLate: Bool
    public var day: Day

    public init(isLate: Bool, on day: Day) {
      self.isLate = isLate
      self.day = day
    }
  }

  /// Gross amounts between two in one currency, both included.
  public struct Total: Hashable, Sendable {
    public var currency: Currency
    public var least: Money?
    public var most: Money?

    public init(_ currency: Currency, least: Money? = nil, most: Money? = nil) {
      self.currency = currency
      self.least = least
      self.most = most
    }
  }

  public init(sort: OrderSort = .created, isDescending: Bool = true, limit: Int) {
    self.sort = sort
    self.isDescending = isDescending
    self.limit = limit
  }
}

/// What lists of orders can be sorted by; ties are settled by the order's id.
public enum OrderSort: String, CaseIterable, Sendable {
  case created, id, total, status, shipBy, customer

  /// The columns that decide, the last of them unique; each list has an index of its own.
  var columns: [String] {
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
  public init(of order: some OrderHead, by sort: OrderSort) {
    let id = Part.integer(Int64(order.id))
    parts =
      switch sort {
      case .created: [.integer(order.createdAt.seconds), id]
      case .id: [id]
      case .total: [.integer(order.gross.minorUnits), id]
      case .status: [.text(order.status.rawValue), .integer(order.createdAt.seconds), id]
      case .shipBy: [.text(order.shipBy?.iso ?? "9999-12-31"), id]
      case .customer: [.text(sortKey(order.customerName)), id]
      }
  }

  /// Whether a position of this form belongs to lists sorted by `sort`.
  public func fits(_ sort: OrderSort) -> Bool { parts.count == sort.columns.count }
}
