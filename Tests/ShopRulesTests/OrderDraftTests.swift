// Proves how a wish for an order becomes one, and when it cannot.
import ShopRules
import Testing

@Suite("Order drafts")
struct OrderDraftTests {
  private static let catalog: [Int: Product] = {
    let products: [(Int, String, Int64, ProductNature, FeeRule?)] = [
      (1, "Le Horla", 990, .printed, nil), (2, "Le Horla (ebook)", 499, .digital, nil),
      (3, "Atelier", 6000, .service, FeeRule(percent: .zero, fixed: Money(minorUnits: 150))),
      (4, "Atlas", 3200, .printedWithFile, nil),
      (5, "Trésor", Money.largest.minorUnits, .printed, nil),
      (6, "Cadeau", 0, .digital, nil),
    ]
    return Dictionary(
      uniqueKeysWithValues: products.map { id, name, price, nature, fee in
        (
          id,
          Product(
            id: id, name: name, sku: "S\(id)", price: Money(minorUnits: price),
            isVirtual: nature.isVirtual, isDownloadable: nature.isDownloadable, fee: fee,
            createdAt: Moment(seconds: 0))
        )
      })
  }()

  private static let home = Address(
    name: "Élise", street: "1 rue A", postcode: "69002", city: "Lyon", country: "FR")
  private static let elsewhere = Address(
    name: "Mathurin", street: "3 quai du Fret", postcode: "29200", city: "Brest", country: "FR")

  private func order(
    _ lines: [(Int, Int)], billing: Address = home, shipping: Address? = nil,
    shippingCost: Int64 = 0, discount: Int64 = 0
  ) throws -> OrderFile {
    let draft = OrderDraft(
      lines: lines.map { OrderDraft.Line(product: $0, quantity: $1) },
      customer: Customer(name: "Élise", email: "elise@a.example"), billing: billing,
      shipping: shipping, shippingCost: Money(minorUnits: shippingCost),
      discount: Money(minorUnits: discount))
    let fee = FeeRule(percent: try #require(Percent("10")), fixed: .zero)
    return try draft.order(
      id: 7, at: try Moment("2021-06-17T12:16:00+02:00"), by: "boutique",
      in: .french(fee: fee), product: { Self.catalog[$0] })
  }

  @Test("lines are priced, named and charged from the catalog")
  func lines() throws {
    let file = try order([(1, 2), (2, 1), (3, 3)], shippingCost: 350, discount: 29)
    #expect(file.lines.map(\.total.minorUnits) == [1980, 499, 18000])
    #expect(file.lines.map(\.adminFee.minorUnits) == [198, 50, 450])
    #expect(file.lines.map(\.name) == ["Le Horla", "Le Horla (ebook)", "Atelier"])
    #expect(file.lines.map(\.sku) == ["S1", "S2", "S3"])
    #expect(file.lines.map(\.nature) == [.printed, .digital, .service])
    let order = file.order
    #expect(order.id == 7 && order.status == .pending && order.version == 1)
    #expect(order.purchased == "2 × Le Horla, 1 × Le Horla (ebook), 3 × Atelier")
    #expect(order.gross.minorUnits == 1980 + 499 + 18000 + 350 - 29)
    #expect(order.adminFee.minorUnits == 698)
    #expect(order.net.minorUnits == order.gross.minorUnits - 698)
    #expect(order.charges == .zero && order.refunded == .zero && order.currency.code == "EUR")
    #expect(order.paidAt == nil && order.completedAt == nil && order.shipBy == nil)
    let created = HistoryEntry(at: order.createdAt, by: "boutique", what: .created, to: .pending)
    #expect(file.history == [created])
  }

  @Test(
    "an order ships when any of its products is not virtual",
    arguments: [
      ([2], false), ([3], false), ([2, 3], false), ([6], false), ([1], true), ([4], true),
      ([1, 2], true), ([2, 4], true),
    ])
  func shipping(products: [Int], ships: Bool) throws {
    let plain = try order(products.map { ($0, 1) })
    #expect(plain.order.needsShipping == ships)
    #expect(plain.order.shipping == (ships ? Self.home : nil))
    let sentElsewhere = try order(products.map { ($0, 1) }, shipping: Self.elsewhere)
    #expect(sentElsewhere.order.needsShipping == ships)
    if ships { #expect(sentElsewhere.order.shipping == Self.elsewhere) }
    #expect(sentElsewhere.order.billing == Self.home)
  }

  @Test("a discount may be all there is to pay and not a cent more")
  func discount() throws {
    #expect(try order([(1, 1)], shippingCost: 350, discount: 1340).order.gross == .zero)
    let euro = try #require(Currency("EUR"))
    #expect(
      throws: Refusal.discountTooLarge(
        discount: Money(minorUnits: 1341), atMost: Money(minorUnits: 1340), currency: euro)
    ) { try order([(1, 1)], shippingCost: 350, discount: 1341) }
  }

  @Test("a product that is not there is named")
  func noSuchProduct() {
    #expect(throws: Refusal.noSuchProduct(id: 99)) { try order([(1, 1), (99, 1)]) }
  }

  @Test("an address that nothing can be delivered to is refused with the parts it lacks")
  func incomplete() {
    func refusal(_ which: String, _ missing: [String]) -> Refusal {
      .addressIncomplete(which: which, missing: missing)
    }
    let empty = Address(name: "", street: "", postcode: "", city: "", country: "")
    let all = ["name", "street", "city", "country"]
    #expect(throws: refusal("billing", all)) { try order([(2, 1)], billing: empty) }
    #expect(throws: refusal("shipping", all)) { try order([(1, 1)], shipping: empty) }
    var half = Self.home
    half.street = ""
    half.country = ""
    #expect(throws: refusal("billing", ["street", "country"])) {
      try order([(1, 1)], billing: half)
    }
    var noPostcode = Self.home
    noPostcode.postcode = ""
    #expect(throws: Never.self) { try order([(1, 1)], billing: noPostcode) }
  }

  @Test("amounts may add up to the largest that is kept and not a cent more")
  func bounds() throws {
    #expect(try order([(5, 1)]).order.gross == .largest)
    #expect(try order([(5, 1)], discount: Money.largest.minorUnits).order.gross == .zero)
    #expect(throws: Refusal.amountTooLarge) { try order([(5, 1)], shippingCost: 1) }
    #expect(throws: Refusal.amountTooLarge) { try order([(5, 1), (2, 1)]) }
    #expect(throws: Refusal.amountTooLarge) { try order([(5, 2)]) }
    #expect(throws: Refusal.amountTooLarge) { try order([(5, 100_000)]) }
    #expect(throws: Refusal.amountTooLarge) { try order([(5, .max)]) }
  }
}
