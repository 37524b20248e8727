// What WooCommerce's REST v3 JSON tells of an order apart from it: refunds, notes, downloads.
import JSONRPC
import ShopRules

/// One of them, in the JSON it was found in.
struct WooOrderPart {
  let kind: Kind
  let json: JSON

  enum Kind: String {
    case refund, note, download
  }

  /// nil where `json` is none of them.
  init?(_ json: JSON) {
    func has(_ names: String...) -> Bool { names.allSatisfy { json[$0] != nil } }
    if has("amount", "refunded_by") || has("amount", "parent_id") {
      kind = .refund
    } else if has("note", "customer_note") {
      kind = .note
    } else if has("download_id", "order_id") {
      kind = .download
    } else {
      return nil
    }
    self.json = json
  }

  /// One that was told from others when its file was read.
  init?(passage: JSONPassage) {
    guard let json = try? passage.parsed() else { return nil }
    self.init(json)
  }

  /// A refund as the JSON of its order sums it up.
  init(summary json: JSON) {
    kind = .refund
    self.json = json
  }

  /// The order it belongs to: said by a member, else by where WooCommerce links up to.
  func orderID() throws(BadRecord) -> Int {
    for name in ["order_id", "parent_id"] {
      if let id = try json.integer(name), id > 0 { return try identifier(id, name) }
    }
    let links = json["_links"]?["up"]
    let path = links?.isArray == true ? links?.elements.first { _ in true }?["href"]?.string : nil
    guard let last = path?.split(separator: "/").last, let id = Int(last) else {
      throw BadRecord("_links", "it does not say which order this belongs to")
    }
    return try identifier(id, "_links")
  }

  /// When it came about; nil where it does not say.
  func date(in zone: TimeZone) throws(BadRecord) -> Moment? {
    try json.moment("date_created", in: zone)
  }

  /// The note as an entry of the order's history.
  func note(in shop: Shop) throws(BadRecord) -> HistoryEntry {
    let text = plainText(try json.text("note"))
    guard !text.isEmpty else { throw BadRecord("note", "it is empty") }
    let author = plainName(try json.text("author"))
    guard let date = try date(in: shop.timeZone) else {
      throw BadRecord("date_created", "it is missing")
    }
    return HistoryEntry(
      at: date, by: author.isEmpty ? "WooCommerce" : author,
      what: try json.flag("customer_note") ? .customerNoted : .noted, note: text)
  }

  /// The refund of an order with these lines. An order's own JSON tells less of it: `total` below
  /// zero instead of `amount`, no date, no lines.
  func refund(
    of lines: [OrderLine], in currency: Currency, _ shop: Shop, by actor: String, at now: Moment
  ) throws(BadRecord) -> Refund {
    let reason = plainText(try json.text(json["reason"] == nil ? "refund" : "reason"))
    let field = json["amount"] == nil ? "total" : "amount"
    guard let amount = try magnitude(field, of: json, currency) else {
      throw BadRecord(field, "it is missing")
    }
    var back: [Refund.Line] = []
    var taken: Set<Int> = []
    for (index, item) in try json.list("line_items").enumerated() {
      do throws(BadRecord) {
        // What was bought is 100,000 at most; WooCommerce writes what came back below zero.
        let given = try number(
          try item.integer("quantity") ?? 0, in: -100_000...100_000, "quantity")
        let quantity = abs(given)
        let total = try magnitude("total", of: item, currency) ?? .zero
        let tax = try magnitude("total_tax", of: item, currency) ?? .zero
        let worth = Money(minorUnits: total.minorUnits + tax.minorUnits)
        let matches = try self.lines(of: item, among: lines).filter { !taken.contains($0) }
        // Of several lines of one product, the first that the refund fits.
        let fitting = matches.first { lines[$0].quantity >= quantity && lines[$0].total >= worth }
        guard let line = fitting ?? matches.first else { continue }
        taken.insert(line)
        back.append(
          Refund.Line(
            line: line, quantity: try number(quantity, in: 0...lines[line].quantity, "quantity"),
            amount: worth))
      } catch {
        throw BadRecord("line_items/\(index)/\(error.field)", error.reason)
      }
    }
    guard let sum = Money.sum(of: back.map(\.amount)), sum <= amount else {
      throw BadRecord("amount", "its lines add up to more")
    }
    return Refund(
      at: try date(in: shop.timeZone) ?? now, by: actor, amount: amount,
      reason: reason.isEmpty ? nil : reason, lines: back, sourceID: try json.integer("id"))
  }

  /// Which lines of the order an item can be: those of its product, else of its name.
  private func lines(
    of item: JSON, among lines: [OrderLine]
  ) throws(BadRecord) -> [Int] {
    let products = [try item.integer("variation_id"), try item.integer("product_id")]
      .compactMap { $0 }.filter { $0 > 0 }
    let name = plainName(try item.text("name"))
    let same = lines.indices.filter { lines[$0].productID.map(products.contains) ?? false }
    return same.isEmpty ? lines.indices.filter { lines[$0].name == name } : same
  }

  /// An amount whichever side of zero it is written on; nil where there is none.
  private func magnitude(
    _ name: String, of json: JSON, _ currency: Currency
  ) throws(BadRecord) -> Money? {
    let text = try json.text(name)
    guard !text.isEmpty else { return nil }
    return Money(
      minorUnits: abs(try money(text, currency, name, mayBeNegative: true).minorUnits))
  }

  /// The grant of a download to the buyer of an order.
  func grant(of file: OrderFile, in shop: Shop, at now: Moment) throws(BadRecord) -> Consequence {
    guard let item = json["file"], case let location = try item.text("file"), !location.isEmpty
    else { throw BadRecord("file", "the file has no location") }
    let name = plainName(try item.text("name"))
    guard let line = try lines(of: json, among: file.lines).first else {
      throw BadRecord("product_id", "order \(file.order.id) has no line of that product")
    }
    // WooCommerce writes "unlimited" and "never", or nothing.
    let remaining = try json.text("downloads_remaining")
    let times = Int(remaining)
    guard remaining.isEmpty || remaining == "unlimited" || times != nil else {
      throw BadRecord("downloads_remaining", "\"\(remaining)\" is no number of downloads")
    }
    var days: Int?
    if try !["", "never"].contains(json.text("access_expires")) {
      guard let end = try json.moment("access_expires", in: shop.timeZone) else {
        throw BadRecord("access_expires", "it is missing")
      }
      let start = shop.timeZone.day(of: file.order.completedAt ?? now)
      days = shop.timeZone.day(of: end).number - start.number
    }
    if let times { _ = try number(times, in: 0...mostDownloads, "downloads_remaining") }
    return .grant(
      line: line, file: Product.File(name: name.isEmpty ? location : name, location: location),
      times: times, days: days)
  }
}
