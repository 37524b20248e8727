// Proves which mails, moves of stock and downloads every change of an order entails.
import ShopRules
import Testing

@Suite("What changes entail")
struct EntailmentTests {
  private static let noon = "2021-06-17T12:16:00+02:00"
  private static let allPairs = pairs(OrderStatus.allCases, OrderStatus.allCases)

  /// The domain's table, typed anew: a row for each status an order comes from, a cell for each it goes
  /// to, in the order pending, processing, on-hold, completed, cancelled, refunded, failed. S is to the
  /// shop, C to the customer.
  private static let mails: [OrderStatus: [String]] = [
    .pending: [
      "-", "S new-order, C order-received", "S new-order, C order-on-hold",
      "S new-order, C order-completed", "S order-cancelled", "C order-refunded",
      "S order-failed, C order-failed",
    ],
    .processing: [
      "", "-", "", "C order-completed", "S order-cancelled", "C order-refunded", "C order-failed",
    ],
    .onHold: [
      "", "C order-received", "-", "C order-completed", "S order-cancelled", "C order-refunded",
      "S order-failed, C order-failed",
    ],
    .completed: ["", "", "", "-", "", "C order-refunded", "C order-failed"],
    .cancelled: [
      "", "S new-order, C order-received", "S new-order, C order-on-hold",
      "S new-order, C order-completed", "-", "C order-refunded", "C order-failed",
    ],
    .refunded: ["", "", "", "C order-completed", "", "-", "C order-failed"],
    .failed: [
      "", "S new-order, C order-received", "S new-order, C order-on-hold",
      "S new-order, C order-completed", "", "C order-refunded", "-",
    ],
  ]

  private static func cell(_ from: OrderStatus, _ to: OrderStatus) throws -> [MailNotice] {
    let column: [OrderStatus] = [
      .pending, .processing, .onHold, .completed, .cancelled, .refunded, .failed,
    ]
    let index = try #require(column.firstIndex(of: to))
    let cell = try #require(mails[from]?[index])
    return try cell.split(separator: ", ").filter { $0 != "-" }.map { entry in
      let words = entry.split(separator: " ")
      let kind = try #require(MailKind(rawValue: String(words[1])))
      return MailNotice(kind, to: words[0] == "S" ? .shop : .customer)
    }
  }

  /// Products that count stock and, where they are downloadable, have two files.
  private static func products(_ kind: OrderKind, at now: Moment) -> [Product?] {
    kind.natures.map { nature in
      Product(
        id: 11, name: "Le Horla", price: .zero, isVirtual: nature.isVirtual,
        isDownloadable: nature.isDownloadable,
        files: nature.isDownloadable
          ? [.init(name: "a", location: "a.epub"), .init(name: "b", location: "b.pdf")] : [],
        downloadLimit: 3, downloadExpiryDays: 30, stock: 5, createdAt: now)
    }
  }

  @Test(
    "mails, stock and downloads follow the tables for every pair, kind of order, notify and force",
    arguments: allPairs, OrderKind.allCases)
  func everything(pair: (OrderStatus, OrderStatus), kind: OrderKind) throws {
    let (from, to) = pair
    for (notifies, force) in pairs([false, true], [false, true]) {
      for isTaken in [false, true] {
        var file = try kind.file(from)
        for index in file.lines.indices { file.lines[index].stockTaken = isTaken ? 1 : 0 }
        let occasion = try Occasion.at(Self.noon, notifies: notifies)
        let products = Self.products(kind, at: occasion.now)
        let change = OrderChange.move(to: to, force: force)
        guard let list = try? file.consequences(of: change, products: products, on: occasion)
        else {
          #expect(!force && !from.followers.contains(to))
          continue
        }
        if from == to {
          #expect(list == [])
          continue
        }
        #expect(mails(in: list) == (notifies ? try Self.cell(from, to) : []))
        #expect(stock(in: list) == expectedStock(entering: to, isTaken, kind.natures.count))
        #expect(downloads(in: list) == expectedDownloads(entering: to, kind))
      }
    }
  }

  private func mails(in list: [Consequence]) -> [MailNotice] {
    list.compactMap { if case .mail(let notice) = $0 { notice } else { nil } }
  }

  private func stock(in list: [Consequence]) -> [Int] {
    list.compactMap { if case .stock(_, 11, let by) = $0 { by } else { nil } }
  }

  private func downloads(in list: [Consequence]) -> [String] {
    list.compactMap { consequence in
      guard case .grant(let line, let file, let times, let days) = consequence else { return nil }
      return "\(line) \(file.name) \(times ?? -1) \(days ?? -1)"
    }
  }

  private func expectedStock(
    entering status: OrderStatus, _ isTaken: Bool, _ count: Int
  ) -> [Int] {
    switch status {
    case .processing, .completed, .onHold: isTaken ? [] : Array(repeating: -1, count: count)
    case .pending, .cancelled, .failed: isTaken ? Array(repeating: 1, count: count) : []
    case .refunded: []
    }
  }

  private func expectedDownloads(entering status: OrderStatus, _ kind: OrderKind) -> [String] {
    guard status == .processing || status == .completed else { return [] }
    switch kind {
    case .digital: return ["0 a 3 30", "0 b 3 30", "1 a 3 30", "1 b 3 30"]
    case .downloadableNotVirtual, .mixed: return ["0 a 3 30", "0 b 3 30"]
    case .service, .printed: return []
    }
  }

  @Test("the shop is told of an order once in its life")
  func announcedOnce() throws {
    var file = try OrderKind.printed.file()
    var announcements = 0
    for status in [OrderStatus.onHold, .cancelled, .pending, .processing, .failed, .completed] {
      let occasion = try Occasion.at(Self.noon, notifies: true)
      let list = try file.consequences(
        of: .move(to: status, force: true), products: [nil], on: occasion)
      announcements += mails(in: list).filter { $0.kind == .newOrder }.count
      file = file.applying(list)
    }
    #expect(announcements == 1)
  }

  @Test("downloads are granted once, whatever the order goes through")
  func grantedOnce() throws {
    var file = try OrderKind.digital.file()
    var granted = 0
    for status in [OrderStatus.completed, .processing, .failed, .completed] {
      let occasion = try Occasion.at(Self.noon)
      let list = try file.consequences(
        of: .move(to: status, force: true),
        products: Self.products(.digital, at: occasion.now), on: occasion)
      granted += downloads(in: list).count
      file = file.applying(list)
    }
    #expect(granted == 4)
  }

  @Test("who has no address is not mailed")
  func noAddress() throws {
    var file = try OrderKind.printed.file()
    file.order.customer.email = ""
    let shop = try Shop.french()
    let occasion = Occasion(now: try Moment(Self.noon), actor: "", shop: shop)
    let list = try file.consequences(
      of: .pay(transactionID: nil), products: [nil], on: occasion)
    #expect(mails(in: list) == [])
  }

  @Test("a refund of nothing that is left is not mailed")
  func nothingLeft() throws {
    var file = try OrderKind.printed.file(.completed)
    file.order.refunded = file.order.gross
    let list = try file.consequences(
      of: .move(to: .refunded, force: false), products: [nil],
      on: .at(Self.noon, notifies: true))
    #expect(mails(in: list) == [])
  }

  @Test("what is not counted does not move, and what was taken comes back whole")
  func stockOfLines() throws {
    var file = try OrderKind.printed.file()
    file.lines[0].quantity = 3
    let occasion = try Occasion.at(Self.noon)
    var product = try #require(Self.products(.printed, at: occasion.now)[0])
    let taken = try file.consequences(
      of: .pay(transactionID: nil), products: [product], on: occasion)
    #expect(stock(in: taken) == [-3])
    let paid = file.applying(taken)
    #expect(paid.lines[0].stockTaken == 3)
    let freed = try paid.consequences(
      of: .move(to: .cancelled, force: false), products: [product], on: occasion)
    #expect(stock(in: freed) == [3])
    #expect(paid.applying(freed).lines[0].stockTaken == 0)
    product.stock = nil
    let uncounted = try file.consequences(
      of: .pay(transactionID: nil), products: [product], on: occasion)
    #expect(stock(in: uncounted) == [])
  }

  @Test("a download's last day counts whole, from completion, else from the grant")
  func expiry() throws {
    let shop = try Shop.french()
    var order = try OrderKind.digital.file(.processing).order
    let download = Download(
      id: 1, order: 630, line: 0, file: .init(name: "a", location: "a"), secret: "s",
      grantedAt: try Moment("2021-06-17T23:30:00+02:00"), expiryDays: 2, left: 1)
    #expect(download.expiresOn(order, in: shop) == Day("2021-06-19"))
    let lastMinute = try Moment("2021-06-19T23:59:59+02:00")
    #expect(download.state(order, in: shop, at: lastMinute) == .open)
    let tooLate = try Moment("2021-06-20T00:00:00+02:00")
    #expect(download.state(order, in: shop, at: tooLate) == .expired)
    order.completedAt = try Moment("2021-06-18T10:00:00+02:00")
    #expect(download.state(order, in: shop, at: tooLate) == .open)
    var empty = download
    empty.left = 0
    #expect(empty.state(order, in: shop, at: tooLate) == .usedUp)
    order.status = .failed
    #expect(download.state(order, in: shop, at: lastMinute) == .blocked)
  }
}
