// Keys and versions on the shop's own methods: each change happens once, and from what was seen.
import Foundation
import JSONRPC
import ShopRules
import ShopService
import Testing

@testable import ShopStore

@Suite("The safety of the shop's changes")
struct SafetyTests {
  /// A call of each changing method that makes a difference in the sample shop.
  private static let changes: [String: String] = [
    "orders.create": """
    {"lines":[{"product":11}],"customer":{"name":"Awa","email":"awa@a.example"},\
    "billing":{"name":"Awa","street":"1 rue A","postcode":"75011","city":"Paris","country":"FR"}}
    """,
    "orders.pay": #"{"id":631,"transactionId":"pi_631"}"#,
    "orders.setStatus": #"{"id":630,"status":"completed"}"#,
    "orders.setStatusMany": #"{"ids":[630,632,617,999],"status":"completed"}"#,
    "orders.refund": #"{"id":630,"lines":[{"line":1}],"restock":true}"#,
    "orders.addNote": #"{"id":630,"note":"Parti.","toCustomer":true}"#,
    "products.create": #"{"name":"Neuf","price":"1"}"#,
    "products.configure": #"{"id":11,"price":"9.99","sku":null}"#,
    "shop.configure": #"{"name":"Autre","language":"en"}"#,
    "shop.importFiles": #"{"files":["\#(products)"]}"#,
    "downloads.redeem": #"{"downloadKey":"16-sample"}"#,
    "downloads.grant": #"{"order":611,"product":12}"#,
    "downloads.revoke": #"{"id":16}"#,
    "mails.resend": #"{"id":1}"#,
    "mails.cancel": #"{"id":1}"#,
  ]

  /// A file with a product that is new to the sample shop. It stays for other runs.
  static let products: String = {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("orderline-safety.csv")
    try? Data("Name,Type,Regular price\nTout neuf,simple,8\n".utf8).write(to: file)
    return file.path
  }()

  private func call(_ params: String, _ more: String) -> String { params.dropLast() + more + "}" }

  /// A desk of the sample shop, with a mail in the outbox.
  private func desk() throws -> Desk {
    let desk = try Desk()
    _ = try desk.call("orders.setStatus", #"[622,"completed"]"#)
    return desk
  }

  @Test(
    "a change with a key happens once, and another process's retry is answered the same bytes",
    arguments: changes.keys.sorted())
  func once(method: String) throws {
    let desk = try desk()
    let keyed = call(try #require(Self.changes[method]), #","key":"k""#)
    let first = desk.bytes(method, keyed)
    #expect(String(decoding: first, as: UTF8.self).contains(#""applied":true"#))
    let (after, mails) = (try desk.everything(), desk.bytes("mails.list"))
    let other = try Desk(besides: desk)
    #expect(other.bytes(method, keyed) == first)
    #expect(desk.bytes(method, keyed) == first)
    #expect(try desk.everything() == after)
    #expect(desk.bytes("mails.list") == mails)
    let reused = try desk.call("orders.pay", #"{"id":618,"key":"k"}"#)
    #expect(reused.text("error/data/refusal") == "keyReused")
    #expect(reused.text("error/data/method") == method && reused.text("error/data/key") == "k")
  }

  @Test("there is such a call of every changing method")
  func allChanges() {
    let changing = shopCatalog.methods.filter { $0.effect == .changes }.map(\.name)
    #expect(Set(changing) == Set(Self.changes.keys))
  }

  @Test(
    "a method that takes ifVersion refuses another version, in earnest and as a dry run",
    arguments: shopCatalog.methods.filter { $0.parameters.contains { $0.name == "ifVersion" } }
      .map(\.name))
  func versions(method: String) throws {
    let desk = try Desk()
    let params = try #require(Self.changes[method])
    let part = method.hasPrefix("orders") ? "order" : "product"
    let before = try desk.everything()
    for dryRun in ["", #","dryRun":true"#] {
      let refused = try desk.call(method, call(params, #","ifVersion":9\#(dryRun)"#))
      #expect(refused.text("error/data/refusal") == "versionMismatch")
      #expect(refused.number("error/data/ifVersion") == 9)
      let version = try #require(refused.number("error/data/version"))
      #expect(refused.text("error/message")?.contains("version \(version),") == true)
    }
    #expect(try desk.everything() == before)
    let version = try #require(
      try desk.call(method, call(params, #","ifVersion":9"#)).number("error/data/version"))
    let done = try desk.call(method, call(params, #","ifVersion":\#(version)"#))
    #expect(done.number("result/\(part)/version") == version + 1)
  }

  @Test("null is not the same as nothing where it takes something away")
  func nullIsSomething() throws {
    let desk = try Desk()
    let first = try desk.call("products.configure", #"{"id":11,"price":"9","key":"k"}"#)
    #expect(first.flag("result/applied") == true)
    let other = try desk.call("products.configure", #"{"id":11,"price":"9","sku":null,"key":"k"}"#)
    #expect(other.text("error/data/refusal") == "keyReused")
  }

  @Test("a change that changed nothing is an answer like any other")
  func unchanged() throws {
    let desk = try Desk()
    let keyed = #"{"id":626,"status":"completed","key":"k"}"#
    let first = desk.bytes("orders.setStatus", keyed)
    _ = try desk.call("orders.setStatus", #"[626,"processing"]"#)
    #expect(desk.bytes("orders.setStatus", keyed) == first)
    #expect(try desk.call("orders.get", "[626]").text("result/status") == "processing")
  }

  @Test("no method declares a refusal that comes with its effect")
  func declaredOnce() {
    for method in shopCatalog.methods {
      #expect(Set(method.refusals).count == method.refusals.count, "\(method.name)")
    }
  }

  @Test("a store from before there were keys knows them once it is opened")
  func olderStore() throws {
    let desk = try Desk()
    try desk.store.database.execute(
      """
      DROP TRIGGER order_moved_to_ship;
      DROP TRIGGER order_ship_day_left; DROP TRIGGER order_ship_day_set; DROP TABLE ship_counts;
      ALTER TABLE orders DROP COLUMN extras;
      DROP TABLE changes; DROP TABLE refund_lines; DROP TABLE refunds;
      DROP TABLE answered_calls;
      PRAGMA user_version = 4
      """)
    let opened = try Desk(besides: desk)
    let first = opened.bytes("orders.pay", #"{"id":631,"key":"k"}"#)
    #expect(opened.bytes("orders.pay", #"[631,null,null,null,"k"]"#) == first)
    #expect(try opened.call("orders.get", "[631]").number("result/version") == 2)
  }

  @Test("keys are kept for thirty days, and forgotten a few at a time after that")
  func forgetting() throws {
    let desk = try Desk()
    let now = try #require(Moment(rfc3339: Desk.now))
    let month: Int64 = 30 * 86_400
    try desk.store.change(by: "x", at: Moment(seconds: 0)) {
      for (index, age) in [month + 3, month + 2, month + 1, month, 0].enumerated() {
        try desk.store.insert(
          AnsweredCall(
            key: "old \(index)", method: "orders.pay", params: "{}", result: "{}",
            at: Moment(seconds: now.seconds - age)))
      }
      for index in 0..<6 {
        try desk.store.insert(
          AnsweredCall(
            key: "older \(index)", method: "orders.pay", params: "{}", result: "{}",
            at: Moment(seconds: now.seconds - 2 * month)))
      }
    }
    func left() throws -> Int {
      try desk.store.database.integer("SELECT count(*) FROM answered_calls")
    }
    var counts: [Int] = []
    for number in 1...4 {
      let params = #"{"id":631,"key":"new \#(number)"}"#
      #expect(try desk.call("orders.pay", params).code == nil)
      counts.append(try left())
    }
    // Of eleven nine are too old; each change takes four of them and adds itself.
    #expect(counts == [8, 5, 5, 6])
    #expect(try desk.store.answeredCall("old 3") != nil)
    #expect(try desk.store.answeredCall("old 2") == nil)
  }
}

@Suite("Many orders at once")
struct ManyOrdersTests {
  private func outcomes(_ reply: Reply) -> [String] {
    (reply.objects("result/orders") ?? []).compactMap { $0["outcome"] as? String }
  }

  @Test("each is moved as if it were alone, and one refusal does not stop the others")
  func alone() throws {
    let (many, single) = (try Desk(), try Desk())
    let ids = [630, 617, 999, 626, 632, 630]
    let reply = try many.call("orders.setStatusMany", #"{"ids":\#(ids),"status":"completed"}"#)
    #expect(
      outcomes(reply) == ["done", "refused", "refused", "unchanged", "done", "unchanged"])
    #expect(reply.number("result/done") == 2 && reply.number("result/unchanged") == 2)
    #expect(reply.number("result/refused") == 2)
    for (index, id) in ids.enumerated() {
      let alone = try single.call("orders.setStatus", #"{"id":\#(id),"status":"completed"}"#)
      #expect(reply.number("result/orders/\(index)/id") == id)
      if alone.code == nil {
        #expect(
          reply.number("result/orders/\(index)/version") == alone.number("result/order/version"))
      } else {
        #expect(try reply.json("result/orders/\(index)/error") == alone.json("error"))
      }
    }
    #expect(try many.everything() == single.everything())
  }

  @Test("all or nothing writes nothing where one refuses, and names each that does")
  func allOrNothing() throws {
    let desk = try Desk()
    let before = try desk.everything()
    let params = #"{"ids":[630,617,632,999],"status":"completed","allOrNothing":true,"key":"k"}"#
    let refused = try desk.call("orders.setStatusMany", params)
    #expect(refused.code == 1006)
    #expect(refused.number("error/data/refused/0/id") == 617)
    #expect(refused.text("error/data/refused/0/error/data/refusal") == "transitionNotAllowed")
    #expect(refused.number("error/data/refused/1/id") == 999)
    #expect(refused.objects("error/data/refused")?.count == 2)
    #expect(try desk.everything() == before)
    let whole = #"{"ids":[630,632],"status":"completed","allOrNothing":true,"key":"k"}"#
    #expect(try desk.call("orders.setStatusMany", whole).number("result/done") == 2)
  }

  @Test("orders are chosen by status and period, the oldest first, up to the limit")
  func selection() throws {
    let desk = try Desk()
    let params = #"{"where":{"status":"processing","limit":3},"status":"on-hold"}"#
    let first = try desk.call("orders.setStatusMany", params)
    #expect(first.objects("result/orders")?.compactMap { $0["id"] as? Int } == [621, 622, 630])
    #expect(first.flag("result/more") == true)
    let second = try desk.call("orders.setStatusMany", params)
    #expect(second.number("result/orders/0/id") == 632 && second.flag("result/more") == false)
    let third = try desk.call("orders.setStatusMany", params)
    #expect(third.flag("result/changed") == false && third.flag("result/applied") == false)
    let rehearsed = try desk.call(
      "orders.setStatusMany",
      #"{"where":{"status":"on-hold","created":{"from":"2021-06-09","to":"2021-06-11"}},"#
        + #""status":"cancelled","dryRun":true}"#)
    #expect(rehearsed.objects("result/orders")?.compactMap { $0["id"] as? Int } == [622, 624])
    #expect(rehearsed.flag("result/changed") == true)
    #expect(rehearsed.flag("result/applied") == false)
    #expect(try desk.call("orders.get", "[624]").text("result/status") == "on-hold")
  }

  @Test("a thousand orders are moved at once, and no more")
  func thousand() throws {
    let desk = try Desk()
    let ids = [630] + Array(repeating: 999, count: 999)
    let reply = try desk.call("orders.setStatusMany", #"{"ids":\#(ids),"status":"completed"}"#)
    #expect(reply.number("result/done") == 1 && reply.number("result/refused") == 999)
    let more = try desk.call("orders.setStatusMany", #"{"ids":\#(ids + [1]),"status":"failed"}"#)
    #expect(more.code == -32602 && more.text("error/data/path") == "/ids")
  }
}

extension SafetyTests {
  private struct Halfway: Error {}

  @Test("a part of a change that fails is undone alone")
  func attempts() throws {
    let desk = try Desk()
    func rename(_ name: String) throws {
      var shop = try desk.store.shop()
      shop.name = name
      try desk.store.save(shop)
    }
    try desk.store.change(by: "x", at: Moment(seconds: 0)) {
      try rename("Avant")
      do {
        try desk.store.attempt {
          try rename("Pendant")
          throw Halfway()
        }
        Issue.record("it did not throw")
      } catch is Halfway {}
      #expect(try desk.store.shop().name == "Avant")
      try desk.store.attempt { try rename("Après") }
    }
    #expect(try desk.call("shop.get").text("result/name") == "Après")
  }
}
