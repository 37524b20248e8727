// Imports of what WooCommerce tells of orders apart from them: refunds, notes and downloads.
import Foundation
import ShopRules
import ShopService
import ShopStore
import Testing

@Suite("Imports of what belongs to orders")
struct ImportPartsTests {
  private let desk: ImportDesk
  private var store: Store { desk.store }

  init() throws {
    desk = try ImportDesk()
    let csv =
      desk.heading + "41,\"simple, downloadable, virtual\",,Le Horla,,11.00,,,,,EPUB,41.epub"
    _ = try desk.take(try desk.file("products.csv", csv))
  }

  private func order(_ members: String = "", status: String = "processing") throws -> String {
    let text = desk.order(members)
      .replacingOccurrences(of: "\"processing\"", with: "\"\(status)\"")
    return try desk.file("order-\(UUID().uuidString).json", text)
  }

  /// Refund 31 of order 900: one of its two items.
  private let refund = """
    {"id":31,"date_created":"2021-06-19T09:00:00","date_created_gmt":"2021-06-19T07:00:00",
     "amount":"10.00","reason":"d&eacute;chir&eacute;","refunded_by":1,
     "line_items":[{"product_id":41,"name":"x","quantity":-1,"total":"-9.00","total_tax":"-1.00"}],
     "_links":{"up":[{"href":"https://a.example/wp-json/wc/v3/orders/900"}]}}
    """

  private var whole: Refund {
    get throws {
      Refund(
        at: try #require(Moment(rfc3339: "2021-06-19T07:00:00Z")), by: "import",
        amount: Money(minorUnits: 1000), reason: "déchiré",
        lines: [Refund.Line(line: 0, quantity: 1, amount: Money(minorUnits: 1000))], sourceID: 31)
    }
  }

  private func stored() throws -> OrderFile { try #require(try store.orderFile(900)) }

  @Test(
    "an order brings the sums of its refunds, and their own file all of them",
    arguments: [true, false])
  func refunds(orderFirst: Bool) throws {
    let order = try order(#","refunds":[{"id":31,"reason":"r","total":"-10.00"}]"#)
    let refund = try desk.file("refunds.json", "[\(refund)]")
    let report = try orderFirst ? desk.take(order, refund) : desk.take(refund, order)
    #expect(report.ordersAdded == 1)
    #expect(report.refundsAdded == 1)
    #expect(report.present == 0)
    #expect(try stored().refunds == [try whole])
    #expect(try stored().order.refunded == Money(minorUnits: 1000))
    #expect(try stored().order.status == .processing)
    let again = try desk.take(order, refund)
    #expect(again.refundsAdded == 0)
    #expect(again.present == 2)
  }

  @Test("a refund that came after its order is added to it, and the last one ends it")
  func later() throws {
    _ = try desk.take(try order())
    #expect(try desk.take(try desk.file("refund.json", refund)).refundsAdded == 1)
    #expect(try stored().refunds == [try whole])
    #expect(try stored().history.last?.what == .refunded)
    let rest = refund.replacingOccurrences(of: "\"id\":31", with: "\"id\":32")
      .replacingOccurrences(of: "\"amount\":\"10.00\"", with: "\"amount\":\"15.90\"")
    #expect(try desk.take(try desk.file("rest.json", rest)).refundsAdded == 1)
    #expect(try stored().order.status == .refunded)
    #expect(try store.mails(MailQuery(limit: 9)) == [], "an import mails nobody")
  }

  @Test("an order that is refunded has given back all of it, told of or not")
  func refunded() throws {
    _ = try desk.take(
      try order(#","refunds":[{"id":7,"reason":"","total":"-5.90"}]"#, status: "refunded"))
    #expect(try stored().refunds.map(\.amount.minorUnits) == [590, 2000])
    #expect(try stored().order.refunded == Money(minorUnits: 2590))
  }

  @Test("notes come oldest first with who wrote them, and what the customer wrote too")
  func notes() throws {
    let notes = """
      [{"id":2,"author":"Ma&icirc;a","date_created_gmt":"2021-06-18T08:00:00","note":"Parti &amp; suivi",
        "customer_note":true,"order_id":900},
       {"id":1,"author":"system","date_created_gmt":"2021-06-17T10:20:00","note":"Payée",
        "customer_note":false,"_links":{"up":[{"href":"https://a.example/orders/900"}]}}]
      """
    let file = try desk.file("notes.json", notes)
    let report = try desk.take(file, try order(#","customer_note":"Sonnez deux fois""#))
    #expect(report.notesAdded == 3)
    let found = try stored().notes
    #expect(found.map(\.note) == ["Sonnez deux fois", "Payée", "Parti & suivi"])
    #expect(found.map(\.by) == ["Noémie Castaing", "system", "Maîa"])
    #expect(found.map(\.what) == [.noted, .noted, .customerNoted])
    #expect(try desk.take(file).notesAdded == 0)
    #expect(try stored().notes.count == 3)
  }

  @Test("a customer's download keeps its count and its last day")
  func downloads() throws {
    let download = """
      {"download_id":"d1","product_id":41,"download_name":"EPUB","order_id":900,
       "downloads_remaining":"3","access_expires":"2021-07-03T00:00:00",
       "access_expires_gmt":"2021-07-02T22:00:00",
       "file":{"name":"EPUB","file":"https://a.example/41.epub"}}
      """
    let file = try desk.file("downloads.json", download)
    #expect(try desk.take(try order(), file).downloadsAdded == 1)
    let found = try #require(try store.downloads(DownloadQuery(order: 900)).first)
    #expect(found.left == 3)
    #expect(found.file.location == "https://a.example/41.epub")
    #expect(found.expiresOn(try stored().order, in: try newShop()) == Day("2021-07-03"))
    #expect(try stored().lines[0].hasDownloads)
    #expect(try desk.take(file).present == 1)
    let endless = download.replacingOccurrences(of: "\"3\"", with: "\"unlimited\"")
      .replacingOccurrences(of: "\"2021-07-03T00:00:00\"", with: "\"never\"")
      .replacingOccurrences(of: "41.epub", with: "41.pdf")
    #expect(try desk.take(try desk.file("endless.json", endless)).downloadsAdded == 1)
    let second = try #require(try store.downloads(DownloadQuery(order: 900)).last)
    #expect(second.left == nil && second.expiryDays == nil)
  }

  @Test("what cannot be taken is named, and nothing is written of it")
  func refusals() throws {
    #expect(
      try desk.problem("early.json", refund)
        == "record 1 (refund 31): order: order 900 is not in the store: import it with this or before"
    )
    _ = try desk.take(try order())
    func problem(_ text: String, _ changed: String) throws -> String? {
      try desk.problem("bad.json", refund.replacingOccurrences(of: text, with: changed))
    }
    let place = "record 1 (refund 31): "
    #expect(
      try problem("\"amount\":\"10.00\"", "\"amount\":\"26.00\"")
        == place + "amount: order 900 has 25.90 left to give back")
    #expect(
      try problem("\"amount\":\"10.00\"", "\"amount\":\"9.99\"")
        == place + "amount: its lines add up to more")
    #expect(
      try problem("\"quantity\":-1", "\"quantity\":-3")
        == place + "line_items/0/quantity: 3 is not from 0 to 2")
    #expect(
      try problem("orders/900", "orders/latest")
        == place + "_links: it does not say which order this belongs to")
    #expect(try stored().refunds == [])
    let other = desk.order(#","refunds":[{"id":5,"total":"-26.00"}]"#)
      .replacingOccurrences(of: "\"id\":900", with: "\"id\":901")
    #expect(
      try desk.problem("orders.json", other)
        == "record 1 (order 901): refunds: they add up to more than the total")
  }

  @Test("of two lines of one product the refund goes to the one that it fits")
  func sameProduct() throws {
    let line = #""product_id":41,"name":"Le Horla""#
    let text = desk.order("").replacingOccurrences(
      of: "\"line_items\":[",
      with: "\"line_items\":[{\(line),\"quantity\":1,\"total\":\"1.00\",\"total_tax\":\"0.00\"},")
    _ = try desk.take(try desk.file("order.json", text))
    let two = refund.replacingOccurrences(of: "\"quantity\":-1", with: "\"quantity\":-2")
    _ = try desk.take(try desk.file("refund.json", two))
    #expect(try stored().refunds.first?.lines.map(\.line) == [1])
  }

  @Test(
    "numbers that no shop has are named, and end nothing",
    arguments: ["-9223372036854775808", "9223372036854775807", "-100001"])
  func hostile(quantity: String) throws {
    _ = try desk.take(try order())
    let text = refund.replacingOccurrences(
      of: "\"quantity\":-1", with: "\"quantity\":\(quantity)")
    #expect(
      try desk.problem("bad.json", text)?.contains("quantity: \(quantity) is not from") == true)
  }

  @Test("a line that is given back loses its downloads, and no later import brings them back")
  func lostDownloads() throws {
    let download = """
      {"download_id":"d1","product_id":41,"order_id":900,"file":{"name":"E","file":"41.epub"}}
      """
    let file = try desk.file("downloads.json", download)
    _ = try desk.take(try order(), file)
    #expect(try store.downloads(DownloadQuery(order: 900)).count == 1)
    let all = refund.replacingOccurrences(of: "\"quantity\":-1", with: "\"quantity\":-2")
    _ = try desk.take(try desk.file("refund.json", all))
    #expect(try store.downloads(DownloadQuery(order: 900)) == [])
    #expect(try desk.take(file).present == 1)
    #expect(try store.downloads(DownloadQuery(order: 900)) == [])
    let more = refund.replacingOccurrences(of: "\"id\":31", with: "\"id\":32")
    #expect(
      try desk.problem("more.json", more)
        == "record 1 (refund 32): line_items: line 0 of order 900 has 0 items and 10.00 left to give back"
    )
    let nothing = """
      {"id":33,"order_id":900,"amount":"0.00","refunded_by":1}
      """
    #expect(try desk.take(try desk.file("nothing.json", nothing)).leftOut.count == 1)
    let nameless = #"{"order_id":900,"amount":"1.00","refunded_by":1}"#
    #expect(
      try desk.problem("nameless.json", nameless)
        == "record 1 (refund): id: it is missing: this was never in a shop")
  }

  @Test("a refund belongs to one order")
  func twice() throws {
    let refunds = #","refunds":[{"id":31,"total":"-1.00"}]"#
    _ = try desk.take(try order(refunds))
    let other = desk.order(refunds).replacingOccurrences(of: "\"id\":900", with: "\"id\":901")
    #expect(
      try desk.problem("orders.json", other)
        == "record 1 (order 901): refunds: refund 31 is order 900's already")
  }
}
