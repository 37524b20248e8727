// The published description of a value: the part of JSON Schema that draft-07 and 2020-12 share.

/// What a value looks like on the wire. Written into the OpenRPC document and the help.
public indirect enum Schema: Sendable {
  case boolean
  case integer(ClosedRange<Int64>)
  case string(StringRule)
  /// One of these strings.
  case choice([String])
  case array(Schema, count: ClosedRange<Int>)
  case object(ObjectSchema)
  /// The value or null.
  case nullable(Schema)
  /// One of these, whichever fits.
  case either([Schema])

  /// What a string has to satisfy. `summary` says it in words, for messages and the help.
  public struct StringRule: Sendable {
    public var summary: String
    public var minimumLength: Int
    public var maximumLength: Int
    public var pattern: String?
    public var format: String?
    /// Whether it says who somebody is, or how to reach them: hidden from callers who are not to know.
    public var isPersonal = false

    public init(
      _ summary: String, minimumLength: Int = 0, maximumLength: Int = .max,
      pattern: String? = nil, format: String? = nil
    ) {
      self.summary = summary
      self.minimumLength = minimumLength
      self.maximumLength = maximumLength
      self.pattern = pattern
      self.format = format
    }
  }

  /// The schema in a few words: "a string", "an integer from 1 to 500".
  public var phrase: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range):
      switch (range.lowerBound, range.upperBound) {
      case (.min, .max): "an integer"
      case (let low, .max): "an integer of at least \(low)"
      case (let low, let high): "an integer from \(low) to \(high)"
      }
    case .string(let rule): rule.summary
    case .choice(let words): "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
    case .array(let element, let count):
      (count.lowerBound > 0 ? "a non-empty array" : "an array") + ", each \(element.phrase)"
    case .object(let object):
      "an object with "
        + object.members.map { $0.isRequired ? $0.name : $0.name + "?" }.joined(separator: ", ")
    case .nullable(let schema): schema.phrase + ", or null"
    case .either(let schemas): schemas.map(\.phrase).joined(separator: "; or ")
    }
  }

  /// The same, with its strings marked as personal.
  var personal: Schema {
    switch self {
    case .string(var rule):
      rule.isPersonal = true
      return .string(rule)
    case .nullable(let schema): return .nullable(schema.personal)
    case .array(let element, let count): return .array(element.personal, count: count)
    case .boolean, .integer, .choice, .object, .either: return self
    }
  }

  /// Whether null is a value of its own here.
  public var allowsNull: Bool {
    if case .nullable = self { true } else { false }
  }

  /// Whether every value is a string, so that a command line need not quote it.
  public var isText: Bool {
    switch self {
    case .string, .choice: true
    case .nullable(let schema): schema.isText
    case .either(let schemas): schemas.allSatisfy(\.isText)
    default: false
    }
  }
}

/// An object with named members, in the order they are written.
public struct ObjectSchema: Sendable {
  /// Names it in the document's components; one title, one schema.
  public let title: String
  public let summary: String
  public let members: [MemberSchema]
  /// Whether unknown members are refused: what callers send is closed, what they get may grow.
  public let isClosed: Bool
}

/// A member of an object, or a parameter of a method.
public struct MemberSchema: Sendable {
  public let name: String
  public let summary: String
  public let schema: Schema
  public let isRequired: Bool
  /// The value that stands in for an absent one, as JSON.
  public let fallback: String?
}
