// A named value that a caller sends: a parameter of a method or a member of an object.

/// One parameter or member: its name, shape, sentence, and what stands in for it when absent.
public final class Field<Value>: Sendable {
  public let name: String
  let summary: String
  let schema: Schema
  let fallbackText: String?
  let isRequired: Bool
  let read: @Sendable (JSON?) throws(Mismatch) -> Value
  /// Writes a value as a member, in the one form it has however it was sent. Where leaving it out
  /// means the same it is left out: a field that is new in a later version makes no difference.
  let spell: @Sendable (Value, inout JSONWriter) -> Void

  /// A field that must be there.
  public init(_ name: String, _ shape: Shape<Value>, _ summary: String) {
    self.name = name
    self.summary = summary
    schema = shape.schema
    fallbackText = nil
    isRequired = true
    read = { json throws(Mismatch) in
      guard let json else {
        throw Mismatch(expected: shape.schema.phrase, found: nil as String?).at(name)
      }
      do throws(Mismatch) { return try shape.read(json) } catch { throw error.at(name) }
    }
    spell = spelling(name, shape)
  }

  /// A field that may be absent; `fallback` stands in for it, and null is the same as absent.
  public init(_ name: String, _ shape: Shape<Value>, default fallback: Value, _ summary: String)
  where Value: Sendable {
    self.name = name
    self.summary = summary
    schema = shape.schema
    var writer = JSONWriter(capacity: 64)
    shape.write(fallback, &writer)
    fallbackText = writer.text
    isRequired = false
    read = { json throws(Mismatch) in
      guard let json, !json.isNull else { return fallback }
      do throws(Mismatch) { return try shape.read(json) } catch { throw error.at(name) }
    }
    let (spelling, fallbackText) = (spelling(name, shape), writer.text)
    spell = { value, writer in
      var text = JSONWriter(capacity: 64)
      shape.write(value, &text)
      if text.text != fallbackText { spelling(value, &writer) }
    }
  }

  /// A field that may be absent. Null is the same as absent, unless the shape knows null itself.
  public init<Wrapped>(
    optional name: String, _ shape: Shape<Wrapped>, _ summary: String
  ) where Value == Wrapped? {
    self.name = name
    self.summary = summary
    schema = shape.schema
    fallbackText = nil
    isRequired = false
    let allowsNull = shape.schema.allowsNull
    read = { json throws(Mismatch) in
      guard let json, allowsNull || !json.isNull else { return nil }
      do throws(Mismatch) { return try shape.read(json) } catch { throw error.at(name) }
    }
    let spelling = spelling(name, shape)
    spell = { value, writer in
      if let value { spelling(value, &writer) }
    }
  }

  var description: MemberSchema {
    MemberSchema(
      name: name, summary: summary, schema: schema, isRequired: isRequired, fallback: fallbackText)
  }
}

private func spelling<Value>(
  _ name: String, _ shape: Shape<Value>
) -> @Sendable (Value, inout JSONWriter) -> Void {
  let name = MemberName(name)
  return { value, writer in
    writer.member(name)
    shape.write(value, &writer)
  }
}

/// The member of every method's params that is about the call: who wants to know of its progress.
let metadata: StaticString = "_meta"

/// What was sent for a list of declared fields, found by name or by position.
struct Arguments {
  private var values: [JSON?]
  private var next = 0

  /// Sorts `json` (an object, an array, or nil for nothing) under the declared names. Members that
  /// are unknown, sent twice or too many are mismatches; one named `besides` is for somebody else.
  init(_ json: JSON?, names: [String], besides other: StaticString? = nil) throws(Mismatch) {
    values = Array(repeating: nil, count: names.count)
    guard let json else { return }
    if json.isArray {
      guard json.count <= names.count else {
        throw Mismatch(
          expected: "at most \(names.count) values by position (\(names.joined(separator: ", ")))",
          found: "\(json.count) values")
      }
      for (index, element) in json.elements.enumerated() { values[index] = element }
      return
    }
    for member in json.members {
      guard let index = names.firstIndex(where: { member.key.spells($0) }) else {
        if let other, member.key.equals(other) { continue }
        throw unknown(member.name, names: names, found: member.value)
      }
      guard values[index] == nil else {
        throw Mismatch(expected: "one value", found: "the member twice").at(member.name)
      }
      values[index] = member.value
    }
  }

  private func unknown(_ name: String, names: [String], found: JSON) -> Mismatch {
    let near = nearest(to: name, among: names).map { "Did you mean \"\($0)\"?" }
    let known =
      names.isEmpty
      ? "no members at all" : "only members named \(names.joined(separator: ", "))"
    return Mismatch(expected: known, found: found, hint: near)
      .at(excerpt(Array(name.utf8)[...]))
  }

  /// The value of the next field in the declared order.
  mutating func read<Value>(_ field: Field<Value>) throws(Mismatch) -> Value {
    defer { next += 1 }
    return try field.read(values[next])
  }
}
