// Proves that the count of late orders is what counting them one by one would say, and cheaper.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("Counts of orders to ship")
struct OrderCountTests {
  private func expectCounts(_ store: Store, _ orders: some Collection<Order>) throws {
    for day in (18_795...19_015).map(Day.init(number:)) {
      #expect(try store.lateOrders(on: day) == orders.count { $0.isLate(on: day) }, "\(day.iso)")
    }
  }

  @Test("after any walk the sum is what counting says", arguments: [21, 22] as [UInt64])
  func walk(seed: UInt64) throws {
    let library = try Library(seed: seed)
    let store = library.test.store
    try store.database.execute("PRAGMA synchronous = OFF")
    var files = Dictionary(uniqueKeysWithValues: library.files.map { ($0.order.id, $0) })
    try expectCounts(store, files.values.map(\.order))
    var dice = Dice(seed: seed)
    for step in 1...1500 {
      let isDryRun = dice.roll(1...10) == 1
      let known = try #require(files[dice.pick(library.files).order.id])
      var file = known
      // Away and back, to be shipped or not after all, on another day of two years or on none.
      if dice.flip() { file.order.status = dice.pick([.processing, .processing, .completed]) }
      if dice.flip() { file.order.needsShipping.toggle() }
      if dice.flip() {
        file.order.shipBy = dice.flip() ? Day(number: 18_972 + dice.roll(0...40)) : nil
      }
      try store.change(isDryRun: isDryRun) { try store.update(known, to: file) }
      if !isDryRun { files[file.order.id] = file }
      if step % 300 == 0 { try expectCounts(store, files.values.map(\.order)) }
    }
  }

  @Test("one statement may change status and day together")
  func together() throws {
    let library = try Library(seed: 24)
    let store = library.test.store
    for (status, day) in [
      ("processing", "'2021-07-01'"), ("processing", "'2022-01-03'"), ("completed", "'2022-02-01'"),
      ("processing", "NULL"), ("on-hold", "'2021-12-31'"), ("processing", "'2020-02-29'"),
      ("processing", "NULL"),
    ] {
      try store.database.execute(
        "UPDATE orders SET status = '\(status)', needs_shipping = id % 3 > 0, ship_by = \(day)")
      let orders = try store.orders(OrderQuery(sort: .id, isDescending: false, limit: 500))
      try expectCounts(store, orders)
    }
  }

  @Test("an order goes in without a step that can fail alone: for one SQLite would copy each page")
  func insertion() throws {
    let test = try TestStore()
    // A function, or what SQLite calls OE_Abort, also in triggers.
    var failing: [String] = []
    var count = 0
    try Query("EXPLAIN " + Store.insertOrder).run(on: test.store.database) { row in
      count += 1
      let step = row.text(1)
      let isAbort = step.hasPrefix("Halt") && row.integer(3) == 2
      if isAbort || step == "Function" { failing.append(step) }
    }
    #expect(count > 100 && failing == [])
  }

  @Test("they are counted by whole years, months and days, each along the table's key")
  func plan() throws {
    let library = try Library(seed: 23)
    let steps = try library.plan(Store.countLate, [SQLValue("2021-06-22")])
    let searches = steps.filter { $0.contains("ship_counts USING PRIMARY KEY (unit=? AND period") }
    #expect(searches.count == 3 && !steps.contains { $0.contains("SCAN ship") }, "\(steps)")
  }
}
