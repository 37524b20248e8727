// A decimal numeral as it is written, before it is given a scale.

struct DecimalNumeral {
  private(set) var isNegative = false
  /// How many digits follow the point.
  private(set) var decimals = 0
  /// How many digits follow the point without the zeros that end them.
  private(set) var significantDecimals = 0
  /// The digits up to the last significant decimal, read as a whole number.
  private var value = Value()

  /// Reads an optional “-”, digits, and optionally “.” and digits; nil for anything else.
  init?(_ text: String) {
    let bytes = text.utf8.span
    var hasPoint = false
    var wasDigit = false
    for index in bytes.indices {
      let byte = bytes[index]
      if index == 0, byte == UInt8(ascii: "-") {
        isNegative = true
      } else if let digit = byte.digit {
        wasDigit = true
        if hasPoint { appendDecimal(digit) } else { value.append(digit) }
      } else {
        guard byte == UInt8(ascii: "."), wasDigit, !hasPoint else { return nil }
        hasPoint = true
        wasDigit = false
      }
    }
    guard wasDigit else { return nil }
  }

  /// The magnitude times 10^`places`, which must be no fewer than the significant decimals; nil
  /// beyond `limit`.
  func scaled(by places: Int, upTo limit: UInt64) -> UInt64? {
    var value = value
    for _ in significantDecimals..<max(places, significantDecimals) { value.append(0) }
    return value.magnitude <= limit ? value.magnitude : nil
  }

  private mutating func appendDecimal(_ digit: Int) {
    decimals += 1
    guard digit != 0 else { return }
    while significantDecimals < decimals - 1 {
      value.append(0)
      significantDecimals += 1
    }
    value.append(digit)
    significantDecimals = decimals
  }

  /// A whole number that grows digit by digit, and is held at the largest there is.
  private struct Value {
    var magnitude: UInt64 = 0

    mutating func append(_ digit: Int) {
      let (shifted, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      magnitude = overflow ? .max : shifted.saturatingAdd(UInt64(digit))
    }
  }
}
