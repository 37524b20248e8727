// Orders as they are answered.
import JSONRPC
import ShopRules
import ShopStore

/// Where and when orders are shown: shared by all that are answered together.
final class Showing {
  let store: Store
  let shop: Shop
  let language: Language
  let now: Moment
  let today: Day
  let abilities: Abilities
  /// The one that was asked for last: most moments are in the same.
  private var period: TimeZone.Period

  init(in shop: Shop, for session: Session) {
    store = session.store
    self.shop = shop
    language = shop.language
    now = session.now
    today = shop.timeZone.day(of: now)
    abilities = session.abilities
    period = shop.timeZone.period(at: now)
  }

  func timestamp(_ moment: Moment) -> Timestamp {
    if !period.contains(moment) { period = shop.timeZone.period(at: moment) }
    return Timestamp(moment: moment, offset: period.offset)
  }
}

/// An order where it lies in the store, with what is needed to show it.
struct OrderView {
  /// What ``order`` lies in.
  private let rows: Rows<OrderRow>
  let order: OrderRow
  let status: OrderStatus
  let currency: Currency
  let showing: Showing

  init(_ order: OrderRow, in rows: Rows<OrderRow>, _ showing: Showing) {
    self.rows = rows
    self.order = order
    status = order.status
    currency = order.currency
    self.showing = showing
  }

  /// A row of the list.
  static let row = Record<OrderView>(
    "OrderRow", "An order as a list shows it.",
    head + [
      // Two of up to six, so that a page of 50 rows stays below 64 KiB.
      Property(
        "actions", each: Action.record,
        "The likeliest next steps, ready to send; orders.get has all of them."
      ) { $0.visitActions(most: 2, $1) }
    ])

  /// What rows and whole orders have in common.
  private static let head: [Property<OrderView>] = [
    Property("id", Identifier.shape, "The order number.") { $0.order.id },
    Property("status", OrderStatus.shape, "Where the order stands.") { $0.status },
    Property("statusLabel", Text.word, "The status in the shop's language.") {
      $0.status.written(in: $0.showing.language)
    },
    Property("createdAt", Timestamp.shape, "When the order was placed.") {
      $0.showing.timestamp($0.order.createdAt)
    },
    Property("paidAt", Timestamp.shape.orNull, "When it was first paid.") { view in
      view.order.paidAt.map { view.showing.timestamp($0) }
    },
    Property("completedAt", Timestamp.shape.orNull, "When it was last completed.") { view in
      view.order.completedAt.map { view.showing.timestamp($0) }
    },
    Property(
      "dateLabel", Text.shape.answered(as: DateLabel.self),
      "When it was placed, in the shop's language."
    ) {
      DateLabel(at: $0.showing.timestamp($0.order.createdAt), language: $0.showing.language)
    },
    Property("customer", customer, "Who bought.") { $0.order.customer },
    Property("billing", Address.answered, "Who pays.") { $0.order.billing },
    Property("shipping", Address.answered.orNull, "Where it goes; null when nothing is shipped.") {
      $0.order.shipping
    },
    Property("purchased", Text.answered, "The lines in one line of text.") { $0.order.purchased },
    Property("currency", CurrencyCode.answered, "Of every amount of the order.") { $0.currency },
    Property("gross", Amount.answered, "Lines + shipping − discount + charges.") {
      $0.order.gross.sum($0.currency)
    },
    Property("adminFee", Amount.answered, "The marketplace's share.") {
      $0.order.adminFee.sum($0.currency)
    },
    Property("net", Amount.answered, "Gross − admin fee − refunded.") {
      $0.order.net.sum($0.currency)
    },
    Property("refunded", Amount.answered, "What was given back.") {
      $0.order.refunded.sum($0.currency)
    },
    Property("needsShipping", Flag.shape, "Whether anything goes by post.") {
      $0.order.needsShipping
    },
    Property("shipBy", Day.shape.orNull, "The last day to ship; null until paid.") {
      $0.order.shipBy
    },
    Property("late", Flag.shape, "Processing, to be shipped, and past its day.") {
      $0.order.isLate(on: $0.showing.today)
    },
    Property("version", Shape.integer(1...Int64.max), "Counts the order's changes.") {
      $0.order.version
    },
  ]

  private static let customer = Shape<Customer>.object(
    "OrderCustomer", "Who bought. What is not known is null.",
    Member("name", Text.personal, default: "", "The buyer's name.") { $0.name },
    Member(optional: "email", Text.personal, "Where mails go.") { $0.email },
    Member(optional: "phone", Text.personal, "The telephone number.") { $0.phone },
    make: { Customer(name: $0, email: $1 ?? "", phone: $2 ?? "") }
  ).answered(texts: RowTexts.self)

  /// The whole order.
  static let whole = Record<OrderView>(
    "Order", "An order with everything in it.",
    head + [
      Property("actions", each: Action.record, "All that may be done next, ready to send.") {
        $0.visitActions($1)
      },
      Property("shippingCost", Amount.answered, "What the customer pays for shipping.") {
        $0.order.shippingCost.sum($0.currency)
      },
      Property("discount", Amount.answered, "What was taken off.") {
        $0.order.discount.sum($0.currency)
      },
      Property(
        "charges", Amount.answered, "What else is in the gross: fee lines and roundings of imports."
      ) { $0.order.charges.sum($0.currency) },
      Property("transactionId", Text.answered.orNull, "The payment's id, as it was given.") {
        $0.order.transactionID
      },
      Property("lines", each: LineView.record, "What was bought.") { view, take in
        let refunds = view.refunds
        for line in view.showing.store.lines(ofOrder: view.order.id) {
          take(
            LineView(
              line: line, refunded: refunds.refunded(ofLine: line.position),
              currency: view.currency))
        }
      },
      Property("downloads", listOf: DownloadView.record, "What the buyer may download.") {
        $0.downloads
      },
      Property("refunds", listOf: RefundView.record, "What was given back, oldest first.") { view in
        view.refunds.map {
          RefundView(refund: $0, currency: view.currency, zone: view.showing.shop.timeZone)
        }
      },
      Property("notes", each: HistoryView.note, "What was noted, oldest first.") { view, take in
        guard view.order.extras.contains(.notes) else { return }
        for entry in view.showing.store.notes(ofOrder: view.order.id) {
          take(HistoryView(entry: entry, showing: view.showing))
        }
      },
      Property("history", each: HistoryView.record, "Every change, oldest first.") { view, take in
        for entry in view.showing.store.history(ofOrder: view.order.id) {
          take(HistoryView(entry: entry, showing: view.showing))
        }
      },
    ])

  private var refunds: [Refund] {
    order.extras.contains(.refunds) ? showing.store.refunds(ofOrder: order.id) : []
  }

  private var downloads: [DownloadView] {
    guard order.extras.contains(.downloads) else { return [] }
    let order = Order(order)
    return showing.store.downloads(ofOrder: order.id).map {
      DownloadView($0, of: order, in: showing.shop, at: showing.now)
    }
  }
}

/// Currency codes in answers; an old store may hold one that is no longer current.
enum CurrencyCode {
  static let shape = Shape.text("an ISO 4217 currency code", pattern: "^[A-Z]{3}$")
  static let answered = shape.answered(as: Currency.self)
}

/// A line of an order where it lies in the store, with what is needed to show it.
struct LineView {
  let line: LineRow
  let refunded: (quantity: Int, amount: Money)
  let currency: Currency

  static let record = Record<LineView>(
    "OrderLine", "One thing bought, as it was when it was bought.",
    [
      Property("product", Identifier.shape.orNull, "The product's id; null when it is unknown.") {
        $0.line.productID
      },
      Property("name", Text.answered, "The product's name.") { $0.line.name },
      Property("sku", Text.answered.orNull, "The product's SKU.") { $0.line.sku },
      Property("quantity", Shape.integer(1...Int64.max), "How many.") { $0.line.quantity },
      Property("total", Amount.answered, "For all of them together.") {
        $0.line.total.sum($0.currency)
      },
      Property("adminFee", Amount.answered, "The marketplace's share of it.") {
        $0.line.adminFee.sum($0.currency)
      },
      Property("virtual", Flag.shape, "Whether nothing is shipped.") { $0.line.isVirtual },
      Property("downloadable", Flag.shape, "Whether the buyer gets files.") {
        $0.line.isDownloadable
      },
      Property(
        "refundedQuantity", Shape.integer(0...Int64.max), "How many of them were given back."
      ) { $0.refunded.quantity },
      Property("refunded", Amount.answered, "How much was given back for them.") {
        $0.refunded.amount.sum($0.currency)
      },
    ])
}

/// A change of an order, or a note, where it lies in the store.
struct HistoryView {
  let entry: HistoryRow
  let showing: Showing

  static let record = Record<HistoryView>(
    "HistoryEntry", "One change: when, who, what, from where to where.",
    [
      at,
      Property("by", Text.answered.personal, "Who; of an imported note the customer, perhaps.") {
        $0.entry.by
      },
      Property("what", Shape<HistoryEntry.What>.choice.answered(), "What.") { $0.entry.what },
      Property("from", OrderStatus.shape.answered().orNull, "The status before.") {
        $0.entry.from
      },
      Property("to", OrderStatus.shape.answered().orNull, "The status after.") { $0.entry.to },
      Property("note", Text.answered.personal.orNull, "Why, where somebody said so.") {
        $0.entry.note
      },
    ])

  static let note = Record<HistoryView>(
    "Note", "Something noted about an order.",
    [
      at,
      Property("by", Text.answered.personal, "Who noted it.") { $0.entry.by },
      Property("note", Text.answered.personal, "What there is to say.") {
        $0.entry.note ?? .empty
      },
      Property("toCustomer", Flag.shape, "Whether the customer was to read it.") {
        $0.entry.isForCustomer
      },
    ])

  private static let at = Property<HistoryView>("at", Timestamp.shape, "When.") {
    $0.showing.timestamp($0.entry.at)
  }
}

/// What a change of an order answers.
struct OrderReceipt {
  let order: OrderView
  let changed: Bool
  let applied: Bool
  let effects: [EffectView]

  static let record = Record<OrderReceipt>(
    "OrderReceipt", "The order after the change, and whether there was one.",
    [
      Property("order", OrderView.whole, "The order as it is after the change.") { $0.order },
      Property("changed", Flag.shape, "Whether the change makes a difference.") { $0.changed },
      Property("applied", Flag.shape, "Whether it was written: false for a dry run.") {
        $0.applied
      },
      Property(
        "effects", listOf: EffectView.record, "What it entails besides, in the order it happens."
      ) { $0.effects },
    ])
}

/// One thing that a change of an order entails beyond the order itself.
struct EffectView {
  enum What: String, CaseIterable {
    case mail, stock, download
    case downloadsRemoved = "downloads-removed"
  }

  let what: What
  var mail: MailKind?
  var to: Recipient?
  var product: Int?
  var by: Int?
  var file: String?

  /// nil for what the order itself shows.
  init?(_ consequence: Consequence, _ file: OrderFile) {
    switch consequence {
    case .mail(let notice):
      what = .mail
      mail = notice.kind
      to = notice.to
    case .stock(_, let product, let by):
      what = .stock
      self.product = product
      self.by = by
    case .grant(let line, let granted, _, _):
      what = .download
      product = file.lines[line].productID
      self.file = granted.name
    case .ungrant(let line):
      what = .downloadsRemoved
      product = file.lines[line].productID
    case .status, .paidAt, .completedAt, .shipBy, .refund, .transactionID, .natures, .history:
      return nil
    }
  }

  static let record = Record<EffectView>(
    "Effect", "A mail, a move of stock, a download granted, or a line's downloads removed.",
    [
      Property("what", Shape<What>.choice, "Which of them.") { $0.what },
      Property(optional: "mail", Shape<MailKind>.choice, "The kind of a mail.") { $0.mail },
      Property(optional: "to", Shape<Recipient>.choice, "Who a mail goes to.") { $0.to },
      Property(optional: "product", Identifier.shape, "The product, of stock and downloads.") {
        $0.product
      },
      Property(optional: "by", Shape.integer(Int64.min...Int64.max), "How the stock moves.") {
        $0.by
      },
      Property(optional: "file", Text.shape, "The file that may be downloaded.") { $0.file },
    ])
}
