// Personal data kept from a caller: what a schema marks is replaced in what was answered.

/// What stands in for a personal text.
public let hiddenText = "[redacted]"

extension JSONWriter {
  /// Replaces the personal data in the JSON that was written from `start` on. It works on what was
  /// written, so that it makes no difference where that came from: a result that was kept is treated
  /// as one that is new.
  mutating func hidePersonalData(from start: Int, _ schema: ObjectSchema) throws(JSONSyntaxError) {
    let clear = try JSONText.parse(bytes[start...])
    truncate(to: start)
    hide(clear, .object(schema))
  }

  private mutating func hide(_ json: JSON, _ schema: Schema) {
    switch schema {
    case .string(let rule) where rule.isPersonal && json.isString && !json.equals(""):
      string(hiddenText)
    case .nullable(let schema): hide(json, schema)
    case .array(let element, _) where json.isArray:
      beginArray()
      for value in json.elements {
        self.element()
        hide(value, element)
      }
      endArray()
    case .object(let object) where json.isObject:
      beginObject()
      for member in json.members {
        let name = member.name
        self.member(named: name)
        if let known = object.members.first(where: { $0.name == name }) {
          hide(member.value, known.schema)
        } else {
          raw(member.value.source)
        }
      }
      endObject()
    case .boolean, .integer, .string, .choice, .array, .object, .either: raw(json.source)
    }
  }
}
