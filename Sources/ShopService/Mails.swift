// The methods on mails: what the outbox holds, and what a vendor may do about it.
import JSONRPC
import ShopRules
import ShopStore

enum Mails {
  static let all: [Method<Session>] = [list, get, resend, cancel]

  static let list = Method<Session>(
    .reads, "mails.list", "Lists mails, newest first, without their bodies.",
    takes: (
      Field(optional: "order", Identifier.shape, "Only mails about this order."),
      Field(optional: "state", Mail.State.shape, "Only mails that wait, are sent or cancelled."),
      Field(optional: "kind", MailKind.shape, "Only mails of this kind."),
      Orders.pageLimit,
      Field(optional: "cursor", Cursor.shape, "The nextCursor of the page before.")
    ),
    returns: MailPage.record
  ) { session, order, state, kind, limit, cursor in
    let shop = try session.shop()
    var query = MailQuery(order: order, state: state, kind: kind, limit: limit + 1)
    if let cursor {
      guard cursor.parts.first == .text("mails"), case .integer(let id)? = cursor.parts.last,
        cursor.parts.count == 2
      else { throw Cursor.mismatch("a list of mails") }
      query.before = Int(id)
    }
    let found = try session.store.mails(query)
    let page = found.prefix(limit)
    let next = found.count > limit ? page.last : nil
    return MailPage(
      mails: page.map { MailView(mail: $0, shop: shop) },
      next: next.map { Cursor([.text("mails"), .integer(Int64($0.id))]) })
  }

  static let get = Method<Session>(
    .reads, "mails.get", "Answers one mail with what it says.",
    takes: Field("id", Identifier.shape, "The mail's id."),
    returns: MailView.record,
    refuses: .noSuchMail
  ) { session, id in
    MailView(mail: try session.mail(id), shop: try session.shop())
  }

  static let resend = Method<Session>(
    .changes, "mails.resend",
    "Puts a copy of a mail into the outbox, due at once; of a waiting one it takes the place.",
    takes: Field("id", Identifier.shape, "The mail to send once more."),
    returns: MailReceipt.record,
    refuses: .noSuchMail
  ) { session, id in
    var mail = try session.mail(id)
    if mail.state == .waiting {
      // Of the two only one is to arrive.
      mail.state = .cancelled
      try session.store.update(mail)
    }
    return try session.receipt(try session.store.repost(mail, at: session.now))
  }

  static let cancel = Method<Session>(
    .changes, "mails.cancel",
    "Keeps a waiting mail from being sent, unless it is on its way at this very moment.",
    takes: Field("id", Identifier.shape, "The mail not to send."),
    returns: MailReceipt.record,
    refuses: .noSuchMail, .mailNotWaiting
  ) { session, id in
    var mail = try session.mail(id)
    guard mail.state == .waiting else {
      throw Refusal.mailNotWaiting(id: id, state: mail.state)
    }
    mail.state = .cancelled
    try session.store.update(mail)
    return try session.receipt(mail)
  }
}

extension Session {
  fileprivate func mail(_ id: Int) throws -> Mail {
    guard let mail = try store.mail(id) else { throw Refusal.noSuchMail(id: id) }
    return mail
  }

  fileprivate func receipt(_ mail: Mail) throws -> MailReceipt {
    MailReceipt(mail: MailView(mail: mail, shop: try shop()), changed: true, applied: applies(true))
  }
}

extension Mail.State {
  static let shape = Shape<Mail.State>.choice
}

extension MailKind {
  static let shape = Shape<MailKind>.choice
}

extension Recipient {
  static let shape = Shape<Recipient>.choice
}

struct MailView {
  let mail: Mail
  let shop: Shop

  static let record = Record<MailView>(
    "Mail", "A mail as it is sent, in plain text.",
    properties + [Property("body", Text.personal, "What it says.") { $0.mail.body }])

  /// A row of the list.
  static let row = Record<MailView>("MailRow", "A mail as a list shows it.", properties)

  private static let properties: [Property<MailView>] = [
    Property("id", Identifier.shape, "The mail's id.") { $0.mail.id },
    Property("order", Identifier.shape, "The order it is about.") { $0.mail.order },
    Property("kind", MailKind.shape, "What it is about.") { $0.mail.kind },
    Property("to", Recipient.shape, "Whom it is for.") { $0.mail.recipient },
    Property("address", Text.personal, "The e-mail address it goes to.") { $0.mail.address },
    Property("language", Language.shape, "Of subject and body.") { $0.mail.language },
    Property("subject", Text.personal, "Its subject.") { $0.mail.subject },
    Property("state", Mail.State.shape, "What became of it.") { $0.mail.state },
    Property("createdAt", Timestamp.shape, "When it was written.") {
      $0.mail.createdAt.timestamp(in: $0.shop.timeZone)
    },
    Property("sentAt", Timestamp.shape.orNull, "When it was handed over; null until then.") {
      $0.mail.sentAt?.timestamp(in: $0.shop.timeZone)
    },
    Property("dueAt", Timestamp.shape.orNull, "When to try, or try again; null if never.") {
      $0.mail.state == .waiting ? $0.mail.dueAt.timestamp(in: $0.shop.timeZone) : nil
    },
    Property("failures", Shape.integer(0...Int64.max), "How often handing it over failed.") {
      $0.mail.failures
    },
    Property("lastError", Text.personal.orNull, "Why it failed the last time.") {
      $0.mail.lastError
    },
  ]
}

struct MailReceipt {
  let mail: MailView
  let changed: Bool
  let applied: Bool

  static let record = Record<MailReceipt>(
    "MailReceipt", "The mail after the change, and whether there was one.",
    [
      Property("mail", MailView.record, "The mail that is waiting or cancelled now.") { $0.mail },
      Property("changed", Flag.shape, "Whether the change makes a difference.") { $0.changed },
      Property("applied", Flag.shape, "Whether it was written: false for a dry run.") {
        $0.applied
      },
    ])
}

struct MailPage {
  let mails: [MailView]
  let next: Cursor?

  static let record = Record<MailPage>(
    "MailPage", "A page of mails.",
    [
      Property("mails", listOf: MailView.row, "The mails.") { $0.mails },
      Property("nextCursor", Cursor.shape.orNull, "Where the next page begins; null at the end.") {
        $0.next
      },
    ])
}
