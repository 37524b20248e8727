// The OpenRPC 1.4 document, read off the catalog.

/// The method that answers the document; reserved by the OpenRPC specification.
let discovery = (
  name: "rpc.discover", summary: "Answers this service's OpenRPC document."
)

extension Catalog {
  /// The OpenRPC document as a text of its own, one line.
  public var openRPC: String {
    var writer = JSONWriter(capacity: 1 << 16)
    writeOpenRPC(to: &writer)
    return writer.text
  }

  func writeOpenRPC(to writer: inout JSONWriter) {
    var components = Components(.referredTo)
    writer.beginObject()
    writer.member("openrpc")
    writer.string("1.4.0")
    writer.member("info")
    writer.beginObject()
    writer.text("title", title)
    writer.text("version", version)
    writer.text("description", summary)
    writer.endObject()
    writer.member("methods")
    writer.beginArray()
    for method in methods {
      writer.element()
      write(method, &components, to: &writer)
    }
    writer.element()
    writeDiscovery(to: &writer)
    writer.endArray()
    // The specification knows methods only, and leaves names that begin so to others.
    writer.member("x-notifications")
    writer.beginArray()
    for notification in notifications {
      writer.element()
      writer.beginObject()
      writer.text("name", notification.name)
      writer.text("summary", notification.summary)
      writer.member("params")
      Schema.object(notification.params).write(to: &writer, &components)
      writer.endObject()
    }
    writer.endArray()
    writer.member("components")
    writer.beginObject()
    writer.member("schemas")
    components.write(to: &writer)
    writer.member("errors")
    writer.beginObject()
    for kind in Context.Refusal.Kind.allCases {
      writer.member(named: kind.name)
      write(kind, to: &writer)
    }
    writer.endObject()
    writer.endObject()
    writer.endObject()
  }

  private func write(
    _ method: Method<Context>, _ components: inout Components, to writer: inout JSONWriter
  ) {
    let form = method.form()
    writer.beginObject()
    writer.text("name", method.name)
    writer.text("summary", method.summary)
    writer.text("paramStructure", "either")
    writer.member("params")
    writer.beginArray()
    for parameter in form.parameters {
      writer.element()
      writer.beginObject()
      writer.text("name", parameter.name)
      writer.text("summary", parameter.summary)
      writer.member("required")
      writer.bool(parameter.isRequired)
      writer.member("schema")
      parameter.schema.write(to: &writer, &components, fallback: parameter.fallback)
      writer.endObject()
    }
    writer.endArray()
    writer.member("result")
    writer.beginObject()
    writer.text("name", form.result.title)
    writer.text("summary", form.result.summary)
    writer.member("schema")
    Schema.object(form.result).write(to: &writer, &components)
    writer.endObject()
    if !form.refusals.isEmpty {
      writer.member("errors")
      writer.beginArray()
      for kind in form.refusals {
        writer.element()
        write(kind, to: &writer)
      }
      writer.endArray()
    }
    writer.text("x-effect", method.effect.rawValue)
    writer.endObject()
  }

  /// What the OpenRPC specification says of itself.
  private func writeDiscovery(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.text("name", discovery.name)
    writer.text("summary", discovery.summary)
    writer.member("params")
    writer.beginArray()
    writer.endArray()
    writer.member("result")
    writer.beginObject()
    writer.text("name", "OpenRPC")
    writer.text("summary", "This document.")
    writer.member("schema")
    writer.beginObject()
    writer.text("title", "OpenRPC")
    writer.text("description", "An OpenRPC 1.4 document, by https://spec.open-rpc.org.")
    writer.text("type", "object")
    writer.endObject()
    writer.endObject()
    writer.endObject()
  }

  private func write(_ kind: Context.Refusal.Kind, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code")
    writer.integer(kind.code)
    writer.text("message", kind.summary)
    writer.member("data")
    writer.beginObject()
    writer.text("refusal", kind.name)
    writer.member("transient")
    writer.bool(kind.isTransient)
    writer.endObject()
    writer.endObject()
  }
}

/// What becomes of the titled objects in a schema, and those met so far.
struct Components {
  enum Form {
    /// Each is written once, elsewhere in the document.
    case referredTo
    /// Each is written where it is, whole.
    case inPlace
    /// That it is an object has to do.
    case untold
  }

  let form: Form
  private var objects: [ObjectSchema] = []

  init(_ form: Form) {
    self.form = form
  }

  mutating func add(_ object: ObjectSchema) {
    if !objects.contains(where: { $0.title == object.title }) { objects.append(object) }
  }

  /// Writes them all; writing one may meet others, which are written behind it.
  mutating func write(to writer: inout JSONWriter) {
    writer.beginObject()
    var next = 0
    while next < objects.count {
      let object = objects[next]
      next += 1
      writer.member(named: object.title)
      object.write(to: &writer, &self)
    }
    writer.endObject()
  }
}

extension ObjectSchema {
  fileprivate func write(to writer: inout JSONWriter, _ components: inout Components) {
    writer.beginObject()
    writer.text("title", title)
    writer.text("description", summary)
    writer.text("type", "object")
    writeMembers(to: &writer, &components)
    writer.endObject()
  }

  /// Writes what it says of its members, behind the type.
  func writeMembers(to writer: inout JSONWriter, _ components: inout Components) {
    // Without members that are known, any may be there.
    if isClosed || !members.isEmpty {
      writer.member("properties")
      writer.beginObject()
      for member in members {
        writer.member(named: member.name)
        member.schema.write(
          to: &writer, &components, summary: member.summary, fallback: member.fallback)
      }
      writer.endObject()
    }
    let required = members.filter(\.isRequired).map(\.name)
    if !required.isEmpty {
      writer.member("required")
      writer.strings(required)
    }
    if isClosed {
      writer.member("additionalProperties")
      writer.bool(false)
    }
  }
}

extension Schema {
  fileprivate func write(
    to writer: inout JSONWriter, _ components: inout Components, summary: String? = nil,
    fallback: String? = nil
  ) {
    if case .object(let object) = self, components.form == .referredTo, summary == nil,
      fallback == nil
    {
      components.add(object)
      return writer.reference("#/components/schemas/\(object.title)")
    }
    writer.beginObject()
    if let summary { writer.text("description", summary) }
    writeMembers(to: &writer, &components, orNull: false)
    if let fallback {
      writer.member("default")
      writer.raw(Array(fallback.utf8)[...])
    }
    writer.endObject()
  }

  private func writeMembers(
    to writer: inout JSONWriter, _ components: inout Components, orNull: Bool
  ) {
    func type(_ name: String, _ writer: inout JSONWriter) {
      writer.member("type")
      if orNull { writer.strings([name, "null"]) } else { writer.string(name) }
    }
    switch self {
    case .boolean:
      type("boolean", &writer)
    case .integer(let range):
      type("integer", &writer)
      writer.bound("minimum", range.lowerBound, unless: .min)
      writer.bound("maximum", range.upperBound, unless: .max)
    case .string(let rule):
      type("string", &writer)
      writer.bound("minLength", rule.minimumLength, unless: 0)
      writer.bound("maxLength", rule.maximumLength, unless: .max)
      if let pattern = rule.pattern { writer.text("pattern", pattern) }
      if let format = rule.format { writer.text("format", format) }
      if rule.isPersonal {
        writer.member("x-personal")
        writer.bool(true)
      }
    case .choice(let words):
      type("string", &writer)
      writer.member("enum")
      writer.beginArray()
      for word in words {
        writer.element()
        writer.string(word)
      }
      if orNull {
        writer.element()
        writer.null()
      }
      writer.endArray()
    case .array(let element, let count):
      type("array", &writer)
      writer.member("items")
      element.write(to: &writer, &components)
      writer.bound("minItems", count.lowerBound, unless: 0)
      writer.bound("maxItems", count.upperBound, unless: .max)
    case .object(let object) where components.form != .referredTo:
      type("object", &writer)
      if components.form == .inPlace { object.writeMembers(to: &writer, &components) }
    case .object(let object):
      // Siblings of $ref are ignored in draft-07: a reference with a sentence goes through allOf.
      components.add(object)
      writer.member(orNull ? "anyOf" : "allOf")
      writer.beginArray()
      writer.element()
      writer.reference("#/components/schemas/\(object.title)")
      if orNull { writer.nullType() }
      writer.endArray()
    case .nullable(let schema):
      schema.writeMembers(to: &writer, &components, orNull: true)
    case .either(let schemas):
      writer.member("anyOf")
      writer.beginArray()
      for schema in schemas {
        writer.element()
        schema.write(to: &writer, &components)
      }
      if orNull { writer.nullType() }
      writer.endArray()
    }
  }
}

extension JSONWriter {
  mutating func strings(_ values: [String]) {
    beginArray()
    for value in values {
      element()
      string(value)
    }
    endArray()
  }

  fileprivate mutating func bound<Bound: FixedWidthInteger>(
    _ name: MemberName, _ value: Bound, unless absent: Bound
  ) {
    guard value != absent else { return }
    member(name)
    integer(value)
  }

  fileprivate mutating func reference(_ target: String) {
    beginObject()
    text("$ref", target)
    endObject()
  }

  fileprivate mutating func nullType() {
    element()
    beginObject()
    text("type", "null")
    endObject()
  }
}
