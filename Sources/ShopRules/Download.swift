// The right to download a file: granted with an order, counted, limited in time.

/// One file of one line of an order, for its buyer.
public struct Download: Hashable, Sendable {
  public let id: Int
  public let order: Int
  /// The position of the order's line, from 0.
  public let line: Int
  public let file: Product.File
  /// The secret that opens it.
  public let secret: String
  public let grantedAt: Moment
  /// Days that the link works; nil is for ever.
  public let expiryDays: Int?
  /// How many times it may still be downloaded; nil is any number.
  public var left: Int?
  /// Taken back by the vendor.
  public var isRevoked: Bool

  public init(
    id: Int, order: Int, line: Int, file: Product.File, secret: String, grantedAt: Moment,
    expiryDays: Int?, left: Int?, isRevoked: Bool = false
  ) {
    self.id = id
    self.order = order
    self.line = line
    self.file = file
    self.secret = secret
    self.grantedAt = grantedAt
    self.expiryDays = expiryDays
    self.left = left
    self.isRevoked = isRevoked
  }

  /// What a link is made of: where to look, and the secret that proves the right to.
  public var key: String { "\(id)-\(secret)" }

  /// The last day that the link works, counted from the order's completion, else from the grant; the
  /// day counts whole.
  public func expiresOn(_ order: Order, in shop: Shop) -> Day? {
    expiryDays.map { days in
      shop.timeZone.day(of: order.completedAt ?? grantedAt).adding(days: days)
    }
  }

  public enum State: String, CaseIterable, Sendable {
    case open, blocked, expired
    case usedUp = "used-up"
  }

  /// Whether it can be downloaded now, or why not. An order that is no longer paid blocks its
  /// downloads, and opens them again with the counts they had.
  public func state(_ order: Order, in shop: Shop, at now: Moment) -> State {
    if isRevoked || !order.status.isPaid { return .blocked }
    if let last = expiresOn(order, in: shop), shop.timeZone.day(of: now) > last { return .expired }
    if let left, left <= 0 { return .usedUp }
    return .open
  }
}
