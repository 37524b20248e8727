// Proves what may be given back of an order, and what that entails.
import ShopRules
import Testing

@Suite("Refunds and notes")
struct RefundTests {
  private static let noon = "2021-06-17T12:16:00+02:00"

  /// Three items for 10.00 and one file for 5.00, 1.50 off, 2.00 for shipping: 15.50, and paid.
  private static func file() throws -> OrderFile {
    var file = try OrderKind.mixed.file(.processing)
    file.lines[0].quantity = 1
    file.lines[0].total = Money(minorUnits: 500)
    file.lines[0].hasDownloads = true
    file.lines[1].quantity = 3
    file.lines[1].total = Money(minorUnits: 1000)
    file.lines[1].stockTaken = 3
    file.order.discount = Money(minorUnits: 150)
    file.order.shippingCost = Money(minorUnits: 200)
    file.order.gross = Money(minorUnits: 1550)
    file.order.paidAt = try Moment(noon)
    return file
  }

  private static func products(stock: Int? = 9) throws -> [Product?] {
    let now = try Moment(noon)
    return [
      Product(id: 12, name: "Le Horla (ebook)", price: .zero, createdAt: now),
      Product(id: 11, name: "Le Horla", price: .zero, stock: stock, createdAt: now),
    ]
  }

  private static func entailed(
    _ wish: RefundWish, of file: OrderFile, stock: Int? = 9, notifies: Bool = true
  ) throws -> [Consequence] {
    try file.consequences(
      of: .refund(wish), products: try products(stock: stock),
      on: .at(noon, notifies: notifies))
  }

  private static func refund(in list: [Consequence]) -> Refund? {
    list.compactMap { if case .refund(let refund) = $0 { refund } else { nil } }.first
  }

  @Test("a line costs its total less its share of the discount, and the shares are the discount")
  func shares() throws {
    var file = try Self.file()
    #expect(file.paidForLines.map(\.minorUnits) == [450, 900])
    file.order.discount = Money(minorUnits: 100)
    #expect(file.paidForLines.map(\.minorUnits) == [467, 933])
    file.order.discount = Money(minorUnits: 1700)
    #expect(file.paidForLines == [.zero, .zero], "the rest of it was off the shipping")
    file.lines[0].total = .zero
    file.lines[1].total = .zero
    #expect(file.paidForLines == [.zero, .zero])
  }

  @Test("shares of amounts as large as there are add up")
  func largeShares() throws {
    var file = try Self.file()
    file.lines[0].total = Money.largest
    file.order.discount = Money(minorUnits: Money.largest.minorUnits - 1)
    let paid = file.paidForLines.reduce(0) { $0 + $1.minorUnits }
    #expect(paid == 1001)
  }

  @Test("items of a line are worth their part of what was paid, and the last ones what is left")
  func items() throws {
    var file = try Self.file()
    var given: [Int64] = []
    for _ in 1...3 {
      let list = try Self.entailed(RefundWish(lines: [.init(line: 1, quantity: 1)]), of: file)
      given.append(try #require(Self.refund(in: list)).amount.minorUnits)
      file = file.applying(list)
    }
    #expect(given == [300, 300, 300])
    #expect(file.order.refunded == Money(minorUnits: 900))
    #expect(file.order.status == .processing, "the file and the shipping are still paid")
    #expect(throws: Refusal.quantityTooLarge(id: 630, line: 1, asked: 1, left: 0)) {
      try Self.entailed(RefundWish(lines: [.init(line: 1, quantity: 1)]), of: file)
    }
  }

  @Test("without a number all of a line is given back, with an amount alone no item is")
  func defaults() throws {
    let file = try Self.file()
    let all = try Self.entailed(RefundWish(lines: [.init(line: 1)]), of: file)
    #expect(
      Self.refund(in: all)?.lines
        == [Refund.Line(line: 1, quantity: 3, amount: Money(minorUnits: 900))])
    let amount = RefundWish.Line(line: 1, amount: Money(minorUnits: 250))
    let some = try Self.entailed(RefundWish(lines: [amount]), of: file)
    #expect(
      Self.refund(in: some)?.lines
        == [Refund.Line(line: 1, quantity: 0, amount: Money(minorUnits: 250))])
  }

  @Test("a part is mailed as such and changes no status; all that is left ends the order")
  func partAndWhole() throws {
    let file = try Self.file()
    let wish = RefundWish(amount: Money(minorUnits: 1000), reason: "abîmé")
    let part = try Self.entailed(wish, of: file)
    let (now, by) = (try Moment(Self.noon), "libraire")
    #expect(
      part == [
        .refund(Refund(at: now, by: by, amount: Money(minorUnits: 1000), reason: "abîmé")),
        .mail(MailNotice(.orderPartiallyRefunded, to: .customer)),
        .history(HistoryEntry(at: now, by: by, what: .refunded, note: "abîmé")),
      ])
    let rest = RefundWish(amount: Money(minorUnits: 550))
    let whole = try Self.entailed(rest, of: file.applying(part))
    #expect(
      whole == [
        .status(.refunded),
        .refund(Refund(at: now, by: by, amount: Money(minorUnits: 550))),
        .mail(MailNotice(.orderRefunded, to: .customer)),
        .history(
          HistoryEntry(at: now, by: by, what: .refunded, from: .processing, to: .refunded)),
      ])
    let after = file.applying(part).applying(whole)
    #expect(after.order.refunded == after.order.gross)
    #expect(after.order.version == file.order.version + 2)
    #expect(throws: Refusal.nothingToRefund(id: 630, isPaid: true)) {
      try Self.entailed(rest, of: after)
    }
  }

  @Test("by hand, refunded gives back the rest, and nothing where nothing is left")
  func byHand() throws {
    var file = try Self.file()
    file.order.refunded = Money(minorUnits: 1000)
    let list = try file.consequences(
      of: .move(to: .refunded, force: false), products: try Self.products(),
      on: .at(Self.noon, notifies: true))
    #expect(Self.refund(in: list)?.amount == Money(minorUnits: 550))
    #expect(Self.refund(in: list)?.lines == [])
    #expect(!list.contains { if case .stock = $0 { true } else { false } })
    file.order.refunded = file.order.gross
    let empty = try file.consequences(
      of: .move(to: .refunded, force: false), products: try Self.products(),
      on: .at(Self.noon, notifies: true))
    #expect(Self.refund(in: empty) == nil)
  }

  @Test("never more than is left, of the order or of a line, nor less than its lines")
  func bounds() throws {
    let file = try Self.file()
    let euro = file.order.currency
    let asked = Money(minorUnits: 1551)
    #expect(
      throws: Refusal.refundTooLarge(
        id: 630, line: nil, asked: asked, left: Money(minorUnits: 1550), currency: euro)
    ) { try Self.entailed(RefundWish(amount: asked), of: file) }
    #expect(
      throws: Refusal.refundTooLarge(
        id: 630, line: 1, asked: Money(minorUnits: 901), left: Money(minorUnits: 900),
        currency: euro)
    ) {
      let line = RefundWish.Line(line: 1, amount: Money(minorUnits: 901))
      return try Self.entailed(RefundWish(lines: [line]), of: file)
    }
    #expect(
      throws: Refusal.refundBelowLines(
        amount: Money(minorUnits: 899), lines: Money(minorUnits: 900), currency: euro)
    ) {
      try Self.entailed(
        RefundWish(lines: [.init(line: 1)], amount: Money(minorUnits: 899)), of: file)
    }
    #expect(throws: Refusal.noSuchLine(id: 630, line: 2, count: 2)) {
      try Self.entailed(RefundWish(lines: [.init(line: 2)]), of: file)
    }
    #expect(throws: Refusal.emptyRefund(id: 630)) {
      try Self.entailed(RefundWish(amount: .zero), of: file)
    }
    var unpaid = file
    unpaid.order.paidAt = nil
    #expect(throws: Refusal.nothingToRefund(id: 630, isPaid: false)) {
      try Self.entailed(RefundWish(amount: Money(minorUnits: 1)), of: unpaid)
    }
  }

  @Test("stock comes back only when told to, and only what was taken and is counted")
  func restocking() throws {
    let file = try Self.file()
    let wish = RefundWish(lines: [.init(line: 1, quantity: 2)], restocks: true)
    let list = try Self.entailed(wish, of: file)
    #expect(list.contains(.stock(line: 1, product: 11, by: 2)))
    let after = file.applying(list)
    #expect(after.lines[1].stockTaken == 1)
    // What came back is not taken again, and not put back again.
    let completed = try after.consequences(
      of: .move(to: .completed, force: false), products: try Self.products(), on: .at(Self.noon))
    #expect(stock(in: completed) == [])
    let cancelled = try after.consequences(
      of: .move(to: .cancelled, force: false), products: try Self.products(), on: .at(Self.noon))
    #expect(stock(in: cancelled) == [1])
    let reopened = try after.applying(cancelled).consequences(
      of: .move(to: .processing, force: true), products: try Self.products(), on: .at(Self.noon))
    #expect(stock(in: reopened) == [-1])

    let untold = try Self.entailed(RefundWish(lines: [.init(line: 1)]), of: file)
    #expect(stock(in: untold) == [])
    let uncounted = try Self.entailed(wish, of: file, stock: nil)
    #expect(stock(in: uncounted) == [])
    #expect(Self.refund(in: uncounted)?.lines.first?.restocked == 0)
    var untaken = file
    untaken.lines[1].stockTaken = 0
    #expect(stock(in: try Self.entailed(wish, of: untaken)) == [])
  }

  @Test("goods that come back after their money, or after a cancellation, are not taken again")
  func goodsLater() throws {
    let file = try Self.file()
    let money = RefundWish(lines: [.init(line: 1, amount: Money(minorUnits: 900))])
    let paidBack = file.applying(try Self.entailed(money, of: file))
    let goods = RefundWish(
      lines: [.init(line: 1, quantity: 3, amount: .zero)], restocks: true)
    let list = try Self.entailed(goods, of: paidBack)
    #expect(stock(in: list) == [3])
    #expect(!list.contains { if case .mail = $0 { true } else { false } })
    #expect(paidBack.applying(list).order.refunded == Money(minorUnits: 900))

    let cancelled = file.applying(
      try file.consequences(
        of: .move(to: .cancelled, force: false), products: try Self.products(), on: .at(Self.noon)))
    let wish = RefundWish(lines: [.init(line: 1, quantity: 1)], restocks: true)
    let refunded = try Self.entailed(wish, of: cancelled)
    #expect(stock(in: refunded) == [], "the cancellation has put it back already")
    let reopened = try cancelled.applying(refunded).consequences(
      of: .move(to: .processing, force: true), products: try Self.products(), on: .at(Self.noon))
    #expect(stock(in: reopened) == [-2])
  }

  private func stock(in list: [Consequence]) -> [Int] {
    list.compactMap { if case .stock(1, 11, let by) = $0 { by } else { nil } }
  }

  @Test("a line given back whole, by its items or its money, loses its downloads; a part does not")
  func downloads() throws {
    let file = try Self.file()
    let part = RefundWish.Line(line: 0, amount: Money(minorUnits: 449))
    let list = try Self.entailed(RefundWish(lines: [part]), of: file)
    #expect(!list.contains(.ungrant(line: 0)))
    let rest = RefundWish.Line(line: 0, amount: Money(minorUnits: 1))
    #expect(
      try Self.entailed(RefundWish(lines: [rest]), of: file.applying(list))
        .contains(.ungrant(line: 0)))
    #expect(
      try Self.entailed(RefundWish(lines: [.init(line: 0)]), of: file).contains(.ungrant(line: 0)))
    #expect(
      try !Self.entailed(RefundWish(amount: Money(minorUnits: 1000)), of: file)
        .contains(.ungrant(line: 0)))
  }

  @Test("a line that was given back before it was granted is not granted later")
  func notGranted() throws {
    var file = try Self.file()
    file.lines[0].hasDownloads = false
    let back = try Self.entailed(RefundWish(lines: [.init(line: 0)]), of: file)
    #expect(!back.contains(.ungrant(line: 0)))
    var products = try Self.products()
    products[0]?.isVirtual = true
    products[0]?.isDownloadable = true
    products[0]?.files = [.init(name: "EPUB", location: "12.epub")]
    func granted(_ file: OrderFile) throws -> Bool {
      try file.consequences(
        of: .move(to: .completed, force: false), products: products, on: .at(Self.noon)
      ).contains { if case .grant = $0 { true } else { false } }
    }
    #expect(try granted(file))
    #expect(try !granted(file.applying(back)))
  }

  @Test("a note is kept in the history, and mailed where the customer is to read it")
  func notes() throws {
    let file = try Self.file()
    let (now, by) = (try Moment(Self.noon), "libraire")
    for (toCustomer, notifies) in pairs([false, true], [false, true]) {
      let list = try file.consequences(
        of: .note("Parti.", toCustomer: toCustomer), products: try Self.products(),
        on: .at(Self.noon, notifies: notifies))
      let entry = HistoryEntry(
        at: now, by: by, what: toCustomer ? .customerNoted : .noted, note: "Parti.")
      let mail = Consequence.mail(MailNotice(.customerNote, to: .customer))
      #expect(list == [.history(entry)] + (toCustomer && notifies ? [mail] : []))
      #expect(file.applying(list).notes == [entry])
    }
  }

  @Test("nobody is mailed of a refund where nobody is to be")
  func quietly() throws {
    let list = try Self.entailed(
      RefundWish(amount: Money(minorUnits: 1550)), of: try Self.file(), notifies: false)
    #expect(!list.contains { if case .mail = $0 { true } else { false } })
  }
}
