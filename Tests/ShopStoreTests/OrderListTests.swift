// Proves lists of orders against the plainest model of them: filter and sort an array.
import ShopRules
import Testing

@testable import ShopStore

@Suite("Lists of orders")
struct OrderListTests {
  /// Three hundred orders, in the store and in an array.
  private final class Library {
    let test: TestStore
    var files: [OrderFile]

    init(seed: UInt64) throws {
      test = try TestStore()
      var dice = Dice(seed: seed)
      files = (1...300).map { OrderFile.random(id: $0 * 2, &dice) }
      try test.store.change {
        for product in catalog { try test.store.insert(product) }
        for file in files.shuffled(using: &dice) { try test.store.insert(file) }
      }
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
  }

  /// What the list should be.
  private static func model(_ files: [OrderFile], _ query: OrderQuery) -> [Order] {
    let found = files.filter { file in
      let order = file.order
      if !query.statuses.isEmpty, !query.statuses.contains(order.status) { return false }
      if let from = query.createdFrom, order.createdAt < from { return false }
      if let before = query.createdBefore, order.createdAt >= before { return false }
      if let customer = query.customer,
        order.customer.email.lowercased() != customer.lowercased()
      {
        return false
      }
      if let product = query.product, !file.lines.contains(where: { $0.productID == product }) {
        return false
      }
      return true
    }
    let ascending = found.map(\.order).sorted { left, right in
      let (l, r) = (key(left, query.sort), key(right, query.sort))
      return l == r ? left.id < right.id : l.lexicographicallyPrecedes(r)
    }
    return query.isDescending ? ascending.reversed() : ascending
  }

  /// The words an order is sorted by; numbers are padded so that they sort as words.
  private static func key(_ order: Order, _ sort: OrderSort) -> [String] {
    func padded(_ number: Int64) -> String { String(number + 1_000_000_000_000) }
    let plain = order.customer.name.lowercased()
      .replacing("é", with: "e").replacing("œ", with: "oe")
    return switch sort {
    case .created: [padded(order.createdAt.seconds)]
    case .id: []
    case .total: [padded(order.gross.minorUnits)]
    case .status: [order.status.rawValue, padded(order.createdAt.seconds)]
    case .shipBy: [order.shipBy?.iso ?? "9999-12-31"]
    case .customer: [plain]
    }
  }

  private static let filters: [OrderQuery] = [
    OrderQuery(limit: 1), OrderQuery(statuses: [.processing], limit: 1),
    OrderQuery(statuses: [.pending, .onHold, .failed], limit: 1),
    OrderQuery(statuses: OrderStatus.allCases, limit: 1),
    OrderQuery(createdFrom: Moment(seconds: 1_624_000_000), limit: 1),
    OrderQuery(createdBefore: Moment(seconds: 1_625_000_000), limit: 1),
    OrderQuery(
      createdFrom: Moment(seconds: 1_624_000_000), createdBefore: Moment(seconds: 1_625_000_000),
      limit: 1),
    OrderQuery(customer: "b@X.example", limit: 1), OrderQuery(customer: "nobody@x", limit: 1),
    OrderQuery(product: 3, limit: 1), OrderQuery(product: 99, limit: 1),
    OrderQuery(
      statuses: [.completed, .refunded], createdFrom: Moment(seconds: 1_624_000_000),
      customer: "a@x.example", product: 2, limit: 1),
  ]

  @Test(
    "every filter, sort and direction lists what the model lists, page by page",
    arguments: OrderSort.allCases, [true, false])
  func pages(sort: OrderSort, isDescending: Bool) throws {
    let library = try Library(seed: 1)
    for filter in Self.filters {
      var query = filter
      query.sort = sort
      query.isDescending = isDescending
      let expected = Self.model(library.files, query).map(\.id)
      for limit in [1, 7, 50, 500] where limit > 1 || expected.count < 30 {
        query.limit = limit
        let pages = try library.pages(query)
        #expect(pages.flatMap(\.self).map(\.id) == expected, "\(query)")
        #expect(pages.dropLast().allSatisfy { $0.count == limit })
      }
    }
  }

  @Test(
    "no order is skipped or shown twice while others are added",
    arguments: OrderSort.allCases, [true, false])
  func pagesWhileAdding(sort: OrderSort, isDescending: Bool) throws {
    let library = try Library(seed: 2)
    let known = Set(library.files.map(\.order.id))
    var dice = Dice(seed: 3)
    var id = 1
    let query = OrderQuery(sort: sort, isDescending: isDescending, limit: 9)
    let expected = Self.model(library.files, query).map(\.id)
    let shown = try library.pages(query) {
      // Odd ids are free: new orders land between the old ones.
      for _ in 0..<3 {
        let file = OrderFile.random(id: id, &dice)
        try library.test.store.change { try library.test.store.insert(file) }
        id += 2
      }
    }.flatMap(\.self).map(\.id)
    #expect(Set(shown).count == shown.count)
    #expect(shown.filter(known.contains) == expected)
  }

  /// What SQLite says it does for a query.
  private func plan(_ query: OrderQuery, in store: Store) throws -> [String] {
    let (sql, values) = store.statement(query)
    var steps: [String] = []
    try store.database.query("EXPLAIN QUERY PLAN " + sql).run(on: store.database, values) {
      steps.append($0.text(3))
    }
    return steps
  }

  @Test(
    "a page is read along an index, from where it begins, without sorting anything",
    arguments: OrderSort.allCases, [true, false])
  func plans(sort: OrderSort, isDescending: Bool) throws {
    let library = try Library(seed: 4)
    let store = library.test.store
    var query = OrderQuery(sort: sort, isDescending: isDescending, limit: 50)
    let first = try plan(query, in: store)
    #expect(!first.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN orders" && sort != .id })
    query.after = OrderPosition(of: library.files[150].order, by: sort)
    let second = try plan(query, in: store)
    #expect(second.count == 1 && second[0].hasPrefix("SEARCH orders USING"), "\(second)")
  }

  @Test(
    "filters by status and customer walk an index in the order of the list",
    arguments: [true, false],
    [
      OrderQuery(statuses: [.processing], limit: 50),
      OrderQuery(statuses: [.pending, .processing, .onHold], limit: 50),
      OrderQuery(customer: "a@x.example", limit: 50),
      OrderQuery(statuses: [.processing], customer: "a@x.example", limit: 50),
      OrderQuery(createdFrom: Moment(seconds: 1_624_000_000), limit: 50),
    ])
  func filteredPlans(isDescending: Bool, query: OrderQuery) throws {
    let library = try Library(seed: 5)
    var query = query
    query.isDescending = isDescending
    for after in [nil, OrderPosition(of: library.files[150].order, by: .created)] {
      query.after = after
      let steps = try plan(query, in: library.test.store)
      #expect(!steps.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN orders" }, "\(steps)")
    }
  }

  @Test("the filter by product looks only at that product's orders")
  func productPlan() throws {
    let library = try Library(seed: 6)
    let steps = try plan(OrderQuery(product: 3, limit: 50), in: library.test.store)
    #expect(steps.contains { $0.contains("order_lines_by_product") }, "\(steps)")
    #expect(!steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
  }
}
