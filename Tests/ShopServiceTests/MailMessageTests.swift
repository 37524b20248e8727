// Mails as Internet messages: read back by other eyes, and what must never get into them.
import Foundation
import ShopRules
import Testing

@testable import ShopService

@Suite("A mail as a message")
struct MailMessageTests {
  private func mail(
    to address: String = "elise@a.example", subject: String = "Order 630", body: String = "Hello\n"
  ) throws -> Mail {
    let moment = try #require(Moment(rfc3339: Desk.now))
    return Mail(
      id: 7, order: 630, kind: .orderCompleted, recipient: .customer, address: address,
      language: .fr, subject: subject, body: body, createdAt: moment, dueAt: moment)
  }

  private func message(_ mail: Mail, from name: String = "Phare") throws -> String {
    var shop = sampleShop(try newShop())
    shop.name = name
    return String(decoding: try mail.message(from: shop, identity: "ab12"), as: UTF8.self)
  }

  /// The header's lines, unfolded.
  private func headers(_ message: String) throws -> [String] {
    let head = try #require(message.components(separatedBy: "\n\n").first)
    return head.replacingOccurrences(of: "\n ", with: "").components(separatedBy: "\n")
  }

  private func body(_ message: String) throws -> String {
    let code = message.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n\n")
    let data = try #require(Data(base64Encoded: code, options: .ignoreUnknownCharacters))
    return String(decoding: data, as: UTF8.self)
  }

  /// The text of encoded words one behind the other.
  private func decoded(_ words: String) throws -> String {
    try words.components(separatedBy: "?=").filter { !$0.isEmpty }.map { word in
      let parts = word.components(separatedBy: "=?utf-8?B?")
      let data = try #require(Data(base64Encoded: parts.last ?? ""))
      return try #require(String(data: data, encoding: .utf8), "each word is whole characters")
    }.joined()
  }

  @Test("has each header once, as RFC 5322 and MIME want them")
  func plain() throws {
    let message = try message(try mail())
    #expect(
      try headers(message) == [
        "From: \"Phare\" <librairie@phare.example>", "To: <elise@a.example>", "Subject: Order 630",
        "Date: Thu, 17 Jun 2021 12:16:00 +0200",
        "Message-ID: <orderline.ab12.7@phare.example>", "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64", "Content-Language: fr",
      ])
    #expect(try body(message) == "Hello\r\n")
    #expect(!message.contains("\r"))
  }

  @Test(
    "says what it was given, whatever the length",
    arguments: ["a", "ab", "abc", "é", "Noël 🎄", String(repeating: "Œuvre 🎄 ", count: 500)])
  func texts(text: String) throws {
    let message = try message(try mail(body: text))
    #expect(try body(message) == text)
    #expect(message.utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count <= 78 })
  }

  @Test(
    "encodes a subject that is not short ASCII",
    arguments: [
      "Votre commande n° 630 est terminée", "=?utf-8?B?QQ==?=", "🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄🎄",
      String(repeating: "Nouvelle commande. ", count: 9),
    ])
  func subjects(subject: String) throws {
    let message = try message(try mail(subject: subject))
    let line = try #require(try headers(message).first { $0.hasPrefix("Subject: ") })
    #expect(try decoded(String(line.dropFirst(9))) == subject)
    #expect(message.utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count <= 90 })
  }

  @Test(
    "quotes or encodes the shop's name",
    arguments: [
      ("Phare", "\"Phare\" "), ("A \"B\" \\C, <x@y>", "\"A \\\"B\\\" \\\\C, <x@y>\" "), ("", ""),
    ])
  func names(name: String, expected: String) throws {
    let from = try #require(try headers(try message(try mail(), from: name)).first)
    #expect(from == "From: \(expected)<librairie@phare.example>")
    let encoded = try headers(try message(try mail(), from: "Élise")).first
    #expect(encoded == "From: =?utf-8?B?w4lsaXNl?= <librairie@phare.example>")
  }

  @Test(
    "lets nothing become a header",
    arguments: [
      "x\r\nBcc: all@a.example", "x\nBcc: all@a.example", "x\rBcc: all@a.example",
      "x\u{0}\n\nBcc: all@a.example", "é\r\nBcc: all@a.example", "x\u{2028}\u{85}\u{0B}Bcc: a@b.c",
    ])
  func injection(text: String) throws {
    let message = try message(try mail(subject: text), from: text)
    let head = try headers(message)
    #expect(head.count == 10)
    #expect(head.allSatisfy { !$0.lowercased().hasPrefix("bcc") })
    let controls = message.unicodeScalars.filter {
      $0.value < 0x20 && $0 != "\n" || $0.value > 0x7E
    }
    #expect(controls.isEmpty)
  }

  @Test(
    "is not sent to what might be more than one mailbox",
    arguments: [
      "", "elise", "a b@c.example", "-oQ/tmp@c.example", "a@b@c.example", "a,b@c.example",
      "a@c.example\nBcc: x@y.example", "<a@c.example>", "a;b@c.example", "|sh@c.example",
      "/etc/passwd@c.example", "\"a b\"@c.example", "é@c.example", "a@", "@c.example",
      "(a)b@c.example", "\(String(repeating: "a", count: 250))@c.example", "a@c.example\u{0}",
    ])
  func addresses(address: String) throws {
    let mail = try mail(to: address)
    #expect(throws: UnsendableMail.self) { try message(mail) }
  }

  @Test("is the same message each time")
  func stable() throws {
    let mail = try mail(subject: "Noël")
    #expect(try message(mail) == message(mail))
  }
}
