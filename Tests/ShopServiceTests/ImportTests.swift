// Imports of WooCommerce's exports: what comes in, what is named, and what stays as it was.
import Foundation
import ShopRules
import ShopService
import ShopStore
import Testing

@Suite("Imports")
struct ImportTests {
  private let desk: ImportDesk
  private var store: Store { desk.store }

  init() throws {
    desk = try ImportDesk()
  }

  @Test("a products CSV brings printed and digital books with what belongs to them")
  func products() throws {
    let csv = try desk.file(
      "products.csv",
      "\u{FEFF}" + desk.heading
        + "41,simple,LIV-41,\"Le Grand Meaulnes, relié\",12,18.50,,,,,,\r\n"
        + "42,\"simple, downloadable, virtual\",LIV-42,\"Le \"\"Grand\"\" Meaulnes &ndash; ebook\",,"
        + "5,3,90,,,Livre (EPUB),https://livres.example/42.epub\r\n")
    let report = try desk.take(csv)
    #expect(report.productsAdded == 2)
    let printed = try #require(try store.product(41))
    #expect(printed.name == "Le Grand Meaulnes, relié")
    #expect(printed.stock == 12)
    #expect(printed.price == Money(minorUnits: 1850))
    #expect(printed.nature.needsShipping)
    let digital = try #require(try store.product(42))
    #expect(digital.name == "Le \"Grand\" Meaulnes – ebook")
    #expect(!digital.nature.needsProcessing)
    #expect(digital.downloadLimit == 3)
    #expect(digital.downloadExpiryDays == 90)
    #expect(digital.stock == nil)
    #expect(
      digital.files == [
        Product.File(name: "Livre (EPUB)", location: "https://livres.example/42.epub")
      ])
  }

  @Test("a CSV saved in French, with semicolons and decimal commas, is read the same")
  func semicolons() throws {
    let csv = try desk.file(
      "produits.csv", "ID;Type;Name;Regular price;Stock\n7;simple;Une vie;8,50;'-2\n")
    #expect(try desk.take(csv).productsAdded == 1)
    let product = try #require(try store.product(7))
    #expect(product.price == Money(minorUnits: 850))
    #expect(product.stock == -2)
  }

  @Test("a variation without a name is named after its parent; what cannot be ordered is left out")
  func kinds() throws {
    let csv = try desk.file(
      "products.csv",
      desk.heading + "50,variable,V,Carnet,,,,,,\"rouge, bleu\",,\n"
        + "51,variation,V-R,,4,6,,,V,rouge,,\n"
        + "52,variation,V-B,,4,6,,,id:50,bleu,,\n" + "53,grouped,,Lot,,,,,,,,\n"
        + "54,external,,Ailleurs,,9,,,,,,\n" + "55,simple,,Sans prix,,,,,,,,\n")
    let report = try desk.take(csv)
    #expect(report.productsAdded == 2)
    #expect(try store.product(51)?.name == "Carnet - rouge")
    #expect(try store.product(52)?.name == "Carnet - bleu")
    #expect(report.leftOut.count == 4)
    #expect(report.leftOut.map(\.description).contains { $0.contains("row 5 (\"Lot\")") })
  }

  @Test("an order of the REST API comes in whole, wherever its product stands in the files")
  func orders() throws {
    let orders = try desk.file("orders.json", desk.order(""))
    let products = try desk.file(
      "products.json",
      #"{"data":[{"id":41,"name":"Relieur","type":"simple","regular_price":"10.00","virtual":false}]}"#
    )
    let report = try desk.take(orders, products)
    #expect(report.ordersAdded == 1)
    #expect(report.productsAdded == 1)
    let file = try #require(try store.orderFile(900))
    #expect(file.order.status == .processing)
    #expect(file.order.createdAt == Moment(rfc3339: "2021-06-17T12:16:00+02:00"))
    #expect(file.order.paidAt == Moment(rfc3339: "2021-06-17T12:18:00+02:00"))
    #expect(file.order.shipBy == Day("2021-06-22"))
    #expect(file.order.gross == Money(minorUnits: 2590))
    #expect(file.order.shippingCost == Money(minorUnits: 490))
    #expect(file.order.discount == Money(minorUnits: 200))
    // 22.00 + 4.90 − 2.00 is 24.90; the total says 25.90.
    #expect(file.order.charges == Money(minorUnits: 100))
    #expect(file.order.shipping == file.order.billing)
    #expect(file.order.transactionID == "pi_900")
    #expect(file.lines.map(\.productID) == [41])
    #expect(file.lines.map(\.name) == ["Relieur & Fils"])
    #expect(file.order.purchased == "2 × Relieur & Fils")
    #expect(file.history.map(\.what) == [.imported])
    #expect(try store.orderCounts()[.processing] == 1)
  }

  @Test("what was given back is counted, also where the whole order was refunded")
  func refunds() throws {
    let some = desk.order(#","refunds":[{"id":1,"total":"-3.00"},{"id":2,"total":"-1.50"}]"#)
    let all = desk.order("").replacingOccurrences(of: "900", with: "901")
      .replacingOccurrences(of: "processing", with: "refunded")
    _ = try desk.take(try desk.file("orders.json", "[\(some),\(all)]"))
    #expect(try store.orderFile(900)?.order.refunded == Money(minorUnits: 450))
    #expect(try store.orderFile(901)?.order.refunded == Money(minorUnits: 2590))
  }

  @Test("a line of an unknown product keeps its name, and is taken for something to ship")
  func unknownProduct() throws {
    _ = try desk.take(try desk.file("orders.json", desk.order("")))
    let line = try #require(try store.orderFile(900)?.lines.first)
    #expect(line.productID == nil)
    #expect(line.nature.needsShipping)
  }

  @Test("the same files again change nothing")
  func twice() throws {
    let csv = try desk.file(
      "products.csv",
      desk.heading + "41,simple,LIV-41,Relieur,12,10,,,,,,\n,simple,,Sans numéro,,5,,,,,,\n")
    let orders = try desk.file("orders.json", "[\(desk.order(""))]")
    _ = try desk.take(csv, orders)
    let before = try store.products(.init(limit: 10))
    let again = try desk.take(csv, orders)
    #expect(again.productsAdded == 0)
    #expect(again.ordersAdded == 0)
    #expect(again.present == 3)
    #expect(try store.products(.init(limit: 10)) == before)
    #expect(try store.orderFile(900)?.order.version == 1)
  }

  @Test("a dry run says what it would do, and does not do it")
  func dryRun() throws {
    let report = try desk.take(try desk.file("orders.json", desk.order("")), isDryRun: true)
    #expect(report.ordersAdded == 1)
    #expect(try store.orderFile(900) == nil)
    #expect(try store.orderCounts()[.processing] == 0)
  }

  @Test(
    "a bad record is named with its place, field and reason",
    arguments: [
      (#""status":"processing""#, #""status":"shipped""#, "record 1 (order 900): status: "),
      (#""currency":"EUR""#, #""currency":"euro""#, "currency: \"euro\" is no ISO 4217 currency"),
      (#""total":"25.90""#, #""total":"25.905""#, "total: \"25.905\" has more decimals"),
      (#""total":"25.90""#, #""total":"lots""#, "total: \"lots\" is no amount"),
      (#""quantity":2"#, #""quantity":0"#, "line_items/0/quantity: "),
      (#""id":900"#, #""id":null"#, "record 1 (order): id: "),
      ("2021-06-17T10:16:00", "17/06/2021", "date_created_gmt: \"17/06/2021\" is no date"),
      (
        #""billing":{"first_name":"#, #""billing":{"first_name":{},"last":"#, "billing/first_name: "
      ),
    ])
  func badOrders(old: String, new: String, problem: String) throws {
    let bad = desk.order("").replacingOccurrences(of: old, with: new)
    #expect(bad != desk.order(""))
    let path = try desk.file(
      "orders.json", "[\(bad),\(desk.order("").replacingOccurrences(of: "900", with: "902"))]")
    let stopped = #expect(throws: ImportStopped.self) { try desk.take(path) }
    #expect(stopped?.report.bad.count == 1)
    let sentence = try #require(stopped?.report.bad.first?.description)
    #expect(sentence.hasPrefix(path) && sentence.contains(problem), "\(sentence)")
    #expect(try store.orderFile(902) == nil)

    let report = try desk.take(path, skipsBad: true)
    #expect(report.bad.count == 1)
    #expect(report.ordersAdded == 1)
    #expect(try store.orderFile(902) != nil)
  }

  @Test(
    "a file that cannot be read as what it should be is named",
    arguments: [
      ("a.json", #"{"id":1,}"#, "line 1, column 9: this is no JSON"),
      ("a.json", #"[{"note":"merci"}]"#, "it holds neither orders nor products"),
      ("a.csv", "Nom;Prix\nUne vie;8\n", "there is no column \"Name\""),
      ("a.csv", "Name,Type,Regular price\n\"Une vie,simple,8\n", "row 2: a quoted cell has no end"),
      ("a.csv", "Name,Type,Regular price\n,simple,8\n", "row 2 (\"\"): Name: it is empty"),
      (
        "a.csv", "Name,Type,Regular price,Stock\nUne vie,simple,8,many\n",
        "Stock: \"many\" is no whole"
      ),
      ("a.csv", "Name,Type,Regular price\nUne vie,bundle,8\n", "\"bundle\" is no product type"),
      (
        "a.csv", "Name,Type,Regular price,Download limit\nUne vie,simple,8,0\n",
        "Download limit: 0 would let nobody download"
      ),
    ])
  func badFiles(name: String, text: String, problem: String) throws {
    let path = try desk.file(name, text)
    let stopped = #expect(throws: ImportStopped.self) { try desk.take(path) }
    let sentence = try #require(stopped?.report.bad.first?.description)
    #expect(sentence.contains(problem), "\(sentence)")
    #expect(try desk.take(path, skipsBad: true).bad.count == 1)
  }

  @Test("a file that is not there is named")
  func missing() throws {
    let stopped = #expect(throws: ImportStopped.self) { try desk.take("/nowhere/orders.json") }
    #expect(
      stopped?.report.bad.map(\.description) == ["/nowhere/orders.json: No such file or directory"])
  }
}
