// Proves the marketplace's share of a sale.
import ShopRules
import Testing

@Suite("Fees")
struct FeeTests {
  @Test(
    "a fee is a percentage of the line, an amount an item, or both, and never above the line",
    arguments: [
      ("0", 0, 2490, 1, 0), ("10", 0, 2490, 1, 249), ("10", 0, 4980, 2, 498),
      ("0", 30, 990, 1, 30), ("0", 30, 2970, 3, 90), ("10", 30, 2970, 3, 387),
      ("12.5", 0, 100, 1, 13), ("0.01", 0, 49, 1, 0), ("100", 0, 990, 1, 990),
      ("100", 1, 990, 1, 990), ("0", 991, 990, 1, 990), ("0", 500, 990, 2, 990),
      ("50", 496, 990, 1, 990), ("50", 495, 990, 1, 990), ("50", 494, 990, 1, 989),
      ("10", 30, 0, 5, 0), ("10", 30, -990, 1, 0),
    ] as [(String, Int64, Int64, Int, Int64)])
  func fee(percent: String, fixed: Int64, total: Int64, quantity: Int, expected: Int64) throws {
    let rule = FeeRule(percent: try #require(Percent(percent)), fixed: Money(minorUnits: fixed))
    let fee = rule.fee(on: Money(minorUnits: total), quantity: quantity)
    #expect(fee == Money(minorUnits: expected))
  }

  @Test("a fixed part too large to count is capped at the line all the same")
  func overflow() {
    let rule = FeeRule(percent: .zero, fixed: .largest)
    #expect(rule.fee(on: .largest, quantity: 100_000) == .largest)
    let both = FeeRule(percent: Percent("100") ?? .zero, fixed: Money(minorUnits: .max))
    #expect(both.fee(on: .largest, quantity: 1) == .largest)
  }

  @Test("no fee is no fee")
  func none() {
    #expect(FeeRule.none.fee(on: .largest, quantity: 1) == .zero)
  }
}
