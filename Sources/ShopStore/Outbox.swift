// The outbox: mails that wait to be sent, written in the transaction that entails them.
public import ShopRules

/// Mails, newest first.
public struct MailQuery: Sendable {
  public var order: Int?
  public var state: Mail.State?
  public var kind: MailKind?
  /// Only mails with ids below this one.
  public var before: Int?
  public var limit: Int

  public init(
    order: Int? = nil, state: Mail.State? = nil, kind: MailKind? = nil, before: Int? = nil,
    limit: Int
  ) {
    self.order = order
    self.state = state
    self.kind = kind
    self.before = before
    self.limit = limit
  }
}

extension Store {
  private static let columns = """
    id, order_id, kind, recipient, address, language, subject, body, created_at, state, sent_at,
    failures, due_at, last_error
    """

  /// Puts a mail into the outbox.
  public func post(
    _ notice: MailNotice, order: Int, address: String, language: Language, subject: String,
    body: String, at now: Moment
  ) throws {
    let insert = database.query(
      """
      INSERT INTO mails (order_id, kind, recipient, address, language, subject, body, created_at,
        state, failures, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?8, 'waiting', 0, ?8)
      """)
    try insert.run(
      on: database,
      [
        SQLValue(order), SQLValue(notice.kind.rawValue), SQLValue(notice.to.rawValue),
        SQLValue(address), SQLValue(language.rawValue), SQLValue(subject), SQLValue(body),
        SQLValue(now.seconds),
      ])
  }

  /// Puts the same mail into the outbox once more, and answers the copy.
  public func repost(_ mail: Mail, at now: Moment) throws -> Mail {
    try post(
      MailNotice(mail.kind, to: mail.recipient), order: mail.order, address: mail.address,
      language: mail.language, subject: mail.subject, body: mail.body, at: now)
    let copy = try mails("ORDER BY id DESC LIMIT 1", [])
    guard let copy = copy.first else { throw Refusal.noSuchMail(id: mail.id) }
    try log(.other(.mailResent), order: copy.order, mail: copy.id)
    return copy
  }

  public func mail(_ id: Int) throws -> Mail? {
    try mails("WHERE id = ?", [SQLValue(id)]).first
  }

  public func mails(_ query: MailQuery) throws -> [Mail] {
    let (condition, values) = condition(query)
    return try mails(condition, values)
  }

  /// The filters and the order of a list, with their values.
  func condition(_ query: MailQuery) -> (sql: String, values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    for (condition, value) in [
      ("order_id = ?", query.order.map { SQLValue($0) }),
      ("state = ?", query.state.map { SQLValue($0.rawValue) }),
      ("kind = ?", query.kind.map { SQLValue($0.rawValue) }),
      ("id < ?", query.before.map { SQLValue($0) }),
    ] {
      guard let value else { continue }
      conditions.append(condition)
      values.append(value)
    }
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return ("\(filter) ORDER BY id DESC LIMIT ?", values + [SQLValue(query.limit)])
  }

  /// The mail that has been due the longest, if it was due at `moment`.
  public func mail(dueBy moment: Moment) throws -> Mail? {
    try mails(Self.nextDue, [SQLValue(moment.seconds)]).first
  }

  /// Left to itself, SQLite would take the index by state and sort all that waits.
  static let nextDue = """
    INDEXED BY mails_waiting WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT 1
    """

  /// Writes what may change of a mail: its state, and how sending it went.
  public func update(_ mail: Mail) throws {
    let before = try self.mail(mail.id)
    let update = database.query(
      "UPDATE mails SET state = ?, sent_at = ?, failures = ?, due_at = ?, last_error = ? WHERE id = ?"
    )
    try update.run(
      on: database,
      [
        SQLValue(mail.state.rawValue), SQLValue(mail.sentAt?.seconds), SQLValue(mail.failures),
        SQLValue(mail.dueAt.seconds), SQLValue(mail.lastError), SQLValue(mail.id),
      ])
    // That somebody has it in hand and is about to send it is not worth telling.
    if let what = before?.change(to: mail) {
      try log(.other(what), order: mail.order, mail: mail.id)
    }
  }

  private func mails(_ rest: String, _ values: [SQLValue]) throws -> [Mail] {
    var mails: [Mail?] = []
    let select = database.query("SELECT \(Self.columns) FROM mails \(rest)")
    try select.run(on: database, values) { mails.append(Mail($0)) }
    return try mails.map { mail in
      guard let mail else { throw StoreUnavailable(description: "a mail cannot be read") }
      return mail
    }
  }

  /// What tells this store, and copies of it, from any other.
  public func identity() throws -> String {
    var token = ""
    try database.query("SELECT token FROM store_identity").run(on: database) { token = $0.text(0) }
    return token
  }
}

extension Mail {
  /// What became of it when it became `mail`.
  fileprivate func change(to mail: Mail) -> Change.What.Other? {
    switch mail.state {
    case .sent where state != .sent: .mailSent
    case .cancelled where state != .cancelled: .mailCancelled
    case .waiting, .sent, .cancelled: mail.failures > failures ? .mailFailed : nil
    }
  }

  fileprivate init?(_ row: Row) {
    guard let kind = MailKind(rawValue: row.text(2)),
      let recipient = Recipient(rawValue: row.text(3)),
      let language = Language(rawValue: row.text(5)), let state = State(rawValue: row.text(9))
    else { return nil }
    self.init(
      id: row.integer(0), order: row.integer(1), kind: kind, recipient: recipient,
      address: row.text(4), language: language, subject: row.text(6), body: row.text(7),
      createdAt: row.moment(8), state: state,
      sentAt: row.integerOrNil(10).map { Moment(seconds: Int64($0)) }, failures: row.integer(11),
      dueAt: row.moment(12), lastError: row.textOrNil(13))
  }
}
