// What a caller says to create an order, and the order it becomes.

/// A wish for an order: priced, named and completed from the products and the shop.
public struct OrderDraft: Sendable {
  public var lines: [Line]
  public var customer: Customer
  public var billing: Address
  /// nil: the billing address, where something has to be shipped.
  public var shipping: Address?
  public var shippingCost: Money
  public var discount: Money

  public struct Line: Sendable {
    public var product: Int
    public var quantity: Int

    public init(product: Int, quantity: Int) {
      self.product = product
      self.quantity = quantity
    }
  }

  public init(
    lines: [Line], customer: Customer, billing: Address, shipping: Address? = nil,
    shippingCost: Money = .zero, discount: Money = .zero
  ) {
    self.lines = lines
    self.customer = customer
    self.billing = billing
    self.shipping = shipping
    self.shippingCost = shippingCost
    self.discount = discount
  }

  /// The pending order that this draft becomes. `product` finds a product by its id.
  public func order(
    id: Int, at now: Moment, by actor: String, in shop: Shop,
    product: (Int) throws -> Product?
  ) throws -> OrderFile {
    var lines: [OrderLine] = []
    for wanted in self.lines {
      guard let product = try product(wanted.product) else {
        throw Refusal.noSuchProduct(id: wanted.product)
      }
      guard let total = product.price.times(wanted.quantity) else { throw Refusal.amountTooLarge }
      let fee = (product.fee ?? shop.fee).fee(on: total, quantity: wanted.quantity)
      lines.append(
        OrderLine(
          productID: product.id, name: product.name, sku: product.sku, quantity: wanted.quantity,
          total: total, adminFee: fee, nature: product.nature))
    }
    let sum = try total(lines.map(\.total))
    let beforeDiscount = try total([sum, shippingCost])
    guard discount <= beforeDiscount else {
      throw Refusal.discountTooLarge(
        discount: discount, atMost: beforeDiscount, currency: shop.currency)
    }
    let needsShipping = lines.contains { $0.nature.needsShipping }
    let shipping = needsShipping ? self.shipping ?? billing : self.shipping
    try requireComplete(billing, "billing")
    if let shipping { try requireComplete(shipping, "shipping") }
    let order = Order(
      id: id, status: .pending, createdAt: now, customer: customer, billing: billing,
      shipping: shipping, purchased: OrderFile.purchased(lines), currency: shop.currency,
      shippingCost: shippingCost, discount: discount,
      gross: Money(minorUnits: beforeDiscount.minorUnits - discount.minorUnits),
      adminFee: try total(lines.map(\.adminFee)),
      needsShipping: needsShipping)
    let created = HistoryEntry(at: now, by: actor, what: .created, to: .pending)
    return OrderFile(order: order, lines: lines, history: [created])
  }

  private func total(_ amounts: [Money]) throws(Refusal) -> Money {
    guard let sum = Money.sum(of: amounts), sum <= .largest else { throw .amountTooLarge }
    return sum
  }

  private func requireComplete(_ address: Address, _ which: String) throws(Refusal) {
    let missing = address.missingParts
    if !missing.isEmpty { throw Refusal.addressIncomplete(which: which, missing: missing) }
  }
}
