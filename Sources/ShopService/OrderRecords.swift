// Orders as they are answered.
import JSONRPC
import ShopRules

/// Where and when orders are shown: shared by all that are answered together.
final class Showing {
  let zone: TimeZone
  let language: Language
  let today: Day
  /// Whether the caller may do what the actions are made of.
  let mayPay: Bool
  let mayMove: Bool

  init(in shop: Shop, for session: Session) {
    zone = shop.timeZone
    language = shop.language
    today = zone.day(of: session.now)
    mayPay = session.catalog[Orders.pay.name] != nil
    mayMove = session.catalog[Orders.setStatus.name] != nil
  }
}

/// An order's head with what is needed to show it.
/// A class, because every member of the record takes it up once: that copies no order.
final class OrderView {
  let order: Order
  let showing: Showing

  init(_ order: consuming Order, _ showing: Showing) {
    self.order = order
    self.showing = showing
  }

  /// A row of the list.
  static let record = Record<OrderView>(
    "OrderRow", "An order as a list shows it.",
    properties + [
      // Two of up to six, so that a page of 50 rows stays below 64 KiB.
      Property(
        "actions", listOf: Action.record,
        "The likeliest next steps, ready to send; orders.get has all of them."
      ) { Actions(for: $0.order, $0.showing, most: 2) }
    ])

  /// What rows and whole orders have in common.
  fileprivate static let properties: [Property<OrderView>] = [
    Property("id", Identifier.shape, "The order number.") { $0.order.id },
    Property("status", OrderStatus.shape, "Where the order stands.") { $0.order.status },
    Property("statusLabel", Text.shape, "The status in the shop's language.") {
      $0.order.status.label($0.showing.language)
    },
    Property("createdAt", Timestamp.shape, "When the order was placed.") {
      $0.order.createdAt.timestamp(in: $0.showing.zone)
    },
    Property("paidAt", Timestamp.shape.orNull, "When it was first paid.") {
      $0.order.paidAt?.timestamp(in: $0.showing.zone)
    },
    Property("completedAt", Timestamp.shape.orNull, "When it was last completed.") {
      $0.order.completedAt?.timestamp(in: $0.showing.zone)
    },
    Property("dateLabel", dateLabel, "When it was placed, in the shop's language.") { $0 },
    Property("customer", customer, "Who bought.") { $0.order.customer },
    Property("billing", Address.shape, "Who pays.") { $0.order.billing },
    Property("shipping", Address.shape.orNull, "Where it goes; null when nothing is shipped.") {
      $0.order.shipping
    },
    Property("purchased", Text.shape, "The lines in one line of text.") { $0.order.purchased },
    Property("currency", CurrencyCode.shape, "Of every amount of the order.") {
      $0.order.currency.code
    },
    Property("gross", Amount.answered, "Lines + shipping − discount + charges.") {
      $0.order.gross.sum($0.order.currency)
    },
    Property("adminFee", Amount.answered, "The marketplace's share.") {
      $0.order.adminFee.sum($0.order.currency)
    },
    Property("net", Amount.answered, "Gross − admin fee − refunded.") {
      $0.order.net.sum($0.order.currency)
    },
    Property("refunded", Amount.answered, "What was given back.") {
      $0.order.refunded.sum($0.order.currency)
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

  private static let dateLabel = Text.shape.answered { (view: OrderView, writer) in
    writer.string(capacity: Moment.labelLength) {
      view.order.createdAt.write(labelIn: view.showing.zone, view.showing.language, with: &$0)
    }
  }

  private static let customer = Shape<Customer>.object(
    "OrderCustomer", "Who bought. What is not known is null.",
    Member("name", Text.personal, default: "", "The buyer's name.") { $0.name },
    Member(optional: "email", Text.personal, "Where mails go.") {
      $0.email.isEmpty ? nil : $0.email
    },
    Member(optional: "phone", Text.personal, "The telephone number.") {
      $0.phone.isEmpty ? nil : $0.phone
    },
    make: { Customer(name: $0, email: $1 ?? "", phone: $2 ?? "") })
}

/// Currency codes in answers; an old store may hold one that is no longer current.
enum CurrencyCode {
  static let shape = Shape.text("an ISO 4217 currency code", pattern: "^[A-Z]{3}$")
}

/// A request that may follow, with a label for a button.
struct Action {
  let label: String
  let method: String
  let params: Params

  struct Params {
    let id: Int
    let status: OrderStatus?

    static let record = Record<Params>(
      "ActionParams", "The params of an action.",
      [
        Property("id", Identifier.shape, "The order.") { $0.id },
        Property(optional: "status", OrderStatus.shape, "Where it should go.") { $0.status },
      ])
  }

  static let record = Record<Action>(
    "Action", "A request that may follow, ready to send.",
    [
      Property("label", Text.shape, "What a button says, in the shop's language.") { $0.label },
      Property("method", Text.shape, "The method to call.") { $0.method },
      Property("params", Params.record, "The params to call it with.") { $0.params },
    ])
}

/// What the caller may do with an order now, one by one. The first is what a vendor most likely wants.
struct Actions: Sequence, IteratorProtocol {
  private let id: Int
  private let language: Language
  private var isPayable: Bool
  private let followers: [OrderStatus]
  private var position = 0
  private var left: Int

  init(for order: Order, _ showing: Showing, most: Int = .max) {
    id = order.id
    language = showing.language
    isPayable = showing.mayPay && order.status.awaitsPayment
    followers = showing.mayMove ? order.status.followers : []
    left = most
  }

  mutating func next() -> Action? {
    guard left > 0 else { return nil }
    left -= 1
    if isPayable {
      isPayable = false
      return Action(
        label: language == .fr ? "Enregistrer le paiement" : "Record the payment",
        method: Orders.pay.name, params: .init(id: id, status: nil))
    }
    guard position < followers.count else { return nil }
    let status = followers[position]
    position += 1
    return Action(
      label: status.label(language), method: Orders.setStatus.name,
      params: .init(id: id, status: status))
  }
}

/// A whole order with what is needed to show it.
struct OrderFileView {
  let file: OrderFile
  let head: OrderView
  let downloads: [DownloadView]

  init(_ file: OrderFile, downloads: [DownloadView], in shop: Shop, for session: Session) {
    self.file = file
    self.downloads = downloads
    head = OrderView(file.order, Showing(in: shop, for: session))
  }

  static let record = Record<OrderFileView>(
    "Order", "An order with everything in it.",
    OrderView.properties.map { $0.of { $0.head } } + [
      Property("actions", listOf: Action.record, "All that may be done next, ready to send.") {
        Actions(for: $0.head.order, $0.head.showing)
      },
      Property("shippingCost", Amount.answered, "What the customer pays for shipping.") {
        $0.file.order.shippingCost.sum($0.file.order.currency)
      },
      Property("discount", Amount.answered, "What was taken off.") {
        $0.file.order.discount.sum($0.file.order.currency)
      },
      Property(
        "charges", Amount.answered, "What else is in the gross: fee lines and roundings of imports."
      ) { $0.file.order.charges.sum($0.file.order.currency) },
      Property("transactionId", Text.shape.orNull, "The payment's id, as it was given.") {
        $0.file.order.transactionID
      },
      Property("lines", listOf: LineView.record, "What was bought.") { view in
        view.file.lines.indices.map { LineView($0, of: view.file) }
      },
      Property("downloads", listOf: DownloadView.record, "What the buyer may download.") {
        $0.downloads
      },
      Property("refunds", listOf: RefundView.record, "What was given back, oldest first.") { view in
        view.file.refunds.map {
          RefundView(refund: $0, currency: view.file.order.currency, zone: view.head.showing.zone)
        }
      },
      Property("notes", listOf: NoteView.record, "What was noted, oldest first.") { view in
        view.file.notes.map { NoteView(entry: $0, zone: view.head.showing.zone) }
      },
      Property("history", listOf: HistoryView.record, "Every change, oldest first.") { view in
        view.file.history.map { HistoryView(entry: $0, zone: view.head.showing.zone) }
      },
    ])
}

struct LineView {
  let line: OrderLine
  let refunded: (quantity: Int, amount: Money)
  let currency: Currency

  init(_ index: Int, of file: OrderFile) {
    line = file.lines[index]
    refunded = file.refunded(ofLine: index)
    currency = file.order.currency
  }

  static let record = Record<LineView>(
    "OrderLine", "One thing bought, as it was when it was bought.",
    [
      Property("product", Identifier.shape.orNull, "The product's id; null when it is unknown.") {
        $0.line.productID
      },
      Property("name", Text.shape, "The product's name.") { $0.line.name },
      Property("sku", Text.shape.orNull, "The product's SKU.") { $0.line.sku },
      Property("quantity", Shape.integer(1...Int64.max), "How many.") { $0.line.quantity },
      Property("total", Amount.answered, "For all of them together.") {
        $0.line.total.sum($0.currency)
      },
      Property("adminFee", Amount.answered, "The marketplace's share of it.") {
        $0.line.adminFee.sum($0.currency)
      },
      Property("virtual", Flag.shape, "Whether nothing is shipped.") { $0.line.nature.isVirtual },
      Property("downloadable", Flag.shape, "Whether the buyer gets files.") {
        $0.line.nature.isDownloadable
      },
      Property(
        "refundedQuantity", Shape.integer(0...Int64.max), "How many of them were given back."
      ) { $0.refunded.quantity },
      Property("refunded", Amount.answered, "How much was given back for them.") {
        $0.refunded.amount.sum($0.currency)
      },
    ])
}

struct HistoryView {
  let entry: HistoryEntry
  let zone: TimeZone

  static let record = Record<HistoryView>(
    "HistoryEntry", "One change: when, who, what, from where to where.",
    [
      Property("at", Timestamp.shape, "When.") { $0.entry.at.timestamp(in: $0.zone) },
      Property("by", Text.personal, "Who; of an imported note the customer, perhaps.") {
        $0.entry.by
      },
      Property("what", Shape<HistoryEntry.What>.choice, "What.") { $0.entry.what },
      Property("from", OrderStatus.shape.orNull, "The status before.") { $0.entry.from },
      Property("to", OrderStatus.shape.orNull, "The status after.") { $0.entry.to },
      Property("note", Text.personal.orNull, "Why, where somebody said so.") { $0.entry.note },
    ])
}

/// What a change of an order answers.
struct OrderReceipt {
  let order: OrderFileView
  let changed: Bool
  let applied: Bool
  let effects: [EffectView]

  static let record = Record<OrderReceipt>(
    "OrderReceipt", "The order after the change, and whether there was one.",
    [
      Property("order", OrderFileView.record, "The order as it is after the change.") { $0.order },
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
