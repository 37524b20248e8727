// A long walk of changes, kept in the store and in a dictionary: both must agree all the way.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("A random walk")
struct RandomWalkTests {
  /// A shop in memory: what the store should be.
  private struct Model {
    var orders: [Int: OrderFile] = [:]
    var products = Dictionary(uniqueKeysWithValues: catalog.map { ($0.id, $0) })

    var counts: [OrderStatus: Int] {
      var counts = Dictionary(uniqueKeysWithValues: OrderStatus.allCases.map { ($0, 0) })
      for file in orders.values { counts[file.order.status, default: 0] += 1 }
      return counts
    }
  }

  /// Ten days before the end of a year, which the walk goes beyond.
  private static let start: Int64 = 1_640_044_800

  @Test("store and model agree after three thousand changes", arguments: [11, 12] as [UInt64])
  func walk(seed: UInt64) throws {
    let test = try TestStore()
    let store = test.store
    // What is not durable is as quick as it is enough: the walk is about what is written.
    try store.database.execute("PRAGMA synchronous = OFF")
    var dice = Dice(seed: seed)
    var model = Model()
    try store.change { for product in catalog { try store.insert(product) } }
    for step in 1...3000 {
      let occasion = Occasion(
        now: Moment(seconds: Self.start + Int64(step) * 600), actor: "a\(step % 3)",
        shop: .plain)
      let isDryRun = dice.roll(1...10) == 1
      var next = model
      try store.change(isDryRun: isDryRun) {
        try change(store, &next, occasion, &dice)
      }
      if !isDryRun { model = next }
      if step % 600 == 0 { try compare(store, model) }
    }
    try compare(try test.another(), model)
    #expect(model.orders.values.contains { $0.order.version > 4 }, "the walk goes somewhere")
  }

  /// One change of something, in both.
  private func change(
    _ store: Store, _ model: inout Model, _ occasion: Occasion, _ dice: inout Dice
  ) throws {
    switch dice.roll(1...20) {
    case 1...5:
      let file = try OrderDraft.random(&dice).order(
        id: try store.nextOrderID(), at: occasion.now, by: occasion.actor, in: occasion.shop,
        product: store.product(_:))
      try store.insert(file)
      model.orders[model.orders.count + 1] = file
    case 6...7:
      let id = dice.roll(1...4)
      var product = try #require(model.products[id])
      product.isVirtual = dice.flip()
      product.isDownloadable = dice.flip()
      product.files = (0..<dice.roll(0...2)).map { .init(name: "f\($0)", location: "\($0)") }
      product.version += 1
      try store.update(product)
      model.products[id] = product
    case let number:
      let id = dice.roll(1...max(1, model.orders.count))
      guard let known = model.orders[id] else { return }
      let wanted: OrderChange =
        number < 12
        ? .pay(transactionID: dice.flip() ? "t\(number)" : nil)
        : .move(to: dice.pick(OrderStatus.allCases), force: dice.flip())
      let products = known.lines.map { $0.productID.flatMap { model.products[$0] } }
      guard let stored = try store.orderFile(id),
        let list = try? known.consequences(of: wanted, products: products, on: occasion)
      else { return }
      try store.update(stored, to: stored.applying(list))
      model.orders[id] = known.applying(list)
      for case .stock(_, let product, let by) in list {
        try store.moveStock(ofProduct: product, by: by)
        model.products[product]?.stock? += by
      }
    }
  }

  private func compare(_ store: Store, _ model: Model) throws {
    try store.read {
      for (id, file) in model.orders { #expect(try store.orderFile(id) == file) }
      for (id, product) in model.products { #expect(try store.product(id) == product) }
      #expect(try store.orderCounts() == model.counts)
      for day in (18_980...19_020).map(Day.init(number:)) {
        let late = model.orders.values.count { $0.order.isLate(on: day) }
        #expect(try store.lateOrders(on: day) == late)
      }
      let listed = try store.orders(OrderQuery(sort: .id, isDescending: false, limit: 10_000))
      #expect(listed == model.orders.values.map(\.order).sorted { $0.id < $1.id })
    }
  }
}

extension OrderDraft {
  /// One to three lines of the catalog, sent home or elsewhere.
  fileprivate static func random(_ dice: inout Dice) -> OrderDraft {
    let address = Address(name: "A", street: "1", postcode: "", city: "Lyon", country: "FR")
    return OrderDraft(
      lines: (0..<dice.roll(1...3)).map { _ in
        Line(product: dice.roll(1...4), quantity: dice.roll(1...9))
      },
      customer: Customer(name: "A", email: "a@x"), billing: address,
      shipping: dice.flip() ? address : nil,
      shippingCost: Money(minorUnits: Int64(dice.roll(0...900))),
      discount: Money(minorUnits: Int64(dice.roll(0...400))))
  }
}
