// The methods on products, on the shop and on the store they share.
import Foundation
import ShopRules
import Testing

@testable import ShopStore

@Suite("The methods on products and the shop")
struct SettingsMethodsTests {
  @Test("a product is added with all that is said of it")
  func createProduct() throws {
    let desk = try Desk()
    let params = """
      {"name":"Neuf","price":"12.5","sku":"N-1","virtual":true,"downloadable":true,\
      "files":[{"name":"b","location":"2"},{"name":"a","location":"1"}],"downloadLimit":3,\
      "downloadExpiryDays":30,"stock":-2,"fee":{"percent":"12.5","fixed":"0.3"}}
      """
    let reply = try desk.call("products.create", params)
    #expect(reply.number("result/product/id") == 23 && reply.number("result/product/version") == 1)
    #expect(reply.text("result/product/price") == "12.50")
    #expect(reply.text("result/product/fee/percent") == "12.5")
    #expect(reply.text("result/product/fee/fixed") == "0.30")
    #expect(reply.flag("result/product/completesByItself") == true)
    #expect(reply.text("result/product/files/0/name") == "b")
    #expect(reply.number("result/product/stock") == -2)
    #expect(
      try desk.call("products.get", "[23]").json("result") == reply.json("result/product"))
  }

  @Test("what is absent stays, and null takes away")
  func configureNull() throws {
    let desk = try Desk()
    func configure(_ members: String) throws -> Reply {
      try desk.call("products.configure", #"{"id":19\#(members)}"#)
    }
    let same = try configure("")
    #expect(same.flag("result/changed") == false && same.flag("result/applied") == false)
    #expect(same.number("result/product/downloadLimit") == 3)
    #expect(same.text("result/product/sku") == "PHARE-19")
    let stocked = try configure(#","stock":7,"fee":{"percent":"5"},"name":"Audio""#)
    #expect(stocked.number("result/product/stock") == 7)
    #expect(stocked.text("result/product/fee/percent") == "5")
    #expect(stocked.number("result/product/downloadLimit") == 3)
    let bare = try configure(
      #","sku":null,"stock":null,"fee":null,"downloadLimit":null,"downloadExpiryDays":null"#
        + #","name":null,"price":null,"virtual":null,"files":null"#)
    for field in ["sku", "stock", "fee", "downloadLimit", "downloadExpiryDays"] {
      #expect(bare.isNull("result/product/\(field)"), "\(field)")
    }
    #expect(bare.text("result/product/name") == "Audio", "null is absent where it means nothing")
    #expect(bare.text("result/product/price") == "14.90")
    #expect(bare.flag("result/product/virtual") == true)
    #expect(bare.objects("result/product/files")?.count == 1)
    #expect(bare.number("result/product/version") == 3)
    #expect(try configure(#","sku":null"#).flag("result/changed") == false)
  }

  @Test("files survive a time in which their product is not downloadable")
  func filesStay() throws {
    let desk = try Desk()
    _ = try desk.call("products.configure", #"{"id":12,"downloadable":false}"#)
    let back = try desk.call("products.configure", #"{"id":12,"downloadable":true}"#)
    #expect(back.objects("result/product/files")?.count == 2)
    #expect(try desk.call("products.get", "[12]").objects("result/files")?.count == 2)
  }

  @Test("two products never share a SKU")
  func skuTaken() throws {
    let desk = try Desk()
    let before = try desk.everything()
    for (method, params) in [
      ("products.create", #"{"name":"Neuf","price":"1","sku":"PHARE-11"}"#),
      ("products.configure", #"{"id":12,"sku":"PHARE-11"}"#),
    ] {
      let reply = try desk.call(method, params)
      #expect(reply.code == 1102 && reply.number("error/data/product") == 11)
    }
    #expect(try desk.call("products.configure", #"{"id":99}"#).code == 1101)
    #expect(try desk.everything() == before)
    let own = try desk.call("products.configure", #"{"id":11,"sku":"PHARE-11"}"#)
    #expect(own.flag("result/changed") == false)
  }

  @Test(
    "an order of a product that became digital completes by itself, an older one stays as it was")
  func flags() throws {
    let desk = try Desk()
    let paid = try desk.call("orders.get", "[622]")
    let change = try desk.call(
      "products.configure", #"{"id":16,"virtual":true,"downloadable":true}"#)
    #expect(change.flag("result/product/completesByItself") == true)
    #expect(try desk.call("orders.get", "[622]").json("result") == paid.json("result"))
    let payment = try desk.call("orders.pay", "[631]")
    #expect(payment.text("result/order/status") == "completed")
    #expect(payment.flag("result/order/lines/0/downloadable") == true)
  }

  @Test("every setting of the shop is changed, answered and kept")
  func configureShop() throws {
    let desk = try Desk(sample: false)
    let params = """
      {"name":"Shop","email":"a@b.example","language":"en","currency":"JPY","timeZone":"Asia/Tokyo",\
      "shippingDays":0,"holidays":["2025-01-02","2025-01-01"],"fee":{"percent":"10","fixed":"30"},\
      "downloadBaseUrl":"https://b.example/"}
      """
    let reply = try desk.call("shop.configure", params)
    #expect(
      try reply.json("result/shop") == """
        {"currency":"JPY","downloadBaseUrl":"https:\\/\\/b.example\\/","email":"a@b.example",\
        "fee":{"fixed":"30","percent":"10"},"holidays":["2025-01-01","2025-01-02"],"language":"en",\
        "name":"Shop","shippingDays":0,"timeZone":"Asia\\/Tokyo"}
        """)
    #expect(try desk.call("shop.get").json("result") == reply.json("result/shop"))
    #expect(try desk.call("shop.configure", params).flag("result/changed") == false)
    let bare = try desk.call("shop.configure", #"{"downloadBaseUrl":"","holidays":"none"}"#)
    #expect(bare.isNull("result/shop/downloadBaseUrl"))
    #expect(bare.text("result/shop/holidays") == "none")
    #expect(bare.text("result/shop/name") == "Shop")
  }

  @Test(
    "what is no setting is refused where it stands",
    arguments: [
      (#"{"timeZone":"Europe/Pariss"}"#, "/timeZone"), (#"{"timeZone":"../passwd"}"#, "/timeZone"),
      (#"{"timeZone":""}"#, "/timeZone"), (#"{"currency":"EURO"}"#, "/currency"),
      (#"{"currency":"XXX"}"#, "/currency"), (#"{"language":"de"}"#, "/language"),
      (#"{"shippingDays":-1}"#, "/shippingDays"), (#"{"shippingDays":1.5}"#, "/shippingDays"),
      (#"{"holidays":"fr"}"#, "/holidays"), (#"{"holidays":["2025-02-30"]}"#, "/holidays/0"),
      (#"{"fee":{"percent":"101"}}"#, "/fee/percent"), (#"{"fee":{"percent":10}}"#, "/fee/percent"),
      (#"{"fee":{"fixed":"0.001"}}"#, "/fee/fixed"), (#"{"email":"a b@c"}"#, "/email"),
      (#"{"name":""}"#, "/name"), (#"{"shipingDays":3}"#, "/shipingDays"),
    ])
  func badSetting(params: String, path: String) throws {
    let desk = try Desk()
    let before = try desk.everything()
    let reply = try desk.call("shop.configure", params)
    #expect(reply.code == -32602 && reply.text("error/data/path") == path, "\(reply)")
    #expect(try desk.everything() == before)
  }

  @Test("a currency without decimals takes none, and prices never change a hundredfold")
  func currencies() throws {
    let desk = try Desk(sample: false)
    #expect(try desk.call("shop.configure", #"{"currency":"JPY"}"#).code == nil)
    let fine = try desk.call("products.create", #"{"name":"A","price":"100.5"}"#)
    #expect(fine.code == -32602 && fine.text("error/data/expected") == "at most 0 decimals in JPY")
    let number = try desk.call("products.create", #"{"name":"A","price":100}"#)
    #expect(number.text("error/data/hint") == #"Put it in quotes: "100"."#)
    let plain = try desk.call("products.create", #"{"name":"A","price":"100.00"}"#)
    #expect(plain.text("result/product/price") == "100")
    let refused = try desk.call("shop.configure", #"{"currency":"EUR","name":"B"}"#)
    #expect(refused.code == 1201 && refused.text("error/data/currency") == "JPY")
    let same = try desk.call("shop.configure", #"{"currency":"KRW"}"#)
    #expect(same.text("result/shop/currency") == "KRW", "it has no decimals either")
    #expect(try desk.call("shop.get").text("result/name") == "Ma librairie")
  }

  @Test("a fixed fee does not change a hundredfold with the currency")
  func feeAndCurrency() throws {
    let desk = try Desk(sample: false)
    _ = try desk.call("shop.configure", #"{"fee":{"percent":"5","fixed":"1.50"}}"#)
    let refused = try desk.call("shop.configure", #"{"currency":"JPY"}"#)
    #expect(refused.code == -32602 && refused.text("error/data/path") == "/fee", "\(refused)")
    #expect(try desk.call("shop.get").text("result/fee/fixed") == "1.50")
    let both = try desk.call(
      "shop.configure", #"{"currency":"JPY","fee":{"percent":"5","fixed":"200"}}"#)
    #expect(both.text("result/shop/fee/fixed") == "200")
  }

  @Test("what another process changes is seen by the next call")
  func shared() throws {
    let desk = try Desk()
    let other = try Desk(besides: desk)
    #expect(try desk.call("orders.get", "[630]").text("result/statusLabel") == "En cours")
    _ = try other.call("shop.configure", #"{"language":"en","timeZone":"UTC"}"#)
    let seen = try desk.call("orders.get", "[630]")
    #expect(seen.text("result/statusLabel") == "Processing")
    #expect(seen.text("result/createdAt") == "2021-06-17T10:16:00+00:00")
    #expect(seen.text("result/dateLabel") == "June 17, 2021 @10:16")
    _ = try other.call("orders.setStatus", #"[630,"completed"]"#)
    #expect(try desk.call("orders.get", "[630]").text("result/status") == "completed")
    let again = try desk.call("orders.setStatus", #"[630,"completed"]"#)
    #expect(again.flag("result/changed") == false)
  }

  @Test("a store that is held or full is said to be so, and that waiting may help")
  func transient() throws {
    let desk = try Desk()
    let other = try Desk(besides: desk)
    try desk.store.database.execute("PRAGMA busy_timeout = 20")
    try other.store.change(by: "x", at: Moment(seconds: 0)) { () throws in
      let busy = try desk.call("orders.setStatus", #"[630,"completed"]"#)
      #expect(busy.code == 1901 && busy.text("error/data/refusal") == "storeBusy")
      #expect(busy.flag("error/data/transient") == true)
      #expect(try desk.call("orders.get", "[630]").text("result/status") == "processing")
    }
    let pages = try desk.store.database.integer("PRAGMA page_count")
    try desk.store.database.execute("PRAGMA max_page_count = \(pages)")
    let name = String(repeating: "n", count: 100_000)
    let full = try desk.call("products.create", #"{"name":"\#(name)","price":"1"}"#)
    #expect(full.code == 1902 && full.flag("error/data/transient") == true)
    #expect(try desk.call("products.get", "[23]").code == 1101)
    #expect(try desk.call("orders.setStatus", #"[630,"completed"]"#).code == nil)
    #expect(desk.log.isEmpty, "\(desk.log)")
  }

  @Test("products are listed by id, page by page, and by what they are")
  func products() throws {
    let desk = try Desk()
    var ids: [Int] = []
    var cursor = ""
    while true {
      let page = try desk.call("products.list", #"{"limit":5\#(cursor)}"#)
      ids += try #require(page.objects("result/products")).compactMap { $0["id"] as? Int }
      guard let next = page.text("result/nextCursor") else { break }
      cursor = #","cursor":"\#(next)""#
    }
    #expect(ids == Array(11...22))
    func count(_ params: String) throws -> Int? {
      try desk.call("products.list", params).objects("result/products")?.count
    }
    #expect(try count(#"{"virtual":true,"downloadable":true}"#) == 4)
    #expect(try count(#"{"virtual":true,"downloadable":false}"#) == 1)
    #expect(try count(#"{"virtual":false,"downloadable":true}"#) == 1)
    #expect(try count(#"{"virtual":false}"#) == 7)
  }
}
