// The methods on downloads: links that buyers got, counted and limited.
import JSONRPC
import ShopRules
import ShopStore

enum Downloads {
  static let all: [Method<Session>] = [list, redeem, grant, revoke]

  static let list = Method<Session>(
    .reads, "downloads.list",
    "Lists downloads: those of the highest order number first, each order's as its lines are.",
    takes: (
      Field(optional: "order", Identifier.shape, "Only this order's."),
      Field(optional: "customer", Email.shape, "Only this customer's, by e-mail address."),
      Field(
        optional: "limit", Shape.integer(1...500),
        "How many at most: 50 unless given, or all of the order that is asked for."),
      Field(optional: "cursor", Cursor.shape, "The nextCursor of the page before.")
    ),
    returns: DownloadPage.record,
    refuses: .noSuchOrder
  ) { session, order, customer, limit, cursor in
    try session.refuseToTell(by: customer != nil ? OrderFilter.customer.name : nil)
    if let order, !(try session.store.hasOrder(order)) { throw Refusal.noSuchOrder(id: order) }
    let limit = limit ?? (order == nil ? 50 : nil)
    let found = try session.store.downloads(
      DownloadQuery(
        order: order, customer: customer, after: try cursor?.downloadPosition(),
        // One more than asked for tells whether there is a next page.
        limit: limit.map { $0 + 1 }))
    let page = found.prefix(limit ?? found.count)
    return DownloadPage(
      downloads: try session.views(page),
      next: found.count > page.count ? page.last.map { Cursor(after: $0) } : nil)
  }

  static let redeem = Method<Session>(
    .changes, "downloads.redeem",
    "Counts one download by its key and answers where the file is: what a link has to do.",
    takes: Field("downloadKey", Text.required, "The download's key, which ends the link."),
    returns: Redemption.record,
    refuses: .noSuchDownload, .downloadBlocked, .downloadExpired, .downloadUsedUp
  ) { session, key in
    let shop = try session.shop()
    guard var download = try session.download(key: key) else { throw Refusal.noSuchDownload }
    let order = try session.orderFile(download.order).order
    switch download.state(order, in: shop, at: session.now) {
    case .open: break
    case .blocked: throw Refusal.downloadBlocked(id: download.id)
    case .expired: throw Refusal.downloadExpired(id: download.id)
    case .usedUp: throw Refusal.downloadUsedUp(id: download.id)
    }
    if let left = download.left {
      download.left = left - 1
      try session.store.update(download)
    }
    return Redemption(
      view: DownloadView(download, of: order, in: shop, at: session.now),
      applied: session.applies(true))
  }

  static let grant = Method<Session>(
    .changes, "downloads.grant",
    "Grants a product's files to the buyer of an order again, with new counts and a new expiry.",
    takes: (
      Field("order", Identifier.shape, "The order number."),
      Field("product", Identifier.shape, "A product of the order that has files.")
    ),
    returns: OrderReceipt.record,
    refuses: .noSuchOrder, .nothingToDownload
  ) { session, id, productID in
    let shop = try session.shop()
    let file = try session.orderFile(id)
    let product = try session.store.product(productID)
    guard let line = file.lines.firstIndex(where: { $0.productID == productID }), let product,
      product.isDownloadable, !product.files.isEmpty
    else { throw Refusal.nothingToDownload(order: id, product: productID) }
    let grants = file.grants(of: product, toLine: line)
    let noted = HistoryEntry(
      at: session.now, by: session.actor, what: .granted, note: product.name)
    let changes = grants + [.history(noted)]
    return try session.receipt(
      try session.write(changes, of: file, in: shop), after: changes, in: shop)
  }

  static let revoke = Method<Session>(
    .changes, "downloads.revoke", "Takes a download back; the same again changes nothing.",
    takes: Field("id", Identifier.shape, "The download's id, which begins its key."),
    returns: OrderReceipt.record,
    refuses: .noSuchDownload
  ) { session, id in
    let shop = try session.shop()
    guard var download = try session.store.download(id) else { throw Refusal.noSuchDownload }
    let file = try session.orderFile(download.order)
    guard !download.isRevoked else { return try session.receipt(file, after: [], in: shop) }
    download.isRevoked = true
    try session.store.update(download)
    let noted = HistoryEntry(
      at: session.now, by: session.actor, what: .revoked, note: download.file.name)
    let changes = [Consequence.history(noted)]
    return try session.receipt(
      try session.write(changes, of: file, in: shop), after: changes, in: shop)
  }
}

extension Session {
  /// Downloads of any orders as they are answered.
  fileprivate func views(_ downloads: some Sequence<Download>) throws -> [DownloadView] {
    let shop = try shop()
    var orders: [Int: Order] = [:]
    return try downloads.compactMap { download in
      let order = try orders[download.order] ?? store.order(download.order)
      orders[download.order] = order
      return order.map { DownloadView(download, of: $0, in: shop, at: now) }
    }
  }

  /// The download that `key` opens. Whoever guesses learns nothing from how long a "no" takes: the
  /// secret is compared whole, whatever differs.
  fileprivate func download(key: String) throws -> Download? {
    let parts = key.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let id = Int(parts[0]), let download = try store.download(id) else {
      return nil
    }
    let given = Array(parts[1].utf8)
    let secret = Array(download.secret.utf8)
    guard given.count == secret.count else { return nil }
    let difference = zip(given, secret).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
    return difference == 0 ? download : nil
  }
}

extension Cursor {
  /// After `download` in a list of downloads.
  fileprivate init(after download: Download) {
    let position = download.position
    self.init(
      [.text("downloads")]
        + [position.order, position.line, position.id].map { .integer(Int64($0)) })
  }

  /// The position in a list of downloads; a cursor of another list is a mismatch.
  fileprivate func downloadPosition() throws(Mismatch) -> DownloadQuery.Position {
    guard parts.count == 4, parts[0] == .text("downloads"), case .integer(let order) = parts[1],
      case .integer(let line) = parts[2], case .integer(let id) = parts[3]
    else { throw Cursor.mismatch("a list of downloads") }
    return .init(order: Int(order), line: Int(line), id: Int(id))
  }
}

struct DownloadPage {
  let downloads: [DownloadView]
  let next: Cursor?

  static let record = Record<DownloadPage>(
    "DownloadPage", "A page of downloads.",
    [
      Property("downloads", listOf: DownloadView.record, "The downloads.") { $0.downloads },
      Property("nextCursor", Cursor.shape.orNull, "Where the next page begins; null at the end.") {
        $0.next
      },
    ])
}

struct DownloadView {
  let download: Download
  let expiresOn: Day?
  let state: Download.State
  let link: String?

  init(_ download: Download, of order: Order, in shop: Shop, at now: Moment) {
    self.download = download
    expiresOn = download.expiresOn(order, in: shop)
    state = download.state(order, in: shop, at: now)
    link = shop.downloadBaseURL.isEmpty ? nil : shop.downloadBaseURL + download.key
  }

  static let record = Record<DownloadView>(
    "Download", "The right to download a file of an order.",
    [
      Property("id", Identifier.shape, "The download's id.") { $0.download.id },
      Property("order", Identifier.shape, "The order number.") { $0.download.order },
      Property("line", Shape.integer(0...Int64.max), "The line's place in the order, from 0.") {
        $0.download.line
      },
      Property("name", Text.shape, "What the buyer sees.") { $0.download.file.name },
      Property("key", Text.personal, "What opens it; unguessable.") { $0.download.key },
      Property("link", Text.personal.orNull, "The key behind the shop's download base URL.") {
        $0.link
      },
      Property("state", Shape<Download.State>.choice, "Whether it opens, or why not.") {
        $0.state
      },
      Property("left", Shape.integer(0...Int64.max).orNull, "Times left; null is any number.") {
        $0.download.left
      },
      Property("expiresOn", Day.shape.orNull, "The last day it opens; null is for ever.") {
        $0.expiresOn
      },
    ])
}

/// What redeeming a key answers.
struct Redemption {
  let view: DownloadView
  let applied: Bool

  static let record = Record<Redemption>(
    "Redemption", "A download that was counted, and its file.",
    [
      Property("location", Text.shape, "Where the file is, as the product has it.") {
        $0.view.download.file.location
      },
      Property("download", DownloadView.record, "The download after it was counted.") { $0.view },
      Property("applied", Flag.shape, "Whether it was counted: false for a dry run.") {
        $0.applied
      },
    ])
}
