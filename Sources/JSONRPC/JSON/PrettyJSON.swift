// JSON for people: indented, one member a line.

/// `json` with a line for each member and element, and a newline at the end; a text that is not
/// JSON is answered as it is.
public func prettyJSON(_ json: String) -> String {
  guard let value = try? JSONText.parse(json.utf8) else { return json }
  var lines = ""
  write(value, indent: "", to: &lines)
  return lines + "\n"
}

private func write(_ json: JSON, indent: String, to text: inout String) {
  let inner = indent + "  "
  if json.isObject, json.count > 0 {
    text += "{\n" + inner
    for (index, member) in json.members.enumerated() {
      if index > 0 { text += ",\n" + inner }
      text += String(decoding: member.key.source, as: UTF8.self) + ": "
      write(member.value, indent: inner, to: &text)
    }
    text += "\n" + indent + "}"
  } else if json.isArray, json.count > 0, json.elements.contains(where: { $0.count > 0 }) {
    text += "[\n" + inner
    for (index, element) in json.elements.enumerated() {
      if index > 0 { text += ",\n" + inner }
      write(element, indent: inner, to: &text)
    }
    text += "\n" + indent + "]"
  } else {
    text += String(decoding: json.source, as: UTF8.self)
  }
}
