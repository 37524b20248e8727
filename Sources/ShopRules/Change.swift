// A change: one entry of the feed, which holds everything that changed in a shop, in its order.

/// What changed, when, and by whom. What it entails (mails posted, stock taken, downloads granted) is
/// part of it and no change of its own.
public struct Change: Hashable, Sendable {
  /// Its place in the feed: what changed later has a larger one, and none is given twice.
  public let id: Int
  public let at: Moment
  public let by: String
  public let what: What
  /// The order that changed, or that the mail or download belongs to.
  public let order: Int?
  public let product: Int?
  public let mail: Int?
  public let download: Int?
  /// The order's or product's version after the change.
  public let version: Int?
  /// Where an order was moved from.
  public let from: OrderStatus?
  public let to: OrderStatus?

  /// What changed. An order's changes are those its history tells, whatever these come to be.
  public enum What: Hashable, Sendable {
    case order(HistoryEntry.What)
    case other(Other)

    public enum Other: String, CaseIterable, Sendable {
      case productCreated = "product.created"
      case productConfigured = "product.configured"
      case productImported = "product.imported"
      case shopConfigured = "shop.configured"
      case mailSent = "mail.sent"
      case mailFailed = "mail.failed"
      case mailCancelled = "mail.cancelled"
      case mailResent = "mail.resent"
      case downloadRedeemed = "download.redeemed"
    }
  }

  public init(
    id: Int, at: Moment, by: String, what: What, order: Int? = nil, product: Int? = nil,
    mail: Int? = nil, download: Int? = nil, version: Int? = nil, from: OrderStatus? = nil,
    to: OrderStatus? = nil
  ) {
    self.id = id
    self.at = at
    self.by = by
    self.what = what
    self.order = order
    self.product = product
    self.mail = mail
    self.download = download
    self.version = version
    self.from = from
    self.to = to
  }
}

extension Change.What: RawRepresentable, CaseIterable {
  private static let orderPrefix = "order."

  public static var allCases: [Change.What] {
    HistoryEntry.What.allCases.map(Change.What.order) + Other.allCases.map(Change.What.other)
  }

  /// The name on the wire: the noun, and what became of it.
  public var rawValue: String {
    switch self {
    case .order(let what): Self.orderPrefix + what.rawValue
    case .other(let what): what.rawValue
    }
  }

  public init?(rawValue: String) {
    if rawValue.hasPrefix(Self.orderPrefix) {
      let name = String(rawValue.dropFirst(Self.orderPrefix.count))
      guard let what = HistoryEntry.What(rawValue: name) else { return nil }
      self = .order(what)
    } else {
      guard let what = Other(rawValue: rawValue) else { return nil }
      self = .other(what)
    }
  }
}
