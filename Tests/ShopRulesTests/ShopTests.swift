// Proves the shop's promise: by which day an order is shipped, and when it is late.
import ShopRules
import Testing

@Suite("The shop")
struct ShopTests {
  @Test(
    "an order is to be shipped within three working days after the day of payment in the shop",
    arguments: [
      ("2021-06-17T12:16:00+02:00", "2021-06-22"),  // Thursday → Tuesday
      ("2021-06-18T09:00:00+02:00", "2021-06-23"),
      ("2021-06-19T09:00:00+02:00", "2021-06-23"),
      ("2021-06-20T23:59:59+02:00", "2021-06-23"),
      ("2021-06-17T21:59:59Z", "2021-06-22"),  // the last second of Thursday in Paris
      ("2021-06-17T23:30:00Z", "2021-06-23"),  // Friday already in Paris
      ("2021-12-16T22:59:59Z", "2021-12-21"),
      ("2021-12-16T23:30:00Z", "2021-12-22"),
      ("2025-04-28T10:00:00+02:00", "2025-05-02"),  // over 1 May
      ("2025-04-30T10:00:00+02:00", "2025-05-06"),
      ("2025-05-01T10:00:00+02:00", "2025-05-06"),
      ("2025-05-06T10:00:00+02:00", "2025-05-12"),  // over 8 May
      ("2025-05-27T10:00:00+02:00", "2025-06-02"),  // over Ascension, 29 May
      ("2025-06-06T10:00:00+02:00", "2025-06-12"),  // over Whit Monday, 9 June
      ("2024-12-23T10:00:00+01:00", "2024-12-27"),  // over Christmas
      ("2024-12-30T10:00:00+01:00", "2025-01-03"),  // over New Year
      ("2024-12-31T23:30:00Z", "2025-01-06"),  // New Year's Day already in Paris
      ("2025-03-30T00:30:00+01:00", "2025-04-02"),  // the night that loses an hour
      ("2025-03-29T22:59:59Z", "2025-04-02"),
      ("2025-03-30T22:30:00Z", "2025-04-03"),  // Monday in Paris: summer time by then
      ("2025-10-26T00:30:00+02:00", "2025-10-29"),  // the night that gains an hour
      ("2025-10-25T22:30:00Z", "2025-10-29"),
      ("2025-10-26T22:30:00Z", "2025-10-29"),  // Sunday still: winter time by then
      ("2025-10-26T23:30:00Z", "2025-10-30"),
    ])
  func shipBy(paid: String, expected: String) throws {
    #expect(try Shop.french().shipBy(paidAt: Moment(paid)).iso == expected)
  }

  @Test("the shop's own number of days and holidays count")
  func ownDays() throws {
    let paid = try Moment("2025-04-30T10:00:00+02:00")
    var shop = try Shop.french(holidays: .none)
    #expect(shop.shipBy(paidAt: paid).iso == "2025-05-05")
    shop.holidays = .dates([try #require(Day("2025-05-02")), try #require(Day("2025-05-05"))])
    #expect(shop.shipBy(paidAt: paid).iso == "2025-05-07")
    shop.shippingDays = 0
    #expect(shop.shipBy(paidAt: paid).iso == "2025-04-30")
    shop.shippingDays = 1
    #expect(shop.shipBy(paidAt: paid).iso == "2025-05-01")
    shop.timeZone = .utc
    #expect(shop.shipBy(paidAt: try Moment("2025-04-30T23:30:00Z")).iso == "2025-05-01")
  }

  @Test(
    "late is processing, to be shipped, and past the day", arguments: OrderStatus.allCases)
  func late(status: OrderStatus) throws {
    let day = try #require(Day("2021-06-22"))
    for kind in OrderKind.allCases {
      var order = try kind.file(status).order
      #expect(!order.isLate(on: day.adding(days: 100)), "nothing was promised")
      order.shipBy = day
      #expect(!order.isLate(on: day))
      let expected = status == .processing && kind.needsShipping
      #expect(order.isLate(on: day.adding(days: 1)) == expected, "\(kind)")
    }
  }
}
