// One order of WooCommerce's REST v3 JSON, as an order of ours.
import JSONRPC
import ShopRules

/// Reads one order's JSON. Products are looked up, so that lines know what they are.
struct WooOrder {
  let json: JSON
  let shop: Shop
  let findProduct: (Int) throws -> Product?
  /// What a file of its own tells of a refund, by the refund's number.
  let findRefund: (Int) -> WooOrderPart?

  /// The order's number.
  func id() throws(BadRecord) -> Int { try json.identifier() }

  /// The whole order; its history begins with the import.
  func file(at now: Moment, by actor: String) throws -> OrderFile {
    let statusText = try json.text("status")
    guard let status = OrderStatus(meaning: statusText) else {
      throw BadRecord("status", "\"\(statusText)\" is no status orderline knows")
    }
    let code = try json.text("currency")
    guard let currency = Currency(code) else {
      throw BadRecord("currency", "\"\(code)\" is no ISO 4217 currency")
    }
    guard let createdAt = try json.moment("date_created", in: shop.timeZone) else {
      throw BadRecord("date_created", "it is missing")
    }
    let lines = try lines(currency, status)
    let gross = try amount(json, "total", currency)
    let discount = try sum(
      [amount(json, "discount_total", currency), amount(json, "discount_tax", currency)],
      "discount_total")
    let shippingCost = try sum(
      [amount(json, "shipping_total", currency), amount(json, "shipping_tax", currency)],
      "shipping_total")
    let known = try sum(lines.map(\.total) + [shippingCost], "line_items")
    let needsShipping = lines.contains { $0.nature.needsShipping }
    let buyer = WooAddress(json, "billing")
    let billing = try buyer.address()
    let shipping = try WooAddress(json, "shipping").address()
    var paidAt = try json.moment("date_paid", in: shop.timeZone)
    // Cash on delivery is processed before it is paid: its order is the day that counts.
    if status.isPaid, paidAt == nil { paidAt = createdAt }
    let refunds = try refunds(
      of: lines, currency, status, gross: gross, by: actor,
      at: try json.moment("date_modified", in: shop.timeZone) ?? now)
    let order = Order(
      id: try id(), status: status, createdAt: createdAt, paidAt: paidAt,
      completedAt: try json.moment("date_completed", in: shop.timeZone),
      customer: Customer(
        name: billing.name, email: try buyer.text("email"), phone: try buyer.text("phone")),
      billing: billing,
      shipping: shipping.isEmpty ? (needsShipping ? billing : nil) : shipping,
      purchased: OrderFile.purchased(lines), currency: currency, shippingCost: shippingCost,
      discount: discount,
      charges: try charges(gross: gross, known: known, discount: discount),
      gross: gross, adminFee: try sum(lines.map(\.adminFee), "line_items"),
      refunded: try sum(refunds.map(\.amount), "refunds"),
      transactionID: try nonEmpty(json.text("transaction_id")), needsShipping: needsShipping,
      shipBy: needsShipping ? paidAt.map(shop.shipBy(paidAt:)) : nil,
      // WooCommerce has mailed the shop of it by now, if it ever will.
      isAnnounced: status != .pending)
    let imported = HistoryEntry(at: now, by: actor, what: .imported, to: status)
    return OrderFile(
      order: order, lines: lines, refunds: refunds,
      history: try customerNote(by: billing.name, at: createdAt) + [imported])
  }

  private func lines(_ currency: Currency, _ status: OrderStatus) throws -> [OrderLine] {
    let lines = try each("line_items") { try line($0, currency, status) }
    guard !lines.isEmpty else { throw BadRecord("line_items", "there are none") }
    return lines
  }

  /// What `read` makes of each element of an array; says which one is bad.
  private func each<Item>(_ list: String, _ read: (JSON) throws -> Item) throws -> [Item] {
    try json.list(list).enumerated().map { index, element in
      do {
        return try read(element)
      } catch let error as BadRecord {
        throw BadRecord("\(list)/\(index)/\(error.field)", error.reason)
      }
    }
  }

  private func line(
    _ item: JSON, _ currency: Currency, _ status: OrderStatus
  ) throws -> OrderLine {
    guard let given = try item.integer("quantity") else {
      throw BadRecord("quantity", "it is missing")
    }
    let quantity = try number(given, in: 1...100_000, "quantity")
    // The subtotal is before discounts. A request to create an order has neither.
    let field = try item.text("subtotal").isEmpty ? "total" : "subtotal"
    let total = try sum(
      [amount(item, field, currency), amount(item, field + "_tax", currency)], field)
    // A variation is a product of its own; where it is not in the store, its parent may be.
    var product: Product?
    for name in ["variation_id", "product_id"] where product == nil {
      if let id = try item.integer(name), id > 0 { product = try findProduct(id) }
    }
    let name = plainName(try item.text("name"))
    guard let shown = nonEmpty(name) ?? product?.name else {
      throw BadRecord("name", "it is empty")
    }
    // What nobody knows is taken for a printed book: better looked at than forgotten.
    return OrderLine(
      productID: product?.id, name: shown, sku: nonEmpty(try item.text("sku")) ?? product?.sku,
      quantity: quantity, total: total,
      adminFee: fee(product, currency).fee(on: total, quantity: quantity),
      nature: product?.nature ?? ProductNature(isVirtual: false, isDownloadable: false),
      // The stock that came with the product is what WooCommerce left of it.
      stockTaken: product?.stock != nil && status.holdsStock ? quantity : 0)
  }

  /// The rule that holds for a line. A fixed fee is an amount of the shop's currency: in another it
  /// would be another amount, 50 cents 50 yen. A percentage is the same in all.
  private func fee(_ product: Product?, _ currency: Currency) -> FeeRule {
    var fee = product?.fee ?? shop.fee
    if currency != shop.currency { fee.fixed = .zero }
    return fee
  }

  /// What the total has beyond lines, shipping and discount: fees, or below zero a rebate.
  private func charges(gross: Money, known: Money, discount: Money) throws(BadRecord) -> Money {
    guard let rest = gross.subtracting(known) else { throw tooMuch("total") }
    return try sum([rest, discount], "total")
  }

  /// What was given back: the refunds there are, and the rest too where the order is refunded.
  private func refunds(
    of lines: [OrderLine], _ currency: Currency, _ status: OrderStatus, gross: Money,
    by actor: String, at changed: Moment
  ) throws -> [Refund] {
    let given: [Refund] = try each("refunds") { summary in
      // Where the file that tells all of it is bad, that is said of that file.
      if let number = try summary.integer("id"), let whole = findRefund(number),
        let refund = try? whole.refund(of: lines, in: currency, shop, by: actor, at: changed)
      {
        return refund
      }
      return try WooOrderPart(summary: summary)
        .refund(of: lines, in: currency, shop, by: actor, at: changed)
    }
    var refunds = given.filter(\.isSomething)
    let numbers = refunds.compactMap(\.sourceID)
    guard Set(numbers).count == numbers.count else {
      throw BadRecord("refunds", "one of them is there twice")
    }
    let rest = gross.minorUnits - (try sum(refunds.map(\.amount), "refunds")).minorUnits
    guard rest >= 0 else { throw BadRecord("refunds", "they add up to more than the total") }
    if status == .refunded, rest > 0 {
      refunds.append(Refund(at: changed, by: actor, amount: Money(minorUnits: rest)))
    }
    return refunds.sorted { $0.at < $1.at }
  }

  /// What the customer wrote when they ordered.
  private func customerNote(by name: String, at moment: Moment) throws -> [HistoryEntry] {
    let text = plainText(try json.text("customer_note"))
    guard !text.isEmpty else { return [] }
    return [HistoryEntry(at: moment, by: name, what: .noted, note: text)]
  }

  private func amount(
    _ json: JSON, _ name: String, _ currency: Currency, mayBeNegative: Bool = false
  ) throws(BadRecord) -> Money {
    let text = try json.text(name)
    if text.isEmpty {
      if name.hasSuffix("_tax") { return .zero }
      throw BadRecord(name, "it is missing")
    }
    return try money(text, currency, name, mayBeNegative: mayBeNegative)
  }

  /// The sum of amounts, either side of zero no further than the store keeps.
  private func sum(_ amounts: [Money], _ field: String) throws(BadRecord) -> Money {
    guard let sum = Money.sum(of: amounts), sum.minorUnits.magnitude <= Money.largest.minorUnits
    else { throw tooMuch(field) }
    return sum
  }

  private func tooMuch(_ field: String) -> BadRecord {
    BadRecord(field, "the amounts add up to more than the store keeps")
  }
}

/// Who and where, as WooCommerce says it inside an order.
private struct WooAddress {
  let name: String
  let json: JSON?

  init(_ order: JSON, _ name: String) {
    self.name = name
    json = order[name]
  }

  func text(_ name: String) throws(BadRecord) -> String {
    guard let json else { return "" }
    do throws(BadRecord) {
      return plainName(try json.text(name))
    } catch {
      throw BadRecord("\(self.name)/\(error.field)", error.reason)
    }
  }

  func address() throws(BadRecord) -> Address {
    let first = try text("first_name")
    let last = try text("last_name")
    return Address(
      name: first.isEmpty || last.isEmpty ? first + last : "\(first) \(last)",
      company: try text("company"),
      street: try text("address_1"), street2: try text("address_2"),
      postcode: try text("postcode"), city: try text("city"),
      region: try text("state"), country: try text("country"))
  }
}

private func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

extension Address {
  /// Whether there is nothing in it that a postman could use.
  fileprivate var isEmpty: Bool {
    name.isEmpty && company.isEmpty && street.isEmpty && postcode.isEmpty && city.isEmpty
  }
}
