// A long walk of requests through a shop and through dictionaries: both must agree all the way.
import Foundation
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("A walk through the shop")
struct ShopWalkTests {
  private let desk: Desk
  private var model = ShopModel()
  private var dice = Dice(seed: 2021)
  private var keys = 0

  init() throws {
    desk = try Desk(sample: false)
    // What is not durable is as quick as it is enough: the walk is about what is written.
    try desk.store.database.execute("PRAGMA synchronous = OFF")
    _ = try desk.call(
      "shop.configure", #"{"email":"l@a.example","fee":{"percent":"10","fixed":"0.30"}}"#)
    // Printed and counted, digital, printed and not counted, printed with a file and counted.
    for (id, price, isDigital, files, stock) in [
      (1, 990, false, 0, 500), (2, 499, true, 2, nil), (3, 1, false, 0, nil),
      (4, 3207, false, 1, 90),
    ] as [(Int, Int, Bool, Int, Int?)] {
      let list = (0..<files).map { #"{"name":"f\#($0)","location":"\#($0)"}"# }
        .joined(separator: ",")
      let made = try desk.call(
        "products.create",
        """
        {"name":"p\(id)","price":"\(text(price))","virtual":\(isDigital),\
        "downloadable":\(files > 0),"files":[\(list)],"stock":\(stock.map(String.init) ?? "null")}
        """)
      try #require(made.number("result/product/id") == id)
      model.products[id] = .init(price: price, isDigital: isDigital, files: files, stock: stock)
    }
  }

  private func text(_ cents: Int) -> String {
    "\(cents / 100).\(String(cents % 100 + 100).dropFirst())"
  }

  private func cents(_ text: Any?) -> Int? {
    (text as? String).flatMap { Int($0.replacingOccurrences(of: ".", with: "")) }
  }

  @Test("store and model agree after ten thousand changes; stock and money add up, no mail doubles")
  mutating func walk() throws {
    for step in 1...10_000 {
      try change()
      if step % 2_500 == 0 { try compare() }
    }
    #expect(desk.log == [])
    #expect(model.orders.values.contains { $0.status == "refunded" && $0.version > 5 })
    #expect(model.mails.count > 2_000, "the walk goes somewhere")
  }

  private mutating func change() throws {
    let notify = dice.roll(1...4) > 1
    let id = model.orders.isEmpty ? 0 : dice.roll(1...model.orders.count)
    // Older orders rest, so that some get far.
    let recent = max(1, id - id % 3)
    switch dice.roll(1...20) {
    case _ where id == 0, 1...2: try create()
    case 3...6:
      try send("orders.pay", #""id":\#(recent),"notify":\#(notify)"#) {
        $0.pay(recent, notify: notify)
        return nil
      }
    case 7...13:
      let (status, force) = (dice.pick(ShopModel.statuses), dice.roll(1...3) == 1)
      let params = #""id":\#(recent),"status":"\#(status)","force":\#(force),"notify":\#(notify)"#
      try send("orders.setStatus", params) {
        $0.move(recent, to: status, force: force, notify: notify)
      }
    case 14...18: try refund(recent, notify: notify)
    default:
      let toCustomer = dice.flip()
      let params = #""id":\#(recent),"note":"n","toCustomer":\#(toCustomer),"notify":\#(notify)"#
      try send("orders.addNote", params) {
        $0.note(recent, toCustomer: toCustomer, notify: notify)
        return nil
      }
    }
  }

  private mutating func create() throws {
    let bought = (0..<dice.roll(1...3)).map { _ in (dice.roll(1...4), dice.roll(1...6)) }
    let sum = bought.reduce(0) { $0 + (model.products[$1.0]?.price ?? 0) * $1.1 }
    let discount = dice.flip() ? dice.roll(0...sum) : 0
    let shipping = dice.roll(0...600)
    let lines = bought.map { #"{"product":\#($0),"quantity":\#($1)}"# }.joined(separator: ",")
    let order = ShopModel.Order(
      gross: sum + shipping - discount, discount: discount,
      lines: bought.map { product, quantity in
        let known = model.products[product]
        return .init(
          product: product, quantity: quantity, total: (known?.price ?? 0) * quantity,
          grants: known?.files ?? 0)
      })
    let id = model.orders.count + 1
    let params = """
      "lines":[\(lines)],"discount":"\(text(discount))","shippingCost":"\(text(shipping))",\
      "customer":{"name":"Awa","email":"awa@a.example"},\
      "billing":{"name":"Awa","street":"1 rue A","city":"Paris","country":"FR"}
      """
    try send("orders.create", params) {
      $0.orders[id] = order
      return nil
    }
  }

  private mutating func refund(_ id: Int, notify: Bool) throws {
    var wish = ShopModel.Wish(lines: [], amount: nil, restock: dice.flip(), notify: notify)
    for line in [0, 1, 2, 3] where dice.roll(1...3) == 1 && line < 3 {
      wish.lines.append(
        (
          line, dice.flip() ? dice.roll(0...3) : nil,
          dice.roll(1...3) == 1 ? dice.roll(0...900) : nil
        ))
    }
    if wish.lines.isEmpty || dice.roll(1...4) == 1 { wish.amount = dice.roll(0...4000) }
    let lines = wish.lines.map { line, quantity, amount in
      let quantity = quantity.map { #","quantity":\#($0)"# } ?? ""
      let amount = amount.map { #","amount":"\#(text($0))""# } ?? ""
      return #"{"line":\#(line)\#(quantity)\#(amount)}"#
    }.joined(separator: ",")
    var params = #""id":\#(id),"restock":\#(wish.restock),"notify":\#(notify)"#
    if !wish.lines.isEmpty { params += #","lines":[\#(lines)]"# }
    if let amount = wish.amount { params += #","amount":"\#(text(amount))""# }
    let wanted = wish
    try send("orders.refund", params) { $0.refund(id, wanted) }
  }

  /// Sends a change, sometimes to try it first and sometimes twice with one key, and does the same
  /// to the model.
  private mutating func send(
    _ method: String, _ params: String, _ change: (inout ShopModel) -> String?
  ) throws {
    var next = model
    let refusal = change(&next)
    if dice.roll(1...8) == 1 {
      let tried = try desk.call(method, "{\(params),\"dryRun\":true}")
      #expect(tried.text("error/data/refusal") == refusal, "\(method) \(params)")
    }
    keys += 1
    let keyed = "{\(params),\"key\":\"k\(keys)\"}"
    let reply = try desk.call(method, keyed)
    #expect(reply.text("error/data/refusal") == refusal, "\(method) \(params)")
    #expect(reply.code == nil || refusal != nil, "\(reply)")
    if refusal == nil {
      model = next
      if dice.roll(1...8) == 1 {
        let again = try desk.call(method, keyed)
        #expect(try again.json("result") == reply.json("result"))
      }
    }
  }

  private func compare() throws {
    for (id, expected) in model.orders {
      let order = try desk.call("orders.get", "[\(id)]")
      func number(_ member: String) -> Int? { cents(order.text("result/\(member)")) }
      #expect(order.text("result/status") == expected.status, "order \(id)")
      #expect(order.number("result/version") == expected.version, "order \(id)")
      #expect(order.objects("result/history")?.count == expected.entries, "order \(id)")
      #expect(number("gross") == expected.gross)
      #expect(number("refunded") == expected.refunded)
      let refunds = order.objects("result/refunds") ?? []
      #expect(refunds.reduce(0) { $0 + (cents($1["amount"]) ?? 0) } == expected.refunded)
      #expect(expected.refunded <= expected.gross)
      let fee = try #require(number("adminFee"))
      #expect(order.text("result/net").flatMap(signed) == expected.gross - fee - expected.refunded)
      for (index, line) in expected.lines.enumerated() {
        #expect(order.number("result/lines/\(index)/refundedQuantity") == line.back)
        #expect(number("lines/\(index)/refunded") == line.moneyBack)
      }
      let granted = expected.isPaid ? expected.lines.reduce(0) { $0 + $1.grants } : 0
      #expect(order.objects("result/downloads")?.count == granted, "order \(id)")
    }
    for (id, product) in model.products {
      let answer = try desk.call("products.get", "[\(id)]")
      #expect(answer.number("result/stock") == product.stock, "product \(id)")
    }
    let found = try desk.store.mails(MailQuery(limit: 1_000_000)).reversed().map { mail in
      "\(mail.order) \(mail.kind.rawValue) \(mail.recipient.rawValue)"
    }
    #expect(found == model.mails)
    let counts = try desk.call("orders.count")
    for status in ShopModel.statuses {
      let expected = model.orders.values.count { $0.status == status }
      #expect(counts.number("result/byStatus/\(status)") == expected)
    }
  }

  private func signed(_ text: String) -> Int? {
    cents(text.filter { $0 != "-" }).map { text.hasPrefix("-") ? -$0 : $0 }
  }
}
