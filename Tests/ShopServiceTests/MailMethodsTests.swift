// The methods on mails, and sending as far as it is the store's.
import JSONRPC
import ShopRules
import ShopStore
import Testing

@testable import ShopService

@Suite("The methods on mails")
struct MailMethodsTests {
  /// A desk where two orders were paid: mails 1 and 2 are of 631, 3 and 4 of 618.
  private func desk() throws -> Desk {
    let desk = try Desk()
    for id in [631, 618] {
      #expect(try desk.call("orders.pay", "[\(id)]").flag("result/applied") == true)
    }
    return desk
  }

  private func ids(_ reply: Reply) throws -> [Int] {
    try #require(reply.objects("result/mails")).compactMap { $0["id"] as? Int }
  }

  @Test("lists are newest first and can be filtered")
  func filters() throws {
    let desk = try desk()
    #expect(try ids(try desk.call("mails.list")) == [4, 3, 2, 1])
    #expect(try ids(try desk.call("mails.list", #"{"order":631}"#)) == [2, 1])
    #expect(try ids(try desk.call("mails.list", #"{"kind":"new-order"}"#)) == [3, 1])
    #expect(try desk.call("mails.cancel", "[3]").code == nil)
    #expect(try ids(try desk.call("mails.list", #"{"state":"cancelled"}"#)) == [3])
    #expect(
      try ids(
        try desk.call("mails.list", #"{"state":"waiting","kind":"new-order","order":618}"#)) == [])
  }

  @Test("pages go on where they ended, while mails are added", arguments: [1, 2, 3])
  func pages(limit: Int) throws {
    let desk = try desk()
    var found: [Int] = []
    var cursor = "null"
    repeat {
      let page = try desk.call("mails.list", #"{"limit":\#(limit),"cursor":\#(cursor)}"#)
      found += try ids(page)
      cursor = page.text("result/nextCursor").map { "\"\($0)\"" } ?? "null"
      #expect(try desk.call("mails.resend", "[1]").code == nil)
    } while cursor != "null"
    #expect(found == [4, 3, 2, 1])
  }

  @Test("a cursor of another list is refused")
  func otherCursor() throws {
    let desk = try desk()
    let cursor = try #require(
      try desk.call("products.list", #"{"limit":1}"#).text("result/nextCursor"))
    let reply = try desk.call("mails.list", #"{"cursor":"\#(cursor)"}"#)
    #expect(reply.code == -32602)
    #expect(reply.text("error/data/path") == "/cursor")
  }

  @Test("what comes after payment is one mail to the shop and one to the customer")
  func contents() throws {
    let desk = try desk()
    let toShop = try desk.call("mails.get", "[1]")
    #expect(toShop.text("result/kind") == "new-order")
    #expect(toShop.text("result/to") == "shop")
    #expect(toShop.text("result/address") == "librairie@phare.example")
    #expect(toShop.text("result/body")?.contains("7 place du Marché\n21200 Beaune") == true)
    #expect(toShop.text("result/body")?.contains("mardi 22\u{A0}juin 2021") == true)
    let toCustomer = try desk.call("mails.get", "[4]")
    #expect(toCustomer.text("result/kind") == "order-completed")
    #expect(toCustomer.text("result/address") == "noemie.castaing@poste.example")
    let links = try desk.store.downloads(.init(order: 618)).map {
      "https://phare.example/telecharger/\($0.key)\n"
    }
    #expect(links.count == 2)
    for link in links {
      #expect(toCustomer.text("result/body")?.contains(link) == true)
    }
  }

  @Test("a list shows no bodies")
  func rows() throws {
    let mails = try #require(try desk().call("mails.list").objects("result/mails"))
    #expect(mails.allSatisfy { $0["body"] == nil && $0["subject"] != nil })
  }

  @Test("sent, cancelled and waiting mails can be sent again, but only one of two waiting ones is")
  func resend() throws {
    let desk = try desk()
    #expect(try desk.call("mails.cancel", "[1]").text("result/mail/state") == "cancelled")
    let copy = try desk.call("mails.resend", "[1]")
    #expect(copy.number("result/mail/id") == 5)
    #expect(copy.text("result/mail/state") == "waiting")
    #expect(
      copy.text("result/mail/body") == (try desk.call("mails.get", "[1]").text("result/body")))
    #expect(try desk.call("mails.get", "[1]").text("result/state") == "cancelled")
    #expect(try desk.call("mails.resend", "[5]").number("result/mail/id") == 6)
    #expect(try desk.call("mails.get", "[5]").text("result/state") == "cancelled")
  }

  @Test("a dry run answers and changes nothing", arguments: ["mails.cancel", "mails.resend"])
  func dryRun(method: String) throws {
    let desk = try desk()
    let before = desk.bytes("mails.list")
    let reply = try desk.call(method, #"{"id":2,"dryRun":true}"#)
    #expect(reply.flag("result/changed") == true)
    #expect(reply.flag("result/applied") == false)
    #expect(desk.bytes("mails.list") == before)
  }

  @Test(
    "a mail that is not there is refused", arguments: ["mails.get", "mails.resend", "mails.cancel"])
  func missing(method: String) throws {
    let reply = try desk().call(method, "[99]")
    #expect(reply.code == 1301)
    #expect(reply.number("error/data/id") == 99)
  }

  @Test("only a waiting mail can be cancelled")
  func cancelTwice() throws {
    let desk = try desk()
    #expect(try desk.call("mails.cancel", "[2]").code == nil)
    let reply = try desk.call("mails.cancel", "[2]")
    #expect(reply.code == 1302)
    #expect(reply.text("error/data/state") == "cancelled")
  }

  // MARK: Sending

  private func session(_ desk: Desk) throws -> (Session, Moment) {
    let now = try #require(Moment(rfc3339: Desk.now))
    return (Session(store: desk.store, path: desk.path, actor: "", clock: { now }), now)
  }

  private func later(_ moment: Moment, _ seconds: Int64) -> Moment {
    Moment(seconds: moment.seconds + seconds)
  }

  @Test("a mail in hand is nobody else's, until it was held too long")
  func lease() throws {
    let desk = try desk()
    let (session, now) = try session(desk)
    let end = later(now, 120)
    let taken = try (0..<5).compactMap { _ in try session.takeMail(dueBy: now, until: end)?.id }
    #expect(taken == [1, 2, 3, 4])
    #expect(try session.takeMail(dueBy: later(now, 119), until: end) == nil)
    #expect(try session.takeMail(dueBy: end, until: later(now, 240))?.id == 1)
  }

  @Test("what was handed over is sent, and what failed waits longer each time")
  func settle() throws {
    let desk = try desk()
    let (session, start) = try session(desk)
    let first = try #require(try session.takeMail(dueBy: start, until: later(start, 120)))
    #expect(try session.settle(first, failure: nil, at: later(start, 5)) == nil)
    let sent = try desk.call("mails.get", "[1]")
    #expect(sent.text("result/state") == "sent")
    #expect(sent.text("result/sentAt") == "2021-06-17T12:16:05+02:00")
    #expect(sent.isNull("result/dueAt"))
    var now = start
    for pause: Int64 in [60, 120, 240] {
      let mail = try #require(try session.takeMail(dueBy: now, until: later(now, 1000)))
      #expect(mail.id == 2 || mail.failures == 0)
      guard mail.id == 2 else { continue }
      let again = try session.settle(mail, failure: "no route", at: now)
      #expect(again == later(now, pause))
      // The others are in hand of somebody else from here on.
      while try session.takeMail(dueBy: now, until: later(now, 100_000)) != nil {}
      now = try #require(again)
    }
    let failed = try desk.call("mails.get", "[2]")
    #expect(failed.number("result/failures") == 3)
    #expect(failed.text("result/lastError") == "no route")
    #expect(failed.text("result/state") == "waiting")
  }

  @Test("a mail that is cancelled while it is handed over ends as what really happened")
  func cancelledInHand() throws {
    let desk = try desk()
    let (session, now) = try session(desk)
    let taken = try (0..<2).map { _ in
      try #require(try session.takeMail(dueBy: now, until: later(now, 120)))
    }
    for mail in taken { #expect(try desk.call("mails.cancel", "[\(mail.id)]").code == nil) }
    _ = try session.settle(taken[0], failure: nil, at: now)
    #expect(try session.settle(taken[1], failure: "no route", at: now) == nil)
    #expect(try desk.call("mails.get", "[1]").text("result/state") == "sent")
    #expect(try desk.call("mails.get", "[2]").text("result/state") == "cancelled")
  }
}
