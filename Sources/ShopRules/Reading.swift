// The two small readings every file here leans on: fixed-width digits and floored division.

extension UInt8 {
  /// The value of this ASCII digit; nil for any other byte.
  var digit: Int? {
    let value = self &- UInt8(ascii: "0")
    return value < 10 ? Int(value) : nil
  }
}

extension Span<UInt8> {
  /// The number written with exactly `width` ASCII digits from `start` on.
  func number(at start: Int, width: Int) -> Int? {
    guard start >= 0, start + width <= count else { return nil }
    var number = 0
    for index in start..<start + width {
      guard let digit = self[index].digit else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// The date written as YYYY-MM-DD in the first ten bytes.
  var leadingDay: Day? {
    guard count >= 10, self[4] == UInt8(ascii: "-"), self[7] == UInt8(ascii: "-"),
      let year = number(at: 0, width: 4), let month = number(at: 5, width: 2),
      let day = number(at: 8, width: 2)
    else { return nil }
    return Day(year: year, month: month, day: day)
  }
}

extension FixedWidthInteger {
  /// Division that rounds towards minus infinity, so that the remainder is never negative;
  /// `divisor` is positive.
  func floored(by divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// The sum, held at the nearer end of the type when it would not fit.
  func saturatingAdd(_ other: Self) -> Self {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
