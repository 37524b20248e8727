// Proves amounts, currencies and percentages: what is read, written, refused and rounded.

import ShopRules
import Testing

@Suite("Money")
struct MoneyTests {
  private func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

  @Test(
    "Amounts are read, and written back in full",
    arguments: [
      ("24.90", "EUR", 2490, "24.90"), ("24.9", "EUR", 2490, "24.90"), ("24", "EUR", 2400, "24.00"),
      ("-0.05", "EUR", -5, "-0.05"), ("0", "EUR", 0, "0.00"), ("-0", "EUR", 0, "0.00"),
      ("007", "EUR", 700, "7.00"), ("6.000", "EUR", 600, "6.00"), ("6.0500000", "EUR", 605, "6.05"),
      ("2490", "JPY", 2490, "2490"), ("2490.00", "JPY", 2490, "2490"), ("-1", "JPY", -1, "-1"),
      ("1.234", "BHD", 1234, "1.234"), ("1.5", "TND", 1500, "1.500"),
      ("1.2345", "CLF", 12_345, "1.2345"),
      ("10000000000000.00", "EUR", 1_000_000_000_000_000, "10000000000000.00"),
      ("-10000000000000", "EUR", -1_000_000_000_000_000, "-10000000000000.00"),
    ] as [(String, String, Int64, String)])
  func reads(text: String, code: String, units: Int64, written: String) throws {
    let currency = try currency(code)
    let money = try Money(parsing: text, currency)
    #expect(money.minorUnits == units)
    #expect(money.text(currency) == written)
    #expect(try Money(parsing: written, currency) == money)
  }

  @Test(
    "What is not a decimal is refused",
    arguments: [
      "", "-", ".", "+1", ".5", "5.", "-.5", "1e3", "1,5", "1 000", " 1", "1 ", "1.2.3", "--1",
      "1-", "0x1", "٣", "1_000", "NaN", "1..2", "1\0",
    ])
  func notADecimal(text: String) throws {
    let euro = try currency("EUR")
    #expect(throws: Money.Malformed.notADecimal) { try Money(parsing: text, euro) }
  }

  @Test(
    "More decimals than the currency has are refused",
    arguments: [
      ("1.005", "EUR", 2), ("1.5", "JPY", 0), ("1.2345", "TND", 3), ("0.00001", "CLF", 4),
    ])
  func tooManyDecimals(text: String, code: String, allowed: Int) throws {
    let currency = try currency(code)
    #expect(throws: Money.Malformed.tooManyDecimals(allowed: allowed)) {
      try Money(parsing: text, currency)
    }
  }

  @Test(
    "Amounts beyond 10^15 minor units are refused",
    arguments: [
      "10000000000000.01", "-10000000000000.01", "184467440737095516.16",
      "99999999999999999999999999999999999999999999",
    ])
  func tooLarge(text: String) throws {
    let euro = try currency("EUR")
    #expect(throws: Money.Malformed.tooLarge) { try Money(parsing: text, euro) }
  }

  @Test("Sums, differences and products are exact, or nil when they overflow")
  func arithmetic() {
    let least = Money(minorUnits: .min)
    let most = Money(minorUnits: .max)
    let cent = Money(minorUnits: 1)
    #expect(cent.adding(Money(minorUnits: 41))?.minorUnits == 42)
    #expect(cent.subtracting(Money(minorUnits: 43))?.minorUnits == -42)
    #expect(Money(minorUnits: -21).times(2)?.minorUnits == -42)
    #expect(cent.negated?.minorUnits == -1)
    #expect(most.adding(cent) == nil && least.subtracting(cent) == nil)
    #expect(most.times(2) == nil && least.times(-1) == nil && least.negated == nil)
    #expect(Money.sum(of: [cent, cent, most]) == nil)
    #expect(Money.sum(of: [cent, cent, .zero])?.minorUnits == 2)
    #expect(Money.sum(of: []) == .zero)
    let large = Money(minorUnits: 1_000_000_000_000_000)
    #expect(Money.sum(of: Array(repeating: large, count: 9000)) != nil)
    #expect(least < cent && cent < most)
  }

  @Test("The farthest amounts are written whole")
  func farthest() throws {
    let least = Money(minorUnits: .min)
    #expect(least.text(try currency("EUR")) == "-92233720368547758.08")
    #expect(least.text(try currency("JPY")) == "-9223372036854775808")
    #expect(least.text(try currency("CLF")) == "-922337203685477.5808")
  }

  @Test(
    "Currencies have the decimals of ISO 4217",
    arguments: [
      (0, "JPY KRW VND CLP ISK UGX XAF XOF XPF BIF DJF GNF KMF PYG RWF VUV UYI"),
      (2, "EUR USD GBP CHF CAD MAD SLE VES XCG XAD ZWG"), (3, "BHD IQD JOD KWD LYD OMR TND"),
      (4, "CLF UYW"),
    ])
  func digits(count: Int, codes: String) throws {
    for code in codes.split(separator: " ").map(String.init) {
      let currency = try currency(code)
      #expect(currency.digits == count && currency.code == code)
    }
  }

  @Test(
    "Currencies withdrawn lately are known, for the orders that stand in them",
    arguments: ["ANG", "BGN", "CUC", "EEK", "HRK", "LTL", "LVL", "SKK", "SLL", "ZWL"])
  func withdrawnLately(code: String) throws {
    #expect(try currency(code).digits == 2)
  }

  @Test(
    "Codes that are no currency a shop's orders could stand in are refused",
    arguments: ["", "eur", "EU", "EURO", "FRF", "DEM", "XAU", "XDR", "XTS", "XXX", "AAA"])
  func unknownCurrency(code: String) {
    #expect(Currency(code) == nil)
  }
}

@Suite("Percentages")
struct PercentTests {
  @Test(
    "Percentages are read, and written as short as can be",
    arguments: [
      ("0", 0, "0"), ("100", 10_000, "100"), ("100.00", 10_000, "100"), ("12.5", 1250, "12.5"),
      ("12.50", 1250, "12.5"), ("12.05", 1205, "12.05"), ("0.05", 5, "0.05"), ("5.5", 550, "5.5"),
      ("20", 2000, "20"), ("020", 2000, "20"), ("99.99", 9999, "99.99"),
    ])
  func reads(text: String, hundredths: Int, written: String) throws {
    let percent = try #require(Percent(text))
    #expect(percent.hundredths == hundredths)
    #expect(percent.text == written)
    #expect(Percent(hundredths: hundredths) == percent)
  }

  @Test(
    "What is not a percentage is refused",
    arguments: ["", "-1", "-0", "+5", "100.01", "101", "12.505", "12.500", ".5", "5.", "5%", "1e1"])
  func refuses(text: String) {
    #expect(Percent(text) == nil)
  }

  @Test("Hundredths outside the range are refused", arguments: [-1, 10_001, .min, .max])
  func refuses(hundredths: Int) {
    #expect(Percent(hundredths: hundredths) == nil)
  }

  @Test(
    "A share goes to the nearest minor unit, halves away from zero",
    arguments: [
      ("50", 1, 1), ("50", -1, -1), ("49.99", 1, 0), ("49.99", -1, 0), ("12.5", 100, 13),
      ("12.5", -100, -13), ("20", 2490, 498), ("5.5", 999, 55), ("0", .max, 0),
      ("100", .max, .max), ("100", .min, .min), ("50", .max, 4_611_686_018_427_387_904),
      ("50", .min, -4_611_686_018_427_387_904), ("0.01", 5000, 1), ("0.01", 4999, 0),
      ("33.33", 1_000_000_000_000_000, 333_300_000_000_000),
    ] as [(String, Int64, Int64)])
  func shares(text: String, amount: Int64, share: Int64) throws {
    let percent = try #require(Percent(text))
    #expect(percent.of(Money(minorUnits: amount)).minorUnits == share)
  }
}
