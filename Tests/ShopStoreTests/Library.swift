// Three hundred orders, in a store and in an array: what lists are tried on.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

final class Library {
  let test: TestStore
  let files: [OrderFile]

  /// The orders' ids are even. Chronological ones were placed in the order of their ids.
  init(seed: UInt64, isChronological: Bool = false) throws {
    test = try TestStore()
    var dice = Dice(seed: seed)
    files = (1...300).map { number in
      OrderFile.random(id: number * 2, day: isChronological ? number / 5 : nil, &dice)
    }
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      for file in files.shuffled(using: &dice) { try test.store.insert(file) }
    }
    try #require(try facts.isChronological == isChronological)
  }

  var facts: OrderFacts {
    get throws { try test.store.read { try test.store.orderFacts() } }
  }

  /// Every page of a list, one after the other; `between` happens after each.
  func pages(_ query: OrderQuery, between: () throws -> Void = {}) throws -> [[Order]] {
    var query = query
    var pages: [[Order]] = []
    while true {
      let page = try test.store.read { try test.store.orders(query) }
      pages.append(page)
      guard page.count == query.limit, let last = page.last else { return pages }
      query.after = OrderPosition(of: last, by: query.sort)
      try between()
    }
  }

  /// What SQLite says it does for a query.
  func plan(_ query: OrderQuery) throws -> [String] {
    let (sql, values) = test.store.statement(query, try facts)
    return try plan(sql, values)
  }

  func plan(_ sql: String, _ values: [SQLValue]) throws -> [String] {
    var steps: [String] = []
    let database = test.store.database
    try database.query("EXPLAIN QUERY PLAN " + sql).run(on: database, values) {
      steps.append($0.text(3))
    }
    return steps
  }
}
