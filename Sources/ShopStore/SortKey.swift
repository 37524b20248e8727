// Names as people sort them: without case and accents.

/// The key that sorts `name` among others: lower case, Latin letters without their accents.
func sortKey(_ name: String) -> String {
  var key: [UInt8] = []
  key.reserveCapacity(name.utf8.count)
  eachScalar(ofSortKey: name) { key.append($0) }
  return String(decoding: key, as: UTF8.self)
}

extension [UInt8] {
  /// Adds the scalar in UTF-8.
  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      append(contentsOf: String(scalar).utf8)
    }
  }
}

/// Hands over the scalars of the key, one after the other.
@inline(__always)
func eachScalar(ofSortKey name: String, _ take: (Unicode.Scalar) -> Void) {
  for scalar in name.unicodeScalars {
    if case "A"..."Z" = scalar {
      take(Unicode.Scalar(UInt8(scalar.value) | 0x20))
    } else if scalar.isASCII {
      take(scalar)
    } else {
      // Most letters are small ones already, and to look up the mapping costs more than the rest.
      for letter in (plain[scalar] ?? lowerCase(scalar)).unicodeScalars { take(letter) }
    }
  }
}

private func lowerCase(_ scalar: Unicode.Scalar) -> String {
  var letters = ""
  for letter in scalar.properties.lowercaseMapping.unicodeScalars {
    // U+0300…U+036F are accents that follow their letter.
    if !(0x300...0x36F).contains(letter.value) { letters += plain[letter] ?? String(letter) }
  }
  return letters
}

/// The lower-case letters of Latin-1, Latin Extended-A and Vietnamese that have a plain form.
private let plain: [Unicode.Scalar: String] = {
  let letters = [
    "a": "àáâãäåāăąạảấầẩẫậắằẳẵặ", "ae": "æ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ",
    "g": "ĝğġģ",
    "h": "ĥħ", "i": "ìíîïĩīĭįıỉị", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉ",
    "o": "òóôõöøōŏőơọỏốồổỗộớờởỡợ",
    "oe": "œ", "r": "ŕŗř", "s": "śŝşš", "ss": "ß", "t": "ţťŧ", "u": "ùúûüũūŭůűųưụủứừửữự", "w": "ŵ",
    "y": "ýÿŷỳỵỷỹ", "z": "źżž", "th": "þ",
  ]
  var plain: [Unicode.Scalar: String] = [:]
  for (letter, accented) in letters {
    for scalar in accented.unicodeScalars { plain[scalar] = letter }
  }
  return plain
}()
