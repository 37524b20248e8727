// A shop in dictionaries: what orders, stock, money and mails should be, thought out apart from the program.
import TestSupport

/// What the walk expects. The domain's tables are typed anew here.
struct ShopModel {
  struct Line {
    let product: Int
    let quantity: Int
    let total: Int
    var taken = 0
    var restocked = 0
    var back = 0
    var moneyBack = 0
    var grants: Int
  }

  struct Order {
    var status = "pending"
    var version = 1
    let gross: Int
    let discount: Int
    var refunded = 0
    var isPaid = false
    var isAnnounced = false
    var lines: [Line]
    var entries = 1

    /// What was paid for each line, rounded so that the shares add up to the discount.
    var paid: [Int] {
      let sum = lines.reduce(0) { $0 + $1.total }
      var (before, shared) = (0, 0)
      return lines.map { line in
        before += line.total
        let share = (min(discount, sum) * before * 2 + sum) / (2 * sum) - shared
        shared += share
        return line.total - share
      }
    }
  }

  struct Product {
    let price: Int
    let isDigital: Bool
    let files: Int
    var stock: Int?
  }

  var orders: [Int: Order] = [:]
  var products: [Int: Product] = [:]
  /// Every mail there should be, in order: "630 order-completed customer".
  var mails: [String] = []

  private static let followers = [
    "pending": "processing on-hold completed cancelled failed",
    "on-hold": "pending processing completed cancelled failed",
    "processing": "on-hold completed cancelled refunded failed",
    "completed": "processing refunded", "cancelled": "pending", "refunded": "",
    "failed": "pending on-hold processing completed cancelled",
  ].mapValues { $0.split(separator: " ").map(String.init) }

  static let statuses = followers.keys.sorted()

  mutating func pay(_ id: Int, notify: Bool) {
    guard let order = orders[id], !["processing", "completed", "refunded"].contains(order.status)
    else { return }
    let isDigital = order.lines.allSatisfy { products[$0.product]?.isDigital == true }
    enter(isDigital ? "completed" : "processing", id, notify: notify)
  }

  /// Answers the refusal, if there is one.
  mutating func move(_ id: Int, to status: String, force: Bool, notify: Bool) -> String? {
    guard let order = orders[id], order.status != status else { return nil }
    guard force || Self.followers[order.status]?.contains(status) == true else {
      return "transitionNotAllowed"
    }
    enter(status, id, notify: notify)
    return nil
  }

  private mutating func enter(_ status: String, _ id: Int, notify: Bool) {
    guard var order = orders[id] else { return }
    let from = order.status
    let isPaid = status == "processing" || status == "completed"
    if isPaid { order.isPaid = true }
    if status != "refunded" {
      let holds = isPaid || status == "on-hold"
      for (index, line) in order.lines.enumerated() {
        guard let stock = products[line.product]?.stock else { continue }
        let due = holds ? line.quantity - line.restocked : 0
        products[line.product]?.stock = stock + line.taken - due
        order.lines[index].taken = due
      }
    }
    let left = order.gross - order.refunded
    let begins = ["pending", "cancelled", "failed"].contains(from)
    var due: [String] = []
    switch status {
    case "processing":
      if begins { due.append("new-order shop") }
      if begins || from == "on-hold" { due.append("order-received customer") }
    case "on-hold": if begins { due += ["new-order shop", "order-on-hold customer"] }
    case "completed":
      if begins { due.append("new-order shop") }
      due.append("order-completed customer")
    case "cancelled":
      if ["pending", "processing", "on-hold"].contains(from) { due.append("order-cancelled shop") }
    case "refunded": if left > 0 { due.append("order-refunded customer") }
    case "failed":
      if from == "pending" || from == "on-hold" { due.append("order-failed shop") }
      due.append("order-failed customer")
    default: break
    }
    if notify {
      for mail in due {
        if mail.hasPrefix("new-order") {
          if order.isAnnounced { continue }
          order.isAnnounced = true
        }
        mails.append("\(id) \(mail)")
      }
    }
    if status == "refunded" { order.refunded = order.gross }
    order.status = status
    order.version += 1
    order.entries += 1
    orders[id] = order
  }

  struct Wish {
    var lines: [(line: Int, quantity: Int?, amount: Int?)]
    var amount: Int?
    var restock: Bool
    var notify: Bool
  }

  /// Answers the refusal, if there is one.
  mutating func refund(_ id: Int, _ wish: Wish) -> String? {
    guard var order = orders[id] else { return "noSuchOrder" }
    let left = order.gross - order.refunded
    guard order.isPaid else { return "nothingToRefund" }
    let paid = order.paid
    var (sum, all) = (0, 0)
    var moved: [(product: Int, by: Int)] = []
    for (index, quantity, amount) in wish.lines {
      guard index < order.lines.count else { return "noSuchLine" }
      let line = order.lines[index]
      let items = quantity ?? (amount == nil ? line.quantity - line.back : 0)
      guard items <= line.quantity - line.back else { return "quantityTooLarge" }
      let money = max(0, paid[index] - line.moneyBack)
      let part = (paid[index] * items * 2 + line.quantity) / (2 * line.quantity)
      let given = amount ?? (items == line.quantity - line.back ? money : min(money, part))
      guard given <= money else { return "refundTooLarge" }
      sum += given
      all += items
      if items > 0 && items == line.quantity - line.back || given > 0 && given == money {
        order.lines[index].grants = 0
      }
      order.lines[index].back += items
      order.lines[index].moneyBack += given
      if wish.restock, products[line.product]?.stock != nil {
        let back = min(items, line.taken)
        order.lines[index].taken -= back
        order.lines[index].restocked += items
        moved.append((line.product, back))
      }
    }
    let total = wish.amount ?? sum
    if total < sum { return "refundBelowLines" }
    if total == 0, all == 0 { return left > 0 ? "emptyRefund" : "nothingToRefund" }
    if total > left { return left > 0 ? "refundTooLarge" : "nothingToRefund" }
    for (product, by) in moved { products[product]?.stock? += by }
    order.refunded += total
    order.version += 1
    order.entries += 1
    if total > 0, total == left, order.status != "refunded" {
      if wish.notify { mails.append("\(id) order-refunded customer") }
      order.status = "refunded"
    } else if wish.notify, total > 0 {
      mails.append("\(id) order-partially-refunded customer")
    }
    orders[id] = order
    return nil
  }

  mutating func note(_ id: Int, toCustomer: Bool, notify: Bool) {
    orders[id]?.version += 1
    orders[id]?.entries += 1
    if toCustomer, notify { mails.append("\(id) customer-note customer") }
  }
}
