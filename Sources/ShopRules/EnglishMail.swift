// The words of mails in English.

struct EnglishMail: MailWords {
  func number(_ order: Order) -> String { "#\(order.id)" }

  func subject(_ notice: MailNotice, _ order: Order) -> String {
    let number = number(order)
    return switch (notice.kind, notice.to) {
    case (.newOrder, .shop), (.orderReceived, .shop): "New order \(number)"
    case (.newOrder, .customer), (.orderReceived, .customer):
      "We have received your order \(number)"
    case (.orderOnHold, .shop): "Order \(number) on hold"
    case (.orderOnHold, .customer): "Your order \(number) is waiting for payment"
    case (.orderCompleted, .shop): "Order \(number) completed"
    case (.orderCompleted, .customer): "Your order \(number) is complete"
    case (.orderCancelled, .shop): "Order \(number) cancelled"
    case (.orderCancelled, .customer): "Your order \(number) is cancelled"
    case (.orderFailed, .shop): "Order \(number): the payment failed"
    case (.orderFailed, .customer): "The payment of your order \(number) failed"
    case (.orderRefunded, .shop): "Order \(number) refunded"
    case (.orderRefunded, .customer): "Your order \(number) is refunded"
    case (.orderPartiallyRefunded, .shop): "Order \(number) partially refunded"
    case (.orderPartiallyRefunded, .customer): "Your order \(number) is partially refunded"
    case (.customerNote, .shop): "Note on order \(number)"
    case (.customerNote, .customer): "A note about your order \(number)"
    }
  }

  func opening(_ notice: MailNotice, _ file: OrderFile) -> [String] {
    switch notice.to {
    case .shop: toShop(notice.kind, file.order)
    case .customer: toCustomer(notice.kind, file)
    }
  }

  private func toShop(_ kind: MailKind, _ order: Order) -> [String] {
    let number = number(order)
    let name = order.customer.name.isEmpty ? "A customer" : order.customer.name
    switch kind {
    case .newOrder, .orderReceived:
      guard order.status.isPaid else {
        let advice = order.needsShipping ? ": ship nothing before it is there" : ""
        return ["\(name) has placed an order.", "The payment is still to come\(advice)."]
      }
      var sentences = ["\(name) has placed an order, and it is paid."]
      if order.status == .processing, let shipBy = order.shipBy {
        sentences.append("Ship it by \(day(shipBy)).")
      }
      return sentences
    case .orderOnHold: return ["Order \(number) is on hold."]
    case .orderCompleted: return ["Order \(number) is complete."]
    case .orderCancelled:
      let advice = order.needsShipping ? ": there is nothing left to ship" : ""
      return ["Order \(number) is cancelled\(advice)."]
    case .orderFailed:
      let advice = order.needsShipping ? ": ship nothing" : ""
      return ["The payment of order \(number) failed\(advice)."]
    case .orderRefunded: return ["Order \(number) is refunded."]
    case .orderPartiallyRefunded: return ["Order \(number) is partially refunded."]
    case .customerNote: return ["The customer was sent this note on order \(number):"]
    }
  }

  private func toCustomer(_ kind: MailKind, _ file: OrderFile) -> [String] {
    let order = file.order
    let number = number(order)
    let back = amount(file.refunds.last?.amount ?? order.refunded, order.currency)
    switch kind {
    case .newOrder, .orderReceived:
      return [
        "Thank you for your order! It has reached us.",
        order.needsShipping
          ? "We are preparing it, and will write to you as soon as it is on its way."
          : "We are taking care of it.",
      ]
    case .orderOnHold:
      return [
        "Thank you for your order! We have put it aside, and will take care of it as soon as your "
          + "payment has reached us."
      ]
    case .orderCompleted:
      return [
        "Your order \(number) is complete"
          + (order.needsShipping ? ", and what had to be shipped is on its way." : "."),
        "Thank you for your trust!",
      ]
    case .orderCancelled:
      return ["Your order \(number) is cancelled.", "Any questions? Write to us."]
    case .orderFailed:
      return [
        "The payment of your order \(number) did not go through.",
        "Would you like to try again, or to pay another way? Write to us: we’ll be glad to help.",
      ]
    case .orderRefunded:
      return [
        "Your order \(number) is refunded: you get back \(back).",
        "We hope to see you again soon.",
      ]
    case .orderPartiallyRefunded:
      return [
        "Your order \(number) is partially refunded: you get back \(back).",
        "Any questions? Write to us.",
      ]
    case .customerNote: return ["We have a note for you about your order \(number):"]
    }
  }

  func greeting(_ name: String) -> String { name.isEmpty ? "Hello," : "Hello \(name)," }

  func title(_ order: Order, _ date: String) -> String { "Order \(number(order)), \(date)" }

  func label(_ label: MailLabel) -> String {
    switch label {
    case .subtotal: "Subtotal:"
    case .discount: "Discount:"
    case .shipping: "Shipping:"
    case .charges: "Other charges:"
    case .total: "Total:"
    case .refunded: "Refunded:"
    case .downloads: "Your files to download:"
    case .customer: "Customer:"
    case .billing: "Billing address:"
    case .shippingAddress: "Shipping address:"
    }
  }

  func farewell(to recipient: Recipient) -> String {
    recipient == .customer ? "See you soon,\n" : ""
  }

  /// “Tuesday, June 22, 2021”.
  func day(_ day: Day) -> String {
    let weekdays = [
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
    return "\(weekdays[day.weekday.rawValue - 1]), \(Language.en.month(day.month)) "
      + "\(day.dayOfMonth), \(day.year)"
  }

  /// “€1,234.50”. Other currencies go by their codes, “USD 1,234.50”: their signs are not theirs
  /// alone.
  func amount(_ money: Money, _ currency: Currency) -> String {
    let amount = money.grouped(currency, by: ",", decimal: ".")
    guard currency.code == "EUR" else { return "\(currency.code)\u{A0}\(amount)" }
    return amount.hasPrefix("\u{2212}") ? "\u{2212}€" + amount.dropFirst() : "€" + amount
  }
}
