// What callers hear when a rule says no: code, sentence and data.
public import JSONRPC
public import ShopRules

extension Refusal.Kind: RefusalKind {
  /// 1000 orders, 1100 products, 1200 the shop, 1300 mails, 1400 downloads, 1500 imports, 1800 the
  /// guard of a change, 1900 the store.
  public var code: Int {
    switch self {
    case .noSuchOrder: 1001
    case .transitionNotAllowed: 1002
    case .addressIncomplete: 1003
    case .discountTooLarge: 1004
    case .amountTooLarge: 1005
    case .notAllMovable: 1006
    case .noSuchProduct: 1101
    case .skuTaken: 1102
    case .currencyInUse: 1201
    case .noSuchDownload: 1401
    case .downloadBlocked: 1402
    case .downloadExpired: 1403
    case .downloadUsedUp: 1404
    case .nothingToDownload: 1405
    case .noSuchMail: 1301
    case .mailNotWaiting: 1302
    case .badRecords: 1501
    case .keyReused: 1801
    case .versionMismatch: 1802
    case .storeBusy: 1901
    case .storeFull: 1902
    }
  }

  public var name: String { rawValue }

  public var summary: String {
    switch self {
    case .noSuchOrder: "There is no order with that id."
    case .transitionNotAllowed: "That status may not follow the order's status without force."
    case .addressIncomplete: "An address lacks what is needed to deliver."
    case .discountTooLarge: "The discount is more than lines and shipping together."
    case .amountTooLarge: "The amounts add up to more than the store keeps."
    case .notAllMovable: "Some of the orders refuse, so none was moved."
    case .noSuchProduct: "There is no product with that id."
    case .skuTaken: "Another product has that SKU."
    case .currencyInUse: "Prices are in a currency with other decimals."
    case .noSuchDownload: "There is no such download."
    case .downloadBlocked: "The download is blocked: it was revoked, or its order is not paid."
    case .downloadExpired: "The download's last day is over."
    case .downloadUsedUp: "No downloads are left."
    case .nothingToDownload: "The order has no line of a product with files by that id."
    case .noSuchMail: "There is no mail with that id."
    case .mailNotWaiting: "The mail is sent or cancelled already."
    case .badRecords: "Some records cannot be taken, so nothing was imported."
    case .keyReused: "The key was used for another change."
    case .versionMismatch: "It has changed since the version that the caller saw."
    case .storeBusy: "Another process held the store for too long; nothing was changed."
    case .storeFull: "There is no room left to write; nothing was changed."
    }
  }

  public var isTransient: Bool { self == .storeBusy || self == .storeFull }
}

extension Refusal: RefusalReply {
  public var message: String {
    switch self {
    case .noSuchOrder(let id):
      return "There is no order \(id). orders.list shows those there are."
    case .transitionNotAllowed(let id, let from, let to):
      let allowed = from.followers.map(\.rawValue).joined(separator: ", ")
      return "Order \(id) is \(from.rawValue): \(to.rawValue) may not follow. "
        + (allowed.isEmpty ? "Nothing may follow" : "What may: \(allowed)")
        + "; \"force\": true allows any status."
    case .addressIncomplete(let which, let missing):
      return "The \(which) address lacks \(missing.joined(separator: ", "))."
    case .discountTooLarge(let discount, let atMost, let currency):
      return "A discount of \(discount.text(currency)) is more than the \(atMost.text(currency)) "
        + "of lines and shipping together."
    case .amountTooLarge:
      return "The amounts add up to more than the store keeps. Order less, or in parts."
    case .noSuchProduct(let id):
      return "There is no product \(id). products.list shows those there are."
    case .skuTaken(let sku, let id):
      return "The SKU \"\(sku)\" is product \(id)'s. Give this one another, or configure that one."
    case .currencyInUse(let current, let wanted):
      return "Prices are in \(current.code) with \(current.digits) decimals; \(wanted.code) has "
        + "\(wanted.digits). The currency can change so only before there are products."
    case .noSuchDownload:
      return "There is no such download. downloads.list shows those of an order."
    case .downloadBlocked(let id):
      return "Download \(id) is blocked: it was revoked, or its order is not paid."
    case .downloadExpired(let id):
      return "Download \(id) has expired. downloads.grant grants its product again."
    case .downloadUsedUp(let id):
      return "Download \(id) is used up. downloads.grant grants its product again."
    case .nothingToDownload(let order, let product):
      return "Order \(order) has no line of a product \(product) that has files to download."
    case .noSuchMail(let id):
      return "There is no mail \(id). mails.list shows those there are."
    case .mailNotWaiting(let id, let state):
      return "Mail \(id) is \(state.rawValue): only a waiting one can be cancelled."
    case .badRecords(let count, let first):
      return "\(count) record\(count == 1 ? "" : "s") cannot be taken, so nothing was imported. "
        + (first.first.map { $0 + ". " } ?? "") + "\"skipBad\": true leaves bad records out."
    case .keyReused(let key, let method):
      return "The key \"\(key)\" was used for another call of \(method). A retry sends the same "
        + "params again; another change takes another key."
    case .versionMismatch(let noun, let id, let version, let expected):
      return "\(noun) \(id) is at version \(version), not \(expected): look at it again."
    case .notAllMovable(let refused):
      return "Nothing was changed: \(refused.count) of the orders "
        + "\(refused.count == 1 ? "refuses" : "refuse"). \(refused.first?.refusal.message ?? "")"
    case .storeBusy, .storeFull:
      return kind.summary
    }
  }

  public func writeData(to writer: inout JSONWriter) {
    switch self {
    case .noSuchOrder(let id), .noSuchProduct(let id), .noSuchMail(let id):
      writer.member("id")
      writer.integer(id)
    case .transitionNotAllowed(let id, let from, let to):
      writer.member("id")
      writer.integer(id)
      writer.member("from")
      writer.string(from.rawValue)
      writer.member("to")
      writer.string(to.rawValue)
      writer.member("allowed")
      OrderStatus.shape.list().write(from.followers, &writer)
    case .addressIncomplete(let which, let missing):
      writer.member("address")
      writer.string(which)
      writer.member("missing")
      Text.shape.list().write(missing, &writer)
    case .discountTooLarge(let discount, let atMost, let currency):
      writer.member("discount")
      writer.string(discount.text(currency))
      writer.member("atMost")
      writer.string(atMost.text(currency))
    case .skuTaken(let sku, let id):
      writer.member("sku")
      writer.string(sku)
      writer.member("product")
      writer.integer(id)
    case .currencyInUse(let current, _):
      writer.member("currency")
      writer.string(current.code)
    case .downloadBlocked(let id), .downloadExpired(let id), .downloadUsedUp(let id):
      writer.member("id")
      writer.integer(id)
    case .nothingToDownload(let order, let product):
      writer.member("order")
      writer.integer(order)
      writer.member("product")
      writer.integer(product)
    case .mailNotWaiting(let id, let state):
      writer.member("id")
      writer.integer(id)
      writer.member("state")
      writer.string(state.rawValue)
    case .badRecords(let count, let first):
      writer.member("count")
      writer.integer(count)
      writer.member("problems")
      Text.shape.list().write(first, &writer)
    case .keyReused(let key, let method):
      writer.member("key")
      writer.string(key)
      writer.member("method")
      writer.string(method)
    case .versionMismatch(_, let id, let version, let expected):
      writer.member("id")
      writer.integer(id)
      writer.member("version")
      writer.integer(version)
      writer.member("ifVersion")
      writer.integer(expected)
    case .notAllMovable(let refused):
      writer.member("refused")
      writer.beginArray()
      for one in refused {
        writer.element()
        writer.beginObject()
        writer.member("id")
        writer.integer(one.id)
        writer.member("error")
        one.refusal.writeError(to: &writer)
        writer.endObject()
      }
      writer.endArray()
    case .amountTooLarge, .noSuchDownload, .storeBusy, .storeFull:
      break
    }
  }
}
