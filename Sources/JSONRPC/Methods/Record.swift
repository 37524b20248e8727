// Objects: what callers send and get back (Shape.object), and what they only get (Record).

/// One member of an object that is both read and written.
public struct Member<Root, Value>: Sendable {
  let field: Field<Value>
  let property: Property<Root>

  /// A member that must be there.
  public init(
    _ name: String, _ shape: Shape<Value>, _ summary: String,
    get: @escaping @Sendable (Root) -> Value
  ) {
    field = Field(name, shape, summary)
    property = Property(name, shape, summary, get: get)
  }

  /// A member that callers may leave out; answers always carry it.
  public init(
    _ name: String, _ shape: Shape<Value>, default fallback: Value, _ summary: String,
    get: @escaping @Sendable (Root) -> Value
  ) where Value: Sendable {
    field = Field(name, shape, default: fallback, summary)
    property = Property(field.description, shape.write, get: get)
  }

  /// A member that callers may leave out or send as null; answers carry the value or null.
  public init<Wrapped>(
    optional name: String, _ shape: Shape<Wrapped>, _ summary: String,
    get: @escaping @Sendable (Root) -> Value
  ) where Value == Wrapped? {
    field = Field(optional: name, shape, summary)
    let nullable = shape.orNull
    property = Property(
      MemberSchema(
        name: name, summary: summary, schema: nullable.schema, isRequired: false, fallback: nil),
      nullable.write, get: get)
  }

  /// The member that is the same as an optional parameter, declared once for both. It is written
  /// where it has a value.
  public init<Wrapped>(
    _ field: Field<Value>, get: @escaping @Sendable (Root) -> Value
  ) where Value == Wrapped? {
    self.field = field
    property = Property(
      description: MemberSchema(
        name: field.name, summary: field.summary, schema: .nullable(field.schema),
        isRequired: false, fallback: nil)
    ) { field.spell(get($0), &$1) }
  }
}

/// One member of an object that is only written.
public struct Property<Root>: Sendable {
  let description: MemberSchema
  let write: @Sendable (Root, inout JSONWriter) -> Void

  /// A member whose value is written in one way. All of it is compiled in one piece, for whoever
  /// declares it.
  @inline(__always)
  public init<Value: JSONWritable>(
    _ name: String, _ shape: Shape<Value>, _ summary: String,
    get: @escaping @Sendable (Root) -> Value
  ) {
    let encoded = MemberName(name)
    self.init(
      description: MemberSchema(
        name: name, summary: summary, schema: shape.schema, isRequired: true, fallback: nil)
    ) { root, writer in
      writer.nextMember(encoded)
      get(root).write(to: &writer)
    }
  }

  /// A member whose value has a shape.
  public init<Value>(
    _ name: String, _ shape: Shape<Value>, _ summary: String,
    get: @escaping @Sendable (Root) -> Value
  ) {
    self.init(
      MemberSchema(
        name: name, summary: summary, schema: shape.schema, isRequired: true, fallback: nil),
      shape.write, get: get)
  }

  /// A member that is left out where it has no value.
  public init<Value>(
    optional name: String, _ shape: Shape<Value>, _ summary: String,
    get: @escaping @Sendable (Root) -> Value?
  ) {
    let encoded = MemberName(name)
    self.init(
      description: MemberSchema(
        name: name, summary: summary, schema: shape.schema, isRequired: false, fallback: nil)
    ) { root, writer in
      guard let value = get(root) else { return }
      writer.nextMember(encoded)
      shape.write(value, &writer)
    }
  }

  /// A member that is an object itself.
  public init<Value>(
    _ name: String, _ record: Record<Value>, _ summary: String,
    get: @escaping @Sendable (Root) -> Value
  ) {
    self.init(
      MemberSchema(
        name: name, summary: summary, schema: .object(record.schema), isRequired: true,
        fallback: nil),
      { record.write($0, to: &$1) }, get: get)
  }

  /// A member that is an array of objects.
  public init<Values: Sequence & SendableMetatype>(
    _ name: String, listOf record: Record<Values.Element>, _ summary: String,
    get: @escaping @Sendable (Root) -> Values
  ) where Values.Iterator: SendableMetatype {
    self.init(name, each: record, summary) { root, take in
      for value in get(root) { take(value) }
    }
  }

  /// A member that is an array of objects, which are there one at a time: `visit` hands over each.
  public init<Element>(
    _ name: String, each record: Record<Element>, _ summary: String,
    visit: @escaping @Sendable (Root, (Element) -> Void) -> Void
  ) {
    let encoded = MemberName(name)
    self.init(
      description: MemberSchema(
        name: name, summary: summary, schema: .array(.object(record.schema), count: 0...Int.max),
        isRequired: true, fallback: nil)
    ) { root, writer in
      writer.nextMember(encoded)
      writer.beginArray()
      withUnsafeMutablePointer(to: &writer) { writer in
        visit(root) { element in
          writer.pointee.element()
          record.write(element, to: &writer.pointee)
        }
      }
      writer.endArray()
    }
  }

  init<Value>(
    _ description: MemberSchema,
    _ writeValue: @escaping @Sendable (Value, inout JSONWriter) -> Void,
    get: @escaping @Sendable (Root) -> Value
  ) {
    self.description = description
    let name = MemberName(description.name)
    write = { root, writer in
      writer.nextMember(name)
      writeValue(get(root), &writer)
    }
  }
}

/// An object that is answered: the only thing a method can return, so that results can grow.
public struct Record<Value>: Sendable {
  public let schema: ObjectSchema
  /// Apart from the descriptions, so that whoever writes takes up nothing else.
  private let writeMembers: @Sendable (Value, inout JSONWriter) -> Void

  public init(_ title: String, _ summary: String, _ properties: [Property<Value>]) {
    schema = ObjectSchema(
      title: title, summary: summary, members: properties.map { $0.description }, isClosed: false)
    // Closures and not key paths: to make those takes longer than all the rest of the start.
    writeMembers = joined(properties[...])
  }

  public func write(_ value: Value, to writer: inout JSONWriter) {
    let start = writer.count
    writeMembers(value, &writer)
    writer.encloseMembers(from: start)
  }
}

/// One closure that writes all of these in turn. What a closure holds it calls without counting
/// references to it, which would take longer than most members do; so this is no loop over an array.
private func joined<Root>(
  _ properties: ArraySlice<Property<Root>>
) -> @Sendable (Root, inout JSONWriter) -> Void {
  guard let first = properties.first?.write else { return { _, _ in } }
  guard properties.count > 1 else { return first }
  guard properties.count > 3 else {
    let rest = joined(properties.dropFirst())
    return { root, writer in
      first(root, &writer)
      rest(root, &writer)
    }
  }
  let (start, end) = (properties.startIndex, properties.endIndex)
  let quarter = properties.count / 4
  let a = joined(properties[start..<start + quarter])
  let b = joined(properties[start + quarter..<start + 2 * quarter])
  let c = joined(properties[start + 2 * quarter..<start + 3 * quarter])
  let d = joined(properties[start + 3 * quarter..<end])
  return { root, writer in
    a(root, &writer)
    b(root, &writer)
    c(root, &writer)
    d(root, &writer)
  }
}

extension Shape {
  /// An object made of members, read by name and written in their order.
  public static func object<each Part>(
    _ title: String, _ summary: String, _ member: repeat Member<Value, each Part>,
    make: @escaping @Sendable (repeat each Part) -> Value
  ) -> Shape {
    var members: [MemberSchema] = []
    var properties: [Property<Value>] = []
    for member in repeat each member {
      members.append(member.property.description)
      properties.append(member.property)
    }
    let names = members.map(\.name)
    let schema = Schema.object(
      ObjectSchema(title: title, summary: summary, members: members, isClosed: true))
    let record = Record(title, summary, properties)
    return Shape(
      schema,
      read: { json throws(Mismatch) in
        guard json.isObject else { throw Mismatch(expected: schema.phrase, found: json) }
        var arguments = try Arguments(json, names: names)
        return make(repeat try arguments.read((each member).field))
      },
      write: { record.write($0, to: &$1) })
  }
}

extension Property {
  /// The same member of an object that holds this one's.
  public func of<Outer>(_ get: @escaping @Sendable (Outer) -> Root) -> Property<Outer> {
    Property<Outer>(description: description) { write(get($0), &$1) }
  }

  fileprivate init(
    description: MemberSchema, write: @escaping @Sendable (Root, inout JSONWriter) -> Void
  ) {
    self.description = description
    self.write = write
  }
}
