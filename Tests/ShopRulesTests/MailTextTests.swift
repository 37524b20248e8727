// What mails say: every kind, to both recipients, in both languages.
import Testing

@testable import ShopRules

@Suite("The texts of mails")
struct MailTextTests {
  /// One mail that can be written.
  struct Case: CustomTestStringConvertible, Sendable {
    let notice: MailNotice
    let language: Language
    let kind: OrderKind
    let status: OrderStatus

    var testDescription: String {
      "\(notice.kind.rawValue) to \(notice.to.rawValue), \(language.rawValue), \(kind.rawValue)"
    }

    func text(
      links: [(name: String, link: String)] = [], _ change: (inout OrderFile) -> Void = { _ in }
    ) throws -> (subject: String, body: String) {
      var file = try kind.file(status)
      if status.isPaid {
        file.order.paidAt = try Moment("2021-06-17T12:18:00+02:00")
        file.order.shipBy = kind.needsShipping ? Day("2021-06-22") : nil
      }
      change(&file)
      var shop = try Shop.french()
      shop.name = "Librairie du Phare"
      shop.language = language
      return notice.text(file, links: links, in: shop)
    }
  }

  static let all: [Case] = MailKind.allCases.flatMap { kind in
    Recipient.allCases.flatMap { to in
      Language.allCases.flatMap { language in
        pairs([OrderKind.digital, .printed], [OrderStatus.processing, .onHold, .completed]).map {
          Case(notice: MailNotice(kind, to: to), language: language, kind: $0.0, status: $0.1)
        }
      }
    }
  }

  private static func one(
    _ kind: MailKind, _ to: Recipient, _ language: Language, of order: OrderKind = .printed,
    _ status: OrderStatus = .processing
  ) -> Case {
    Case(notice: MailNotice(kind, to: to), language: language, kind: order, status: status)
  }

  @Test("all name the order, its date, its lines, its total and the shop", arguments: all)
  func common(mail: Case) throws {
    let (subject, body) = try mail.text()
    #expect(subject.contains("630"))
    let isFrench = mail.language == .fr
    #expect(body.contains(isFrench ? "14 juin 2021 @10h00" : "June 14, 2021 @10:00"))
    #expect(body.contains("1\u{A0}× Le Horla – \(isFrench ? "9,90\u{A0}€" : "€9.90")"))
    #expect(body.contains(isFrench ? "Total\u{A0}: 12,90\u{A0}€" : "Total: €12.90"))
    #expect(body.hasSuffix("\nLibrairie du Phare\n"))
    #expect(body.contains("elise@a.example") == (mail.notice.to == .shop))
  }

  @Test("all keep to the rules of typography", arguments: all)
  func typography(mail: Case) throws {
    let (subject, body) = try mail.text(links: [("Le Horla", "https://a.example/1-ab")])
    #expect(!subject.contains("\n"))
    #expect(!body.contains("\n\n\n"))
    for line in (subject + "\n" + body).split(separator: "\n") where !line.hasPrefix("https:") {
      #expect(faults(of: String(line), in: mail.language) == [], "\(line)")
    }
  }

  /// What is wrong with a line.
  private func faults(of line: String, in language: Language) -> [String] {
    var found: [String] = []
    let scalars = Array(line.unicodeScalars)
    if line.contains("'") || line.contains("\"") { found.append("straight quotes") }
    if line.contains("...") { found.append("three dots") }
    if scalars.last?.properties.isWhitespace == true { found.append("a blank at the end") }
    if line.contains("  ") { found.append("two blanks") }
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : " "
      let after = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch (scalar, language) {
      case (";", .fr), ("!", .fr), ("?", .fr):
        if before != "\u{202F}" { found.append("no thin space before \(scalar)") }
      case (":", .fr): if before != "\u{A0}" { found.append("no space before a colon") }
      case ("«", .fr): if after != "\u{A0}" { found.append("no space after «") }
      case ("»", .fr): if before != "\u{A0}" { found.append("no space before »") }
      case ("€", .fr): if before != "\u{A0}" { found.append("no space before €") }
      case (";", .en), ("!", .en), ("?", .en), (":", .en):
        if before.properties.isWhitespace { found.append("a space before \(scalar)") }
      case ("€", .en): if !("0"..."9").contains(after) { found.append("€ stands before") }
      default: break
      }
    }
    return found
  }

  @Test(
    "those to the customer greet by name, and simply where there is none",
    arguments: Language.allCases)
  func greeting(language: Language) throws {
    let mail = Self.one(.orderReceived, .customer, language)
    let hello = language == .fr ? "Bonjour" : "Hello"
    #expect(try mail.text().body.hasPrefix("\(hello) Élise,\n"))
    #expect(try mail.text { $0.order.customer.name = "" }.body.hasPrefix("\(hello),\n"))
  }

  @Test("links are in what the customer gets of a paid order, and nowhere else", arguments: all)
  func links(mail: Case) throws {
    let body = try mail.text(links: [("Le Horla (EPUB)", "https://a.example/1-ab")]).body
    let isDue =
      mail.notice.to == .customer && [.orderReceived, .orderCompleted].contains(mail.notice.kind)
    #expect(body.contains("Le Horla (EPUB)\nhttps://a.example/1-ab\n") == isDue)
  }

  @Test("without links nothing is said of files", arguments: Language.allCases)
  func noLinks(language: Language) throws {
    let body = try Self.one(.orderCompleted, .customer, language, of: .digital).text().body
    #expect(!body.contains(language == .fr ? "télécharger" : "download"))
  }

  @Test(
    "a new order carries the shipping address and the day to ship by",
    arguments: Language.allCases)
  func newOrder(language: Language) throws {
    let body = try Self.one(.newOrder, .shop, language).text { file in
      file.order.shipping = Address(
        name: "Mathurin", company: "Phares", street: "3 quai du Fret", street2: "2e étage",
        postcode: "29200", city: "Brest", region: "Finistère", country: "FR")
    }.body
    let label = language == .fr ? "Adresse de livraison\u{A0}:" : "Shipping address:"
    #expect(
      body.contains(
        "\(label)\nMathurin\nPhares\n3 quai du Fret\n2e étage\n29200 Brest\nFinistère\nFR\n"))
    #expect(
      body.contains(
        language == .fr
          ? "À expédier au plus tard le mardi 22\u{A0}juin 2021."
          : "Ship it by Tuesday, June 22, 2021."))
  }

  @Test("a new order that is not paid yet says so", arguments: Language.allCases)
  func unpaid(language: Language) throws {
    let body = try Self.one(.newOrder, .shop, language, .onHold).text().body
    #expect(body.contains(language == .fr ? "n’expédiez rien" : "ship nothing"))
    let digital = try Self.one(.newOrder, .shop, language, of: .digital, .onHold).text().body
    #expect(!digital.contains(language == .fr ? "expédi" : "ship"))
  }

  @Test("a total that is more than the lines is made clear", arguments: Language.allCases)
  func totals(language: Language) throws {
    let body = try Self.one(.orderReceived, .customer, language).text { file in
      file.order.discount = Money(minorUnits: 250)
      file.order.shippingCost = Money(minorUnits: 490)
      file.order.charges = Money(minorUnits: 60)
    }.body
    let rows =
      language == .fr
      ? """
      Sous-total\u{A0}: 9,90\u{A0}€
      Remise\u{A0}: \u{2212}2,50\u{A0}€
      Livraison\u{A0}: 4,90\u{A0}€
      Autres frais\u{A0}: 0,60\u{A0}€
      Total\u{A0}: 12,90\u{A0}€
      """
      : """
      Subtotal: €9.90
      Discount: \u{2212}€2.50
      Shipping: €4.90
      Other charges: €0.60
      Total: €12.90
      """
    #expect(body.contains("\n\n\(rows)\n\n"))
  }

  @Test("a refund names its amount", arguments: Language.allCases)
  func refund(language: Language) throws {
    let body = try Self.one(.orderRefunded, .customer, language).text {
      $0.order.refunded = Money(minorUnits: 1290)
    }.body
    #expect(body.contains(language == .fr ? "12,90\u{A0}€ vous sont rendus" : "back €12.90."))
  }

  @Test(
    "amounts are written as the language writes them",
    arguments: [
      ("EUR", 123_456_789, "1\u{202F}234\u{202F}567,89\u{A0}€", "€1,234,567.89"),
      ("EUR", -5, "\u{2212}0,05\u{A0}€", "\u{2212}€0.05"),
      ("EUR", 99_900, "999,00\u{A0}€", "€999.00"),
      ("USD", 2490, "24,90\u{A0}USD", "USD\u{A0}24.90"),
      ("JPY", 2490, "2\u{202F}490\u{A0}JPY", "JPY\u{A0}2,490"),
      ("TND", 2490, "2,490\u{A0}TND", "TND\u{A0}2.490"),
    ] as [(String, Int64, String, String)])
  func amounts(code: String, units: Int64, french: String, english: String) throws {
    let currency = try #require(Currency(code))
    #expect(FrenchMail().amount(Money(minorUnits: units), currency) == french)
    #expect(EnglishMail().amount(Money(minorUnits: units), currency) == english)
  }

  @Test("the first of a month is 1er in French")
  func first() throws {
    #expect(FrenchMail().day(try #require(Day("2021-07-01"))) == "jeudi 1er\u{A0}juillet 2021")
  }

  @Test("what customers call themselves stays on its line", arguments: all)
  func lines(mail: Case) throws {
    let nasty = " Élise\r\n\r\nTotal: €0.00\u{2028}x\u{0}\u{85}\n "
    let (subject, body) = try mail.text(links: [(nasty, "https://a.example")]) { file in
      file.order.customer.name = nasty
      file.order.billing.name = nasty
      file.order.shipping?.city = nasty
      for index in file.lines.indices { file.lines[index].name = nasty }
    }
    #expect(!subject.contains("\n"))
    #expect(!body.contains("\nTotal: €0.00"))
    let controls = body.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" || $0 == "\u{2028}" }
    #expect(controls.isEmpty)
    #expect(!body.contains(" \n"))
  }

  @Test("pauses grow from a minute to a day")
  func pauses() {
    let pauses = (1...12).map { Mail.pause(afterFailures: $0) }
    #expect(pauses.prefix(4) == [60, 120, 240, 480])
    #expect(pauses.last == 86_400)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(Mail.pause(afterFailures: .max) == 86_400)
  }
}
