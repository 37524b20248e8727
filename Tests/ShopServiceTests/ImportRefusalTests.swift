// Imports of files that are damaged or hostile: each record is taken right, or named with its field.
import Foundation
import ShopRules
import ShopService
import ShopStore
import Testing

@Suite("Imports refuse")
struct ImportRefusalTests {
  private let desk: ImportDesk

  init() throws {
    desk = try ImportDesk()
  }

  /// Order 900 with one part of it written otherwise.
  private func order(_ old: String, _ new: String) throws -> String {
    let changed = desk.order("").replacingOccurrences(of: old, with: new)
    try #require(changed != desk.order(""))
    return changed
  }

  @Test(
    "an amount below zero is named",
    arguments: [
      (#""total":"25.90""#, #""total":"-25.90""#, #"total: "-25.90" is below zero"#),
      (#""discount_total":""#, #""discount_total":"-"#, #"discount_total: "-2.00" is below zero"#),
      (#""shipping_total":""#, #""shipping_total":"-"#, #"shipping_total: "-4.00" is below zero"#),
      (#""shipping_tax":""#, #""shipping_tax":"-"#, #"shipping_tax: "-0.90" is below zero"#),
      (#""subtotal":""#, #""subtotal":"-"#, #"line_items/0/subtotal: "-20.00" is below zero"#),
      (
        #""subtotal_tax":""#, #""subtotal_tax":"-"#,
        #"line_items/0/subtotal_tax: "-2.00" is below zero"#
      ),
    ])
  func negative(old: String, new: String, problem: String) throws {
    #expect(try desk.problem("a.json", order(old, new)) == "record 1 (order 900): \(problem)")
    #expect(try desk.store.orderFile(900) == nil)
  }

  @Test(
    "thousands of the largest amounts, of either sign, are named",
    arguments: ["10000000000000.00", "-10000000000000.00"])
  func overflowing(amount: String) throws {
    let item = #"{"name":"Livre","quantity":1,"total":"\#(amount)"}"#
    let items = Array(repeating: item, count: 9_223).joined(separator: ",")
    let hostile =
      #"{"id":900,"status":"pending","currency":"EUR","total":"10000000000000.00","discount_total":"0","#
      + #""shipping_total":"0","date_created":"2021-06-17T12:16:00","line_items":[\#(items)]}"#
    let sentence = try #require(try desk.problem("a.json", hostile))
    #expect(sentence.hasPrefix("record 1 (order 900): line_items"))
  }

  @Test("what an order charges beyond its lines may be below zero, as with a rebate")
  func rebate() throws {
    _ = try desk.take(
      try desk.file("a.json", order(#""total":"25.90""#, #""total":"20.90""#)))
    #expect(try desk.store.orderFile(900)?.order.charges == Money(minorUnits: -400))
  }

  @Test(
    "what the store would not keep of a product is named, in CSV",
    arguments: [
      ("Regular price", "-5", #"price: "-5" is below zero"#),
      ("Regular price", "'-5", #"price: "-5" is below zero"#),
      ("Stock", "1000000001", "Stock: 1000000001 is not from -1000000000 to 1000000000"),
      ("Download limit", "1000001", "Download limit: 1000001 is not from 1 to 1000000"),
      ("Download limit", "-2", "Download limit: -2 would let nobody download; leave it empty"),
      (
        "Download expiry days", "0",
        "Download expiry days: 0 would let nobody download; leave it empty"
      ),
      ("Download expiry days", "36501", "Download expiry days: 36501 is not from 1 to 36500"),
      ("ID", "0", "ID: 0 is not from 1 to 9007199254000000"),
      ("ID", "9007199254000001", "ID: 9007199254000001 is not from 1 to 9007199254000000"),
    ])
  func badRows(column: String, cell: String, problem: String) throws {
    let price = column == "Regular price" ? "" : "Regular price,"
    let csv = "Name,Type,\(price)\(column)\nUne vie,simple,\(price.isEmpty ? "" : "8,")\(cell)\n"
    #expect(try desk.problem("a.csv", csv) == "row 2 (\"Une vie\"): \(problem)")
  }

  @Test(
    "what the store would not keep of a product is named, in JSON",
    arguments: [
      (#""regular_price":"-5""#, #"price: "-5" is below zero"#),
      (
        #""stock_quantity":-1000000001"#,
        "stock_quantity: -1000000001 is not from -1000000000 to 1000000000"
      ),
      (
        #""download_expiry":0"#,
        "download_expiry: 0 would let nobody download; leave it empty"
      ),
      (#""download_limit":9e9"#, "download_limit: 9000000000 is not from 1 to 1000000"),
      (#""downloads":{"x":1}"#, #"downloads: expected an array, found {"x":1}"#),
      (#""id":9007199254740991"#, "id: 9007199254740991 is not from 1 to 9007199254000000"),
    ])
  func badProducts(member: String, problem: String) throws {
    let json =
      "{\(member),"
      + #""id":7,"name":"Une vie","type":"simple","regular_price":"8","manage_stock":true}"#
    #expect(try desk.problem("a.json", json) == "record 1 (\"Une vie\"): \(problem)")
    #expect(try desk.store.product(7) == nil)
  }

  @Test(
    "what the store would not keep of an order is named",
    arguments: [
      (
        #""id":900"#, #""id":9007199254000001"#,
        "id: 9007199254000001 is not from 1 to 9007199254000000"
      ),
      (#""id":900"#, #""id":-1"#, "id: -1 is not from 1 to 9007199254000000"),
      (
        #""quantity":2"#, #""quantity":100001"#,
        "line_items/0/quantity: 100001 is not from 1 to 100000"
      ),
      (
        #""line_items":["#, #""line_items":{"x":1},"x":["#,
        #"line_items: expected an array, found {"x":1}"#
      ),
      (
        #""meta_data":["#, #""refunds":{"x":1},"x":["#,
        #"refunds: expected an array, found {"x":1}"#
      ),
      (#""meta_data":["#, #""refunds":[{}],"x":["#, "refunds/0/total: it is missing"),
    ])
  func badOrders(old: String, new: String, problem: String) throws {
    let sentence = try #require(try desk.problem("a.json", order(old, new)))
    #expect(sentence.hasSuffix("): \(problem)"), "\(sentence)")
    #expect(try desk.store.orderCounts()[.processing] == 0)
  }

  @Test("after the largest id that is taken the next ones are still the wire's")
  func largestID() throws {
    _ = try desk.take(
      try desk.file("a.csv", "ID,Name,Type,Regular price\n9007199254000000,Une vie,simple,8\n"))
    #expect(try desk.store.nextProductID() == 9_007_199_254_000_001)
  }

  @Test(
    "a CSV that is not UTF-8 is named with the row where that shows",
    arguments: [
      (
        Data(
          "ID,Name,Type,Regular price\n1,Une vie,simple,8\n2,No\u{EB}l,simple,8\n".unicodeScalars
            .map { UInt8($0.value) }), 3
      ),
      (Data([0xFF, 0xFE]) + Data("ID,Name\n".utf8.flatMap { [$0, 0] }), 1),
    ])
  func latin(bytes: Data, row: Int) throws {
    let path = try desk.file("a.csv", bytes)
    let report = try desk.take(path, skipsBad: true)
    #expect(
      report.bad.map(\.sentence) == ["row \(row): this is not UTF-8; save it as CSV UTF-8"])
    #expect(report.productsAdded == 0)
  }

  @Test("a batch answer whose lists are none is named")
  func batch() throws {
    #expect(
      try desk.problem("a.json", #"{"update":{"id":1}}"#)
        == #"update: expected an array, found {"id":1}"#)
  }

  @Test("a product's date without a zone is the time on the shop's clock, as an order's is")
  func wallTime() throws {
    _ = try desk.take(
      try desk.file(
        "a.json",
        #"{"id":7,"name":"Une vie","type":"simple","price":"8","date_created":"2021-06-17T12:16:00"}"#
      ))
    #expect(
      try desk.store.product(7)?.createdAt == Moment(rfc3339: "2021-06-17T12:16:00+02:00"))
  }

  @Test(
    "the fixed part of a fee is only of orders in the shop's currency",
    arguments: [("EUR", 320), ("USD", 220)])
  func fee(currency: String, fee: Int64) throws {
    let percent = try #require(Percent("10"))
    let desk = try ImportDesk(feeOf: FeeRule(percent: percent, fixed: Money(minorUnits: 50)))
    _ = try desk.take(
      try desk.file("a.json", desk.order("").replacingOccurrences(of: "EUR", with: currency)))
    #expect(try desk.store.orderFile(900)?.order.adminFee == Money(minorUnits: fee))
  }

  @Test("names are one line, whatever they were; spaces that do not break stay")
  func names() throws {
    let csv = try desk.file(
      "a.csv", "ID,Name,Type,Regular price\n7,\"Une \n\t vie&nbsp;!\",simple,8\n")
    let json = try desk.file(
      "a.json", order("Relieur &amp; Fils", "Relieur\\r\\n&amp; &#10; Fils\\u2028"))
    _ = try desk.take(csv, json)
    #expect(try desk.store.product(7)?.name == "Une vie\u{A0}!")
    #expect(try desk.store.orderFile(900)?.order.purchased == "2 × Relieur & Fils")
  }
}
