// Amounts of money, counted in whole minor units so that they are exact.

/// An amount in the minor units of a currency, cents for the euro; which currency is for its
/// holder to know.
public struct Money: Hashable, Comparable, Sendable {
  /// Why a text is not an amount.
  public enum Malformed: Error, Hashable {
    /// It is not “-”, digits, “.”, digits, of which the sign and the decimals may be absent.
    case notADecimal
    /// It is finer than the currency, which has so many decimals.
    case tooManyDecimals(allowed: Int)
    /// It is beyond 10^15 minor units either side.
    case tooLarge
  }

  /// No money.
  public static let zero = Money(minorUnits: 0)
  /// The largest amount that is read or kept, so that a sum of thousands of amounts fits.
  public static let largest = Money(minorUnits: 1_000_000_000_000_000)

  /// The number of minor units.
  public let minorUnits: Int64

  /// So many minor units.
  public init(minorUnits: Int64) {
    self.minorUnits = minorUnits
  }

  /// An amount written such as “24.90” or “-0.05”.
  ///
  /// At most ``largest`` either side is read.
  public init(parsing text: String, _ currency: Currency) throws(Malformed) {
    guard let numeral = DecimalNumeral(text) else { throw .notADecimal }
    guard numeral.significantDecimals <= currency.digits else {
      throw .tooManyDecimals(allowed: currency.digits)
    }
    guard let units = numeral.scaled(by: currency.digits, upTo: UInt64(Money.largest.minorUnits))
    else {
      throw .tooLarge
    }
    minorUnits = numeral.isNegative ? -Int64(units) : Int64(units)
  }

  /// The amount with all the decimals of its currency and no grouping: “24.90”, “-0.05”, “2490”.
  public func text(_ currency: Currency) -> String {
    String(capacity: Self.textLength) { write(currency, with: &$0) }
  }

  /// The most bytes that ``write(_:with:)`` writes.
  public static let textLength = 24

  /// Writes what ``text(_:)`` is.
  public func write(_ currency: Currency, with pen: inout Pen) {
    let magnitude = minorUnits.magnitude
    if minorUnits < 0 { pen.put(UInt8(ascii: "-")) }
    // A division by what is known beforehand is none.
    if currency.digits == 2 {
      pen.put(magnitude / 100)
      pen.put(UInt8(ascii: "."))
      return pen.put(pair: Int(magnitude % 100))
    }
    let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: currency.scale)
    pen.put(whole)
    if currency.digits > 0 {
      pen.put(UInt8(ascii: "."))
      pen.put(fraction, width: currency.digits)
    }
  }

  public static func < (left: Money, right: Money) -> Bool { left.minorUnits < right.minorUnits }
}

// Every operation that could overflow says so with nil: an amount is right or there is none.
extension Money {
  /// The sum; nil if it overflows.
  public func adding(_ other: Money) -> Money? {
    Money(exactly: minorUnits.addingReportingOverflow(other.minorUnits))
  }

  /// The difference; nil if it overflows.
  public func subtracting(_ other: Money) -> Money? {
    Money(exactly: minorUnits.subtractingReportingOverflow(other.minorUnits))
  }

  /// The amount so many times; nil if it overflows.
  public func times(_ quantity: Int) -> Money? {
    Money(exactly: minorUnits.multipliedReportingOverflow(by: Int64(quantity)))
  }

  /// The opposite amount; nil if it overflows.
  public var negated: Money? { Money.zero.subtracting(self) }

  /// The sum of amounts, zero for none; nil if it overflows.
  public static func sum(of amounts: some Sequence<Money>) -> Money? {
    var sum = Money.zero
    for amount in amounts {
      guard let next = sum.adding(amount) else { return nil }
      sum = next
    }
    return sum
  }

  private init?(exactly result: (partialValue: Int64, overflow: Bool)) {
    if result.overflow { return nil }
    self.init(minorUnits: result.partialValue)
  }
}
