// Which orders are meant: the filters that a list of orders and a change of many take alike.
import JSONRPC
import ShopRules
import ShopStore

/// An order has to pass each filter that is given.
struct OrderFilter: Sendable {
  let statuses: [OrderStatus]?
  let created: Period?
  let customer: String?
  let product: Int?
  let late: Bool?
  let needsShipping: Bool?
  let kind: OrderKind?
  let paid: Period?
  let completed: Period?
  let total: AmountRange?
  let search: SearchWords?

  static let status = Field(
    optional: "status", OrderStatus.shape.oneOrMany(1...7),
    "Only orders in this status, or these.")
  static let created = Field(
    optional: "created", Period.shape, "Only orders placed in this period.")
  static let customer = Field(
    optional: "customer", Email.shape, "Only this customer's orders, by e-mail address.")
  static let product = Field(
    optional: "product", Identifier.shape, "Only orders with this product in a line.")
  static let late = Field(
    optional: "late", Flag.shape,
    "Only orders that should have been shipped before today, or only the others.")
  static let needsShipping = Field(
    optional: "needsShipping", Flag.shape,
    "Only orders of which something, or nothing, goes by post.")
  static let kind = Field(
    optional: "kind", OrderKind.shape,
    "digital: every line is virtual and downloadable; printed: no line is; mixed: some are.")
  static let paid = Field(
    optional: "paid", Period.shape, "Only orders first paid in this period.")
  static let completed = Field(
    optional: "completed", Period.shape, "Only orders last completed in this period.")
  static let total = Field(
    optional: "total", AmountRange.shape,
    "Only orders in the shop's currency with a gross amount in this range.")
  static let search = Field(
    optional: "search", SearchWords.shape,
    "Only orders with all these words, each the beginning of one, in the number, the customer's "
      + "name and e-mail or the products' names; accents and case do not matter.")

  /// Whether every order passes.
  var isEmpty: Bool {
    statuses == nil && created == nil && customer == nil && product == nil && late == nil
      && needsShipping == nil && kind == nil && paid == nil && completed == nil && total == nil
      && search == nil
  }

  /// Has `query` ask for orders that pass, in `shop`, for whoever `session` serves.
  func narrow(_ query: inout OrderQuery, in shop: Shop, for session: Session) throws(Mismatch) {
    try session.refuseToTell(
      by: customer != nil ? Self.customer.name : search != nil ? Self.search.name : nil)
    query.statuses = statuses ?? []
    query.late = late.map { .init(isLate: $0, on: shop.timeZone.day(of: session.now)) }
    query.needsShipping = needsShipping
    query.kind = kind
    query.customer = customer
    query.product = product
    query.created = created?.span(in: shop.timeZone) ?? .init()
    query.paid = paid?.span(in: shop.timeZone) ?? .init()
    query.completed = completed?.span(in: shop.timeZone) ?? .init()
    query.total = try total?.amounts(shop.currency, at: "total")
    query.search = search
  }
}
