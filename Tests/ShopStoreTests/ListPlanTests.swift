// Proves that a page is read along an index, whatever it is filtered by.
import ShopRules
import Testing

@testable import ShopStore

@Suite("Plans of lists")
struct ListPlanTests {
  @Test(
    "a page is read along an index, from where it begins, without sorting anything",
    arguments: OrderSort.allCases, [true, false])
  func sorts(sort: OrderSort, isDescending: Bool) throws {
    let library = try Library(seed: 4)
    var query = OrderQuery(sort: sort, isDescending: isDescending, limit: 50)
    let first = try library.plan(query)
    #expect(!first.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN orders" && sort != .id })
    query.after = OrderPosition(of: library.files[150].order, by: sort)
    let second = try library.plan(query)
    #expect(second.count == 1 && second[0].hasPrefix("SEARCH orders USING"), "\(second)")
  }

  /// A filter and the index that its list is read along.
  struct Walk: CustomTestStringConvertible {
    let index: String
    let query: OrderQuery

    init(_ index: String, _ ask: (inout OrderQuery) -> Void) {
      self.index = index
      query = .asking(ask)
    }

    var testDescription: String { "\(index): \(query)" }
  }

  private static let day = Day(number: 18_804)
  private static let moment = Moment(seconds: 1_624_000_000)

  static let walks = [
    Walk("orders_by_status (status=?") { $0.statuses = [.processing] },
    Walk("orders_by_status (status=?") { $0.statuses = [.pending, .processing, .onHold] },
    Walk("orders_to_ship") { $0.late = .init(isLate: true, on: day) },
    Walk("orders_by_created") { $0.late = .init(isLate: false, on: day) },
    Walk("orders_by_needs_shipping (needs_shipping=?") { $0.needsShipping = false },
    Walk("orders_by_kind (kind=?") { $0.kind = .digital },
    Walk("orders_by_customer (customer_email=?") { $0.customer = "a@x.example" },
    Walk("order_lines_by_product (product_id=?") { $0.product = 3 },
    Walk("orders_by_created (created_at>?") { $0.created = .init(from: moment) },
    Walk("orders_by_created (created_at>?") { $0.paid = .init(from: moment) },
    Walk("orders_by_created (created_at>? AND created_at<?") {
      $0.completed = .init(from: moment, before: moment)
    },
    Walk("orders_by_created") { $0.total = .init(.euro, least: .zero, most: .zero) },
    Walk("order_search") { $0.search = SearchWords("livre") },
    // Of several filters the one that leaves least leads.
    Walk("orders_by_customer (customer_email=?") {
      $0.customer = "a@x.example"
      $0.statuses = [.processing, .completed]
      $0.kind = .printed
      $0.needsShipping = true
      $0.late = .init(isLate: true, on: day)
    },
    Walk("orders_to_ship") {
      $0.late = .init(isLate: true, on: day)
      $0.statuses = [.processing]
      $0.kind = .printed
    },
    Walk("order_search") {
      $0.search = SearchWords("livre")
      $0.product = 3
      $0.customer = "a@x.example"
    },
  ]

  @Test(
    "each filter of a newest-first list walks an index in the order of the list",
    arguments: walks, [true, false])
  func filters(walk: Walk, isDescending: Bool) throws {
    let library = try Library(seed: 5, isChronological: true)
    var query = walk.query
    query.isDescending = isDescending
    for after in [nil, OrderPosition(of: library.files[150].order, by: .created)] {
      query.after = after
      let steps = try library.plan(query)
      #expect(!steps.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN orders" }, "\(steps)")
      // With a position the range may be another, the index is the same.
      let index = after == nil ? walk.index : String(walk.index.split(separator: " ")[0])
      #expect(steps.contains { $0.contains(index) }, "\(steps)")
    }
  }

  @Test("where ids do not follow the moments of creation, only what was found is sorted")
  func unchronological() throws {
    let library = try Library(seed: 6)
    for query in [
      OrderQuery.asking { $0.product = 3 }, .asking { $0.search = SearchWords("livre") },
    ] {
      let steps = try library.plan(query)
      #expect(steps.contains { $0.hasPrefix("SEARCH orders USING INTEGER PRIMARY KEY") })
      #expect(!steps.contains { $0.hasPrefix("SCAN orders") }, "\(steps)")
    }
  }

  @Test("late orders are listed by their day, along those to be shipped")
  func late() throws {
    let library = try Library(seed: 7)
    let steps = try library.plan(
      .asking {
        $0.late = .init(isLate: true, on: Self.day)
        $0.sort = .shipBy
        $0.isDescending = false
      })
    #expect(steps.count == 1 && steps[0].contains("orders_to_ship_by_day (<expr><?"), "\(steps)")
  }

  @Test("products are found by words along the index of words, and by SKU along that of SKUs")
  func products() throws {
    let library = try Library(seed: 8)
    let store = library.test.store
    let words = store.statement(Store.ProductQuery(search: SearchWords("livre"), limit: 5))
    let steps = try library.plan(words.sql, words.values)
    #expect(steps.contains { $0.contains("product_search") }, "\(steps)")
    #expect(!steps.contains { $0.contains("TEMP B-TREE") || $0 == "SCAN products" }, "\(steps)")
    let sku = store.statement(Store.ProductQuery(sku: "SKU-1", limit: 5))
    let step = try library.plan(sku.sql, sku.values)
    #expect(step.contains { $0.contains("sqlite_autoindex_products") }, "\(step)")
  }
}
