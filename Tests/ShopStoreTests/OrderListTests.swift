// Proves lists of orders against the plainest model of them: filter and sort an array.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("Lists of orders")
struct OrderListTests {
  /// What the list should be.
  private static func model(_ files: [OrderFile], _ query: OrderQuery) -> [Order] {
    let found = files.filter { passes($0, query) }
    let ascending = found.map(\.order).sorted { left, right in
      let (l, r) = (key(left, query.sort), key(right, query.sort))
      return l == r ? left.id < right.id : l.lexicographicallyPrecedes(r)
    }
    return query.isDescending ? ascending.reversed() : ascending
  }

  /// The words an order is sorted by; numbers are padded so that they sort as words.
  private static func key(_ order: Order, _ sort: OrderSort) -> [String] {
    func padded(_ number: Int64) -> String { String(number + 1_000_000_000_000) }
    return switch sort {
    case .created: [padded(order.createdAt.seconds)]
    case .id: []
    case .total: [padded(order.gross.minorUnits)]
    case .status: [order.status.rawValue, padded(order.createdAt.seconds)]
    case .shipBy: [order.shipBy?.iso ?? "9999-12-31"]
    case .customer: [plain(order.customer.name)]
    }
  }

  private static func plain(_ text: String) -> String {
    text.lowercased().replacing("é", with: "e").replacing("œ", with: "oe").replacing("ễ", with: "e")
  }

  private static func passes(_ file: OrderFile, _ query: OrderQuery) -> Bool {
    let order = file.order
    if !query.statuses.isEmpty, !query.statuses.contains(order.status) { return false }
    if let late = query.late, order.isLate(on: late.day) != late.isLate { return false }
    if let needsShipping = query.needsShipping, order.needsShipping != needsShipping {
      return false
    }
    if let kind = query.kind {
      let digital = file.lines.count { $0.nature.isVirtual && $0.nature.isDownloadable }
      let known: OrderKind =
        digital == 0 ? .printed : digital == file.lines.count ? .digital : .mixed
      if known != kind { return false }
    }
    if let customer = query.customer, order.customer.email.lowercased() != customer.lowercased() {
      return false
    }
    if let product = query.product, !file.lines.contains(where: { $0.productID == product }) {
      return false
    }
    for (moment, span) in [
      (order.createdAt, query.created), (order.paidAt, query.paid),
      (order.completedAt, query.completed),
    ] where span.from != nil || span.before != nil {
      guard let moment else { return false }
      if let from = span.from, moment < from { return false }
      if let before = span.before, moment >= before { return false }
    }
    if let total = query.total {
      if order.currency != total.currency { return false }
      if let least = total.least, order.gross < least { return false }
      if let most = total.most, order.gross > most { return false }
    }
    guard let search = query.search else { return true }
    let texts = [String(order.id), order.customer.name, order.customer.email]
    let words = (texts + file.lines.map(\.name))
      .flatMap { plain($0).split { !$0.isLetter && !$0.isNumber } }
    return search.text.split(separator: " ").allSatisfy { typed in
      words.contains { $0.hasPrefix(typed) }
    }
  }

  private static let early = Moment(seconds: 1_624_000_000)
  private static let later = Moment(seconds: 1_625_000_000)
  private static let day = Day(number: 18_804)

  /// Each filter alone, in its forms.
  private static let single: [OrderQuery] = [
    .asking { _ in },
    .asking { $0.statuses = [.processing] },
    .asking { $0.statuses = [.pending, .onHold, .failed] },
    .asking { $0.statuses = OrderStatus.allCases },
    .asking { $0.late = .init(isLate: true, on: day) },
    .asking { $0.late = .init(isLate: false, on: day) },
    .asking { $0.needsShipping = true },
    .asking { $0.needsShipping = false },
    .asking { $0.kind = .digital },
    .asking { $0.kind = .printed },
    .asking { $0.kind = .mixed },
    .asking { $0.customer = "b@X.example" },
    .asking { $0.customer = "nobody@x" },
    .asking { $0.product = 3 },
    .asking { $0.product = 99 },
    .asking { $0.created = .init(from: early) },
    .asking { $0.created = .init(from: early, before: later) },
    .asking { $0.paid = .init(from: early) },
    .asking { $0.paid = .init(from: early, before: later) },
    .asking { $0.completed = .init(before: later) },
    .asking { $0.completed = .init(from: early, before: later) },
    .asking { $0.total = .init(.euro, least: Money(minorUnits: 700)) },
    .asking {
      $0.total = .init(.euro, least: Money(minorUnits: 300), most: Money(minorUnits: 900))
    },
    .asking { $0.total = .init(.euro, least: Money(minorUnits: 2), most: Money(minorUnits: 1)) },
    .asking { $0.search = SearchWords("ÉLISE") },
    .asking { $0.search = SearchWords("oeuvrard") },
    .asking { $0.search = SearchWords("nguyen livre") },
    .asking { $0.search = SearchWords("1") },
    .asking { $0.search = SearchWords("b@x.exa") },
    .asking { $0.search = SearchWords("liv absent") },
  ]

  /// Some of them together.
  private static let combined: [OrderQuery] = [
    .asking {
      $0.statuses = [.completed, .refunded]
      $0.created.from = early
      $0.customer = "a@x.example"
      $0.product = 2
    },
    .asking {
      $0.search = SearchWords("livre e")
      $0.product = 4
      $0.kind = .mixed
      $0.needsShipping = true
    },
    .asking {
      $0.late = .init(isLate: true, on: day)
      $0.statuses = [.processing, .completed]
      $0.total = .init(.euro, most: Money(minorUnits: 1500))
    },
    .asking {
      $0.late = .init(isLate: true, on: day)
      $0.customer = "a@x.example"
    },
    .asking {
      $0.statuses = [.processing, .completed]
      $0.paid = .init(from: early)
      $0.completed = .init(before: later)
      $0.kind = .printed
    },
    .asking {
      $0.late = .init(isLate: false, on: day)
      $0.search = SearchWords("a")
      $0.created = .init(before: later)
    },
  ]

  @Test(
    "every filter, sort and direction lists what the model lists, page by page",
    arguments: OrderSort.allCases, [true, false])
  func pages(sort: OrderSort, isChronological: Bool) throws {
    let library = try Library(seed: 1, isChronological: isChronological)
    let filters = Self.single + Self.combined
    for (filter, isDescending) in filters.flatMap({ [($0, true), ($0, false)] }) {
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
    arguments: OrderSort.allCases.flatMap { [($0, true), ($0, false)] },
    [nil, SearchWords("livre")])
  func pagesWhileAdding(list: (OrderSort, Bool), search: SearchWords?) throws {
    let (sort, isDescending) = list
    // The store stops being chronological on the way.
    let library = try Library(seed: 2, isChronological: true)
    let known = Set(library.files.map(\.order.id))
    var dice = Dice(seed: 3)
    var id = 1
    var query = OrderQuery(sort: sort, isDescending: isDescending, limit: 9)
    query.search = search
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
}
