// What a change of an order entails: decided here, in order, before anything is written.

/// What somebody wants to happen to an order.
public enum OrderChange: Hashable, Sendable {
  /// A payment came in.
  case pay(transactionID: String?)
  /// Move to a status; `force` ignores the table of what may follow.
  case move(to: OrderStatus, force: Bool)
}

/// One thing that follows from a change. The store applies the list in one transaction.
public enum Consequence: Hashable, Sendable {
  case status(OrderStatus)
  case paidAt(Moment)
  case completedAt(Moment)
  case shipBy(Day)
  /// So much is given back, in all.
  case refunded(Money)
  case transactionID(String)
  /// What each line's product is, read at the moment of payment and kept from then on.
  case natures([ProductNature])
  case history(HistoryEntry)
}

/// Who changes what, when, and in which shop.
public struct Occasion: Sendable {
  public let now: Moment
  public let actor: String
  public let shop: Shop

  public init(now: Moment, actor: String, shop: Shop) {
    self.now = now
    self.actor = actor
    self.shop = shop
  }
}

extension OrderFile {
  /// The ordered list of what `change` entails; empty when it changes nothing at all.
  ///
  /// `natures` are what the products of the lines are now, in the order of the lines; they count
  /// until the order is first paid, and what the lines keep counts from then on.
  public func consequences(
    of change: OrderChange, natures: [ProductNature], on occasion: Occasion
  ) throws(Refusal) -> [Consequence] {
    let now = occasion.now
    let from = order.status
    let natures = order.paidAt == nil ? natures : lines.map(\.nature)
    let needsProcessing = natures.contains(where: \.needsProcessing)
    let to: OrderStatus
    let what: HistoryEntry.What
    var list: [Consequence] = []
    switch change {
    case .pay(let transactionID):
      guard from.awaitsPayment else { return [] }
      to = needsProcessing ? .processing : .completed
      what = .paid
      if let transactionID { list.append(.transactionID(transactionID)) }
    case .move(let target, let force):
      guard target != from else { return [] }
      let mayFollow = from.followers.contains(target)
      guard mayFollow || force else {
        throw .transitionNotAllowed(id: order.id, from: from, to: target)
      }
      to = target
      what = mayFollow ? .moved : .forced
    }
    list.append(.status(to))
    if to.isPaid, order.paidAt == nil {
      list.append(.natures(natures))
      list.append(.paidAt(now))
      if natures.contains(where: \.needsShipping) {
        list.append(.shipBy(occasion.shop.shipBy(paidAt: now)))
      }
    }
    if to == .completed { list.append(.completedAt(now)) }
    if to == .refunded { list.append(.refunded(order.gross)) }
    list.append(
      .history(HistoryEntry(at: now, by: occasion.actor, what: what, from: from, to: to)))
    return list
  }

  /// The same order after all of `consequences`; a change that entails anything is one version.
  public func applying(_ consequences: [Consequence]) -> OrderFile {
    guard !consequences.isEmpty else { return self }
    var file = self
    file.order.version += 1
    for consequence in consequences {
      switch consequence {
      case .status(let status): file.order.status = status
      case .paidAt(let moment): file.order.paidAt = moment
      case .completedAt(let moment): file.order.completedAt = moment
      case .shipBy(let day): file.order.shipBy = day
      case .refunded(let amount): file.order.refunded = amount
      case .transactionID(let id): file.order.transactionID = id
      case .natures(let natures):
        for (index, nature) in natures.enumerated() { file.lines[index].nature = nature }
        file.order.needsShipping = natures.contains(where: \.needsShipping)
        if file.order.needsShipping, file.order.shipping == nil {
          file.order.shipping = file.order.billing
        }
      case .history(let entry): file.history.append(entry)
      }
    }
    return file
  }
}
