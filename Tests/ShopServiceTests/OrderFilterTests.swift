// The filters of the lists, from request to answer.
import Foundation
import Testing

@Suite("Filters of the lists")
struct OrderFilterTests {
  @Test(
    "what is no filter is named with its path",
    arguments: [
      (#"{"search":""}"#, "/search", "letters or digits"),
      (#"{"search":"\"* -()"}"#, "/search", "leave search out"),
      (#"{"search":"🐚"}"#, "/search", "leave search out"),
      (#"{"search":630}"#, "/search", #"quotes: "630""#),
      (#"{"search":"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21"}"#, "/search", "20"),
      (#"{"kind":"paper"}"#, "/kind", #""printed""#),
      (#"{"late":1}"#, "/late", "true or false"),
      (#"{"needsShipping":"yes"}"#, "/needsShipping", "true or false"),
      (#"{"total":{"min":"1.234"}}"#, "/total/min", "at most 2 decimals in EUR"),
      (#"{"total":{"max":"10000000000000.01"}}"#, "/total/max", "at most 10000000000000.00"),
      (#"{"total":{"min":5}}"#, "/total/min", #"quotes: "5""#),
      (#"{"total":{"least":"5"}}"#, "/total/least", "min, max"),
      (#"{"total":"5"}"#, "/total", "an object with min?, max?"),
      (#"{"paid":{"from":"17/06/2021"}}"#, "/paid/from", "2021-06-17"),
      (#"{"completed":{"to":"soon"}}"#, "/completed/to", "2021-06-17"),
    ])
  func mismatches(params: String, path: String, words: String) throws {
    let reply = try Desk().call("orders.list", params)
    #expect(reply.code == -32602 && reply.text("error/data/path") == path, "\(reply)")
    #expect(reply.text("error/message")?.contains(words) == true, "\(reply)")
  }

  private func ids(_ desk: Desk, _ params: String) throws -> [Int] {
    let orders = try desk.call("orders.list", params).objects("result/orders")
    return try #require(orders).compactMap { $0["id"] as? Int }
  }

  @Test(
    "what is typed finds what is meant",
    arguments: [
      ("elise", [630, 626, 621, 615]), ("ÉLISE vass", [630, 626, 621, 615]),
      ("#63", [632, 631, 630]),
      ("oeuvrard", [631, 625, 620, 614]), ("Œuvrard", [631, 625, 620, 614]), ("AND OR NOT", []),
      ("elise.vasseur@courrier", [630, 626, 621, 615]), ("absent elise", []),
    ])
  func words(typed: String, found: [Int]) throws {
    let desk = try Desk()
    let found = Set(found)
    let listed = try ids(desk, #"{"search":"\#(typed)"}"#)
    #expect(listed == found.sorted(by: >))
  }

  @Test("an order is found as soon as it is placed, and a rehearsed one never is")
  func newOrders() throws {
    let desk = try Desk()
    let order = """
      {"lines":[{"product":11}],"customer":{"name":"Zoé Nguyễn","email":"z@z.example"},\
      "billing":{"name":"Zoé","street":"1 rue A","postcode":"75011","city":"Paris","country":"FR"}
      """
    _ = try desk.call("orders.create", order + #","dryRun":true}"#)
    #expect(try ids(desk, #"{"search":"nguyen"}"#) == [])
    _ = try desk.call("orders.create", order + "}")
    #expect(try ids(desk, #"{"search":"nguyen horla"}"#) == [633])
    #expect(try ids(desk, #"{"kind":"printed"}"#).contains(633))
  }

  @Test("late orders are as many as are counted, and none is late once it is completed")
  func late() throws {
    let desk = try Desk()
    let late = try ids(desk, #"{"late":true}"#)
    #expect(late == [622])
    #expect(try desk.call("orders.count").number("result/late") == 1)
    let rest = try ids(desk, #"{"late":false,"limit":500}"#)
    #expect(rest.count == 21 && !rest.contains(622))
    _ = try desk.call("orders.setStatus", #"{"id":622,"status":"completed"}"#)
    #expect(try ids(desk, #"{"late":true}"#) == [])
    #expect(try desk.call("orders.count").number("result/late") == 0)
  }

  @Test(
    "a change of many means the orders that a list with the same filters shows",
    arguments: [
      #"{"status":["processing","on-hold"]}"#, #"{"created":{"from":"2021-06-10"}}"#,
      #"{"customer":"AWA.diarra@courrier.example"}"#, #"{"product":12}"#, #"{"late":true}"#,
      #"{"late":false}"#, #"{"needsShipping":true}"#, #"{"kind":"mixed"}"#,
      #"{"paid":{"from":"2021-06-01","to":"2021-06-07"}}"#, #"{"completed":{"to":"2021-06-08"}}"#,
      #"{"total":{"min":"20","max":"30"}}"#, #"{"search":"vasseur horla"}"#,
      #"{"kind":"digital","status":"completed","paid":{"from":"2021-06-07","to":"2021-06-13"}}"#,
    ])
  func many(filter: String) throws {
    let desk = try Desk()
    let listed = try ids(desk, filter)
    let reply = try desk.call(
      "orders.setStatusMany", #"{"where":\#(filter),"status":"failed","force":true,"dryRun":true}"#)
    let moved = try #require(reply.objects("result/orders")).compactMap { $0["id"] as? Int }
    #expect(!listed.isEmpty && moved == listed.reversed())
  }

  @Test("a total is compared in the shop's currency only")
  func totals() throws {
    let desk = try Desk()
    #expect(try ids(desk, #"{"total":{"min":"28.29","max":"28.29"}}"#) == [630])
    #expect(try ids(desk, #"{"total":{"min":"1","max":"0.5"}}"#) == [])
    #expect(try ids(desk, #"{"total":{},"limit":500}"#).count == 22)
    _ = try desk.call("shop.configure", #"{"currency":"USD"}"#)
    #expect(try ids(desk, #"{"total":{"min":"0"}}"#) == [])
  }

  @Test("products are found by word, SKU and what is left, and by a new name at once")
  func products() throws {
    let desk = try Desk()
    func found(_ params: String) throws -> [Int] {
      let products = try desk.call("products.list", params).objects("result/products")
      return try #require(products).compactMap { $0["id"] as? Int }
    }
    #expect(try found(#"{"search":"HORLA"}"#) == [11, 12])
    #expect(try found(#"{"search":"phare 12"}"#) == [12])
    #expect(try found(#"{"sku":"PHARE-11","search":"ebook"}"#) == [])
    #expect(try found(#"{"stockBelow":3}"#) == [22])
    _ = try desk.call("products.configure", #"{"id":11,"name":"Œuvres de Maupassant"}"#)
    #expect(try found(#"{"search":"oeuvres"}"#) == [11])
    #expect(try found(#"{"search":"horla"}"#) == [12])
    let reply = try desk.call("products.list", #"{"search":"?"}"#)
    #expect(reply.code == -32602 && reply.text("error/data/path") == "/search")
  }
}
