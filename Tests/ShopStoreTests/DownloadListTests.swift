// Proves lists of downloads against a sorted array, and that each is read along an index.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("Lists of downloads")
struct DownloadListTests {
  /// Grants up to three files to each of a library's orders, in no order.
  private static func fill(_ library: Library) throws -> [Download] {
    var dice = Dice(seed: 12)
    let file = Product.File(name: "epub", location: "1.epub")
    let store = library.test.store
    for order in library.files.map(\.order).shuffled(using: &dice) {
      for _ in 0..<dice.roll(0...3) {
        let line = dice.roll(0...2)
        try store.change {
          try store.grant(
            file, line: line, ofOrder: order.id, secret: "s", at: order.createdAt, times: nil,
            days: nil)
        }
      }
    }
    return try store.read { try (1...1000).compactMap { try store.download($0) } }
  }

  static let queries = [
    DownloadQuery(), DownloadQuery(order: 300), DownloadQuery(customer: "b@X.example"),
    DownloadQuery(order: 300, customer: "a@x.example"), DownloadQuery(customer: "nobody@x.example"),
  ]

  @Test("pages together are the whole list, in its order", arguments: queries, [true, false])
  func pages(query: DownloadQuery, isChronological: Bool) throws {
    let library = try Library(seed: 11, isChronological: isChronological)
    let all = try Self.fill(library)
    let customers = Dictionary(
      uniqueKeysWithValues: library.files.map { ($0.order.id, $0.order.customer.email) })
    let expected = all.filter { download in
      let customer = customers[download.order]?.lowercased()
      return query.order.map { $0 == download.order } != false
        && query.customer.map { $0.lowercased() == customer } != false
    }.sorted { left, right in
      (-left.order, left.line, left.id) < (-right.order, right.line, right.id)
    }
    let store = library.test.store
    #expect(try store.read { try store.downloads(query) } == expected)
    var query = query
    query.limit = 7
    var found: [Download] = []
    repeat {
      let page = try store.read { try store.downloads(query) }
      found += page
      query.after = page.last?.position
    } while query.after != nil
    #expect(found == expected)
  }

  @Test(
    "a page is read along an index, and no more is sorted than one order's", arguments: queries,
    [nil, DownloadQuery.Position(order: 300, line: 1, id: 5)])
  func plans(query: DownloadQuery, after: DownloadQuery.Position?) throws {
    let library = try Library(seed: 11, isChronological: true)
    var query = query
    (query.after, query.limit) = (after, 50)
    let (sql, values) = library.test.store.statement(query, try library.facts)
    let steps = try library.plan(sql, values)
    let isFiltered = query.order != nil || query.customer != nil || after != nil
    #expect(steps.contains { $0.contains("downloads USING INDEX downloads_by_order") }, "\(steps)")
    #expect(!steps.contains { $0.hasPrefix("SCAN") && isFiltered }, "\(steps)")
    #expect(!steps.contains { $0.hasSuffix("TEMP B-TREE FOR ORDER BY") }, "\(steps)")
    if query.customer != nil, query.order == nil {
      #expect(steps.contains { $0.contains("COVERING INDEX orders_by_customer") }, "\(steps)")
    }
  }
}
