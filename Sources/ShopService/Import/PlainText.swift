// Names as WooCommerce stores them are HTML; orders and mails want plain text.

/// `html` with its character references replaced: named ones that occur in titles, and all numeric.
/// What is no reference stays as it is.
func plainText(_ html: String) -> String {
  guard html.utf8.contains(UInt8(ascii: "&")) else { return html }
  var text = ""
  var rest = html[...]
  while let ampersand = rest.firstIndex(of: "&") {
    text += rest[..<ampersand]
    let after = rest.index(after: ampersand)
    if let semicolon = rest[after...].prefix(12).firstIndex(of: ";"),
      let character = character(rest[after..<semicolon])
    {
      text += character
      rest = rest[rest.index(after: semicolon)...]
    } else {
      text += "&"
      rest = rest[after...]
    }
  }
  return text + rest
}

/// A name in HTML as one line: a run of white space is one space, and there is none at the ends.
/// Spaces that do not break stay: French sets them before “!”.
func plainName(_ html: String) -> String {
  if isPlainName(html) { return html }
  func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
  return plainText(html).unicodeScalars.split(whereSeparator: isBlank).map(String.init)
    .joined(separator: " ")
}

/// Whether nothing is to be replaced, as in most names. Says no of what only may be a blank: those
/// beyond ASCII begin with 0xC2 and 0xE2, and so do other signs.
private func isPlainName(_ text: String) -> Bool {
  let utf8 = text.utf8.span
  var last = UInt8(ascii: " ")
  for index in utf8.indices {
    switch utf8[index] {
    case UInt8(ascii: " ") where last == UInt8(ascii: " "): return false
    case UInt8(ascii: "&"), 0x09...0x0D, 0xC2, 0xE2: return false
    case let byte: last = byte
    }
  }
  return last != UInt8(ascii: " ") || utf8.isEmpty
}

private func character(_ reference: Substring) -> String? {
  guard reference.first == "#" else { return named[String(reference)] }
  let digits = reference.dropFirst()
  let isHexadecimal = digits.first == "x" || digits.first == "X"
  let code = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
  return code.flatMap(Unicode.Scalar.init).map { String($0) }
}

private let named = [
  "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "ndash": "–",
  "mdash": "—", "hellip": "…", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
  "laquo": "«", "raquo": "»", "times": "×", "eacute": "é", "egrave": "è", "ecirc": "ê",
  "agrave": "à", "acirc": "â", "ccedil": "ç", "ocirc": "ô", "ugrave": "ù", "ucirc": "û",
  "icirc": "î", "iuml": "ï", "euml": "ë", "oelig": "œ", "Eacute": "É", "Agrave": "À",
  "Ccedil": "Ç", "OElig": "Œ", "trade": "™", "reg": "®", "copy": "©", "euro": "€", "deg": "°",
]
