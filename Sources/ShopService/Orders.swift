// The methods on orders.
import JSONRPC
import ShopRules
import ShopStore

enum Orders {
  static let all: [Method<Session>] = [
    list, get, count, create, pay, setStatus, setStatusMany, refund, addNote,
    exportFile,
  ]

  /// Pages of 50 stay below 64 KiB, which is as long a line as Python's asyncio reads by default.
  static let pageLimit = Field(
    "limit", Shape.integer(1...500), default: 50, "How many at most.")

  static let list = Method<Session>(
    .reads, "orders.list", "Lists orders, newest first unless sorted otherwise.",
    takes: (
      OrderFilter.status, OrderFilter.created, OrderFilter.customer, OrderFilter.product,
      Field("sort", OrderSort.shape, default: .created, "What to sort by; ties go by id."),
      Field(
        optional: "descending", Flag.shape,
        "Largest or latest first: true when sorted by created, else false, unless given."),
      pageLimit,
      Field(optional: "cursor", Cursor.shape, "The nextCursor of the page before."),
      OrderFilter.late, OrderFilter.needsShipping, OrderFilter.kind, OrderFilter.paid,
      OrderFilter.completed, OrderFilter.total, OrderFilter.search
    ),
    returns: OrderPage.record
  ) {
    session, statuses, created, customer, product, sort, descending, limit, cursor, late,
    needsShipping, kind, paid, completed, total, search in
    try session.refuseToTell(by: sort == .customer ? "sort" : nil)
    let filter = OrderFilter(
      statuses: statuses, created: created, customer: customer, product: product, late: late,
      needsShipping: needsShipping, kind: kind, paid: paid, completed: completed, total: total,
      search: search)
    let shop = try session.shop()
    let isDescending = descending ?? (sort == .created)
    var query = OrderQuery(sort: sort, isDescending: isDescending, limit: limit + 1)
    try filter.narrow(&query, in: shop, for: session)
    query.after = try cursor?.position(by: sort, isDescending: isDescending)
    // One more than asked for tells whether there is a next page.
    return OrderPage(
      try session.store.rows(query), of: query, Showing(in: shop, for: session))
  }

  static let get = Method<Session>(
    .reads, "orders.get", "Answers one order with everything in it.",
    takes: Field("id", Identifier.shape, "The order number."),
    returns: OrderView.whole,
    refuses: .noSuchOrder
  ) { session, id in
    try session.view(id, Showing(in: try session.shop(), for: session))
  }

  static let count = Method<Session>(
    .reads, "orders.count", "Counts the orders in each status, and those that are late.",
    takes: (),
    returns: OrderCounts.record
  ) { session in
    let today = try session.shop().timeZone.day(of: session.now)
    return OrderCounts(
      counts: try session.store.orderCounts(), late: try session.store.lateOrders(on: today))
  }

  static let create = Method<Session>(
    .changes, "orders.create", "Places a pending order, priced from the catalog.",
    takes: (
      Field("lines", OrderDraft.Line.shape.list(1...500), "What is bought."),
      Field("customer", Customer.shape, "Who buys."),
      Field("billing", Address.shape, "Who pays: name, street, city and country at least."),
      Field(
        optional: "shipping", Address.shape,
        "Where it goes; the billing address unless given, where anything is shipped."),
      Field("shippingCost", Amount.shape, default: .zero, "What the customer pays for shipping."),
      Field("discount", Amount.shape, default: .zero, "What is taken off the whole.")
    ),
    returns: OrderReceipt.record,
    refuses: .noSuchProduct, .addressIncomplete, .discountTooLarge, .amountTooLarge
  ) { session, lines, customer, billing, shipping, shippingCost, discount in
    let shop = try session.shop()
    let draft = OrderDraft(
      lines: lines, customer: customer, billing: billing, shipping: shipping,
      shippingCost: try shippingCost.money(shop.currency, at: "shippingCost"),
      discount: try discount.money(shop.currency, at: "discount"))
    let file = try draft.order(
      id: try session.store.nextOrderID(), at: session.now, by: session.actor, in: shop,
      product: session.store.product(_:))
    try session.store.insert(file)
    return try session.receipt(file, after: [.status(.pending)], in: shop)
  }

  static let pay = Method<Session>(
    changing: .order, "orders.pay",
    "Records a payment: an all-digital order completes by itself, any other is to be processed.",
    takes: (
      Field(optional: "transactionId", Text.required, "The payment's id where it was made."),
      notify
    ),
    returns: OrderReceipt.record
  ) { session, order, transactionID, notify in
    try session.change(order, .pay(transactionID: transactionID), notify: notify)
  }

  static let setStatus = Method<Session>(
    changing: .order, "orders.setStatus", "Moves an order to another status.",
    takes: (
      Field("status", OrderStatus.shape, "Where it should go."),
      Field("force", Flag.shape, default: false, "Move it even where that may not follow."),
      notify
    ),
    returns: OrderReceipt.record,
    refuses: .transitionNotAllowed
  ) { session, order, status, force, notify in
    try session.change(order, .move(to: status, force: force), notify: notify)
  }

  static let notify = Field(
    "notify", Flag.shape, default: true, "Whether the mails that this entails are sent.")
}

extension Session {
  /// An order that is to be changed: its history is not read.
  func orderFile(_ id: Int) throws -> OrderFile {
    guard let file = try store.orderFile(id, withHistory: false) else {
      throw Refusal.noSuchOrder(id: id)
    }
    return file
  }

  /// Changes an order, and answers how it is now.
  func change(_ file: OrderFile, _ wanted: OrderChange, notify: Bool) throws -> OrderReceipt {
    let shop = try shop()
    let consequences = try consequences(of: wanted, of: file, notify: notify, in: shop)
    return try receipt(
      try write(consequences, of: file, in: shop), after: consequences, in: shop)
  }

  /// What the rules say that a change entails.
  func consequences(
    of wanted: OrderChange, of file: OrderFile, notify: Bool, in shop: Shop
  ) throws -> [Consequence] {
    let products = try file.lines.map { try $0.productID.flatMap(store.product(_:)) }
    let occasion = Occasion(now: now, actor: actor, shop: shop, notifies: notify)
    return try file.consequences(of: wanted, products: products, on: occasion)
  }

  func view(_ id: Int, _ showing: Showing) throws -> OrderView {
    let rows = store.head(ofOrder: id)
    guard let order = rows.next() else { throw Refusal.noSuchOrder(id: id) }
    return OrderView(order, in: rows, showing)
  }

  /// What a change of an order answers, which entailed `consequences`; none, and nothing changed.
  func receipt(
    _ file: OrderFile, after consequences: [Consequence], in shop: Shop
  ) throws -> OrderReceipt {
    OrderReceipt(
      order: try view(file.order.id, Showing(in: shop, for: self)), changed: !consequences.isEmpty,
      applied: applies(!consequences.isEmpty),
      effects: consequences.compactMap { EffectView($0, file) })
  }
}

/// A page of a list: its orders are read while they are written.
final class OrderPage {
  private let rows: Rows<OrderRow>
  private let query: OrderQuery
  private let showing: Showing
  /// Known when the orders were visited.
  private var next: Cursor?

  /// `query` asks for one order more than the page has: so it is known whether there is a next one.
  init(_ rows: Rows<OrderRow>, of query: OrderQuery, _ showing: Showing) {
    self.rows = rows
    self.query = query
    self.showing = showing
  }

  private func visit(_ take: (OrderView) -> Void) {
    var left = query.limit
    var last: OrderPosition?
    for row in rows {
      left -= 1
      guard left > 0 else {
        next = last.map { Cursor(after: $0, by: query.sort, isDescending: query.isDescending) }
        return
      }
      take(OrderView(row, in: rows, showing))
      if left == 1 { last = OrderPosition(of: row, by: query.sort) }
    }
  }

  static let record = Record<OrderPage>(
    "OrderPage", "A page of orders.",
    [
      Property("orders", each: OrderView.row, "The orders.") { $0.visit($1) },
      Property("nextCursor", Cursor.shape.orNull, "Where the next page begins; null at the end.") {
        $0.next
      },
    ])
}

struct OrderCounts {
  let counts: [OrderStatus: Int]
  let late: Int

  static let record = Record<OrderCounts>(
    "OrderCounts", "How many orders there are.",
    [
      Property("total", Shape.integer(0...Int64.max), "In every status together.") {
        $0.counts.values.reduce(0, +)
      },
      Property("byStatus", byStatus, "In each status.") { $0 },
      Property(
        "late", Shape.integer(0...Int64.max), "Processing, to be shipped, and past their day."
      ) { $0.late },
    ])

  private static let byStatus = Record<OrderCounts>(
    "CountsByStatus", "How many orders are in each status.",
    OrderStatus.allCases.map { status in
      Property(status.rawValue, Shape.integer(0...Int64.max), status.label(.en)) {
        $0.counts[status] ?? 0
      }
    })
}
