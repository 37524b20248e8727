// Proves that a store of any age becomes today's, with everything in it.
import Foundation
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("Older stores")
struct MigrationTests {
  private static let lists: [OrderQuery] =
    OrderKind.allCases.map { kind in .asking { $0.kind = kind } }
    + ["elise", "nguyen", "livre 3", "oeuvr", "12", "c@x"].map { words in
      .asking { $0.search = SearchWords(words) }
    } + [
      .asking { $0.late = .init(isLate: true, on: Day(number: 18_804)) },
      .asking { $0.paid = .init(from: Moment(seconds: 1_624_000_000)) },
      .asking { $0.completed = .init(before: Moment(seconds: 1_625_000_000)) },
      .asking { $0.sort = .customer },
    ]

  /// Turns a store of today into one of the first version that holds the same.
  private func makeFirst(of test: TestStore, at path: String) throws {
    let old = try Database(path: path, create: true)
    try old.execute("PRAGMA application_id = \(Migrations.applicationID)")
    try Migrations.bring(old, from: 0, to: 1)
    try old.execute("ATTACH '\(test.path)' AS today")
    for table in ["shop", "products", "product_files", "orders", "order_lines", "order_history"] {
      var columns: [String] = []
      try old.query("SELECT name FROM pragma_table_info('\(table)', 'main')").run(on: old) {
        columns.append($0.text(0))
      }
      let names = columns.joined(separator: ", ")
      try old.execute("INSERT INTO main.\(table) (\(names)) SELECT \(names) FROM today.\(table)")
    }
    // The first program knew no Vietnamese letters.
    try old.execute("UPDATE orders SET customer_sort = 'zoe nguyễn' WHERE customer_name LIKE 'Zo%'")
    #expect(try old.integer("PRAGMA user_version") == 1)
  }

  @Test("a store of the first version lists and finds as one of today", arguments: [true, false])
  func first(isChronological: Bool) throws {
    let library = try Library(seed: 13, isChronological: isChronological)
    let path = library.test.folder.appendingPathComponent("old.db").path
    try makeFirst(of: library.test, at: path)
    let store = try TestStore.open(path)
    #expect(try store.database.integer("PRAGMA user_version") == Migrations.current)
    try store.read {
      for var file in library.files {
        // What was placed before the shop was mailed of orders is old news.
        file.order.isAnnounced = file.order.status != .pending
        #expect(try store.orderFile(file.order.id) == file)
      }
      let (facts, expected) = (try store.orderFacts(), try library.facts)
      #expect(facts.isChronological == expected.isChronological)
      #expect(facts.paid == expected.paid && facts.completed == expected.completed)
    }
    for day in (18_795...18_815).map(Day.init(number:)) {
      let late = library.files.count { $0.order.isLate(on: day) }
      #expect(try store.lateOrders(on: day) == late)
    }
    for query in Self.lists {
      let expected = try library.test.store.read { try library.test.store.orders(query) }
      let found = try store.read { try store.orders(query) }
      #expect(found.map(\.id) == expected.map(\.id), "\(query)")
    }
    let products = try store.read {
      try store.products(Store.ProductQuery(search: SearchWords("livr"), limit: 9))
    }
    #expect(products == catalog)
    #expect(try store.read { try store.changes(after: 0, limit: 1) } == [], "the feed begins here")
    // It goes on as a store of today does.
    var dice = Dice(seed: 14)
    let file = OrderFile.random(id: 999, &dice)
    try store.change { try store.insert(file) }
    let found = try store.read { try store.orders(.asking { $0.search = SearchWords("999") }) }
    #expect(found == [file.order])
    let changes = try store.read { try store.changes(after: 0, limit: 9) }
    #expect(changes.map(\.order) == [999] && changes.map(\.id) == [1])
  }

  @Test("what an older store says was refunded becomes one refund, when and by whom it was")
  func refunded() throws {
    let library = try Library(seed: 15)
    let path = library.test.folder.appendingPathComponent("old.db").path
    try makeFirst(of: library.test, at: path)
    let old = try Database(path: path)
    try old.execute(
      """
      UPDATE orders SET refunded = 5 WHERE id IN (2, 4);
      UPDATE orders SET status = 'refunded', refunded = gross + 1 WHERE id = 2;
      INSERT INTO order_history VALUES (2, 1, 777, 'libraire', 'moved', 'completed', 'refunded', '')
      """)
    let store = try TestStore.open(path)
    let (whole, part, none) = try store.read {
      (try store.orderFile(2), try store.orderFile(4), try store.orderFile(6))
    }
    let amount = try #require(whole?.order.refunded)
    #expect(
      whole?.refunds == [
        Refund(at: Moment(seconds: 777), by: "libraire", amount: amount, sourceID: -2)
      ])
    #expect(part?.refunds.first?.isSum == true)
    #expect(part?.refunds.map(\.amount) == [Money(minorUnits: 5)])
    #expect(part?.refunds.first?.at == part?.order.createdAt)
    #expect(none?.refunds == [])
  }

  @Test(
    "a store from before orders said what they have besides lines and history is looked through")
  func extras() throws {
    let test = try TestStore()
    var dice = Dice(seed: 16)
    // Each has another of the eight mixtures.
    let files = (0..<8).map { mixture in
      var file = OrderFile.random(id: mixture + 1, &dice)
      let at = file.order.createdAt
      if mixture & 1 != 0 {
        file.refunds = [Refund(at: at, by: "x", amount: Money(minorUnits: 1))]
      }
      let what: HistoryEntry.What = mixture & 4 != 0 ? .noted : .customerNoted
      if mixture & 2 != 0 { file.history.append(HistoryEntry(at: at, by: "x", what: what)) }
      file.lines[0].hasDownloads = mixture & 4 != 0
      return file
    }
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      for file in files { try test.store.insert(file) }
    }
    func said(_ store: Store) throws -> [Int] {
      let byID = OrderQuery(sort: .id, isDescending: false, limit: 9)
      return try store.read { try store.orders(byID, as: \.extras.rawValue) }
    }
    #expect(try said(test.store) == Array(0..<8))
    try test.store.database.execute(
      """
      DROP TRIGGER order_moved_to_ship;
      DROP TRIGGER order_ship_day_left; DROP TRIGGER order_ship_day_set; DROP TABLE ship_counts;
      ALTER TABLE orders DROP COLUMN extras;
      PRAGMA user_version = 7
      """)
    #expect(try said(test.another()) == Array(0..<8))
  }

  @Test("an empty store of the first version becomes today's too")
  func empty() throws {
    let test = try TestStore()
    let path = test.folder.appendingPathComponent("old.db").path
    try makeFirst(of: test, at: path)
    let store = try TestStore.open(path)
    #expect(try store.read { try store.orderFacts() }.isChronological)
    #expect(try store.read { try store.orders(.asking { _ in }) } == [])
  }
}
