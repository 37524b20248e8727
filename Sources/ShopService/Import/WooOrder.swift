// One order of WooCommerce's REST v3 JSON, as an order of ours.
import JSONRPC
import ShopRules

/// Reads one order's JSON. Products are looked up, so that lines know what they are.
struct WooOrder {
  let json: JSON
  let shop: Shop
  let findProduct: (Int) throws -> Product?

  /// The order's number.
  func id() throws(BadRecord) -> Int {
    guard let id = try json.integer("id"), id > 0 else {
      throw BadRecord("id", "it is missing: this was never in a shop")
    }
    return id
  }

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
    let discount = try sum([
      amount(json, "discount_total", currency), amount(json, "discount_tax", currency),
    ])
    let shippingCost = try sum([
      amount(json, "shipping_total", currency), amount(json, "shipping_tax", currency),
    ])
    let known = try sum(lines.map(\.total) + [shippingCost])
    let needsShipping = lines.contains { $0.nature.needsShipping }
    let billing = try address("billing")
    let shipping = try address("shipping")
    var paidAt = try json.moment("date_paid", in: shop.timeZone)
    // Cash on delivery is processed before it is paid: its order is the day that counts.
    if status.isPaid, paidAt == nil { paidAt = createdAt }
    let order = Order(
      id: try id(), status: status, createdAt: createdAt, paidAt: paidAt,
      completedAt: try json.moment("date_completed", in: shop.timeZone),
      customer: Customer(
        name: billing.name, email: try text("billing", "email"),
        phone: try text("billing", "phone")),
      billing: billing,
      shipping: shipping.isEmpty ? (needsShipping ? billing : nil) : shipping,
      purchased: OrderFile.purchased(lines), currency: currency, shippingCost: shippingCost,
      discount: discount,
      charges: Money(minorUnits: gross.minorUnits - known.minorUnits + discount.minorUnits),
      gross: gross, adminFee: try sum(lines.map(\.adminFee)),
      refunded: try refunded(status, gross: gross, currency),
      transactionID: try nonEmpty(json.text("transaction_id")), needsShipping: needsShipping,
      shipBy: needsShipping ? paidAt.map(shop.shipBy(paidAt:)) : nil,
      // WooCommerce has mailed the shop of it by now, if it ever will.
      isAnnounced: status != .pending)
    let imported = HistoryEntry(at: now, by: actor, what: .imported, to: status)
    return OrderFile(order: order, lines: lines, history: [imported])
  }

  private func lines(_ currency: Currency, _ status: OrderStatus) throws -> [OrderLine] {
    let items = json["line_items"]
    guard let items, items.count > 0 else { throw BadRecord("line_items", "there are none") }
    return try items.elements.enumerated().map { index, item in
      do {
        return try line(item, currency, status)
      } catch let error as BadRecord {
        throw BadRecord("line_items/\(index)/\(error.field)", error.reason)
      }
    }
  }

  private func line(
    _ item: JSON, _ currency: Currency, _ status: OrderStatus
  ) throws -> OrderLine {
    guard let quantity = try item.integer("quantity"), quantity > 0 else {
      throw BadRecord("quantity", "expected a whole number of at least 1")
    }
    // The subtotal is before discounts. A request to create an order has neither.
    let field = try item.text("subtotal").isEmpty ? "total" : "subtotal"
    let total = try sum([
      amount(item, field, currency), amount(item, field + "_tax", currency, missing: .zero),
    ])
    // A variation is a product of its own; where it is not in the store, its parent may be.
    var product: Product?
    for name in ["variation_id", "product_id"] where product == nil {
      if let id = try item.integer(name), id > 0 { product = try findProduct(id) }
    }
    let name = plainText(try item.text("name"))
    guard let shown = nonEmpty(name) ?? product?.name else {
      throw BadRecord("name", "it is empty")
    }
    // What nobody knows is taken for a printed book: better looked at than forgotten.
    return OrderLine(
      productID: product?.id, name: shown, sku: nonEmpty(try item.text("sku")) ?? product?.sku,
      quantity: quantity, total: total,
      adminFee: (product?.fee ?? shop.fee).fee(on: total, quantity: quantity),
      nature: product?.nature ?? ProductNature(isVirtual: false, isDownloadable: false),
      // The stock that came with the product is what WooCommerce left of it.
      stockTaken: product?.stock != nil && status.holdsStock ? quantity : 0)
  }

  /// What was given back: what the refunds add up to, or all of it where the order is refunded.
  private func refunded(
    _ status: OrderStatus, gross: Money, _ currency: Currency
  ) throws -> Money {
    if status == .refunded { return gross }
    let amounts = try (json["refunds"] ?? json).elements.map { refund in
      Money(minorUnits: abs(try amount(refund, "total", currency).minorUnits))
    }
    return try sum(amounts)
  }

  private func amount(
    _ json: JSON, _ name: String, _ currency: Currency, missing: Money? = nil
  ) throws(BadRecord) -> Money {
    let text = try json.text(name)
    if text.isEmpty {
      if let missing = missing ?? (name.hasSuffix("_tax") ? .zero : nil) { return missing }
      throw BadRecord(name, "it is missing")
    }
    return try money(text, currency, name)
  }

  private func sum(_ amounts: [Money]) throws(BadRecord) -> Money {
    guard let sum = Money.sum(of: amounts), sum <= .largest else {
      throw BadRecord("total", "the amounts add up to more than the store keeps")
    }
    return sum
  }

  private func text(_ object: String, _ name: String) throws(BadRecord) -> String {
    guard let inner = json[object], !inner.isNull else { return "" }
    do throws(BadRecord) {
      return plainText(try inner.text(name))
    } catch {
      throw BadRecord("\(object)/\(error.field)", error.reason)
    }
  }

  private func address(_ which: String) throws(BadRecord) -> Address {
    let names = [try text(which, "first_name"), try text(which, "last_name")]
    return Address(
      name: names.filter { !$0.isEmpty }.joined(separator: " "),
      company: try text(which, "company"),
      street: try text(which, "address_1"), street2: try text(which, "address_2"),
      postcode: try text(which, "postcode"), city: try text(which, "city"),
      region: try text(which, "state"), country: try text(which, "country"))
  }
}

private func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

extension Address {
  /// Whether there is nothing in it that a postman could use.
  fileprivate var isEmpty: Bool {
    name.isEmpty && company.isEmpty && street.isEmpty && postcode.isEmpty && city.isEmpty
  }
}
