// Orders as they lie in their tables: which column is what. Nothing is copied to look at them.
public import ShopRules

/// The head of an order, where a statement stands on it.
public struct OrderRow: RowView, OrderHead {
  private let row: Row

  public init(_ row: Row) { self.row = row }

  /// The last one follows from the lines: it is written, for lists to be filtered by, and never read.
  static let columnNames = [
    "id", "status", "created_at", "paid_at", "completed_at", "customer_name", "customer_email",
    "customer_phone", "billing_name", "billing_company", "billing_street", "billing_street2",
    "billing_postcode", "billing_city", "billing_region", "billing_country", "shipping_name",
    "shipping_company", "shipping_street", "shipping_street2", "shipping_postcode",
    "shipping_city", "shipping_region", "shipping_country", "purchased", "currency",
    "shipping_cost", "discount", "charges", "gross", "admin_fee", "refunded", "transaction_id",
    "needs_shipping", "ship_by", "version", "is_announced", "extras", "kind",
  ]
  static let columns = columnNames.dropLast().joined(separator: ", ")

  private static let statuses = Words<OrderStatus>()

  public var id: Int { row.integer(0) }
  /// The table's checks keep it to known ones.
  public var status: OrderStatus { Self.statuses[row.bytes(1)] ?? .pending }
  public var createdAt: Moment { row.moment(2) }
  public var paidAt: Moment? { row.momentOrNil(3) }
  public var completedAt: Moment? { row.momentOrNil(4) }
  /// Name, e-mail and telephone.
  public var customer: RowTexts { RowTexts(row, from: 5) }
  public var customerName: String { customer.text(0) }
  /// The parts of an address, as ``Address`` has them.
  public var billing: RowTexts { RowTexts(row, from: 8) }
  public var shipping: RowTexts? { row.isNull(16) ? nil : RowTexts(row, from: 16) }
  public var purchased: RowText { row.bytes(24) }
  public var currency: Currency { Currency(row.bytes(25).utf8) ?? .unknown }
  public var shippingCost: Money { row.money(26) }
  public var discount: Money { row.money(27) }
  public var charges: Money { row.money(28) }
  public var gross: Money { row.money(29) }
  public var adminFee: Money { row.money(30) }
  public var refunded: Money { row.money(31) }
  public var transactionID: RowText? { row.bytesOrNil(32) }
  public var needsShipping: Bool { row.bool(33) }
  public var shipBy: Day? { row.bytesOrNil(34).flatMap { Day($0.utf8) } }
  public var version: Int { row.integer(35) }
  public var isAnnounced: Bool { row.bool(36) }
  public var extras: OrderExtras { OrderExtras(rawValue: row.integer(37)) }
}

/// Texts in columns side by side.
public struct RowTexts {
  private let row: Row
  private let first: Int32

  fileprivate init(_ row: Row, from first: Int32) {
    self.row = row
    self.first = first
  }

  public func utf8(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    row.bytes(first &+ Int32(truncatingIfNeeded: index)).utf8
  }

  fileprivate func text(_ index: Int) -> String { String(decoding: utf8(index), as: UTF8.self) }
}

/// What an order has besides lines and history. Most have none of it, and are read without looking.
public struct OrderExtras: OptionSet, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let refunds = OrderExtras(rawValue: 1)
  public static let notes = OrderExtras(rawValue: 2)
  public static let downloads = OrderExtras(rawValue: 4)

  init(_ file: OrderFile) {
    self = []
    if !file.refunds.isEmpty { insert(.refunds) }
    if file.history.contains(where: \.isNote) { insert(.notes) }
    if file.lines.contains(where: \.hasDownloads) { insert(.downloads) }
  }
}

/// A line of an order, where a statement stands on it.
public struct LineRow: RowView {
  private let row: Row

  public init(_ row: Row) { self.row = row }

  static let select = """
    SELECT product_id, name, sku, quantity, total, admin_fee, is_virtual, is_downloadable,
      stock_taken, has_downloads, position
    FROM order_lines WHERE order_id = ? ORDER BY position
    """

  public var productID: Int? { row.integerOrNil(0) }
  public var name: RowText { row.bytes(1) }
  public var sku: RowText? { row.bytesOrNil(2) }
  public var quantity: Int { row.integer(3) }
  public var total: Money { row.money(4) }
  public var adminFee: Money { row.money(5) }
  public var isVirtual: Bool { row.bool(6) }
  public var isDownloadable: Bool { row.bool(7) }
  public var stockTaken: Int { row.integer(8) }
  public var hasDownloads: Bool { row.bool(9) }
  public var position: Int { row.integer(10) }
}

/// An entry of an order's history, where a statement stands on it.
public struct HistoryRow: RowView {
  fileprivate let row: Row

  public init(_ row: Row) { self.row = row }

  private static let from = """
    SELECT at, actor, what, from_status, to_status, note FROM order_history WHERE order_id = ?
    """
  static let select = "\(from) ORDER BY position"
  /// Older notes may have been imported later.
  static let selectNotes = """
    \(from) AND what IN ('noted', 'customer-noted') ORDER BY at, position
    """

  public var at: Moment { row.moment(0) }
  public var by: RowText { row.bytes(1) }
  public var what: RowText { row.bytes(2) }
  public var from: RowText? { row.bytesOrNil(3) }
  public var to: RowText? { row.bytesOrNil(4) }
  public var note: RowText? { row.bytesOrNil(5) }
  /// Whether it is a note that the customer was to read.
  public var isForCustomer: Bool {
    what.utf8.elementsEqual(HistoryEntry.What.customerNoted.rawValue.utf8)
  }
}

extension Row {
  func money(_ column: Int32) -> Money { Money(minorUnits: Int64(integer(column))) }

  func moment(_ column: Int32) -> Moment { Moment(seconds: Int64(integer(column))) }

  func momentOrNil(_ column: Int32) -> Moment? { isNull(column) ? nil : moment(column) }
}

// MARK: Copies, which last

extension Order {
  public init(_ row: OrderRow) {
    let customer = row.customer
    self.init(
      id: row.id, status: row.status, createdAt: row.createdAt, paidAt: row.paidAt,
      completedAt: row.completedAt,
      customer: Customer(
        name: customer.text(0), email: customer.text(1), phone: customer.text(2)),
      billing: Address(row.billing), shipping: row.shipping.map(Address.init),
      purchased: String(row.purchased), currency: row.currency, shippingCost: row.shippingCost,
      discount: row.discount, charges: row.charges, gross: row.gross, adminFee: row.adminFee,
      refunded: row.refunded, transactionID: row.transactionID.map(String.init),
      needsShipping: row.needsShipping, shipBy: row.shipBy,
      isAnnounced: row.isAnnounced, version: row.version)
  }
}

extension Address {
  fileprivate init(_ texts: RowTexts) {
    self.init(
      name: texts.text(0), company: texts.text(1), street: texts.text(2), street2: texts.text(3),
      postcode: texts.text(4), city: texts.text(5), region: texts.text(6), country: texts.text(7))
  }
}

extension OrderLine {
  init(_ row: LineRow) {
    self.init(
      productID: row.productID, name: String(row.name), sku: row.sku.map(String.init),
      quantity: row.quantity, total: row.total, adminFee: row.adminFee,
      nature: ProductNature(isVirtual: row.isVirtual, isDownloadable: row.isDownloadable),
      stockTaken: row.stockTaken, hasDownloads: row.hasDownloads)
  }
}

extension HistoryEntry {
  init(_ entry: HistoryRow) {
    let row = entry.row
    self.init(
      at: entry.at, by: String(entry.by), what: row.word(2) ?? .moved, from: row.word(3),
      to: row.word(4), note: entry.note.map(String.init))
  }
}
