// The outbox: mails that wait to be sent, written in the transaction that entails them.
public import ShopRules

extension Store {
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
}
