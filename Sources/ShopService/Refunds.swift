// The methods that give money back and note things, and how both are answered.
import JSONRPC
import ShopRules

extension Orders {
  static let refund = Method<Session>(
    changing: .order, "orders.refund",
    "Records that money was given back, for lines or as such; it moves no money itself.",
    takes: (
      Field(
        optional: "lines", RefundWish.Line.terms.list(1...500),
        "What was given back for lines; each line once."),
      Field(
        optional: "amount", Amount.shape,
        "What was given back in all; the lines together unless given."),
      Field(optional: "reason", Text.required, "Why, for the books and the history."),
      Field(
        "restock", Flag.shape, default: false,
        "Whether the items given back go into the stock again."
      ),
      notify
    ),
    returns: OrderReceipt.record,
    refuses: .nothingToRefund, .emptyRefund, .noSuchLine, .quantityTooLarge, .refundTooLarge,
    .refundBelowLines
  ) { session, order, lines, amount, reason, restock, notify in
    guard lines != nil || amount != nil else {
      throw Mismatch(
        expected: "lines, amount, or both", found: nil as String?,
        hint: "orders.setStatus with \"refunded\" gives back all that is left.")
    }
    let currency = order.order.currency
    let wish = RefundWish(
      lines: try (lines ?? []).wishes(currency),
      amount: try amount?.money(currency, at: "amount"), reason: reason, restocks: restock)
    return try session.change(order, .refund(wish), notify: notify)
  }

  static let addNote = Method<Session>(
    changing: .order, "orders.addNote",
    "Notes something about an order, for the shop alone or for the customer too.",
    takes: (
      Field("note", NoteText.shape, "What there is to say, in plain text."),
      Field(
        "toCustomer", Flag.shape, default: false,
        "Whether the customer is to read it, and is mailed."
      ),
      notify
    ),
    returns: OrderReceipt.record
  ) { session, order, note, toCustomer, notify in
    try session.change(order, .note(note, toCustomer: toCustomer), notify: notify)
  }
}

/// Notes fit into a mail, and a whole order with some of them into an answer.
enum NoteText {
  static let shape = Shape.text(
    "a text of 1 to 5,000 characters", minimumLength: 1, maximumLength: 5_000)
}

extension RefundWish.Line {
  /// A line to refund as callers write it; the currency is the order's.
  struct Terms: Sendable {
    let line: Int
    let quantity: Int?
    let amount: Amount?
  }

  static let terms = Shape<Terms>.object(
    "RefundLine", "What to give back for a line of the order.",
    Member("line", Shape.integer(0...499), "The line's place in the order, from 0.") { $0.line },
    Member(
      optional: "quantity", Shape.integer(0...100_000),
      "How many items; all that are left unless given, none where only an amount is."
    ) { $0.quantity },
    Member(
      optional: "amount", Amount.shape,
      "How much money; what was paid for so many items, after the discount, unless given."
    ) { $0.amount },
    make: Terms.init)
}

extension [RefundWish.Line.Terms] {
  fileprivate func wishes(_ currency: Currency) throws(Mismatch) -> [RefundWish.Line] {
    var wishes: [RefundWish.Line] = []
    for (index, terms) in enumerated() {
      do throws(Mismatch) {
        guard !wishes.contains(where: { $0.line == terms.line }) else {
          throw Mismatch(expected: "each line once", found: "line \(terms.line) twice").at("line")
        }
        wishes.append(
          RefundWish.Line(
            line: terms.line, quantity: terms.quantity,
            amount: try terms.amount?.money(currency, at: "amount")))
      } catch {
        throw error.at(String(index)).at("lines")
      }
    }
    return wishes
  }
}

struct RefundView {
  let refund: Refund
  let currency: Currency
  let zone: TimeZone

  static let record = Record<RefundView>(
    "Refund", "Money that was given back at one time.",
    [
      Property("at", Timestamp.shape, "When.") { $0.refund.at.timestamp(in: $0.zone) },
      Property("by", Text.shape, "Who says so.") { $0.refund.by },
      Property("amount", Amount.answered, "In all.") { $0.refund.amount.sum($0.currency) },
      Property("reason", Text.personal.orNull, "Why, where somebody said so.") {
        $0.refund.reason
      },
      Property("lines", listOf: Line.record, "For which lines; what is left is for none.") { view in
        view.refund.lines.map { Line(line: $0, currency: view.currency) }
      },
    ])

  struct Line {
    let line: Refund.Line
    let currency: Currency

    static let record = Record<Line>(
      "RefundedLine", "What was given back for a line of the order.",
      [
        Property("line", Shape.integer(0...Int64.max), "The line's place in the order, from 0.") {
          $0.line.line
        },
        Property("quantity", Shape.integer(0...Int64.max), "How many items.") { $0.line.quantity },
        Property("amount", Amount.answered, "How much money.") { $0.line.amount.sum($0.currency) },
        Property(
          "restocked", Shape.integer(0...Int64.max), "How many of them are in the stock again."
        ) { $0.line.restocked },
      ])
  }
}
