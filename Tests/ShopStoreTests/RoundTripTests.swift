// Proves that the store gives back what it was given.
import ShopRules
import Testing

@testable import ShopStore

@Suite("What the store keeps")
struct RoundTripTests {
  /// An address in which every part is another.
  private func address(_ mark: String) -> Address {
    Address(
      name: "name \(mark)", company: "company \(mark)", street: "street \(mark)",
      street2: "street2 \(mark)", postcode: "postcode \(mark)", city: "city \(mark)",
      region: "region \(mark)", country: "country \(mark)")
  }

  private func file(_ id: Int) -> OrderFile {
    let order = Order(
      id: id, status: .onHold, createdAt: Moment(seconds: 1), paidAt: Moment(seconds: 2),
      completedAt: Moment(seconds: -3), customer: Customer(name: "n", email: "e@x", phone: "p"),
      billing: address("b"), shipping: address("s"), purchased: "1 × \"a\"\n\u{0} 😀",
      currency: Currency("TND") ?? .unknown, shippingCost: Money(minorUnits: 11),
      discount: Money(minorUnits: 12), charges: Money(minorUnits: -13), gross: .largest,
      adminFee: Money(minorUnits: 15), refunded: Money(minorUnits: 16), transactionID: "t",
      needsShipping: true, shipBy: Day("2021-06-22"), version: 17)
    return OrderFile(
      order: order,
      lines: [
        OrderLine(
          productID: 3, name: "first", sku: "SKU-3", quantity: 2, total: Money(minorUnits: 21),
          adminFee: Money(minorUnits: 22),
          nature: ProductNature(isVirtual: true, isDownloadable: false)),
        OrderLine(
          productID: nil, name: "", sku: nil, quantity: .max, total: .zero, adminFee: .zero,
          nature: ProductNature(isVirtual: false, isDownloadable: true)),
      ],
      refunds: [
        Refund(
          at: Moment(seconds: 41), by: "r", amount: Money(minorUnits: 10), reason: "why",
          lines: [
            Refund.Line(line: 0, quantity: 1, amount: Money(minorUnits: 7), restocked: 1),
            Refund.Line(line: 1, quantity: 0, amount: Money(minorUnits: 2)),
          ], sourceID: id),
        Refund(at: Moment(seconds: 42), by: "s", amount: Money(minorUnits: 6)),
      ],
      history: [
        HistoryEntry(at: Moment(seconds: 31), by: "a", what: .created, to: .pending),
        HistoryEntry(
          at: Moment(seconds: 32), by: "b", what: .forced, from: .pending, to: .onHold,
          note: "why"),
        HistoryEntry(at: Moment(seconds: 33), by: "c", what: .imported),
      ])
  }

  @Test("every part of an order survives, as it was")
  func orders() throws {
    let test = try TestStore()
    let full = file(Int(Int64.max) - 1)
    var bare = file(5)
    bare.order.paidAt = nil
    bare.order.completedAt = nil
    bare.order.shipping = nil
    bare.order.transactionID = nil
    bare.order.shipBy = nil
    bare.order.needsShipping = false
    bare.order.customer = Customer(name: "", email: "")
    bare.order.billing = Address(name: "", street: "", postcode: "", city: "", country: "")
    bare.lines = []
    bare.refunds = []
    bare.order.refunded = .zero
    bare.history = []
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      for file in [full, bare] { try test.store.insert(file) }
    }
    let another = try test.another()
    try another.read { () throws in
      for file in [full, bare] {
        #expect(try another.orderFile(file.order.id) == file)
        #expect(try another.hasOrder(file.order.id))
      }
      #expect(try another.order(ofRefundFrom: full.order.id) == full.order.id)
      #expect(try another.order(ofRefundFrom: 5) == nil)
      #expect(try another.orderFile(6) == nil)
      #expect(try !another.hasOrder(6))
      #expect(try another.orders(OrderQuery(sort: .id, limit: 9)) == [full.order, bare.order])
    }
  }

  @Test("every status, kind of entry and currency survives", arguments: OrderStatus.allCases)
  func choices(status: OrderStatus) throws {
    let test = try TestStore()
    var file = file(1)
    file.lines = []
    file.refunds = []
    file.order.refunded = .zero
    file.order.status = status
    file.history = HistoryEntry.What.allCases.map {
      HistoryEntry(at: Moment(seconds: 0), by: "", what: $0, from: status, to: status)
    }
    try test.store.change { try test.store.insert(file) }
    #expect(try test.store.read { try test.store.orderFile(1) } == file)
  }

  @Test("what is added to a history that was not read stands behind it, and the rest stays")
  func unreadHistory() throws {
    let test = try TestStore()
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      try test.store.insert(file(1))
    }
    let entry = HistoryEntry(at: Moment(seconds: 95), by: "e", what: .noted, note: "n")
    try test.store.change {
      let before = try #require(try test.store.orderFile(1, withHistory: false))
      #expect(before.history == [] && before.refunds == file(1).refunds)
      var after = before
      after.history.append(entry)
      try test.store.update(before, to: after)
    }
    let (found, extras) = try test.store.read {
      (try test.store.orderFile(1), test.store.head(ofOrder: 1).first(\.extras))
    }
    var expected = file(1)
    expected.history.append(entry)
    #expect(found == expected)
    #expect(extras == OrderExtras(expected))
  }

  @Test("what consequences change of an order is written, and nothing else")
  func updates() throws {
    let test = try TestStore()
    var before = file(1)
    before.order.shipping = nil
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      try test.store.insert(before)
      try test.store.insert(file(2))
    }
    var after = before
    after.order.status = .refunded
    after.order.paidAt = Moment(seconds: 91)
    after.order.completedAt = Moment(seconds: 92)
    after.order.refunded = Money(minorUnits: 93)
    after.refunds.append(
      Refund(
        at: Moment(seconds: 43), by: "t", amount: Money(minorUnits: 77),
        lines: [Refund.Line(line: 1, quantity: 3, amount: Money(minorUnits: 70))]))
    after.order.transactionID = "later"
    after.order.needsShipping = false
    after.order.shipBy = Day("2022-01-01")
    after.order.shipping = address("new")
    after.order.version = 18
    after.lines[1].nature = ProductNature(isVirtual: true, isDownloadable: true)
    after.history.append(HistoryEntry(at: Moment(seconds: 94), by: "d", what: .moved))
    try test.store.change { try test.store.update(before, to: after) }
    #expect(try test.store.read { try test.store.orderFile(1) } == after)
    #expect(try test.store.read { try test.store.orderFile(2) } == file(2))
  }

  @Test(
    "every part of a product survives, inserted and updated",
    arguments: [true, false], [true, false])
  func products(isVirtual: Bool, isDownloadable: Bool) throws {
    let test = try TestStore()
    let full = Product(
      id: 7, name: "Le Horla", sku: "S", price: .largest, isVirtual: isVirtual,
      isDownloadable: isDownloadable,
      files: [.init(name: "b", location: "2"), .init(name: "a", location: "1")],
      downloadLimit: 3, downloadExpiryDays: 365, stock: -4,
      fee: FeeRule(percent: Percent("12.5") ?? .zero, fixed: Money(minorUnits: 30)),
      createdAt: Moment(seconds: 5), version: 6)
    let bare = Product(
      id: 8, name: "", price: .zero, isVirtual: isVirtual, isDownloadable: isDownloadable,
      createdAt: Moment(seconds: 0))
    try test.store.change { for product in [full, bare] { try test.store.insert(product) } }
    try test.store.read { () throws in
      #expect(try test.store.product(7) == full)
      #expect(try test.store.product(8) == bare)
      #expect(try test.store.product(9) == nil)
      #expect(try test.store.product(sku: "S") == full)
      #expect(try test.store.product(named: "Le Horla") == full)
      #expect(try test.store.products(Store.ProductQuery(limit: 5)) == [full, bare])
      #expect(try test.store.products(Store.ProductQuery(after: 7, limit: 5)) == [bare])
      #expect(try test.store.products(Store.ProductQuery(limit: 1)) == [full])
      let others = Store.ProductQuery(isVirtual: !isVirtual, limit: 5)
      #expect(try test.store.products(others).isEmpty)
      #expect(try test.store.nextProductID() == 9)
    }
    var swapped = bare
    swapped.files = full.files.reversed()
    swapped.version = 2
    try test.store.change { try test.store.update(swapped) }
    #expect(try test.store.read { try test.store.product(8) } == swapped)
  }

  @Test("every setting of the shop survives")
  func shop() throws {
    let test = try TestStore()
    var shop = Shop(
      name: "N", email: "e@x", language: .en, currency: Currency("JPY") ?? .unknown,
      timeZone: .utc, shippingDays: 0, holidays: .dates([]),
      fee: FeeRule(percent: Percent("100") ?? .zero, fixed: .largest), downloadBaseURL: "u")
    let another = try test.another()
    #expect(try another.read { try another.shop() } == .plain)
    let days = ["2025-12-24", "2025-01-02"].compactMap { Day($0) }
    for holidays in [Holidays.dates([]), .none, .france, .dates(days)] {
      shop.holidays = holidays
      try test.store.change { try test.store.save(shop) }
      #expect(try another.read { try another.shop() } == shop, "seen by others at once")
    }
  }

  @Test("counts follow every change")
  func counts() throws {
    let test = try TestStore()
    let empty = Dictionary(uniqueKeysWithValues: OrderStatus.allCases.map { ($0, 0) })
    #expect(try test.store.read { try test.store.orderCounts() } == empty)
    var file = file(1)
    var counts = empty
    for (index, status) in OrderStatus.allCases.enumerated() {
      file = OrderFile(
        order: OrderFile.reading(file.order, id: index + 1, status), lines: [], history: [])
      try test.store.change { try test.store.insert(file) }
      counts[status] = 1
      #expect(try test.store.read { try test.store.orderCounts() } == counts)
    }
    var moved = file
    moved.order.status = .pending
    try test.store.change { try test.store.update(file, to: moved) }
    counts[file.order.status] = 0
    counts[.pending] = 2
    #expect(try test.store.read { try test.store.orderCounts() } == counts)
    #expect(try test.store.read { try test.store.nextOrderID() } == 8)
  }

  @Test("what is rehearsed or fails leaves no trace")
  func undone() throws {
    struct Stop: Error {}
    let test = try TestStore()
    let store = test.store
    var renamed = Shop.plain
    renamed.name = "Autre"
    try store.change(isDryRun: true) {
      try store.insert(catalog[0])
      try store.save(renamed)
      #expect(try store.shop() == renamed)
    }
    #expect(throws: Stop.self) {
      try store.change {
        try store.insert(catalog[0])
        try store.save(renamed)
        #expect(try store.shop() == renamed)
        throw Stop()
      }
    }
    #expect(try store.read { try store.shop() } == .plain)
    #expect(try store.read { try store.product(1) } == nil)
    try store.change { try store.insert(catalog[0]) }
    let another = try test.another()
    #expect(try another.read { try another.product(1) } == catalog[0])
  }
}

extension OrderFile {
  /// The same head under another id and status.
  fileprivate static func reading(_ order: Order, id: Int, _ status: OrderStatus) -> Order {
    Order(
      id: id, status: status, createdAt: order.createdAt, customer: order.customer,
      billing: order.billing, purchased: order.purchased, currency: order.currency,
      gross: order.gross, needsShipping: false)
  }
}
