// Proves what every change of an order entails.
import ShopRules
import Testing

@Suite("Consequences")
struct ConsequencesTests {
  private static let paid = "2021-06-17T12:16:00+02:00"
  private static let shipBy = Day("2021-06-22")
  private static let allPairs = pairs(OrderStatus.allCases, OrderStatus.allCases)

  @Test(
    "a move entails the same for every kind of order, forced or not, or is refused",
    arguments: allPairs, OrderKind.allCases)
  func moves(pair: (OrderStatus, OrderStatus), kind: OrderKind) throws {
    let (from, to) = pair
    let file = try kind.file(from)
    let occasion = try Occasion.at(Self.paid)
    let mayFollow = try OrderStatusTests.mayFollow(from: from, to: to)
    for force in [false, true] {
      let result = Result { () throws(Refusal) in
        try file.consequences(
          of: .move(to: to, force: force), natures: kind.natures, on: occasion)
      }
      if from == to {
        #expect(result == .success([]))
      } else if !mayFollow, !force {
        #expect(result == .failure(.transitionNotAllowed(id: 630, from: from, to: to)))
      } else {
        let what: HistoryEntry.What = mayFollow ? .moved : .forced
        let expected = expected(from: from, to: to, kind: kind, what: what, at: occasion.now)
        #expect(result == .success(expected))
      }
    }
  }

  /// What follows for an order that was never paid, in words of this test.
  private func expected(
    from: OrderStatus, to: OrderStatus, kind: OrderKind, what: HistoryEntry.What, at now: Moment
  ) -> [Consequence] {
    var list: [Consequence] = [.status(to)]
    if to == .processing || to == .completed {
      list += [.natures(kind.natures), .paidAt(now)]
      if kind.needsShipping, let day = Self.shipBy { list.append(.shipBy(day)) }
    }
    if to == .completed { list.append(.completedAt(now)) }
    if to == .refunded {
      list.append(.refund(Refund(at: now, by: "libraire", amount: Money(minorUnits: 1290))))
    }
    list.append(.history(HistoryEntry(at: now, by: "libraire", what: what, from: from, to: to)))
    return list
  }

  @Test(
    "a payment completes what is all digital and leaves the rest to be processed",
    arguments: OrderStatus.allCases, OrderKind.allCases)
  func payment(from: OrderStatus, kind: OrderKind) throws {
    let file = try kind.file(from)
    let after = try file.after(.pay(transactionID: "pi_630"), at: Self.paid)
    switch from {
    case .processing, .completed, .refunded:
      #expect(after == file, "from here a payment changes nothing")
    case .pending, .onHold, .cancelled, .failed:
      let now = try Moment(Self.paid)
      let to = kind.statusAfterPayment
      #expect(after.order.status == to)
      #expect(after.order.transactionID == "pi_630")
      #expect(after.order.paidAt == now)
      #expect(after.order.completedAt == (kind == .digital ? now : nil))
      #expect(after.order.shipBy == (kind.needsShipping ? Self.shipBy : nil))
      #expect(after.order.version == 2)
      #expect(
        after.history == file.history + [
          HistoryEntry(at: now, by: "libraire", what: .paid, from: from, to: to)
        ])
      #expect(after.lines == file.lines)
    }
  }

  @Test("a payment without an id leaves the one there was")
  func noTransactionID() throws {
    var file = try OrderKind.printed.file()
    #expect(try file.after(.pay(transactionID: nil), at: Self.paid).order.transactionID == nil)
    file.order.transactionID = "pi_1"
    #expect(try file.after(.pay(transactionID: nil), at: Self.paid).order.transactionID == "pi_1")
  }

  @Test("paidAt and shipBy stay what they first were; completedAt is every last completion")
  func paidOnce() throws {
    var file = try OrderKind.printed.file()
    file = try file.after(.pay(transactionID: nil), at: Self.paid)
    let (paidAt, shipBy) = (file.order.paidAt, file.order.shipBy)
    for (status, day) in [
      (OrderStatus.completed, "18"), (.processing, "19"), (.cancelled, "20"), (.pending, "21"),
      (.processing, "22"), (.completed, "23"),
    ] {
      let moment = "2021-06-\(day)T10:00:00+02:00"
      file = try file.after(.move(to: status, force: true), at: moment)
      #expect(file.order.paidAt == paidAt && file.order.shipBy == shipBy)
      let completed = try Moment("2021-06-\(day < "23" ? "18" : "23")T10:00:00+02:00")
      #expect(file.order.completedAt == completed)
    }
    file = try file.after(.move(to: .cancelled, force: true), at: "2021-06-24T10:00:00+02:00")
    file = try file.after(.pay(transactionID: "late"), at: "2021-06-25T10:00:00+02:00")
    #expect(file.order.status == .processing && file.order.transactionID == "late")
    #expect(file.order.paidAt == paidAt && file.order.shipBy == shipBy)
  }

  @Test("what the products are is read at payment and kept from then on")
  func naturesReadAtPayment() throws {
    let printed = try OrderKind.printed.file()
    let becameDigital = try printed.after(
      .pay(transactionID: nil), natures: [.digital], at: Self.paid)
    #expect(becameDigital.order.status == .completed)
    #expect(becameDigital.lines.map(\.nature) == [.digital])
    #expect(!becameDigital.order.needsShipping && becameDigital.order.shipBy == nil)

    let digital = try OrderKind.digital.file()
    let becamePrinted = try digital.after(
      .pay(transactionID: nil), natures: [.digital, .printed], at: Self.paid)
    #expect(becamePrinted.order.status == .processing)
    #expect(becamePrinted.order.needsShipping && becamePrinted.order.shipBy == Self.shipBy)
    #expect(becamePrinted.order.shipping == digital.order.billing, "it has to go somewhere")
    #expect(becamePrinted.lines.map(\.nature) == [.digital, .printed])
  }

  @Test(
    "a second payment goes by what the products were at the first",
    arguments: pairs(OrderKind.allCases, [ProductNature.digital, .printed]))
  func naturesKept(kind: OrderKind, later: ProductNature) throws {
    let paid = try kind.file().after(.pay(transactionID: nil), at: Self.paid)
    let back = try paid.after(
      .move(to: .cancelled, force: true), at: "2021-06-18T10:00:00+02:00")
    let again = try back.after(
      .pay(transactionID: nil), natures: kind.natures.map { _ in later },
      at: "2021-06-19T10:00:00+02:00")
    #expect(again.order.status == kind.statusAfterPayment)
    #expect(again.lines == paid.lines)
    #expect(again.order.needsShipping == kind.needsShipping)
    #expect(again.order.shipBy == paid.order.shipBy)
  }

  @Test("a change adds one to the version and one entry to the history; none adds nothing")
  func counted() throws {
    var file = try OrderKind.mixed.file()
    var version = 1
    for status in OrderStatus.allCases + OrderStatus.allCases.reversed() {
      let before = file
      file = try file.after(.move(to: status, force: true), at: Self.paid)
      if before.order.status != status { version += 1 }
      #expect(file.order.version == version && file.history.count == version)
      #expect(
        Array(file.history.dropLast(version == before.order.version ? 0 : 1)) == before.history)
    }
    #expect(version == 13)
  }

  @Test("refunding by hand gives the whole gross back", arguments: OrderKind.allCases)
  func refunded(kind: OrderKind) throws {
    let paid = try kind.file().after(.pay(transactionID: nil), at: Self.paid)
    let refunded = try paid.after(.move(to: .refunded, force: false), at: Self.paid)
    #expect(paid.order.refunded == .zero)
    #expect(refunded.order.refunded == refunded.order.gross)
    #expect(refunded.order.net == .zero)
  }

  @Test("the history says who did it")
  func actor() throws {
    let list = try OrderKind.printed.file().consequences(
      of: .move(to: .failed, force: false), natures: [.printed],
      on: .at(Self.paid, by: "Élise"))
    guard case .history(let entry)? = list.last else {
      Issue.record("no history in \(list)")
      return
    }
    #expect(entry.by == "Élise" && entry.what == .moved && entry.note == nil)
  }
}
