// Many orders moved at once: each as if it were alone, and what became of each.
import JSONRPC
import ShopRules
import ShopStore

extension Orders {
  static let setStatusMany = Method<Session>(
    .changes, "orders.setStatusMany",
    "Moves many orders to a status, in one transaction, and says of each what became of it.",
    takes: (
      Field("status", OrderStatus.shape, "Where they should go."),
      Field(
        optional: "ids", Identifier.shape.list(1...OrderSelection.most), "The orders to move."),
      Field("force", Flag.shape, default: false, "Move them even where that may not follow."),
      notify,
      Field(
        "allOrNothing", Flag.shape, default: false,
        "Move none where one refuses; else the others are moved."),
      Field(optional: "where", OrderSelection.shape, "The orders to move, instead of ids.")
    ),
    returns: OrdersReceipt.record,
    refuses: .notAllMovable
  ) { session, status, ids, force, notify, allOrNothing, selection in
    let chosen = try session.orders(ids, selection)
    let moves = try session.move(
      chosen.ids, .move(to: status, force: force), notify: notify, allOrNothing: allOrNothing)
    let changed = moves.contains { $0.outcome == .done }
    return OrdersReceipt(
      moves: moves, hasMore: chosen.hasMore, changed: changed, applied: session.applies(changed))
  }
}

extension Session {
  fileprivate func orders(
    _ ids: [Int]?, _ selection: OrderSelection?
  ) throws -> (ids: [Int], hasMore: Bool) {
    switch (ids, selection) {
    case (let ids?, nil): return (ids, false)
    case (nil, let selection?):
      guard !selection.filter.isEmpty else {
        throw Mismatch(expected: "one filter at least", found: "none").at("where")
      }
      let shop = try shop()
      // The oldest first: whoever waited longest is served first. One more tells of more.
      var query = OrderQuery(isDescending: false, limit: selection.limit + 1)
      do throws(Mismatch) {
        try selection.filter.narrow(&query, in: shop, for: self)
      } catch {
        throw error.at("where")
      }
      let found = try store.orders(query, as: \.id)
      return (Array(found.prefix(selection.limit)), found.count > selection.limit)
    case (nil, nil): throw Mismatch(expected: "either ids or where", found: nil as String?)
    case (_?, _?): throw Mismatch(expected: "either ids or where", found: "both")
    }
  }

  /// Changes many orders.
  fileprivate func move(
    _ ids: [Int], _ wanted: OrderChange, notify: Bool, allOrNothing: Bool
  ) throws -> [OrderMove] {
    let shop = try shop()
    guard allOrNothing else {
      return try ids.map { try move($0, wanted, notify: notify, in: shop) }
    }
    return try store.attempt {
      let moves = try ids.map { try move($0, wanted, notify: notify, in: shop) }
      let refused = moves.compactMap { move in
        move.refusal.map { Refusal.Refused(id: move.id, refusal: $0) }
      }
      if !refused.isEmpty { throw Refusal.notAllMovable(refused) }
      return moves
    }
  }

  /// Changes one of them. Where a rule says no, it stays as it is.
  private func move(
    _ id: Int, _ wanted: OrderChange, notify: Bool, in shop: Shop
  ) throws -> OrderMove {
    var found: OrderFile?
    let (file, consequences): (OrderFile, [Consequence])
    do {
      file = try orderFile(id)
      found = file
      consequences = try self.consequences(of: wanted, of: file, notify: notify, in: shop)
    } catch let refusal as Refusal {
      return OrderMove(id: id, outcome: .refused, order: found?.order, refusal: refusal)
    }
    let changed = try write(consequences, of: file, in: shop)
    return OrderMove(
      id: id, outcome: consequences.isEmpty ? .unchanged : .done, order: changed.order)
  }
}

/// Orders chosen by what they are.
struct OrderSelection: Sendable {
  let filter: OrderFilter
  let limit: Int

  /// As many as one change may move: it keeps the store from others for as long as it takes.
  static let most = 1000

  static let shape = Shape<OrderSelection>.object(
    "OrderSelection", "Orders by the filters of orders.list, one at least; the oldest first.",
    Member(OrderFilter.status) { $0.filter.statuses },
    Member(OrderFilter.created) { $0.filter.created },
    Member(OrderFilter.customer) { $0.filter.customer },
    Member(OrderFilter.product) { $0.filter.product },
    Member(OrderFilter.late) { $0.filter.late },
    Member(OrderFilter.needsShipping) { $0.filter.needsShipping },
    Member(OrderFilter.kind) { $0.filter.kind },
    Member(OrderFilter.paid) { $0.filter.paid },
    Member(OrderFilter.completed) { $0.filter.completed },
    Member(OrderFilter.total) { $0.filter.total },
    Member(OrderFilter.search) { $0.filter.search },
    Member("limit", Shape.integer(1...Int64(most)), default: most, "How many at most.") {
      $0.limit
    },
    make: {
      OrderSelection(
        filter: OrderFilter(
          statuses: $0, created: $1, customer: $2, product: $3, late: $4, needsShipping: $5,
          kind: $6, paid: $7, completed: $8, total: $9, search: $10),
        limit: $11)
    })
}

/// What became of one order of many.
struct OrderMove {
  let id: Int
  let outcome: Outcome
  /// As it is now; nil where there is none.
  let order: Order?
  var refusal: Refusal?

  enum Outcome: String, CaseIterable, Sendable {
    case done, unchanged, refused
  }

  static let record = Record<OrderMove>(
    "OrderMove", "What became of one order of many.",
    [
      Property("id", Identifier.shape, "The order number.") { $0.id },
      Property("outcome", Shape<Outcome>.choice, "Moved, there already, or refused.") {
        $0.outcome
      },
      Property(
        "status", OrderStatus.shape.orNull, "Where it stands now; null when there is no such order."
      ) { $0.order?.status },
      Property(
        "version", Shape.integer(1...Int64.max).orNull, "Its version now; null when there is none."
      ) { $0.order?.version },
      Property(refusal: "error", "Why it was refused: what orders.setStatus answers.") {
        $0.refusal
      },
    ])
}

/// What a change of many orders answers.
struct OrdersReceipt {
  let moves: [OrderMove]
  let hasMore: Bool
  let changed: Bool
  let applied: Bool

  static let record = Record<OrdersReceipt>(
    "OrdersReceipt", "What became of each order, and how many it were.",
    [
      Property("orders", listOf: OrderMove.record, "Each order, in the order asked for.") {
        $0.moves
      },
      count("done", .done, "How many were moved."),
      count("unchanged", .unchanged, "How many were there already."),
      count("refused", .refused, "How many were refused, and stay as they were."),
      Property("more", Flag.shape, "Whether more orders are as \"where\" has it than its limit.") {
        $0.hasMore
      },
      Property("changed", Flag.shape, "Whether the change makes a difference.") { $0.changed },
      Property("applied", Flag.shape, "Whether it was written: false for a dry run.") {
        $0.applied
      },
    ])

  private static func count(
    _ name: String, _ outcome: OrderMove.Outcome, _ summary: String
  ) -> Property<OrdersReceipt> {
    Property(name, Shape.integer(0...Int64.max), summary) { receipt in
      receipt.moves.count { $0.outcome == outcome }
    }
  }
}
