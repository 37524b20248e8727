// Which mails an order's moves entail, and to whom. What they say is MailText's.

/// What a mail is about. The raw value is its name on the wire, as WooCommerce knows it.
public enum MailKind: String, CaseIterable, Sendable {
  case newOrder = "new-order"
  case orderReceived = "order-received"
  case orderOnHold = "order-on-hold"
  case orderCompleted = "order-completed"
  case orderCancelled = "order-cancelled"
  case orderFailed = "order-failed"
  case orderRefunded = "order-refunded"
  case orderPartiallyRefunded = "order-partially-refunded"
  case customerNote = "customer-note"
}

/// Who a mail goes to.
public enum Recipient: String, CaseIterable, Sendable {
  case shop, customer
}

/// A mail that is due.
public struct MailNotice: Hashable, Sendable {
  public let kind: MailKind
  public let to: Recipient

  public init(_ kind: MailKind, to: Recipient) {
    self.kind = kind
    self.to = to
  }
}

extension OrderStatus {
  /// The mails that an order's move from here to `status` entails: what WooCommerce 11.0.1 sends.
  public func mails(movingTo status: OrderStatus) -> [MailNotice] {
    let begins = self == .pending || self == .cancelled || self == .failed
    let new = MailNotice(.newOrder, to: .shop)
    switch status {
    case _ where status == self, .pending:
      return []
    case .processing:
      if begins { return [new, MailNotice(.orderReceived, to: .customer)] }
      return self == .onHold ? [MailNotice(.orderReceived, to: .customer)] : []
    case .onHold:
      return begins ? [new, MailNotice(.orderOnHold, to: .customer)] : []
    case .completed:
      let completed = MailNotice(.orderCompleted, to: .customer)
      return begins ? [new, completed] : [completed]
    case .cancelled:
      let isOpen = self == .pending || self == .processing || self == .onHold
      return isOpen ? [MailNotice(.orderCancelled, to: .shop)] : []
    case .refunded:
      return [MailNotice(.orderRefunded, to: .customer)]
    case .failed:
      let failed = MailNotice(.orderFailed, to: .customer)
      let isUnpaid = self == .pending || self == .onHold
      return isUnpaid ? [MailNotice(.orderFailed, to: .shop), failed] : [failed]
    }
  }
}

/// A mail as the outbox keeps it: who gets what, and what became of it.
public struct Mail: Hashable, Sendable {
  public let id: Int
  public let order: Int
  public let kind: MailKind
  public let recipient: Recipient
  /// The e-mail address it goes to.
  public let address: String
  public let language: Language
  public let subject: String
  public let body: String
  public let createdAt: Moment
  public var state: State
  public var sentAt: Moment?
  /// How many times handing it over failed.
  public var failures: Int
  /// When it is due: at once, or after a failure a while later.
  public var dueAt: Moment
  public var lastError: String?

  public enum State: String, CaseIterable, Sendable {
    case waiting, sent, cancelled
  }

  public init(
    id: Int, order: Int, kind: MailKind, recipient: Recipient, address: String, language: Language,
    subject: String, body: String, createdAt: Moment, state: State = .waiting,
    sentAt: Moment? = nil, failures: Int = 0, dueAt: Moment, lastError: String? = nil
  ) {
    self.id = id
    self.order = order
    self.kind = kind
    self.recipient = recipient
    self.address = address
    self.language = language
    self.subject = subject
    self.body = body
    self.createdAt = createdAt
    self.state = state
    self.sentAt = sentAt
    self.failures = failures
    self.dueAt = dueAt
    self.lastError = lastError
  }
}

extension Mail {
  /// How many seconds to wait before the next try, after so many failures: a minute, then twice as
  /// long each time, up to a day.
  public static func pause(afterFailures failures: Int) -> Int64 {
    failures < 12 ? min(60 << Int64(max(failures, 1) - 1), 86_400) : 86_400
  }
}
