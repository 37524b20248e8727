// Money given back for an order: kept in the books, paid by nobody here.

/// What was given back at one time, and for what.
public struct Refund: Hashable, Sendable {
  public var at: Moment
  public var by: String
  /// In all: what is not for lines is for shipping, or a kindness.
  public var amount: Money
  public var reason: String?
  public var lines: [Line]
  /// Its number in the shop it was imported from; nil when it was made here. Below zero it stands for
  /// refunds of an older store, of which only the sum was kept.
  public var sourceID: Int?

  /// Whether it stands for all refunds that the order had in an older store.
  public var isSum: Bool { (sourceID ?? 0) < 0 }

  /// Whether anything was given back.
  public var isSomething: Bool { amount > .zero || lines.contains { $0.quantity > 0 } }

  /// What was given back for one line of the order.
  public struct Line: Hashable, Sendable {
    /// The line's position in the order, from 0.
    public var line: Int
    /// Items given back; zero when only money was.
    public var quantity: Int
    public var amount: Money
    /// Items of these that are in the stock again, by this refund or by what came before it: they are
    /// not taken again.
    public var restocked: Int

    public init(line: Int, quantity: Int, amount: Money, restocked: Int = 0) {
      self.line = line
      self.quantity = quantity
      self.amount = amount
      self.restocked = restocked
    }
  }

  public init(
    at: Moment, by: String, amount: Money, reason: String? = nil, lines: [Line] = [],
    sourceID: Int? = nil
  ) {
    self.at = at
    self.by = by
    self.amount = amount
    self.reason = reason
    self.lines = lines
    self.sourceID = sourceID
  }
}

/// What somebody wants to give back.
public struct RefundWish: Hashable, Sendable {
  /// Each line of the order at most once.
  public var lines: [Line]
  /// In all; nil is what the lines add up to.
  public var amount: Money?
  public var reason: String?
  /// Whether the items given back go into the stock again.
  public var restocks: Bool

  public struct Line: Hashable, Sendable {
    public var line: Int
    /// nil: all that is left of the line, or none where an amount is given.
    public var quantity: Int?
    /// nil: what was paid for so many items.
    public var amount: Money?

    public init(line: Int, quantity: Int? = nil, amount: Money? = nil) {
      self.line = line
      self.quantity = quantity
      self.amount = amount
    }
  }

  public init(
    lines: [Line] = [], amount: Money? = nil, reason: String? = nil, restocks: Bool = false
  ) {
    self.lines = lines
    self.amount = amount
    self.reason = reason
    self.restocks = restocks
  }
}

extension [Refund] {
  /// The items and the money of a line that were given back.
  public func refunded(ofLine index: Int) -> (quantity: Int, amount: Money) {
    var (quantity, amount) = (0, Int64(0))
    for refund in self {
      for line in refund.lines where line.line == index {
        quantity += line.quantity
        amount += line.amount.minorUnits
      }
    }
    return (quantity, Money(minorUnits: amount))
  }
}

extension OrderFile {
  /// What may still be given back of the whole.
  public var leftToRefund: Money {
    Money(minorUnits: max(0, order.gross.minorUnits - order.refunded.minorUnits))
  }

  /// What the customer paid for each line: its total less its share of the order's discount. The
  /// shares add up to the discount, as far as it does not go beyond the lines.
  public var paidForLines: [Money] {
    let sum = lines.reduce(0) { $0 + $1.total.minorUnits }
    let discount = min(order.discount.minorUnits, sum)
    guard sum > 0, discount > 0 else { return lines.map(\.total) }
    var (before, shared) = (Int64(0), Int64(0))
    return lines.map { line in
      before += line.total.minorUnits
      let share = rounded(discount, times: before, over: sum) - shared
      shared += share
      return Money(minorUnits: line.total.minorUnits - share)
    }
  }

  /// The items and the money of a line that were given back.
  public func refunded(ofLine index: Int) -> (quantity: Int, amount: Money) {
    refunds.refunded(ofLine: index)
  }

  /// Whether nothing is left of a line, or of what was paid for it: its downloads are the buyer's no
  /// more.
  public func isGivenBack(_ index: Int) -> Bool {
    let (back, left) = (refunded(ofLine: index), left(ofLine: index))
    return back.quantity > 0 && left.quantity == 0 || back.amount > .zero && left.amount == .zero
  }

  /// The items and the money of a line that may still be given back.
  public func left(ofLine index: Int) -> (quantity: Int, amount: Money) {
    let back = refunded(ofLine: index)
    let amount = paidForLines[index].minorUnits - back.amount.minorUnits
    return (max(0, lines[index].quantity - back.quantity), Money(minorUnits: max(0, amount)))
  }

  /// The items of a line that refunds put back into the stock.
  func restocked(ofLine index: Int) -> Int {
    refunds.flatMap(\.lines).reduce(0) { $0 + ($1.line == index ? $1.restocked : 0) }
  }

  /// The refund that `wish` becomes, or why it cannot be: never more than was paid and not given
  /// back yet, neither of a line nor in all.
  func refund(
    _ wish: RefundWish, _ products: [Product?], on occasion: Occasion
  ) throws(Refusal) -> Refund {
    let id = order.id
    guard order.paidAt != nil else { throw .nothingToRefund(id: id, isPaid: false) }
    var back: [Refund.Line] = []
    for wanted in wish.lines { back.append(try line(wanted)) }
    if wish.restocks {
      for (index, line) in back.enumerated() where products[line.line]?.stock != nil {
        back[index].restocked = line.quantity
      }
    }
    // No sum overflows: each line is within what was paid for it.
    let forLines = Money(minorUnits: back.reduce(0) { $0 + $1.amount.minorUnits })
    let amount = wish.amount ?? forLines
    guard amount >= forLines else {
      throw .refundBelowLines(amount: amount, lines: forLines, currency: order.currency)
    }
    guard amount > .zero || back.contains(where: { $0.quantity > 0 }) else {
      throw leftToRefund > .zero ? .emptyRefund(id: id) : .nothingToRefund(id: id, isPaid: true)
    }
    guard amount <= leftToRefund else {
      if leftToRefund == .zero { throw .nothingToRefund(id: id, isPaid: true) }
      throw .refundTooLarge(
        id: id, line: nil, asked: amount, left: leftToRefund, currency: order.currency)
    }
    return Refund(
      at: occasion.now, by: occasion.actor, amount: amount, reason: wish.reason, lines: back)
  }

  private func line(_ wanted: RefundWish.Line) throws(Refusal) -> Refund.Line {
    guard lines.indices.contains(wanted.line) else {
      throw .noSuchLine(id: order.id, line: wanted.line, count: lines.count)
    }
    let left = left(ofLine: wanted.line)
    let quantity = wanted.quantity ?? (wanted.amount == nil ? left.quantity : 0)
    guard quantity <= left.quantity else {
      throw .quantityTooLarge(
        id: order.id, line: wanted.line, asked: quantity, left: left.quantity)
    }
    // The last items are worth what is left, so that roundings add up.
    let worth =
      quantity == left.quantity
      ? left.amount : min(left.amount, worth(of: quantity, ofLine: wanted.line))
    let amount = wanted.amount ?? worth
    guard amount <= left.amount else {
      throw .refundTooLarge(
        id: order.id, line: wanted.line, asked: amount, left: left.amount,
        currency: order.currency)
    }
    return Refund.Line(line: wanted.line, quantity: quantity, amount: amount)
  }

  /// The part of what was paid for a line that so many of its items are worth.
  private func worth(of quantity: Int, ofLine index: Int) -> Money {
    let paid = paidForLines[index].minorUnits
    let all = Int64(lines[index].quantity)
    return Money(minorUnits: rounded(paid, times: Int64(quantity), over: all))
  }
}

/// `amount` × `part` ÷ `whole` to the nearest unit, halves upwards; none is below zero, and `part` is
/// not above `whole`. The product is computed in 128 bits.
private func rounded(_ amount: Int64, times part: Int64, over whole: Int64) -> Int64 {
  let product = UInt64(amount).multipliedFullWidth(by: UInt64(part))
  let (quotient, remainder) = UInt64(whole).dividingFullWidth(product)
  return Int64(quotient) + (remainder >= UInt64(whole) - remainder ? 1 : 0)
}
