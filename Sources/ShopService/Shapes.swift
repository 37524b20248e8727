// How the rules' nouns look on the wire.
public import JSONRPC
public import ShopRules
public import ShopStore

enum Text {
  static let shape = Shape.text("a string")
  /// The same, of a text that is one of few.
  static let word = shape.answered(as: JSONWord.self)
  /// The same, of a text that lies in the store.
  static let answered = shape.answered(as: RowText.self)
  /// A string about a customer, or in words that may be.
  static let personal = shape.personal
  /// A string with something in it.
  static let required = Shape.text("a non-empty string", minimumLength: 1)
}

extension RowTexts: JSONTexts {}

extension RowText: JSONWritable {
  public func write(to writer: inout JSONWriter) { writer.string(untrusted: utf8) }
}

enum Flag {
  static let shape = Shape.boolean
}

/// Identifiers stay below 2^53, so that a caller in JavaScript or Lua reads them exactly.
enum Identifier {
  static let shape = Shape.integer(1...9_007_199_254_740_991)
}

enum Email {
  static let shape = Shape.text(
    "an e-mail address", minimumLength: 3, pattern: "^[^@\\s]+@[^@\\s]+$"
  ).map(
    to: { text -> String? in
      let parts = text.split(separator: "@", omittingEmptySubsequences: false)
      let isPlain = !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 }
      return isPlain && parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? text : nil
    }, from: { $0 })
}

/// An amount as it is answered, in the currency that says how.
struct Sum: JSONWritable {
  let money: Money
  let currency: Currency

  func write(to writer: inout JSONWriter) {
    writer.string(capacity: Money.textLength) { money.write(currency, with: &$0) }
  }
}

extension Money {
  func sum(_ currency: Currency) -> Sum { Sum(money: self, currency: currency) }
}

/// An amount as callers write it; its currency decides how many decimals it may have.
struct Amount: Hashable, Sendable {
  let text: String

  static let zero = Amount(text: "0")

  private static let phrase = "an amount as a string, such as \"24.90\""

  static let shape = Shape(
    .string(.init(phrase, pattern: "^[0-9]+(\\.[0-9]+)?$")),
    read: { json throws(Mismatch) in
      guard let text = json.string, isAmount(text) else {
        let hint = json.isNumber ? "Put it in quotes: \"\(json.excerpt)\"." : nil
        throw Mismatch(expected: phrase, found: json, hint: hint)
      }
      return Amount(text: text)
    },
    write: { $1.string($0.text) })

  /// The shape of amounts in answers, which may be below zero.
  static let answered = Shape.text(
    "an amount with the currency's decimals, such as \"24.90\"",
    pattern: "^-?[0-9]+(\\.[0-9]+)?$"
  ).answered(as: Sum.self)

  private static func isAmount(_ text: String) -> Bool {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    return parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
  }

  /// The money this is in `currency`; `field` is where it came from.
  func money(_ currency: Currency, at field: String) throws(Mismatch) -> Money {
    do throws(Money.Malformed) {
      return try Money(parsing: text, currency)
    } catch {
      let expected =
        switch error {
        case .notADecimal: Self.phrase
        case .tooManyDecimals(let allowed): "at most \(allowed) decimals in \(currency.code)"
        case .tooLarge: "an amount of at most \(Money.largest.text(currency))"
        }
      throw Mismatch(expected: expected, found: "\"\(text)\"").at(field)
    }
  }
}

extension Percent {
  static let shape = Shape.text(
    "a percentage from \"0\" to \"100\" with at most two decimals",
    pattern: "^[0-9]{1,3}(\\.[0-9]{1,2})?$"
  ).map(to: { Percent($0) }, from: { $0.text })
}

/// A fee rule as callers write it.
struct FeeTerms: Sendable {
  var percent: Percent
  var fixed: Amount

  static let shape = Shape<FeeTerms>.object(
    "FeeRule", "The marketplace's share of a line: a percentage, an amount an item, or both.",
    Member("percent", Percent.shape, default: .zero, "Of the line's total.") { $0.percent },
    Member("fixed", Amount.shape, default: .zero, "For each item.") { $0.fixed },
    make: FeeTerms.init)

  init(percent: Percent, fixed: Amount) {
    self.percent = percent
    self.fixed = fixed
  }

  init(_ rule: FeeRule, _ currency: Currency) {
    self.init(percent: rule.percent, fixed: Amount(text: rule.fixed.text(currency)))
  }

  func rule(_ currency: Currency, at field: String) throws(Mismatch) -> FeeRule {
    do throws(Mismatch) {
      return FeeRule(percent: percent, fixed: try fixed.money(currency, at: "fixed"))
    } catch {
      throw error.at(field)
    }
  }
}

extension OrderStatus: JSONWritable {
  private static let words = JSONWords<OrderStatus>(\.rawValue)
  private static let french = JSONWords<OrderStatus> { $0.label(.fr) }
  private static let english = JSONWords<OrderStatus> { $0.label(.en) }

  public func write(to writer: inout JSONWriter) { Self.words[self].write(to: &writer) }

  /// Its label, to be written.
  func written(in language: Language) -> JSONWord {
    switch language {
    case .fr: Self.french[self]
    case .en: Self.english[self]
    }
  }

  static let shape = Shape<OrderStatus>.choice(hint: { word in
    OrderStatus(meaning: word).map { "On the wire it is \"\($0.rawValue)\"." }
  })
}

extension Language {
  static let shape = Shape<Language>.choice
}

extension Currency: JSONWritable {
  public func write(to writer: inout JSONWriter) {
    writer.string(capacity: 3) { write(with: &$0) }
  }

  static let shape = Shape.text(
    "an ISO 4217 currency code such as \"EUR\"", pattern: "^[A-Z]{3}$"
  ).map(to: { Currency($0) }, from: { $0.code })
}

extension Day: JSONWritable {
  static let shape = Shape.text("a day such as \"2021-06-17\"", format: "date")
    .map(to: { Day($0) }, write: { $0.write(to: &$1) })

  public func write(to writer: inout JSONWriter) {
    writer.string(capacity: Self.isoLength) { write(with: &$0) }
  }
}

/// A moment as it is answered, with the seconds east of UTC that say how.
struct Timestamp: JSONWritable {
  let moment: Moment
  let offset: Int

  func write(to writer: inout JSONWriter) {
    writer.string(capacity: Moment.rfc3339Length) {
      moment.write(rfc3339At: offset, with: &$0)
    }
  }

  private static let text = Shape.text(
    "a moment such as \"2021-06-17T12:16:00+02:00\"", format: "date-time")

  /// Moments in answers: RFC 3339 in the shop's time zone.
  static let shape = text.answered(as: Timestamp.self)

  /// Moments as callers write them: RFC 3339 with any offset.
  static let input = text.map(to: { Moment(rfc3339: $0) }, from: { $0.rfc3339(in: .utc) })
}

extension Moment {
  func timestamp(in zone: TimeZone) -> Timestamp {
    Timestamp(moment: self, offset: zone.offset(at: self))
  }
}

/// A moment as people read it.
struct DateLabel: JSONWritable {
  let at: Timestamp
  let language: Language

  func write(to writer: inout JSONWriter) {
    writer.string(capacity: Moment.labelLength) {
      at.moment.write(labelAt: at.offset, language, with: &$0)
    }
  }
}

extension JSONWriter {
  /// A string of at most `capacity` bytes that a pen writes where it stays.
  mutating func string(capacity: Int, _ write: (inout Pen) -> Void) {
    string(capacity: capacity) { (paper: UnsafeMutableBufferPointer<UInt8>) in
      var pen = Pen(paper)
      write(&pen)
      return pen.count
    }
  }
}

extension Holidays {
  private static let days = Day.shape.list(0...1000)
  private static let schema = Schema.either([.choice(["FR", "none"]), days.schema])

  static let shape = Shape<Holidays>(
    schema,
    read: { json throws(Mismatch) in
      if json.isArray { return .dates(try days.read(json)) }
      if json.equals("FR") { return .france }
      if json.equals("none") { return .none }
      throw Mismatch(expected: schema.phrase, found: json)
    },
    write: { holidays, writer in
      switch holidays {
      case .france: writer.string("FR")
      case .none: writer.string("none")
      case .dates(let list): days.write(list.sorted(), &writer)
      }
    })
}

extension Address {
  static let shape = Shape<Address>.object(
    "Address", "A postal address. What it has not is null.",
    Member("name", Text.personal, default: "", "Who it is for.") { $0.name },
    Member("company", blank.personal, default: "", "The company.") { $0.company },
    Member("street", Text.personal, default: "", "Street and number.") { $0.street },
    Member("street2", blank.personal, default: "", "A second line.") { $0.street2 },
    Member("postcode", Text.shape, default: "", "The postcode.") { $0.postcode },
    Member("city", Text.shape, default: "", "The town.") { $0.city },
    Member("region", blank, default: "", "State, province or county.") { $0.region },
    Member("country", Text.shape, default: "", "ISO 3166-1 alpha-2, such as \"FR\".") {
      $0.country
    },
    make: {
      Address(
        name: $0, company: $1, street: $2, street2: $3, postcode: $4, city: $5, region: $6,
        country: $7)
    })

  /// The same, of an address that lies in the store.
  static let answered = shape.answered(texts: RowTexts.self)

  /// A text that is null on the wire when it is empty.
  private static let blank = Text.shape.orNull.map(
    to: { $0 ?? "" }, from: { $0.isEmpty ? nil : $0 })
}

extension Customer {
  /// The buyer, as a caller names them.
  static let shape = Shape<Customer>.object(
    "Customer", "Who buys.",
    Member("name", Text.required, "The buyer's name.") { $0.name },
    Member("email", Email.shape, "Where the shop's mails go.") { $0.email },
    Member("phone", Text.shape, default: "", "The buyer's telephone number.") { $0.phone },
    make: { Customer(name: $0, email: $1, phone: $2) })
}

extension Product.File {
  static let shape = Shape<Product.File>.object(
    "ProductFile", "A file that buyers may download.",
    Member("name", Text.required, "What buyers see.") { $0.name },
    Member(
      "location", Text.required, "A path or URL, as the shop's web site wants it."
    ) { $0.location },
    make: { Product.File(name: $0, location: $1) })
}

extension OrderDraft.Line {
  static let shape = Shape<OrderDraft.Line>.object(
    "NewOrderLine", "A product and how many of it.",
    Member("product", Identifier.shape, "The product's id.") { $0.product },
    Member("quantity", Shape.integer(1...100_000), default: 1, "How many.") { $0.quantity },
    make: { OrderDraft.Line(product: $0, quantity: $1) })
}
