// The marketplace's share of a sale.

/// How a fee is computed: a percentage of the line, a fixed amount an item, or both.
public struct FeeRule: Hashable, Sendable {
  public var percent: Percent
  public var fixed: Money

  public static let none = FeeRule(percent: .zero, fixed: .zero)

  public init(percent: Percent, fixed: Money) {
    self.percent = percent
    self.fixed = fixed
  }

  /// The fee on `quantity` items for `total` together: never below zero, never above the line.
  public func fee(on total: Money, quantity: Int) -> Money {
    guard total > .zero else { return .zero }
    let share = percent.of(total)
    guard let perItem = fixed.times(quantity), let fee = share.adding(perItem) else { return total }
    return min(fee, total)
  }
}
