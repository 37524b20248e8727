// Proves how the store is set up, and what it says when it is held or full.
import CSQLite
import Foundation
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("A connection to a store")
struct ConnectionTests {
  @Test("every connection is durable, checks references and says whose file it is")
  func settings() throws {
    let test = try TestStore()
    for store in [test.store, try test.another()] {
      #expect(try store.database.integer("PRAGMA synchronous") == 2)
      #expect(try store.database.integer("PRAGMA foreign_keys") == 1)
      #expect(try store.database.integer("PRAGMA trusted_schema") == 0)
      #expect(try store.database.integer("PRAGMA application_id") == 0x4F52_4C4E)
      #expect(try store.database.integer("PRAGMA user_version") == Migrations.current)
      #expect(try text("PRAGMA journal_mode", in: store) == "wal")
      #expect(try text("PRAGMA integrity_check", in: store) == "ok")
    }
  }

  private func text(_ sql: String, in store: Store) throws -> String {
    var text = ""
    try store.database.query(sql).run(on: store.database) { text = $0.text(0) }
    return text
  }

  @Test("long work that is not wanted stops in the middle of a statement, and nothing of it stays")
  func unwanted() throws {
    let test = try TestStore()
    var isUnwanted = false
    var questions = 0
    test.store.isUnwanted = {
      questions += 1
      return isUnwanted
    }
    let count = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
      SELECT count(*) FROM n
      """
    func work() throws -> Int {
      try test.store.database.execute("UPDATE shop SET name = 'changed'")
      return try test.store.database.integer(count)
    }
    #expect(try test.store.read { try test.store.database.integer(count) } == 100_000)
    #expect(questions > 0)
    isUnwanted = true
    #expect(throws: DatabaseError.self) {
      try test.store.read { try test.store.database.integer(count) }
    }
    #expect(throws: DatabaseError.self) { try test.store.change(work) }
    #expect(!test.store.database.isInTransaction)
    isUnwanted = false
    #expect(try text("SELECT name FROM shop", in: test.store) == Shop.plain.name)
    #expect(try test.store.change(work) == 100_000)
    #expect(try text("SELECT name FROM shop", in: test.store) == "changed")
  }

  @Test("rows that end too early fail the work that they are read in")
  func endedRows() throws {
    let library = try Library(seed: 17)
    let store = library.test.store
    // No index has its order, so that it has to be gone through before the first row is there.
    let byTotal = OrderQuery.asking {
      $0.sort = .total
      $0.search = SearchWords("livre")
      $0.limit = 1000
    }
    func count() throws -> Int { try store.rows(byTotal).reduce(0) { count, _ in count + 1 } }
    let all = try store.read(count)
    #expect(all > 100)
    store.isUnwanted = { true }
    var seen: Int?
    #expect(throws: DatabaseError.self) { try store.read { seen = try count() } }
    #expect(try #require(seen) < all, "who reads them does not see why they end")
    #expect(throws: DatabaseError.self, "and a rule's word about half of them does not count") {
      try store.read {
        _ = try count()
        throw Refusal.noSuchOrder(id: 1)
      }
    }
    store.isUnwanted = { false }
    #expect(try store.read(count) == all)
  }

  @Test("a text that somebody else wrote and that is no UTF-8 is read with what is none replaced")
  func wrongText() throws {
    let library = try Library(seed: 18)
    let store = library.test.store
    try store.database.execute(
      "UPDATE orders SET purchased = CAST(x'C3A9FF41' AS TEXT), currency = 'eur' WHERE id = 2")
    let order = try #require(try store.read { try store.order(2) })
    #expect(order.purchased == "é\u{FFFD}A" && order.currency == .unknown)
  }

  @Test("a statement whose rows are being read is not run again under them")
  func standing() throws {
    let library = try Library(seed: 19)
    let store = library.test.store
    #expect(throws: DatabaseError.self) {
      try store.read {
        let first = store.head(ofOrder: 2)
        #expect(first.next()?.id == 2)
        #expect(store.head(ofOrder: 4).next() == nil)
        #expect(first.next() == nil)
      }
    }
    #expect(try store.read { store.head(ofOrder: 4).first(\.id) } == 4)
  }

  @Test("every table is strict")
  func strict() throws {
    let test = try TestStore()
    var loose: [String] = []
    try test.store.database.query(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict"
    ).run(on: test.store.database) { loose.append($0.text(0)) }
    #expect(loose.allSatisfy { $0.hasPrefix("sqlite_") }, "\(loose)")
  }

  @Test("a line of a product that is not there is no refusal but a mistake, and undone")
  func references() throws {
    let test = try TestStore()
    var dice = Dice(seed: 1)
    let orphan = OrderFile.random(id: 1, &dice)
    #expect(throws: DatabaseError.self) {
      try test.store.change { try test.store.insert(orphan) }
    }
    #expect(try test.store.read { try test.store.hasOrder(1) } == false)
    #expect(try test.store.read { try test.store.orderCounts() }.values.allSatisfy { $0 == 0 })
  }

  @Test("a store without room refuses, keeps what it had, and goes on once there is room")
  func full() throws {
    let test = try TestStore()
    let store = test.store
    var dice = Dice(seed: 7)
    try store.change { for product in catalog { try store.insert(product) } }
    let pages = try store.database.integer("PRAGMA page_count")
    try store.database.execute("PRAGMA max_page_count = \(pages + 2)")
    var written = 0
    #expect(throws: Refusal.storeFull) {
      for id in 1...1000 {
        try store.change { try store.insert(OrderFile.random(id: id, &dice)) }
        written = id
      }
    }
    #expect(try store.read { try store.orderCounts() }.values.reduce(0, +) == written)
    #expect(try store.read { try store.hasOrder(written + 1) } == false)
    try store.database.execute("PRAGMA max_page_count = 100000")
    try store.change { try store.insert(OrderFile.random(id: written + 1, &dice)) }
    #expect(try store.read { try store.hasOrder(written + 1) })
    #expect(try text("PRAGMA integrity_check", in: store) == "ok")
  }

  @Test("a store that another holds for too long refuses changes and still answers reads")
  func busy() throws {
    let test = try TestStore()
    let holder = try test.another()
    try test.store.database.execute("PRAGMA busy_timeout = 20")
    try holder.change {
      try holder.insert(catalog[0])
      #expect(throws: Refusal.storeBusy) {
        try test.store.change { try test.store.insert(catalog[1]) }
      }
      #expect(throws: Refusal.storeBusy) {
        try test.store.change(isDryRun: true) { try test.store.insert(catalog[1]) }
      }
      #expect(try test.store.read { try test.store.product(1) } == nil)
    }
    try test.store.change { try test.store.insert(catalog[1]) }
    #expect(try test.store.read { try test.store.product(1) } == catalog[0])
    #expect(try test.store.read { try test.store.product(2) } == catalog[1])
  }

  @Test("a reading sees one state of the store from its beginning to its end")
  func snapshot() throws {
    let test = try TestStore()
    let writer = try test.another()
    try test.store.read {
      #expect(try test.store.nextProductID() == 1)
      try writer.change { try writer.insert(catalog[0]) }
      #expect(try test.store.nextProductID() == 1)
    }
    #expect(try test.store.read { try test.store.nextProductID() } == 2)
  }

  @Test("names sort without case and accents")
  func sortKeys() {
    #expect(sortKey("Élise") == sortKey("elise"))
    #expect(sortKey("E\u{301}lise") == sortKey("Élise"))
    #expect(sortKey("Œuvrard") == "oeuvrard")
    #expect(sortKey("Straße") == sortKey("STRASSE"))
    #expect(sortKey("Ｚ") != "" && sortKey("") == "")
    #expect(sortKey("Łukasz") == "lukasz")
  }
}
