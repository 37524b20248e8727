// What lists are filtered by, as callers write it.
import JSONRPC
import ShopRules
import ShopStore

extension OrderSort {
  static let shape = Shape<OrderSort>.choice
}

extension OrderKind {
  static let shape = Shape<OrderKind>.choice
}

extension SearchWords {
  private static let phrase = "one to \(most) words of letters or digits"

  static let shape = Shape<SearchWords>(
    .string(.init(phrase, minimumLength: 1)),
    read: { json throws(Mismatch) in
      guard let text = json.string else {
        let hint = json.isNumber ? "Put it in quotes: \"\(json.excerpt)\"." : nil
        throw Mismatch(expected: phrase, found: json, hint: hint)
      }
      guard let words = SearchWords(text) else {
        throw Mismatch(
          expected: phrase, found: json,
          hint: "Signs are passed over; leave search out to list everything.")
      }
      return words
    },
    write: { $1.string($0.text) })
}

/// Amounts from one to another, both included.
struct AmountRange: Sendable {
  var min: Amount?
  var max: Amount?

  static let shape = Shape<AmountRange>.object(
    "AmountRange", "From one amount to another in the shop's currency, both included.",
    Member(optional: "min", Amount.shape, "The smallest amount.") { $0.min },
    Member(optional: "max", Amount.shape, "The largest amount.") { $0.max },
    make: AmountRange.init)

  /// The range in `currency`; `field` is where it came from.
  func amounts(_ currency: Currency, at field: String) throws(Mismatch) -> OrderQuery.Total {
    do throws(Mismatch) {
      return OrderQuery.Total(
        currency, least: try min?.money(currency, at: "min"),
        most: try max?.money(currency, at: "max"))
    } catch {
      throw error.at(field)
    }
  }
}

/// A period between two days or moments, both of them included.
struct Period: Sendable {
  enum Edge: Sendable {
    case day(Day)
    case moment(Moment)
  }

  var from: Edge?
  var to: Edge?

  static let shape = Shape<Period>.object(
    "Period", "From one day or moment to another, both included.",
    Member(optional: "from", edge, "The first day or moment.") { $0.from },
    Member(optional: "to", edge, "The last day or moment.") { $0.to },
    make: Period.init)

  private static let edge = Shape.text(
    "a day such as \"2021-06-17\" or a moment such as \"2021-06-17T12:16:00+02:00\""
  ).map(
    to: { text -> Edge? in Day(text).map(Edge.day) ?? Moment(rfc3339: text).map(Edge.moment) },
    from: { edge in
      switch edge {
      case .day(let day): day.iso
      case .moment(let moment): moment.rfc3339(in: .utc)
      }
    })

  /// The stretch of time that the period is in `zone`.
  func span(in zone: TimeZone) -> OrderQuery.Span {
    OrderQuery.Span(from: start(in: zone), before: end(in: zone))
  }

  private func start(in zone: TimeZone) -> Moment? {
    switch from {
    case .day(let day): zone.moment(day)
    case .moment(let moment): moment
    case nil: nil
    }
  }

  private func end(in zone: TimeZone) -> Moment? {
    switch to {
    case .day(let day): zone.moment(day.adding(days: 1))
    case .moment(let moment): Moment(seconds: moment.seconds + 1)
    case nil: nil
    }
  }
}
