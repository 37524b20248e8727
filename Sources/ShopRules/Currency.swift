// The currencies of ISO 4217 and how finely each is divided.

/// A currency in which money is counted, among those ISO 4217 lists as current on 2026-01-01, and
/// those withdrawn lately, in which a shop's older orders may stand.
///
/// Codes without a minor unit (precious metals, units of account, XTS, XXX) are not among them:
/// they name no amount a shop could charge.
public struct Currency: Hashable, Sendable {
  /// The three letters of the code, the first one highest: so that a currency is two numbers.
  private let letters: UInt32
  private let decimals: UInt8

  /// The ISO 4217 code, three capital letters.
  public var code: String { String(capacity: 3) { write(with: &$0) } }

  /// Writes the code.
  public func write(with pen: inout Pen) {
    pen.put(UInt8(truncatingIfNeeded: letters >> 16))
    pen.put(UInt8(truncatingIfNeeded: letters >> 8))
    pen.put(UInt8(truncatingIfNeeded: letters))
  }

  /// How many decimals amounts have, 0…4.
  public var digits: Int { Int(decimals) }

  /// The currency of a code; nil if there is none.
  public init?(_ code: String) {
    // Three ASCII letters: Swift takes other letters of the same look for equal.
    var code = code
    guard let currency = code.withUTF8({ Currency($0) }) else { return nil }
    self = currency
  }

  /// The currency of a code in ASCII; nil if there is none.
  public init?(_ code: UnsafeBufferPointer<UInt8>) {
    guard code.count == 3 else { return nil }
    let letters = UInt32(code[0]) << 16 | UInt32(code[1]) << 8 | UInt32(code[2])
    guard let digits = Self.digits(of: letters) else { return nil }
    self.init(letters: letters, digits: digits)
  }

  private init(letters: UInt32, digits: UInt8) {
    self.letters = letters
    decimals = digits
  }

  /// ISO 4217's code for no currency, XXX: stands for one that this program does not know.
  public static let unknown = Currency(letters: 0x585858, digits: 2)

  /// Minor units in one unit.
  var scale: UInt64 { Self.scales[digits] }

  private static let scales: [UInt64] = [1, 10, 100, 1000, 10_000]

  /// Looked through and not put into a dictionary, which would have to be made before the first
  /// answer.
  private static func digits(of letters: UInt32) -> UInt8? {
    listed.first { _, codes in
      codes.withUTF8Buffer { codes in
        stride(from: 0, to: codes.count, by: 4).contains { start in
          UInt32(codes[start]) << 16 | UInt32(codes[start + 1]) << 8 | UInt32(codes[start + 2])
            == letters
        }
      }
    }?.digits
  }

  /// The most used first.
  private static let listed: [(digits: UInt8, codes: StaticString)] = [
    (
      2,
      """
      EUR USD GBP AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN \
      BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB FJD FKP \
      GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
      LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
      NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS \
      SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USN UYU UZS VED VES WST \
      XAD XCD XCG YER ZAR ZMW ZWG ANG BGN CUC EEK HRK LTL LVL SKK SLL ZWL
      """
    ),
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"), (4, "CLF UYW"),
  ]
}
