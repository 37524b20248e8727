// An order: its head, which a list shows, and with its lines and history the whole of it.

/// The head of an order: everything but lines and history.
public struct Order: Hashable, Sendable {
  public let id: Int
  public var status: OrderStatus
  public var createdAt: Moment
  /// The first time the order entered a paid status; never overwritten.
  public var paidAt: Moment?
  /// The last time the order entered `completed`.
  public var completedAt: Moment?
  public var customer: Customer
  public var billing: Address
  /// There whenever something has to be shipped.
  public var shipping: Address?
  /// The lines in one line of text: "2 × Le Horla, 1 × Le Horla (ebook)".
  public var purchased: String
  public var currency: Currency
  public var shippingCost: Money
  public var discount: Money
  /// What else is in the gross: other fees the customer paid, roundings of tax. Zero unless imported.
  public var charges: Money
  /// What the customer pays: lines + shipping − discount + charges.
  public var gross: Money
  /// The marketplace's share, computed when the order is created and kept.
  public var adminFee: Money
  public var refunded: Money
  public var transactionID: String?
  /// Whether any line has to be sent by post.
  public var needsShipping: Bool
  /// The last day to ship; set with `paidAt` where there is something to ship.
  public var shipBy: Day?
  /// Whether the shop was mailed of it: that happens once in an order's life.
  public var isAnnounced: Bool
  /// Counts the changes of the order.
  public var version: Int

  public init(
    id: Int, status: OrderStatus, createdAt: Moment, paidAt: Moment? = nil,
    completedAt: Moment? = nil, customer: Customer, billing: Address, shipping: Address? = nil,
    purchased: String, currency: Currency, shippingCost: Money = .zero, discount: Money = .zero,
    charges: Money = .zero, gross: Money, adminFee: Money = .zero, refunded: Money = .zero,
    transactionID: String? = nil, needsShipping: Bool, shipBy: Day? = nil,
    isAnnounced: Bool = false, version: Int = 1
  ) {
    self.id = id
    self.status = status
    self.createdAt = createdAt
    self.paidAt = paidAt
    self.completedAt = completedAt
    self.customer = customer
    self.billing = billing
    self.shipping = shipping
    self.purchased = purchased
    self.currency = currency
    self.shippingCost = shippingCost
    self.discount = discount
    self.charges = charges
    self.gross = gross
    self.adminFee = adminFee
    self.refunded = refunded
    self.transactionID = transactionID
    self.needsShipping = needsShipping
    self.shipBy = shipBy
    self.isAnnounced = isAnnounced
    self.version = version
  }
}

extension Order: OrderHead {
  public var customerName: String { customer.name }
}

/// What can be told from the head of an order, wherever it lies.
public protocol OrderHead {
  var id: Int { get }
  var status: OrderStatus { get }
  var createdAt: Moment { get }
  var customerName: String { get }
  var gross: Money { get }
  var adminFee: Money { get }
  var refunded: Money { get }
  var needsShipping: Bool { get }
  var shipBy: Day? { get }
}

extension OrderHead {
  /// What the vendor keeps. Amounts are bounded far below overflow where they enter.
  public var net: Money {
    Money(minorUnits: gross.minorUnits - adminFee.minorUnits - refunded.minorUnits)
  }

  /// Whether the order should have been shipped before `today`.
  public func isLate(on today: Day) -> Bool {
    guard needsShipping, status == .processing, let shipBy else { return false }
    return today > shipBy
  }
}

/// One thing bought. Keeps what the product was, whatever becomes of the product.
public struct OrderLine: Hashable, Sendable {
  /// nil when the product is not, or no longer, in the store.
  public var productID: Int?
  public var name: String
  public var sku: String?
  public var quantity: Int
  /// For all items of the line together, before the order's discount.
  public var total: Money
  public var adminFee: Money
  /// As the product was when the order was created, then when it was paid.
  public var nature: ProductNature
  /// How many were taken from the product's stock and not put back.
  public var stockTaken: Int
  /// Whether its downloads were granted: that happens once.
  public var hasDownloads: Bool

  public init(
    productID: Int?, name: String, sku: String? = nil, quantity: Int, total: Money,
    adminFee: Money, nature: ProductNature, stockTaken: Int = 0, hasDownloads: Bool = false
  ) {
    self.productID = productID
    self.name = name
    self.sku = sku
    self.quantity = quantity
    self.total = total
    self.adminFee = adminFee
    self.nature = nature
    self.stockTaken = stockTaken
    self.hasDownloads = hasDownloads
  }
}

/// One change in an order's life: when, who, what, from where to where.
public struct HistoryEntry: Hashable, Sendable {
  public var at: Moment
  public var by: String
  public var what: What
  public var from: OrderStatus?
  public var to: OrderStatus?
  public var note: String?

  public enum What: String, CaseIterable, Sendable {
    case created, imported, paid, moved, forced, granted, revoked, refunded, noted
    /// A note that went to the customer.
    case customerNoted = "customer-noted"
  }

  /// Whether somebody noted something.
  public var isNote: Bool { what == .noted || what == .customerNoted }

  public init(
    at: Moment, by: String, what: What, from: OrderStatus? = nil, to: OrderStatus? = nil,
    note: String? = nil
  ) {
    self.at = at
    self.by = by
    self.what = what
    self.from = from
    self.to = to
    self.note = note
  }
}

/// An order with everything in it.
public struct OrderFile: Hashable, Sendable {
  public var order: Order
  public var lines: [OrderLine]
  /// Oldest first. They add up to what the order says was refunded.
  public var refunds: [Refund]
  public var history: [HistoryEntry]

  public init(
    order: Order, lines: [OrderLine], refunds: [Refund] = [], history: [HistoryEntry]
  ) {
    self.order = order
    self.lines = lines
    self.refunds = refunds
    self.history = history
  }

  /// What was noted about the order: entries of its history with something to read, oldest first
  /// though older ones were imported later.
  public var notes: [HistoryEntry] {
    history.filter(\.isNote).sorted { $0.at < $1.at }
  }

  /// The lines as one line of text.
  public static func purchased(_ lines: [OrderLine]) -> String {
    var text = ""
    for (index, line) in lines.enumerated() {
      if index > 0 { text += ", " }
      text += String(line.quantity)
      text += " × "
      text += line.name
    }
    return text
  }
}
