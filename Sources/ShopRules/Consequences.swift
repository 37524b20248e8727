// What a change of an order entails: decided here, in order, before anything is written.

/// What somebody wants to happen to an order.
public enum OrderChange: Hashable, Sendable {
  /// A payment came in.
  case pay(transactionID: String?)
  /// Move to a status; `force` ignores the table of what may follow.
  case move(to: OrderStatus, force: Bool)
  /// Money is given back, for lines or as such.
  case refund(RefundWish)
  /// Something is noted, for the shop alone or for the customer too.
  case note(String, toCustomer: Bool)
}

/// One thing that follows from a change. The store applies the list in one transaction.
public enum Consequence: Hashable, Sendable {
  case status(OrderStatus)
  case paidAt(Moment)
  case completedAt(Moment)
  case shipBy(Day)
  /// Money is given back.
  case refund(Refund)
  case transactionID(String)
  /// What each line's product is, read at the moment of payment and kept from then on.
  case natures([ProductNature])
  case history(HistoryEntry)
  /// Items of a line are taken from a product's stock (below zero) or put back.
  case stock(line: Int, product: Int, by: Int)
  /// The buyer may download a file: so many times, so many days; nil is without limit.
  case grant(line: Int, file: Product.File, times: Int?, days: Int?)
  /// The downloads of a line are taken away: it is given back.
  case ungrant(line: Int)
  case mail(MailNotice)
}

/// Who changes what, when, and in which shop.
public struct Occasion: Sendable {
  public let now: Moment
  public let actor: String
  public let shop: Shop
  /// Whether mails are sent: repairing a hundred old orders must not mail a hundred people.
  public let notifies: Bool

  public init(now: Moment, actor: String, shop: Shop, notifies: Bool = true) {
    self.now = now
    self.actor = actor
    self.shop = shop
    self.notifies = notifies
  }
}

extension OrderFile {
  /// The ordered list of what `change` entails; empty when it changes nothing at all.
  ///
  /// `products` are the products of the lines as they are now, in the order of the lines; nil where
  /// there is none any more. What they are counts until the order is first paid, and what the lines
  /// keep counts from then on.
  public func consequences(
    of change: OrderChange, products: [Product?], on occasion: Occasion
  ) throws(Refusal) -> [Consequence] {
    let now = occasion.now
    let from = order.status
    let natures = zip(lines, products).map { line, product in
      order.paidAt == nil ? product?.nature ?? line.nature : line.nature
    }
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
    case .refund(let wish):
      return giveBack(try refund(wish, products, on: occasion), products, on: occasion)
    case .note(let text, let toCustomer):
      return note(text, toCustomer: toCustomer, on: occasion)
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
    if to == .refunded, leftToRefund > .zero {
      list.append(.refund(Refund(at: now, by: occasion.actor, amount: leftToRefund)))
    }
    list += stockMoves(entering: to, products)
    if to.isPaid { list += grants(natures, products) }
    list += mails(from.mails(movingTo: to), on: occasion)
    list.append(
      .history(HistoryEntry(at: now, by: occasion.actor, what: what, from: from, to: to)))
    return list
  }

  /// What a refund entails besides stock and mails, at whatever moment it is recorded. One of all that
  /// is left ends the order; one of a whole line takes away the line's downloads.
  public func giving(back refund: Refund, at moment: Moment, by actor: String) -> [Consequence] {
    let ends = isEnded(by: refund)
    var list: [Consequence] = ends ? [.status(.refunded)] : []
    list.append(.refund(refund))
    var after = self
    after.refunds.append(refund)
    for line in refund.lines where lines[line.line].hasDownloads {
      if after.isGivenBack(line.line), !isGivenBack(line.line) {
        list.append(.ungrant(line: line.line))
      }
    }
    list.append(
      .history(
        HistoryEntry(
          at: moment, by: actor, what: .refunded, from: ends ? order.status : nil,
          to: ends ? .refunded : nil, note: refund.reason)))
    return list
  }

  private func isEnded(by refund: Refund) -> Bool {
    refund.amount > .zero && refund.amount == leftToRefund && order.status != .refunded
  }

  /// All that a refund entails that is made here.
  private func giveBack(
    _ refund: Refund, _ products: [Product?], on occasion: Occasion
  ) -> [Consequence] {
    var list = giving(back: refund, at: occasion.now, by: occasion.actor)
    let history = list.removeLast()
    for line in refund.lines {
      let back = min(line.restocked, lines[line.line].stockTaken)
      guard back > 0, let product = products[line.line] else { continue }
      list.append(.stock(line: line.line, product: product.id, by: back))
    }
    if isEnded(by: refund) {
      list += mails(order.status.mails(movingTo: .refunded), on: occasion)
    } else if refund.amount > .zero {
      list += mails([MailNotice(.orderPartiallyRefunded, to: .customer)], on: occasion)
    }
    return list + [history]
  }

  /// A note is in the history before its mail is written.
  private func note(
    _ text: String, toCustomer: Bool, on occasion: Occasion
  ) -> [Consequence] {
    let entry = HistoryEntry(
      at: occasion.now, by: occasion.actor, what: toCustomer ? .customerNoted : .noted, note: text)
    let notice = MailNotice(.customerNote, to: .customer)
    return [.history(entry)] + (toCustomer ? mails([notice], on: occasion) : [])
  }

  /// Entering a status that holds stock takes what is not taken yet, without what refunds put back;
  /// another puts back what was taken.
  private func stockMoves(entering status: OrderStatus, _ products: [Product?]) -> [Consequence] {
    // A refund leaves the stock: goods that come back are for the vendor to count.
    guard status != .refunded else { return [] }
    return zip(lines, products).enumerated().compactMap { index, pair in
      let (line, product) = pair
      guard let product, product.stock != nil else { return nil }
      let due = status.holdsStock ? line.quantity - restocked(ofLine: index) : 0
      guard line.stockTaken != due else { return nil }
      return .stock(line: index, product: product.id, by: line.stockTaken - due)
    }
  }

  /// Once for each downloadable line, one grant a file.
  private func grants(_ natures: [ProductNature], _ products: [Product?]) -> [Consequence] {
    lines.indices.flatMap { index -> [Consequence] in
      // What was given back before it could be downloaded is not the buyer's any more.
      guard natures[index].isDownloadable, !lines[index].hasDownloads,
        left(ofLine: index).quantity > 0, let product = products[index]
      else { return [] }
      return grants(of: product, toLine: index)
    }
  }

  /// The grants of a product's files to the buyer of a line.
  public func grants(of product: Product, toLine line: Int) -> [Consequence] {
    let times = product.downloadLimit.map { $0 * lines[line].quantity }
    return product.files.map {
      .grant(line: line, file: $0, times: times, days: product.downloadExpiryDays)
    }
  }

  /// The mails that are due of these, to those who have an address.
  private func mails(_ notices: [MailNotice], on occasion: Occasion) -> [Consequence] {
    guard occasion.notifies else { return [] }
    return notices.filter { notice in
      switch (notice.kind, notice.to) {
      case (.newOrder, _) where order.isAnnounced: false
      case (.orderRefunded, _) where leftToRefund == .zero: false
      case (_, .shop): !occasion.shop.email.isEmpty
      case (_, .customer): !order.customer.email.isEmpty
      }
    }.map { .mail($0) }
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
      case .refund(let refund):
        file.refunds.append(refund)
        file.order.refunded = Money(
          minorUnits: file.order.refunded.minorUnits + refund.amount.minorUnits)
      case .transactionID(let id): file.order.transactionID = id
      case .natures(let natures):
        for (index, nature) in natures.enumerated() { file.lines[index].nature = nature }
        file.order.needsShipping = natures.contains(where: \.needsShipping)
        if file.order.needsShipping, file.order.shipping == nil {
          file.order.shipping = file.order.billing
        }
      case .history(let entry): file.history.append(entry)
      case .stock(let line, _, let by): file.lines[line].stockTaken -= by
      case .grant(let line, _, _, _): file.lines[line].hasDownloads = true
      case .ungrant: break
      case .mail(let notice): if notice.kind == .newOrder { file.order.isAnnounced = true }
      }
    }
    return file
  }
}
