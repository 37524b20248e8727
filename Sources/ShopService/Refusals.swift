// What callers hear when a rule says no: code, sentence and data.
public import JSONRPC
public import ShopRules

extension Refusal.Kind: RefusalKind {
  /// 1000 orders, 1100 products, 1200 the shop, 1300 mails, 1400 downloads, 1500 files, 1800 the
  /// guard of a change, 1900 the store.
  public var code: Int {
    switch self {
    case .noSuchOrder: 1001
    case .transitionNotAllowed: 1002
    case .addressIncomplete: 1003
    case .discountTooLarge: 1004
    case .amountTooLarge: 1005
    case .notAllMovable: 1006
    case .nothingToRefund: 1007
    case .refundTooLarge: 1008
    case .quantityTooLarge: 1009
    case .refundBelowLines: 1010
    case .noSuchLine: 1011
    case .emptyRefund: 1012
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
    case .fileNotWritten: 1502
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
    case .nothingToRefund: "The order was never paid, or all of it is given back."
    case .emptyRefund: "It would give nothing back."
    case .refundTooLarge: "More than is left of what was paid, for the line or the order."
    case .quantityTooLarge: "More items than are left of the line."
    case .refundBelowLines: "The lines add up to more than the amount in all."
    case .noSuchLine: "The order has no such line."
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
    case .fileNotWritten: "The file cannot be written; nothing of it is left."
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
      return "The \(which) address lacks \(missing.joined(separator: ", ")). "
        + "Send \"\(which)\" with \(missing.count == 1 ? "it" : "them")."
    case .discountTooLarge(let discount, let atMost, let currency):
      return "A discount of \(discount.text(currency)) is more than the \(atMost.text(currency)) "
        + "of lines and shipping together. Send a \"discount\" of at most that."
    case .amountTooLarge:
      return "The amounts add up to more than the store keeps. Send smaller quantities in "
        + "\"lines\" or a lower \"shippingCost\", or place several orders."
    case .nothingToRefund(let id, let isPaid):
      return isPaid
        ? "Nothing is left to give back of order \(id): its \"refunds\" say what was."
        : "Order \(id) was never paid: there is nothing to give back. orders.pay records a payment."
    case .emptyRefund(let id):
      return "That would give nothing back of order \(id). Send an amount above zero, or the "
        + "quantity of a line."
    case .refundTooLarge(let id, let line, let asked, let left, let currency):
      return "Of \(line.map { "line \($0) of " } ?? "")order \(id) \(left.text(currency)) "
        + "\(currency.code) is left to give back, not \(asked.text(currency)). Give no more."
    case .quantityTooLarge(let id, let line, let asked, let left):
      return "Of line \(line) of order \(id) \(left) \(left == 1 ? "item is" : "items are") left "
        + "to give back, not \(asked). Give no more."
    case .refundBelowLines(let amount, let lines, let currency):
      return "The lines add up to \(lines.text(currency)), more than the amount of "
        + "\(amount.text(currency)) in all. Give the lines smaller amounts, or a larger amount."
    case .noSuchLine(let id, let line, let count):
      return "Order \(id) has no line \(line): its lines are 0 to \(count - 1)."
    case .noSuchProduct(let id):
      return "There is no product \(id). products.list shows those there are."
    case .skuTaken(let sku, let id):
      return "The SKU \"\(sku)\" is product \(id)'s. Give this one another, or configure that one."
    case .currencyInUse(let current, let wanted):
      return "Prices are in \(current.code) with \(current.digits) decimals; \(wanted.code) has "
        + "\(wanted.digits). Choose a currency with \(current.digits), or begin a new store."
    case .noSuchDownload:
      return "There is no such download. downloads.list shows those of an order."
    case .downloadBlocked(let id):
      return "Download \(id) is blocked: it was revoked, or its order is unpaid or refunded. "
        + "orders.get shows the order; downloads.grant grants its product again."
    case .downloadExpired(let id):
      return "Download \(id) has expired. downloads.grant grants its product again."
    case .downloadUsedUp(let id):
      return "Download \(id) is used up. downloads.grant grants its product again."
    case .nothingToDownload(let order, let product):
      return "Order \(order) has no line of a product \(product) that has files to download. "
        + "orders.get shows its lines; products.configure makes a product downloadable."
    case .noSuchMail(let id):
      return "There is no mail \(id). mails.list shows those there are."
    case .mailNotWaiting(let id, let state):
      return "Mail \(id) is \(state.rawValue): only a waiting one can be cancelled. "
        + "mails.list with \"state\": \"waiting\" shows those there are."
    case .fileNotWritten(let path, let reason):
      return "\(path) was not written: \(reason). Name a file that is not there yet, in a folder "
        + "that is there and has room."
    case .badRecords(let count, let first):
      return "\(count) record\(count == 1 ? "" : "s") cannot be taken, so nothing was imported. "
        + (first.first.map { $0 + ". " } ?? "") + "\"skipBad\": true leaves bad records out."
    case .keyReused(let key, let method):
      return "The key \"\(key)\" was used for another call of \(method). A retry sends the same "
        + "params again; another change takes another key."
    case .versionMismatch(let noun, let id, let version, let expected):
      return "\(noun) \(id) is at version \(version), not \(expected). Look at it again; "
        + "if the change still holds, send \"ifVersion\": \(version)."
    case .notAllMovable(let refused):
      return "Nothing was changed: \(refused.count) of the orders "
        + "\(refused.count == 1 ? "refuses" : "refuse"). Leave them out, or \"allOrNothing\". "
        + (refused.first?.refusal.message ?? "")
    case .storeBusy:
      return "\(kind.summary) Send the same again in a moment."
    case .storeFull:
      return "\(kind.summary) Make room on its disk, then send the same again."
    }
  }

  public func writeData(to writer: inout JSONWriter) {
    switch self {
    case .noSuchOrder(let id), .noSuchProduct(let id), .noSuchMail(let id), .emptyRefund(let id):
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
    case .nothingToRefund(let id, let isPaid):
      writer.member("id")
      writer.integer(id)
      writer.member("paid")
      writer.bool(isPaid)
    case .refundTooLarge(let id, let line, let asked, let left, let currency):
      writer.member("id")
      writer.integer(id)
      if let line {
        writer.member("line")
        writer.integer(line)
      }
      writer.member("amount")
      writer.string(asked.text(currency))
      writer.member("left")
      writer.string(left.text(currency))
    case .quantityTooLarge(let id, let line, let asked, let left):
      writer.member("id")
      writer.integer(id)
      writer.member("line")
      writer.integer(line)
      writer.member("quantity")
      writer.integer(asked)
      writer.member("left")
      writer.integer(left)
    case .refundBelowLines(let amount, let lines, let currency):
      writer.member("amount")
      writer.string(amount.text(currency))
      writer.member("lines")
      writer.string(lines.text(currency))
    case .noSuchLine(let id, let line, let count):
      writer.member("id")
      writer.integer(id)
      writer.member("line")
      writer.integer(line)
      writer.member("count")
      writer.integer(count)
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
    case .fileNotWritten(let path, let reason):
      writer.member("file")
      writer.string(path)
      writer.member("reason")
      writer.string(reason)
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
