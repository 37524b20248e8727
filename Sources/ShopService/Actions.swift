// What may be done with an order next, ready to send.
import JSONRPC
import ShopRules
import ShopStore

/// A request that may follow, with a label for a button.
struct Action {
  let label: JSONWord
  let method: JSONWord
  let params: Params

  fileprivate static let pay = JSONWord(Orders.pay.name)
  fileprivate static let setStatus = JSONWord(Orders.setStatus.name)
  fileprivate static let payFrench = JSONWord("Enregistrer le paiement")
  fileprivate static let payEnglish = JSONWord("Record the payment")

  struct Params {
    let id: Int
    let status: OrderStatus?

    static let record = Record<Params>(
      "ActionParams", "The params of an action.",
      [
        Property("id", Identifier.shape, "The order.") { $0.id },
        Property(optional: "status", OrderStatus.shape, "Where it should go.") { $0.status },
      ])
  }

  static let record = Record<Action>(
    "Action", "A request that may follow, ready to send.",
    [
      Property("label", Text.word, "What a button says, in the shop's language.") { $0.label },
      Property("method", Text.word, "The method to call.") { $0.method },
      Property("params", Params.record, "The params to call it with.") { $0.params },
    ])
}

extension OrderView {
  /// What the caller may do with the order now, at most so many. The first is what a vendor most
  /// likely wants.
  func visitActions(most: Int = .max, _ take: (Action) -> Void) {
    var left = most
    if showing.abilities.mayPay, status.awaitsPayment {
      let label = showing.language == .fr ? Action.payFrench : Action.payEnglish
      take(Action(label: label, method: Action.pay, params: .init(id: order.id, status: nil)))
      left -= 1
    }
    guard showing.abilities.mayMove else { return }
    for next in status.followers.prefix(left) {
      take(
        Action(
          label: next.written(in: showing.language), method: Action.setStatus,
          params: .init(id: order.id, status: next)))
    }
  }
}

/// Whether a caller may do what the actions are made of.
struct Abilities {
  let mayPay: Bool
  let mayMove: Bool

  init(_ catalog: Catalog<Session>) {
    mayPay = catalog[Orders.pay.name] != nil
    mayMove = catalog[Orders.setStatus.name] != nil
  }
}
