// What mails say, in the shop's language: plain text. The layout is here, the words are in a file for
// each language.

extension MailNotice {
  /// The subject and body of this mail about an order. `links` are those of its open downloads.
  public func text(
    _ file: OrderFile, links: [(name: String, link: String)], in shop: Shop
  ) -> (subject: String, body: String) {
    let letter = MailLetter(notice: self, file: file, links: links, shop: shop)
    return (letter.subject, letter.body)
  }
}

/// The words of one language. To add a kind of mail, add its line to `subject` and to `opening`, and
/// say in ``MailLetter`` what it shows besides the lines.
protocol MailWords: Sendable {
  /// The order's number as it stands in a sentence.
  func number(_ order: Order) -> String
  func subject(_ notice: MailNotice, _ order: Order) -> String
  /// What there is to say, in sentences. The customer's name is one line, and may be empty; a note
  /// stands below what this says.
  func opening(_ notice: MailNotice, _ file: OrderFile) -> [String]
  func greeting(_ name: String) -> String
  func title(_ order: Order, _ date: String) -> String
  /// What stands before a value, with its colon.
  func label(_ label: MailLabel) -> String
  /// What stands above the name of the shop.
  func farewell(to recipient: Recipient) -> String
  func day(_ day: Day) -> String
  func amount(_ money: Money, _ currency: Currency) -> String
}

/// What a value in a mail is.
enum MailLabel: CaseIterable {
  case subtotal, discount, shipping, charges, total, refunded
  case downloads, customer, billing, shippingAddress
}

extension Language {
  var mailWords: any MailWords {
    switch self {
    case .fr: FrenchMail()
    case .en: EnglishMail()
    }
  }
}

/// One mail on its way to being text: paragraphs with a blank line between them.
private struct MailLetter {
  let notice: MailNotice
  let file: OrderFile
  let links: [(name: String, link: String)]
  let shop: Shop
  let words: any MailWords

  init(
    notice: MailNotice, file: OrderFile, links: [(name: String, link: String)], shop: Shop
  ) {
    self.notice = notice
    // A name is one line, whatever somebody put into it: it must not look like a part of the mail.
    var file = file
    file.order.customer.name = oneLine(file.order.customer.name)
    self.file = file
    self.links = links.map { (oneLine($0.name), oneLine($0.link)) }
    self.shop = shop
    words = shop.language.mailWords
  }

  private var order: Order { file.order }

  var subject: String { words.subject(notice, order) }

  var body: String {
    let name = notice.to == .customer ? order.customer.name : ""
    let date = order.createdAt.label(in: shop.timeZone, language: shop.language)
    var parts = [words.greeting(name), words.opening(notice, file).joined(separator: "\n")]
    if notice.kind == .customerNote, let note = file.history.last?.note {
      parts.append(paragraph(note))
    }
    if showsLinks, !links.isEmpty {
      let list = links.map { "\($0.name)\n\($0.link)" }
      parts.append(([words.label(.downloads)] + list).joined(separator: "\n"))
    }
    parts.append(([words.title(order, date)] + file.lines.map(text)).joined(separator: "\n"))
    parts.append(totals.joined(separator: "\n"))
    if notice.to == .shop { parts.append(block(.customer, contact)) }
    if showsAddresses {
      parts.append(block(.billing, text(order.billing)))
      if let shipping = order.shipping { parts.append(block(.shippingAddress, text(shipping))) }
    }
    parts.append(words.farewell(to: notice.to) + oneLine(shop.name))
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var showsLinks: Bool {
    switch notice.kind {
    case .orderReceived, .orderCompleted: notice.to == .customer
    case .newOrder, .orderOnHold, .orderCancelled, .orderFailed, .orderRefunded,
      .orderPartiallyRefunded, .customerNote:
      false
    }
  }

  private var showsAddresses: Bool {
    switch notice.kind {
    case .newOrder, .orderReceived, .orderOnHold, .orderCompleted: true
    case .orderCancelled, .orderFailed, .orderRefunded, .orderPartiallyRefunded, .customerNote:
      false
    }
  }

  private func amount(_ money: Money) -> String { words.amount(money, order.currency) }

  private func text(_ line: OrderLine) -> String {
    "\(line.quantity)\u{A0}× \(oneLine(line.name)) – \(amount(line.total))"
  }

  /// The total, and how it comes about where it is more than the lines.
  private var totals: [String] {
    func row(_ label: MailLabel, _ money: Money) -> String {
      "\(words.label(label)) \(amount(money))"
    }
    var between: [String] = []
    if order.discount != .zero {
      between.append(row(.discount, order.discount.negated ?? order.discount))
    }
    if order.shippingCost != .zero { between.append(row(.shipping, order.shippingCost)) }
    if order.charges != .zero { between.append(row(.charges, order.charges)) }
    if !between.isEmpty, let subtotal = Money.sum(of: file.lines.map(\.total)) {
      between.insert(row(.subtotal, subtotal), at: 0)
    }
    between.append(row(.total, order.gross))
    if order.refunded != .zero {
      between.append(row(.refunded, order.refunded.negated ?? order.refunded))
    }
    return between
  }

  private var contact: [String] {
    [order.customer.name, oneLine(order.customer.email), oneLine(order.customer.phone)]
  }

  private func text(_ address: Address) -> [String] {
    let town = [address.postcode, address.city].map(oneLine).filter { !$0.isEmpty }
    return [
      address.name, address.company, address.street, address.street2, town.joined(separator: " "),
      address.region, address.country,
    ].map(oneLine)
  }

  /// A label above the lines there are; nothing where there are none.
  private func block(_ label: MailLabel, _ lines: [String]) -> String {
    let lines = lines.filter { !$0.isEmpty }
    return lines.isEmpty ? "" : ([words.label(label)] + lines).joined(separator: "\n")
  }
}

/// A text of several lines, each of them without blanks at its ends; no blank line stands inside, so
/// that nothing of it looks like another part of the mail.
func paragraph(_ text: String) -> String {
  text.split(whereSeparator: \.isNewline).map { oneLine(String($0)) }
    .filter { !$0.isEmpty }.joined(separator: "\n")
}

/// A text without what could end a line, and without blanks at its ends.
func oneLine(_ text: String) -> String {
  let scalars = text.unicodeScalars.map { scalar in
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: " " as Unicode.Scalar
    default: scalar
    }
  }
  var kept = scalars[...]
  while kept.first?.properties.isWhitespace == true { kept.removeFirst() }
  while kept.last?.properties.isWhitespace == true { kept.removeLast() }
  return String(String.UnicodeScalarView(kept))
}

extension Money {
  /// The amount with its digits in groups of three, and a real minus sign.
  func grouped(_ currency: Currency, by separator: String, decimal: String) -> String {
    let text = text(currency)
    let parts = text.drop { $0 == "-" }.split(separator: ".")
    var whole = ""
    for (index, digit) in (parts.first ?? "0").enumerated() {
      if index > 0, ((parts.first?.count ?? 0) - index) % 3 == 0 { whole += separator }
      whole.append(digit)
    }
    let sign = minorUnits < 0 ? "\u{2212}" : ""
    return sign + whole + (parts.count > 1 ? decimal + parts[1] : "")
  }
}
