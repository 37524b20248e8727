// A share in percent, exact to a hundredth of a percent.

/// A percentage from 0 to 100 with at most two decimals.
public struct Percent: Hashable, Sendable {
  /// Hundredths of a percent, 0…10000: 12.5 % is 1250.
  public let hundredths: Int

  /// Nothing of the whole.
  public static let zero = Percent(unchecked: 0)

  /// So many hundredths of a percent; nil outside 0…10000.
  public init?(hundredths: Int) {
    guard 0...10_000 ~= hundredths else { return nil }
    self.hundredths = hundredths
  }

  private init(unchecked hundredths: Int) {
    self.hundredths = hundredths
  }

  /// A percentage written such as “12.5”, “12.50” or “100”, without a sign.
  public init?(_ text: String) {
    guard let numeral = DecimalNumeral(text), !numeral.isNegative, numeral.decimals <= 2,
      let hundredths = numeral.scaled(by: 2, upTo: 10_000)
    else { return nil }
    self.hundredths = Int(hundredths)
  }

  /// The percentage with as few decimals as it needs: “12.5”.
  public var text: String {
    let (whole, fraction) = hundredths.quotientAndRemainder(dividingBy: 100)
    return String(capacity: 6) { pen in
      pen.put(whole)
      if fraction == 0 { return }
      pen.put(".")
      if fraction % 10 == 0 { pen.put(fraction / 10) } else { pen.put(fraction, width: 2) }
    }
  }

  /// This share of an amount, to the nearest minor unit; halves go away from zero.
  public func of(_ amount: Money) -> Money {
    // Apart, the two products stay within the amount, so that nothing overflows.
    let (tens, rest) = amount.minorUnits.magnitude.quotientAndRemainder(dividingBy: 10_000)
    let rate = UInt64(hundredths)
    let share = Int64(truncatingIfNeeded: tens * rate + (rest * rate + 5000) / 10_000)
    return Money(minorUnits: amount.minorUnits < 0 ? 0 &- share : share)
  }
}
