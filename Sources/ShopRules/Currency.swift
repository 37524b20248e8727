// The currencies of ISO 4217 and how finely each is divided.

/// A currency in which money is counted, among those ISO 4217 lists as current on 2026-01-01, and
/// those withdrawn lately, in which a shop's older orders may stand.
///
/// Codes without a minor unit (precious metals, units of account, XTS, XXX) are not among them:
/// they name no amount a shop could charge.
public struct Currency: Hashable, Sendable {
  /// The ISO 4217 code, three capital letters.
  public let code: String
  /// How many decimals amounts have, 0…4.
  public let digits: Int

  /// The currency of a code; nil if there is none.
  public init?(_ code: String) {
    // Three ASCII letters: Swift takes other letters of the same look for equal.
    guard code.utf8.count == 3, let digits = Self.digits(of: code) else { return nil }
    self.code = code
    self.digits = digits
  }

  private init(code: String, digits: Int) {
    self.code = code
    self.digits = digits
  }

  /// ISO 4217's code for no currency: stands for one that this program does not know.
  public static let unknown = Currency(code: "XXX", digits: 2)

  /// Minor units in one unit.
  var scale: UInt64 { (0..<digits).reduce(1) { scale, _ in scale * 10 } }

  /// Looked through and not put into a dictionary, which would have to be made before the first
  /// answer.
  private static func digits(of code: String) -> Int? {
    var code = code
    return code.withUTF8 { code in
      listed.first { _, codes in
        codes.withUTF8Buffer { codes in
          stride(from: 0, to: codes.count, by: 4).contains { start in
            codes[start] == code[0] && codes[start + 1] == code[1] && codes[start + 2] == code[2]
          }
        }
      }?.digits
    }
  }

  private static let listed: [(digits: Int, codes: StaticString)] = [
    (
      2,
      """
      AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
      CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
      GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
      LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
      NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS \
      SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST \
      XAD XCD XCG YER ZAR ZMW ZWG ANG BGN CUC EEK HRK LTL LVL SKK SLL ZWL
      """
    ),
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"), (4, "CLF UYW"),
  ]
}
