// Names as people sort them: without case and accents.

/// The key that sorts `name` among others: lower case, Latin letters without their accents.
func sortKey(_ name: String) -> String {
  var key = ""
  for scalar in name.lowercased().unicodeScalars {
    if scalar.isASCII {
      key.unicodeScalars.append(scalar)
      continue
    }
    // U+0300…U+036F are accents that follow their letter.
    if (0x300...0x36F).contains(scalar.value) { continue }
    key += plain[scalar] ?? String(scalar)
  }
  return key
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
