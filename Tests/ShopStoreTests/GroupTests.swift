// Proves that changes can share one commit and still stand and fall alone.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("A group of changes")
struct GroupTests {
  private struct No: Error {}

  private func ids(_ test: TestStore) throws -> [Int] { try ids(test.another()) }

  private func ids(_ store: Store) throws -> [Int] {
    try store.read {
      try store.orders(OrderQuery(sort: .id, isDescending: false, limit: 1000), as: \.id)
    }
  }

  private func insert(_ ids: ClosedRange<Int>, into store: Store) throws {
    var dice = Dice(seed: 5)
    for id in ids { try store.change { try store.insert(OrderFile.random(id: id, &dice)) } }
  }

  private func shop() throws -> TestStore {
    let test = try TestStore()
    try test.store.change { for product in catalog { try test.store.insert(product) } }
    return test
  }

  @Test("nobody else sees any of it before its end, and everybody all of it after")
  func visibility() throws {
    let test = try shop()
    let other = try test.another()
    test.store.beginGroup()
    try insert(1...3, into: test.store)
    #expect(try ids(test.store) == [1, 2, 3])
    #expect(try ids(other) == [])
    #expect(test.store.endGroup())
    #expect(try ids(other) == [1, 2, 3])
  }

  @Test("what a rule refuses before anything is written, and what is only tried, is undone alone")
  func aloneUndone() throws {
    let test = try shop()
    let store = test.store
    var dice = Dice(seed: 6)
    store.beginGroup()
    try insert(1...1, into: store)
    #expect(throws: No.self) { try store.change { throw No() } }
    #expect(throws: No.self) {
      try store.change {
        try store.attempt {
          try store.insert(OrderFile.random(id: 2, &dice))
          throw No()
        }
      }
    }
    try store.change(isDryRun: true) { try store.insert(OrderFile.random(id: 3, &dice)) }
    #expect(throws: No.self) {
      try store.change(isDryRun: true) {
        try store.insert(OrderFile.random(id: 4, &dice))
        throw No()
      }
    }
    try insert(5...5, into: store)
    #expect(store.endGroup())
    #expect(try ids(test) == [1, 5])
  }

  @Test("what fails after it has written takes the group with it")
  func lost() throws {
    let test = try shop()
    let store = test.store
    var dice = Dice(seed: 6)
    store.beginGroup()
    try insert(1...1, into: store)
    #expect(throws: No.self) {
      try store.change {
        try store.insert(OrderFile.random(id: 2, &dice))
        throw No()
      }
    }
    #expect(throws: No.self) { try insert(3...3, into: store) }
    #expect(store.endGroup() == false)
    #expect(try ids(test) == [])
  }

  @Test("readings share one state; the first change ends that, and later readings see it")
  func shared() throws {
    let test = try shop()
    let other = try test.another()
    test.store.beginGroup()
    #expect(try ids(test.store) == [])
    try insert(1...1, into: other)
    #expect(try ids(test.store) == [], "as it was when the first reading began")
    try insert(2...2, into: test.store)
    #expect(try ids(test.store) == [1, 2])
    #expect(test.store.endGroup())
  }

  @Test("a disk that is full in the middle of it leaves nothing of it, and the next one goes on")
  func full() throws {
    let test = try shop()
    let store = test.store
    try insert(1...1, into: store)
    let pages = try store.database.integer("PRAGMA page_count")
    try store.database.execute("PRAGMA max_page_count = \(pages + 6)")
    store.beginGroup()
    #expect(throws: Refusal.storeFull) { try insert(2...1000, into: store) }
    #expect(throws: Refusal.storeFull, "it is lost, whatever comes") {
      try insert(2000...2000, into: store)
    }
    #expect(store.endGroup() == false)
    #expect(try ids(store) == [1])
    try store.database.execute("PRAGMA max_page_count = 100000")
    store.beginGroup()
    try insert(2...3, into: store)
    #expect(store.endGroup())
    #expect(try ids(test) == [1, 2, 3])
  }

  @Test("a reading that is stopped is stopped alone")
  func stopped() throws {
    let test = try shop()
    let store = test.store
    store.beginGroup()
    try insert(1...1, into: store)
    store.isUnwanted = { true }
    let long = """
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000)
      SELECT count(*) FROM n
      """
    #expect(throws: DatabaseError.self) {
      try store.read { try store.database.integer(long) }
    }
    store.isUnwanted = { false }
    try insert(2...2, into: store)
    #expect(store.endGroup())
    #expect(try ids(test) == [1, 2])
  }

  @Test("a store that another holds refuses the change, and the group goes on without it")
  func busy() throws {
    let test = try shop()
    let holder = try test.another()
    try test.store.database.execute("PRAGMA busy_timeout = 20")
    test.store.beginGroup()
    try holder.change {
      #expect(throws: Refusal.storeBusy) { try insert(1...1, into: test.store) }
      let seen = try ids(test.store)
      #expect(seen == [])
    }
    try insert(2...2, into: test.store)
    #expect(test.store.endGroup())
    #expect(try ids(holder) == [2])
  }
}
