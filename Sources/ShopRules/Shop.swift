// The shop itself: what its owner sets once.

public struct Shop: Equatable, Sendable {
  public var name: String
  /// Where mails to the vendor go; empty when not set yet.
  public var email: String
  public var language: Language
  public var currency: Currency
  public var timeZone: TimeZone
  /// Working days to ship in after the day of payment.
  public var shippingDays: Int
  public var holidays: Holidays
  /// The marketplace's fee where a product has no rule of its own.
  public var fee: FeeRule
  /// What download links begin with, a key follows; empty when not set.
  public var downloadBaseURL: String

  /// Shipping is promised within three working days unless the shop says otherwise.
  public static let defaultShippingDays = 3

  public init(
    name: String, email: String = "", language: Language, currency: Currency, timeZone: TimeZone,
    shippingDays: Int = defaultShippingDays, holidays: Holidays, fee: FeeRule = .none,
    downloadBaseURL: String = ""
  ) {
    self.name = name
    self.email = email
    self.language = language
    self.currency = currency
    self.timeZone = timeZone
    self.shippingDays = shippingDays
    self.holidays = holidays
    self.fee = fee
    self.downloadBaseURL = downloadBaseURL
  }

  /// Whether nothing differs, to the byte, as for products.
  public func isIdentical(to other: Shop) -> Bool {
    self == other
      && haveSameBytes(
        [name, email, downloadBaseURL], [other.name, other.email, other.downloadBaseURL])
  }

  /// The last day to ship what was paid at `moment`.
  public func shipBy(paidAt moment: Moment) -> Day {
    WorkingDays(holidays: holidays).day(shippingDays, after: timeZone.day(of: moment))
  }
}
