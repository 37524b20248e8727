// What mails say, in the shop's language: plain text.

extension MailNotice {
  /// The subject and body of this mail about an order. `links` are those of its open downloads.
  public func text(
    _ file: OrderFile, links: [(name: String, link: String)], in shop: Shop
  ) -> (subject: String, body: String) {
    let order = file.order
    return ("\(order.id) \(order.status.label(shop.language))", order.purchased)
  }
}
