// Carries out what the rules say a change entails, in the transaction of the change.
import ShopRules
import ShopStore

extension Session {
  /// Writes a change of an order: the order itself, stock, downloads, and the mails it entails.
  func write(
    _ consequences: [Consequence], of file: OrderFile, in shop: Shop
  ) throws -> OrderFile {
    let changed = file.applying(consequences)
    guard !consequences.isEmpty else { return changed }
    try store.update(file, to: changed)
    for consequence in consequences {
      switch consequence {
      case .stock(_, let product, let by):
        try store.moveStock(ofProduct: product, by: by)
      case .grant(let line, let file, let times, let days):
        try store.grant(
          file, line: line, ofOrder: changed.order.id, secret: secret(), at: now, times: times,
          days: days)
      case .ungrant(let line):
        try store.removeDownloads(ofLine: line, ofOrder: changed.order.id)
      case .mail(let notice):
        // The rules list grants before mails: the links are there by now.
        try post(notice, about: changed, in: shop)
      case .status, .paidAt, .completedAt, .shipBy, .refund, .transactionID, .natures, .history:
        break
      }
    }
    return changed
  }

  private func post(_ notice: MailNotice, about file: OrderFile, in shop: Shop) throws {
    let links = store.downloads(ofOrder: file.order.id)
      .filter { $0.state(file.order, in: shop, at: now) == .open }
      .map { (name: $0.file.name, link: shop.downloadBaseURL + $0.key) }
    let text = notice.text(file, links: links, in: shop)
    try store.post(
      notice, order: file.order.id,
      address: notice.to == .shop ? shop.email : file.order.customer.email,
      language: shop.language, subject: text.subject, body: text.body, at: now)
  }
}
