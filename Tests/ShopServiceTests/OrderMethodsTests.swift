// The methods on orders, from request to answer.
import Foundation
import Testing

@testable import ShopStore

@Suite("The methods on orders")
struct OrderMethodsTests {
  private static let awa = """
    "customer":{"name":"Awa","email":"awa@a.example"},\
    "billing":{"name":"Awa","street":"1 rue A","postcode":"75011","city":"Paris","country":"FR"}
    """

  @Test("an order is placed, priced from the catalog, and there from then on")
  func create() throws {
    let desk = try Desk()
    let reply = try desk.call(
      "orders.create",
      #"{"lines":[{"product":11,"quantity":2},{"product":12}],\#(Self.awa),"shippingCost":"3.5"}"#)
    #expect(reply.flag("result/changed") == true && reply.flag("result/applied") == true)
    #expect(reply.number("result/order/id") == 633)
    #expect(reply.text("result/order/status") == "pending")
    #expect(reply.text("result/order/statusLabel") == "Attente paiement")
    #expect(reply.text("result/order/purchased") == "2 × Le Horla, 1 × Le Horla (ebook)")
    #expect(reply.text("result/order/gross") == "28.29")
    #expect(reply.text("result/order/adminFee") == "2.48")
    #expect(reply.text("result/order/net") == "25.81")
    #expect(reply.text("result/order/shippingCost") == "3.50")
    #expect(reply.text("result/order/createdAt") == Desk.now)
    #expect(reply.text("result/order/dateLabel") == "17 juin 2021 @12h16")
    #expect(reply.text("result/order/shipping/city") == "Paris")
    #expect(reply.isNull("result/order/customer/phone") && reply.isNull("result/order/shipBy"))
    #expect(reply.text("result/order/history/0/by") == "libraire")
    let stored = try desk.call("orders.get", #"{"id":633}"#)
    #expect(try stored.json("result") == reply.json("result/order"))
    #expect(try desk.call("orders.count").number("result/byStatus/pending") == 3)
  }

  @Test("a payment and then each status that may follow, as the tutorial tells it")
  func life() throws {
    let desk = try Desk()
    let paid = try desk.call("orders.pay", #"{"id":631,"transactionId":"pi_631"}"#)
    #expect(paid.text("result/order/status") == "processing")
    #expect(paid.text("result/order/transactionId") == "pi_631")
    #expect(paid.text("result/order/shipBy") == "2021-06-22")
    #expect(paid.number("result/order/version") == 2)
    #expect(paid.text("result/order/actions/0/label") == "Terminée")
    #expect(paid.text("result/order/actions/0/method") == "orders.setStatus")
    let action = try paid.json("result/order/actions/0/params")
    let completed = try desk.call("orders.setStatus", action)
    #expect(completed.text("result/order/status") == "completed")
    #expect(completed.text("result/order/completedAt") == Desk.now)
    let again = try desk.call("orders.setStatus", action)
    #expect(again.flag("result/changed") == false && again.flag("result/applied") == false)
    #expect(again.number("result/order/version") == 3)
    let late = try desk.call("orders.pay", "[631]")
    #expect(late.flag("result/changed") == false)
    let ebook = try desk.call("orders.pay", "[618]")
    #expect(ebook.text("result/order/status") == "completed" && ebook.isNull("result/order/shipBy"))
  }

  @Test("what may not follow is refused with what may, and force lets it")
  func refusedMove() throws {
    let desk = try Desk()
    let before = try desk.everything()
    let refused = try desk.call("orders.setStatus", #"{"id":617,"status":"processing"}"#)
    #expect(refused.code == 1002 && refused.texts("error/data/allowed") == [])
    #expect(refused.text("error/data/from") == "refunded")
    let other = try desk.call("orders.setStatus", #"{"id":623,"status":"completed"}"#)
    #expect(other.texts("error/data/allowed") == ["pending"])
    #expect(other.flag("error/data/transient") == false)
    #expect(try desk.everything() == before)
    let forced = try desk.call(
      "orders.setStatus", #"{"id":617,"status":"processing","force":true}"#)
    #expect(forced.text("result/order/status") == "processing")
    #expect(forced.text("result/order/history/4/what") == "forced")
  }

  @Test(
    "a dry run answers what would be and writes nothing",
    arguments: [
      ("orders.create", #"{"lines":[{"product":11}],\#(awa)}"#),
      ("orders.pay", #"{"id":631,"transactionId":"t"}"#),
      ("orders.setStatus", #"{"id":630,"status":"completed"}"#),
      ("products.create", #"{"name":"Neuf","price":"1"}"#),
      ("products.configure", #"{"id":11,"virtual":true,"downloadable":true,"files":[]}"#),
      ("shop.configure", #"{"name":"Autre","language":"en","timeZone":"UTC"}"#),
    ])
  func dryRun(method: String, params: String) throws {
    let desk = try Desk()
    let before = try desk.everything()
    let rehearsed = try desk.call(method, params.dropLast() + #","dryRun":true}"#)
    #expect(rehearsed.flag("result/changed") == true && rehearsed.flag("result/applied") == false)
    #expect(try desk.everything() == before)
    let done = try desk.call(method, params)
    #expect(done.flag("result/applied") == true)
    let part = String(method.split(separator: ".")[0].trimmingSuffix("s"))
    #expect(try done.json("result/\(part)") == rehearsed.json("result/\(part)"))
    #expect(try desk.everything() != before)
  }

  @Test("a label or a wc- word for a status is refused with the name it stands for")
  func statusNames() throws {
    let desk = try Desk()
    for (word, name) in [
      ("Terminée", "completed"), ("wc-on-hold", "on-hold"), ("FAILED", "failed"),
    ] {
      let reply = try desk.call("orders.setStatus", #"{"id":630,"status":"\#(word)"}"#)
      #expect(reply.code == -32602 && reply.text("error/data/path") == "/status")
      #expect(reply.text("error/data/hint")?.contains("\"\(name)\"") == true, "\(reply)")
    }
    let unknown = try desk.call("orders.setStatus", #"{"id":630,"status":"done"}"#)
    #expect(unknown.code == -32602 && unknown.text("error/data/hint") == nil)
    #expect(try desk.call("orders.get", "[630]").text("result/status") == "processing")
  }

  @Test("an order that is not there is refused by every method")
  func noSuchOrder() throws {
    let desk = try Desk()
    for method in ["orders.get", "orders.pay"] {
      let reply = try desk.call(method, #"{"id":9007199254740991}"#)
      #expect(reply.code == 1001 && reply.number("error/data/id") == 9_007_199_254_740_991)
    }
    #expect(try desk.call("orders.setStatus", #"[1,"failed"]"#).code == 1001)
  }

  @Test(
    "what cannot become an order says why",
    arguments: [
      (#"{"lines":[{"product":99}],\#(awa)}"#, 1101, "There is no product 99"),
      (#"{"lines":[],\#(awa)}"#, -32602, "/lines: expected an array of 1 to 500"),
      (#"{"lines":[{"product":11,"quantity":0}],\#(awa)}"#, -32602, "/lines/0/quantity"),
      (
        #"{"lines":[{"product":16,"quantity":100000}],\#(awa),"shippingCost":"10000000000000"}"#,
        1005, "add up"
      ),
      (#"{"lines":[{"product":11}],\#(awa),"discount":"9.91"}"#, 1004, "9.91"),
      (#"{"lines":[{"product":11}],\#(awa),"discount":"9.911"}"#, -32602, "at most 2 decimals"),
      (#"{"lines":[{"product":11}],\#(awa),"discount":1.5}"#, -32602, #"quotes: "1.5""#),
      (#"{"lines":[{"product":11}],\#(awa),"discount":"-1"}"#, -32602, "/discount"),
      (#"{"lines":[{"product":11}],\#(awa),"discount":"1,50"}"#, -32602, "/discount"),
      (
        #"{"lines":[{"product":11}],\#(awa),"shipping":{"city":"Lyon"}}"#, 1003,
        "The shipping address lacks name, street, country. Send \"shipping\" with them."
      ),
      (
        #"{"lines":[{"product":11}],"customer":{"name":"A","email":"a@b c"},"billing":{}}"#,
        -32602, "/customer/email"
      ),
    ])
  func refusedCreation(params: String, code: Int, words: String) throws {
    let desk = try Desk()
    let before = try desk.everything()
    let reply = try desk.call("orders.create", params)
    #expect(reply.code == code, "\(reply)")
    #expect(reply.text("error/message")?.contains(words) == true, "\(reply)")
    #expect(try desk.everything() == before)
  }

  @Test("a cursor leads to the next page of its own list and is refused by every other")
  func cursors() throws {
    let desk = try Desk()
    let first = try desk.call("orders.list", #"{"limit":10,"status":["completed","processing"]}"#)
    let cursor = try #require(first.text("result/nextCursor"))
    let second = try desk.call(
      "orders.list", #"{"limit":10,"status":["completed","processing"],"cursor":"\#(cursor)"}"#)
    let ids = [first, second].flatMap { $0.objects("result/orders") ?? [] }
      .compactMap { $0["id"] as? Int }
    #expect(ids.count == Set(ids).count && ids == ids.sorted(by: >))
    #expect(second.isNull("result/nextCursor"))
    for other in [#""sort":"id""#, #""sort":"total""#, #""descending":false"#] {
      let reply = try desk.call("orders.list", #"{\#(other),"cursor":"\#(cursor)"}"#)
      #expect(reply.code == -32602 && reply.text("error/data/path") == "/cursor", "\(other)")
    }
    #expect(try desk.call("products.list", #"{"cursor":"\#(cursor)"}"#).code == -32602)
  }

  @Test(
    "what is no cursor is refused",
    arguments: ["", "5b", "zz", "5b5d", "7b7d", "5b6e756c6c5d", "5b312e355d", "é0", "5b225d5"])
  func badCursors(word: String) throws {
    let desk = try Desk()
    for method in ["orders.list", "products.list"] {
      let reply = try desk.call(method, #"{"cursor":"\#(word)"}"#)
      #expect(reply.code == -32602 && reply.text("error/data/path") == "/cursor", "\(reply)")
    }
  }

  @Test("filters name days in the shop's time zone, both ends included")
  func period() throws {
    let desk = try Desk()
    func ids(_ period: String) throws -> [Int] {
      let reply = try desk.call("orders.list", #"{"created":\#(period),"sort":"id"}"#)
      return try #require(reply.objects("result/orders")).compactMap { $0["id"] as? Int }
    }
    #expect(try ids(#"{"from":"2021-06-04","to":"2021-06-04"}"#) == [618], "23:51 in Paris")
    #expect(try ids(#"{"from":"2021-06-17T12:16:00+02:00"}"#) == [630, 631, 632])
    #expect(try ids(#"{"to":"2021-05-25"}"#) == [611])
    #expect(try ids(#"{"from":"2021-06-18","to":"2021-06-01"}"#) == [])
  }

  @Test("params by position are the same as by name")
  func positions() throws {
    let desk = try Desk()
    #expect(desk.bytes("orders.get", "[630]") == desk.bytes("orders.get", #"{"id":630}"#))
    let list = #"{"status":"pending","sort":"id","descending":true,"limit":1}"#
    #expect(
      desk.bytes("orders.list", #"["pending",null,null,null,"id",true,1]"#)
        == desk.bytes("orders.list", list))
    #expect(try desk.call("orders.get", "[630,1]").code == -32602)
    let moved = try desk.call("orders.setStatus", #"[630,"completed",false,true,true]"#)
    #expect(moved.flag("result/changed") == true && moved.flag("result/applied") == false)
  }

  @Test("a page of fifty ordinary orders stays below 64 KiB")
  func pageSize() throws {
    let desk = try Desk()
    let lines = #"[{"product":11,"quantity":2},{"product":17}]"#
    let params = """
      {"lines":\(lines),"shippingCost":"3.50","customer":{"name":"Noémie Castaing",\
      "email":"noemie.castaing@poste.example","phone":"+33 5 36 49 08 88"},\
      "billing":{"name":"Noémie Castaing","street":"21 allée de Tourny","postcode":"33000",\
      "city":"Bordeaux","country":"FR"}}
      """
    for number in 0..<60 {
      let order = try desk.call("orders.create", params)
      let id = try #require(order.number("result/order/id"))
      // As in the sample: of four, one waits for its payment, one is to be sent, two are done.
      if number % 4 > 0 { _ = try desk.call("orders.pay", #"{"id":\#(id),"transactionId":"pi"}"#) }
      if number % 4 > 1 { _ = try desk.call("orders.setStatus", #"[\#(id),"completed"]"#) }
    }
    let page = desk.bytes("orders.list")
    #expect(page.count < 65_536, "\(page.count) bytes")
    #expect(page.count > 50_000, "fifty orders are in it: \(page.count) bytes")
  }
}

extension Substring {
  fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
    hasSuffix(suffix) ? dropLast(suffix.count) : self
  }
}
