// Sending what waits in the outbox: at least once, and never twice at the same time.
public import ShopRules
import ShopStore

extension Session {
  /// Whether mails can be sent at all: they need an address to come from.
  public func requireSender() throws {
    let shop = try store.read { try self.shop() }
    guard !shop.email.isEmpty else {
      throw UnsendableMail(
        description: "the shop has no e-mail address to send from: shop.configure email=…")
    }
    _ = try sendable(shop.email, "the shop's e-mail address")
  }

  /// Takes in hand the mail that has been due the longest, if it was due at `moment`. Until `end`
  /// nobody else can take it: whoever took it has to settle it before. If that never happens, because
  /// somebody pulled the plug, it is due again then.
  public func takeMail(dueBy moment: Moment, until end: Moment) throws -> Mail? {
    try store.change(by: actor, at: moment) {
      guard var mail = try store.mail(dueBy: moment) else { return nil }
      mail.dueAt = end
      try store.update(mail)
      return mail
    }
  }

  /// The message of a mail in hand.
  public func message(of mail: Mail) throws -> [UInt8] {
    let (shop, identity) = try store.read { (try self.shop(), try self.store.identity()) }
    return try mail.message(from: shop, identity: identity)
  }

  /// Records that a mail in hand was handed over, or why not. Answers when it is due again, if it is.
  public func settle(_ taken: Mail, failure: String?, at now: Moment) throws -> Moment? {
    try store.change(by: actor, at: now) {
      guard var mail = try store.mail(taken.id) else { return nil }
      if let failure {
        mail.failures += 1
        mail.lastError = failure
        mail.dueAt = Moment(seconds: now.seconds + Mail.pause(afterFailures: mail.failures))
      } else {
        // Sent is sent, also where somebody cancelled it meanwhile.
        mail.state = .sent
        mail.sentAt = now
        mail.lastError = nil
      }
      try store.update(mail)
      return mail.state == .waiting ? mail.dueAt : nil
    }
  }
}
