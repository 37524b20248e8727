// The methods on the feed, and that no method changes anything without a word of it there.
import JSONRPC
import ShopRules
import Testing

@testable import ShopService
@testable import ShopStore

@Suite("The methods on the change feed")
struct ChangeMethodsTests {
  private func feed(_ desk: Desk, after: Int = 0) throws -> [[String: Any]] {
    let reply = try desk.call("changes.list", #"{"after":\#(after),"limit":500}"#)
    return try #require(reply.objects("result/changes"))
  }

  private func whats(_ desk: Desk, after: Int = 0) throws -> [String] {
    try feed(desk, after: after).compactMap { $0["what"] as? String }
  }

  /// One call of every method that changes something, and what the feed says of it.
  private static let calls: [(method: String, params: String, whats: [String])] = [
    (
      "orders.create",
      #"""
      {"lines":[{"product":11}],"customer":{"name":"Awa","email":"awa@a.example"},
       "billing":{"name":"Awa","street":"1 rue A","city":"Lyon","country":"FR"}}
      """#, ["order.created"]
    ),
    ("orders.pay", #"{"id":631}"#, ["order.paid"]),
    ("orders.setStatus", #"{"id":630,"status":"pending","force":true}"#, ["order.forced"]),
    (
      "orders.setStatusMany", #"{"ids":[622,617,611,632],"status":"completed"}"#,
      ["order.moved", "order.moved"]
    ),
    ("orders.refund", #"{"id":632,"amount":"1.00"}"#, ["order.refunded"]),
    ("orders.addNote", #"{"id":630,"note":"Parti."}"#, ["order.noted"]),
    ("downloads.grant", #"{"order":630,"product":12}"#, ["order.granted"]),
    ("downloads.revoke", #"{"id":1}"#, ["order.revoked"]),
    ("downloads.redeem", #"{"downloadKey":"4-sample"}"#, ["download.redeemed"]),
    ("shop.importFiles", #"{"files":["\#(SafetyTests.products)"]}"#, ["product.imported"]),
    ("products.create", #"{"name":"Livre","price":"1.00"}"#, ["product.created"]),
    ("products.configure", #"{"id":11,"stock":9}"#, ["product.configured"]),
    ("mails.cancel", #"{"id":1}"#, ["mail.cancelled"]),
    ("mails.resend", #"{"id":2}"#, ["mail.cancelled", "mail.resent"]),
    ("shop.configure", #"{"name":"Phare"}"#, ["shop.configured"]),
  ]

  @Test("every method that changes something is tried here")
  func covered() {
    let changing = shopCatalog.methods.filter { $0.effect == .changes }.map(\.name)
    #expect(Set(Self.calls.map(\.method)) == Set(changing))
  }

  @Test("what each method changes is in the feed, by whom and when; what it only tries is not")
  func calls() throws {
    let desk = try Desk()
    #expect(try whats(desk) == [], "what the store was created with is no change")
    var last = 0
    for call in Self.calls {
      let trial = try desk.call(call.method, #"{"dryRun":true,"# + call.params.dropFirst())
      #expect(trial.flag("result/applied") == false, "\(call.method): \(trial)")
      #expect(try whats(desk, after: last) == [], "\(call.method)")
      let reply = try desk.call(call.method, call.params)
      #expect(reply.flag("result/applied") == true, "\(call.method): \(reply)")
      #expect(try whats(desk, after: last) == call.whats, "\(call.method)")
      last += call.whats.count
    }
    let feed = try feed(desk)
    #expect(feed.allSatisfy { $0["by"] as? String == "libraire" })
    #expect(feed.allSatisfy { $0["at"] as? String == Desk.now })
  }

  @Test("a change that makes no difference, is refused or is a retry is not in the feed")
  func nothing() throws {
    let desk = try Desk()
    let paid = #"{"id":631,"key":"k"}"#
    for (method, params) in [
      ("orders.setStatus", #"{"id":630,"status":"processing"}"#),
      ("orders.setStatus", #"{"id":617,"status":"completed"}"#),
      (
        "orders.setStatusMany",
        #"{"ids":[630,617],"status":"completed","allOrNothing":true}"#
      ),
      ("products.configure", #"{"id":11}"#), ("shop.configure", "{}"),
    ] {
      _ = try desk.call(method, params)
    }
    #expect(try whats(desk) == [])
    for _ in 1...3 { #expect(desk.bytes("orders.pay", paid) == desk.bytes("orders.pay", paid)) }
    #expect(try whats(desk) == ["order.paid"])
  }

  @Test("an import is in the feed with all it brings")
  func imported() throws {
    let desk = try ImportDesk()
    let file = try desk.file("a.json", desk.order(""))
    let products = try desk.file("b.csv", desk.heading + "41,simple,,Relieur & Fils,,20,,,,,,\n")
    _ = try desk.take(file, products, isDryRun: true)
    #expect(try desk.store.read { try desk.store.lastChange() } == 0)
    _ = try desk.take(file, products)
    _ = try desk.take(file, products)
    let feed = try desk.store.read { try desk.store.changes(after: 0, limit: 9) }
    #expect(feed.map(\.what) == [.other(.productImported), .order(.imported)])
    #expect(feed.map(\.by) == ["import", "import"])
  }

  @Test("pages say where to go on, and whether there is more")
  func pages() throws {
    let desk = try Desk()
    for id in [618, 631, 630] { _ = try desk.call("orders.setStatus", "[\(id),\"cancelled\"]") }
    var after = 0
    for (limit, next, more) in [(2, 2, true), (2, 3, false), (2, 3, false)] {
      let page = try desk.call("changes.list", "[\(after),\(limit)]")
      #expect(page.number("result/next") == next && page.flag("result/more") == more)
      #expect(page.number("result/last") == 3)
      after = next
    }
    let beyond = try desk.call("changes.list", "[99]")
    #expect(beyond.number("result/next") == 99 && beyond.flag("result/more") == false)
    #expect(try desk.call("changes.list", "[-1]").text("error/data/path") == "/after")
  }

  @Test("who watches is told of what anybody changed, once, until they watch no more")
  func watching() throws {
    let desk = try Desk()
    let other = try Desk(besides: desk)
    func told() -> [String] {
      var told: [String] = []
      desk.server.announce { told.append(String(decoding: $0, as: UTF8.self)) }
      return told
    }
    func change(_ desk: Desk, _ name: String) throws {
      #expect(try desk.call("shop.configure", #"{"name":"\#(name)"}"#).code == nil)
    }
    func notification(_ after: Int, _ last: Int) -> [String] {
      [
        #"{"jsonrpc":"2.0","method":"changes.changed","#
          + #""params":{"after":\#(after),"last":\#(last)}}"#
      ]
    }
    try change(desk, "A")
    #expect(told() == [])
    #expect(try desk.call("changes.watch").number("result/last") == 1)
    #expect(told() == [])
    try change(desk, "B")
    #expect(told() == notification(1, 2))
    #expect(told() == [])
    for name in ["C", "D", "E"] { try change(other, name) }
    #expect(told() == notification(2, 5))
    // Where looking fails, it is owed.
    try desk.store.database.execute("ALTER TABLE changes RENAME TO elsewhere")
    #expect(told() == [] && desk.log.count == 1)
    try desk.store.database.execute("ALTER TABLE elsewhere RENAME TO changes")
    try change(other, "F")
    #expect(told() == notification(5, 6))
    #expect(try desk.call("changes.unwatch").flag("result/watched") == true)
    try change(other, "G")
    #expect(told() == [])
    #expect(try desk.call("changes.unwatch").flag("result/watched") == false)
    #expect(try desk.call("changes.watch").number("result/last") == 7)
  }
}
