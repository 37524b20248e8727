// A mail as an Internet message (RFC 5322 with MIME), ready for a program like sendmail(8).
public import ShopRules

/// A mail can never be sent as it is; the sentence says why.
public struct UnsendableMail: Error, CustomStringConvertible {
  public let description: String
}

extension Mail {
  /// The message in bytes, lines ended by LF as sendmail(8) wants them. `identity` is the store's.
  ///
  /// Nothing that customers or vendors wrote reaches a header but in quotes or encoded, so that it
  /// cannot become a header of its own.
  public func message(from shop: Shop, identity: String) throws(UnsendableMail) -> [UInt8] {
    let sender = try sendable(shop.email, "the shop's e-mail address")
    let recipient = try sendable(address, "the address")
    let domain = sender.split(separator: "@").last ?? "invalid"
    let head = [
      "From: \(phrase(shop.name))<\(sender)>",
      "To: <\(recipient)>",
      "Subject: \(unstructured(subject))",
      "Date: \(createdAt.mailDate(in: shop.timeZone))",
      // The same whenever this mail is handed over, so that a second arrival can be seen.
      "Message-ID: <orderline.\(identity).\(id)@\(domain)>",
      // RFC 3834: nobody's out-of-office note should answer.
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "Content-Language: \(language.rawValue)",
    ]
    // Text in MIME has lines ended by CRLF before it is encoded.
    let text = body.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    let code = base64(text.utf8)
    var lines: [Substring] = []
    var rest = code[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(76))
      rest = rest.dropFirst(76)
    }
    return Array((head.joined(separator: "\n") + "\n\n").utf8)
      + Array((lines.joined(separator: "\n") + "\n").utf8)
  }
}

/// An address that can mean nothing but one mailbox, to any program that gets to see it: no second
/// address, no comment, no option, no program or file to deliver to.
public func sendable(_ address: String, _ whose: String) throws(UnsendableMail) -> String {
  let parts = address.split(separator: "@", omittingEmptySubsequences: false)
  let isPlain = address.utf8.allSatisfy { byte in
    (0x21...0x7E).contains(byte) && !"<>()[],;:\\\"".utf8.contains(byte)
  }
  guard isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), address.utf8.count <= 254,
    let first = address.first, !"-|/".contains(first)
  else { throw UnsendableMail(description: "\(whose) cannot be sent to: \(visible(address))") }
  return address
}

/// A text for a line of a log: without control characters, and not too long.
public func visible(_ text: String, atMost limit: Int = 300) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.prefix(limit).map { isControl($0) ? " " : $0 }))
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator: true
  default: false
  }
}

/// The name before an address, in quotes or encoded, with a space behind; nothing for no name.
private func phrase(_ name: String) -> String {
  let name = visible(name)
  guard isShortASCII(name) else { return encodedWords(name) + " " }
  if name.isEmpty { return "" }
  let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
  return "\"\(quoted)\" "
}

/// Text in a header: as it is where it can be, else encoded.
private func unstructured(_ text: String) -> String {
  let text = visible(text)
  return isShortASCII(text) ? text : encodedWords(text)
}

/// Whether a text fits on the line of its header and cannot be taken for encoded words.
private func isShortASCII(_ text: String) -> Bool {
  text.utf8.count <= 60 && text.utf8.allSatisfy { $0 < 0x7F } && !text.contains("=?")
}

/// RFC 2047: words of at most 75 bytes, each of whole characters, on lines of their own.
private func encodedWords(_ text: String) -> String {
  var words: [String] = []
  var piece: [UInt8] = []
  func finish() {
    if !piece.isEmpty { words.append("=?utf-8?B?\(base64(piece))?=") }
    piece = []
  }
  for scalar in text.unicodeScalars {
    let bytes = Array(String(scalar).utf8)
    if piece.count + bytes.count > 45 { finish() }
    piece += bytes
  }
  finish()
  return words.joined(separator: "\n ")
}

/// RFC 4648, section 4.
func base64(_ bytes: some Collection<UInt8>) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var code: [UInt8] = []
  code.reserveCapacity((bytes.count + 2) / 3 * 4)
  var rest = bytes[...]
  while !rest.isEmpty {
    let three = Array(rest.prefix(3))
    rest = rest.dropFirst(3)
    let bits = (three + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
    for index in 0..<4 {
      code.append(
        index <= three.count ? digits[bits >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: code, as: UTF8.self)
}

extension Moment {
  /// RFC 5322, section 3.3: “Thu, 17 Jun 2021 12:16:00 +0200”.
  func mailDate(in zone: TimeZone) -> String {
    let local = zone.local(self)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let day = local.day
    let minutes = abs(local.offset) / 60
    return "\(weekdays[day.weekday.rawValue - 1]), \(day.dayOfMonth) \(months[day.month - 1]) "
      + "\(day.year) \(two(local.hour)):\(two(local.minute)):\(two(local.second)) "
      + "\(local.offset < 0 ? "-" : "+")\(two(minutes / 60))\(two(minutes % 60))"
  }
}
