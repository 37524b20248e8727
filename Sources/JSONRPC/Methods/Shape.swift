// A value's schema, reader and writer in one: they cannot drift apart.

/// How a Swift value looks on the wire.
public struct Shape<Value>: Sendable {
  public let schema: Schema
  public let read: @Sendable (JSON) throws(Mismatch) -> Value
  public let write: @Sendable (Value, inout JSONWriter) -> Void

  public init(
    _ schema: Schema,
    read: @escaping @Sendable (JSON) throws(Mismatch) -> Value,
    write: @escaping @Sendable (Value, inout JSONWriter) -> Void
  ) {
    self.schema = schema
    self.read = read
    self.write = write
  }

  /// A shape of values that know how they are written.
  public init(_ schema: Schema, read: @escaping @Sendable (JSON) throws(Mismatch) -> Value)
  where Value: JSONWritable {
    self.init(schema, read: read, write: { $0.write(to: &$1) })
  }

  /// The shape of another type with the same wire form.
  public func map<Other>(
    to other: @escaping @Sendable (Value) -> Other?,
    from: @escaping @Sendable (Other) -> Value
  ) -> Shape<Other> {
    map(to: other, write: { write(from($0), &$1) })
  }

  /// The shape of another type that looks the same on the wire and is written its own way.
  public func map<Other>(
    to other: @escaping @Sendable (Value) -> Other?,
    write: @escaping @Sendable (Other, inout JSONWriter) -> Void
  ) -> Shape<Other> {
    Shape<Other>(
      schema,
      read: { json throws(Mismatch) in
        guard let value = other(try read(json)) else { throw mismatch(json) }
        return value
      },
      write: write)
  }

  /// The shape of what is only answered, and looks like this on the wire.
  public func answered<Other>(
    _ write: @escaping @Sendable (Other, inout JSONWriter) -> Void
  ) -> Shape<Other> {
    Shape<Other>(
      schema,
      read: { json throws(Mismatch) in
        throw Mismatch(expected: "nothing: this is only answered", found: json)
      },
      write: write)
  }

  /// The shape of what is only answered, and looks like this on the wire by itself.
  public func answered<Other: JSONWritable>(as type: Other.Type = Other.self) -> Shape<Other> {
    answered { $0.write(to: &$1) }
  }

  /// The shape of an object of texts that is only answered. An empty one is null where that may be.
  public func answered<Texts: JSONTexts>(texts: Texts.Type) -> Shape<Texts> {
    guard case .object(let object) = schema else { preconditionFailure("This is no object.") }
    let members = object.members.map { (name: MemberName($0.name), nullable: $0.schema.allowsNull) }
    return answered { texts, writer in
      let start = writer.count
      for index in members.indices {
        let text = texts.utf8(index)
        writer.nextMember(members[index].name)
        if text.isEmpty, members[index].nullable {
          writer.null()
        } else {
          writer.string(untrusted: text)
        }
      }
      writer.encloseMembers(from: start)
    }
  }

  /// An array of these.
  public func list(_ count: ClosedRange<Int> = 0...Int.max) -> Shape<[Value]> {
    Shape<[Value]>(
      .array(schema, count: count),
      read: { json throws(Mismatch) in
        guard json.isArray else {
          throw Mismatch(expected: "an array, each \(schema.phrase)", found: json)
        }
        guard count.contains(json.count) else {
          throw Mismatch(
            expected: "an array of \(count.lowerBound) to \(count.upperBound) elements",
            found: "\(json.count) elements")
        }
        var values: [Value] = []
        values.reserveCapacity(json.count)
        for element in json.elements {
          do throws(Mismatch) {
            values.append(try read(element))
          } catch {
            throw error.at(String(values.count))
          }
        }
        return values
      },
      write: { values, writer in
        writer.beginArray()
        for value in values {
          writer.element()
          write(value, &writer)
        }
        writer.endArray()
      })
  }

  /// One of these or an array of them; one is read as an array of one.
  public func oneOrMany(_ count: ClosedRange<Int>) -> Shape<[Value]> {
    let many = list(count)
    return Shape<[Value]>(
      .either([schema, many.schema]),
      read: { json throws(Mismatch) in
        json.isArray ? try many.read(json) : [try read(json)]
      },
      write: many.write)
  }

  /// The same, marked as personal: a caller who is not to know gets something else in its place.
  public var personal: Shape { Shape(schema.personal, read: read, write: write) }

  /// This or null.
  public var orNull: Shape<Value?> {
    Shape<Value?>(
      .nullable(schema),
      read: { json throws(Mismatch) in json.isNull ? nil : try read(json) },
      write: { value, writer in
        if let value { write(value, &writer) } else { writer.null() }
      })
  }

  /// The error of a value that is none of these.
  public func mismatch(_ json: JSON, hint: String? = nil) -> Mismatch {
    Mismatch(expected: schema.phrase, found: json, hint: hint)
  }
}

extension Shape<Bool> {
  public static let boolean = Shape(
    .boolean,
    read: { json throws(Mismatch) in
      guard let value = json.bool else {
        throw Mismatch(expected: Schema.boolean.phrase, found: json)
      }
      return value
    })
}

extension Shape<Int> {
  /// A whole number in `range`.
  public static func integer(_ range: ClosedRange<Int64>) -> Shape {
    let schema = Schema.integer(range)
    return Shape(
      schema,
      read: { json throws(Mismatch) in
        guard let value = json.integer, range.contains(value) else {
          throw Mismatch(
            expected: schema.phrase, found: json,
            hint: json.isString ? "A number is written without quotes." : nil)
        }
        return Int(value)
      })
  }
}

extension Shape<String> {
  /// A string; lengths are counted in code points, as JSON Schema does.
  public static func text(
    _ summary: String, minimumLength: Int = 0, maximumLength: Int = .max, pattern: String? = nil,
    format: String? = nil
  ) -> Shape {
    let rule = Schema.StringRule(
      summary, minimumLength: minimumLength, maximumLength: maximumLength, pattern: pattern,
      format: format)
    return Shape(
      .string(rule),
      read: { json throws(Mismatch) in
        guard let value = json.string, value.unicodeScalars.count >= minimumLength,
          maximumLength == .max || value.unicodeScalars.count <= maximumLength
        else {
          throw Mismatch(expected: summary, found: json)
        }
        return value
      })
  }
}

extension Shape where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of the words that name the cases of an enumeration.
  public static var choice: Shape { choice(hint: { _ in nil }) }

  /// One of the words; `hint` may know what a caller meant by another.
  public static func choice(hint: @escaping @Sendable (String) -> String?) -> Shape {
    let words = Value.allCases.map(\.rawValue)
    let schema = Schema.choice(words)
    return Shape(
      schema,
      read: { json throws(Mismatch) in
        guard let word = json.string, let value = Value(rawValue: word) else {
          let meant = json.string.flatMap { word in
            hint(word) ?? nearest(to: word, among: words).map { "Did you mean \"\($0)\"?" }
          }
          throw Mismatch(expected: schema.phrase, found: json, hint: meant)
        }
        return value
      },
      write: { $1.string($0.rawValue) })
  }
}
