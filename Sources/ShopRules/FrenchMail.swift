// The words of mails in French, with the spaces that its typography asks for: U+202F before ; ! and ?,
// U+00A0 before a colon, within « » and between a number and what it counts.

struct FrenchMail: MailWords {
  func number(_ order: Order) -> String { "n°\u{A0}\(order.id)" }

  func subject(_ notice: MailNotice, _ order: Order) -> String {
    let number = number(order)
    return switch (notice.kind, notice.to) {
    case (.newOrder, .shop), (.orderReceived, .shop): "Nouvelle commande \(number)"
    case (.newOrder, .customer), (.orderReceived, .customer):
      "Votre commande \(number) est bien reçue"
    case (.orderOnHold, .shop): "Commande \(number) en attente"
    case (.orderOnHold, .customer): "Votre commande \(number) est en attente de paiement"
    case (.orderCompleted, .shop): "Commande \(number) terminée"
    case (.orderCompleted, .customer): "Votre commande \(number) est terminée"
    case (.orderCancelled, .shop): "Commande \(number) annulée"
    case (.orderCancelled, .customer): "Votre commande \(number) est annulée"
    case (.orderFailed, .shop): "Commande \(number)\u{A0}: le paiement a échoué"
    case (.orderFailed, .customer): "Le paiement de votre commande \(number) a échoué"
    case (.orderRefunded, .shop): "Commande \(number) remboursée"
    case (.orderRefunded, .customer): "Votre commande \(number) est remboursée"
    case (.orderPartiallyRefunded, .shop): "Commande \(number) remboursée en partie"
    case (.orderPartiallyRefunded, .customer):
      "Votre commande \(number) est remboursée en partie"
    case (.customerNote, .shop): "Note sur la commande \(number)"
    case (.customerNote, .customer): "Un mot au sujet de votre commande \(number)"
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
    let name = order.customer.name.isEmpty ? "Un client" : order.customer.name
    switch kind {
    case .newOrder, .orderReceived:
      guard order.status.isPaid else {
        let advice = order.needsShipping ? "\u{A0}: n’expédiez rien avant de l’avoir reçu" : ""
        return ["\(name) a passé commande.", "Le paiement est encore attendu\(advice)."]
      }
      var sentences = ["\(name) a passé commande, et la commande est payée."]
      if order.status == .processing, let shipBy = order.shipBy {
        sentences.append("À expédier au plus tard le \(day(shipBy)).")
      }
      return sentences
    case .orderOnHold: return ["La commande \(number) est en attente."]
    case .orderCompleted: return ["La commande \(number) est terminée."]
    case .orderCancelled:
      let advice = order.needsShipping ? "\u{A0}: il n’y a plus rien à expédier" : ""
      return ["La commande \(number) est annulée\(advice)."]
    case .orderFailed:
      let advice = order.needsShipping ? "\u{A0}: n’expédiez rien" : ""
      return ["Le paiement de la commande \(number) a échoué\(advice)."]
    case .orderRefunded: return ["La commande \(number) est remboursée."]
    case .orderPartiallyRefunded: return ["La commande \(number) est remboursée en partie."]
    case .customerNote: return ["Le client a reçu cette note sur la commande \(number)\u{A0}:"]
    }
  }

  private func toCustomer(_ kind: MailKind, _ file: OrderFile) -> [String] {
    let order = file.order
    let number = number(order)
    let back = amount(file.refunds.last?.amount ?? order.refunded, order.currency)
    switch kind {
    case .newOrder, .orderReceived:
      return [
        "Merci pour votre commande\u{202F}! Nous l’avons bien reçue.",
        order.needsShipping
          ? "Nous la préparons et nous vous écrirons dès qu’elle sera partie."
          : "Nous nous en occupons.",
      ]
    case .orderOnHold:
      return [
        "Merci pour votre commande\u{202F}! Nous l’avons mise de côté\u{A0}: nous nous en "
          + "occuperons dès que nous aurons reçu votre paiement."
      ]
    case .orderCompleted:
      return [
        "Votre commande \(number) est terminée"
          + (order.needsShipping ? ", et ce qui devait partir est parti." : "."),
        "Merci de votre confiance\u{202F}!",
      ]
    case .orderCancelled:
      return ["Votre commande \(number) est annulée.", "Une question\u{202F}? Écrivez-nous."]
    case .orderFailed:
      return [
        "Le paiement de votre commande \(number) n’a pas abouti.",
        "Vous voulez réessayer, ou payer autrement\u{202F}? Écrivez-nous\u{A0}: nous vous aiderons.",
      ]
    case .orderRefunded:
      return [
        "Votre commande \(number) est remboursée\u{A0}: \(back) vous sont rendus.",
        "Nous espérons vous revoir bientôt.",
      ]
    case .orderPartiallyRefunded:
      return [
        "Votre commande \(number) est remboursée en partie\u{A0}: \(back) vous sont rendus.",
        "Une question\u{202F}? Écrivez-nous.",
      ]
    case .customerNote:
      return ["Nous avons un mot à vous dire au sujet de votre commande \(number)\u{A0}:"]
    }
  }

  func greeting(_ name: String) -> String { name.isEmpty ? "Bonjour," : "Bonjour \(name)," }

  func title(_ order: Order, _ date: String) -> String { "Commande \(number(order)), \(date)" }

  func label(_ label: MailLabel) -> String {
    let name =
      switch label {
      case .subtotal: "Sous-total"
      case .discount: "Remise"
      case .shipping: "Livraison"
      case .charges: "Autres frais"
      case .total: "Total"
      case .refunded: "Remboursé"
      case .downloads: "Vos fichiers à télécharger"
      case .customer: "Client"
      case .billing: "Adresse de facturation"
      case .shippingAddress: "Adresse de livraison"
      }
    return name + "\u{A0}:"
  }

  func farewell(to recipient: Recipient) -> String { recipient == .customer ? "À bientôt,\n" : "" }

  /// “mardi 22 juin 2021”; the first of a month is “1er”.
  func day(_ day: Day) -> String {
    let weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
    let number = day.dayOfMonth == 1 ? "1er" : "\(day.dayOfMonth)"
    return "\(weekdays[day.weekday.rawValue - 1]) \(number)\u{A0}\(Language.fr.month(day.month))"
      + " \(day.year)"
  }

  /// “1 234,50 €”. Other currencies go by their codes, “1 234,50 USD”: their signs are not theirs
  /// alone.
  func amount(_ money: Money, _ currency: Currency) -> String {
    money.grouped(currency, by: "\u{202F}", decimal: ",")
      + "\u{A0}\(currency.code == "EUR" ? "€" : currency.code)"
  }
}
