// Proves the statuses, their labels, and what may follow what.
import ShopRules
import Testing

@Suite("Order statuses")
struct OrderStatusTests {
  /// The domain's table, typed again: a row is where an order stands, an x what may follow.
  private static let table = """
                 pending processing on-hold completed cancelled refunded failed
    pending      -       x          x       x         x         .        x
    processing   .       -          x       x         x         x        x
    on-hold      x       x          -       x         x         .        x
    completed    .       x          .       -         .         x        .
    cancelled    x       .          .       .         -         .        .
    refunded     .       .          .       .         .         -        .
    failed       x       x          x       x         x         .        -
    """

  /// Whether `to` may follow `from`, by the table above.
  static func mayFollow(from: OrderStatus, to: OrderStatus) throws -> Bool {
    let rows = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let column = try #require(rows[0].firstIndex(of: to.rawValue)) + 1
    let row = try #require(rows.first { $0.first == from.rawValue && $0.count == 8 })
    return row[column] == "x"
  }

  @Test("there are seven, and these are their names on the wire")
  func names() {
    #expect(
      OrderStatus.allCases.map(\.rawValue) == [
        "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
      ])
  }

  @Test(
    "what may follow a status is what the table says, each once",
    arguments: OrderStatus.allCases)
  func followers(from: OrderStatus) throws {
    let followers = from.followers
    #expect(Set(followers).count == followers.count)
    for to in OrderStatus.allCases {
      let mayFollow = try Self.mayFollow(from: from, to: to)
      #expect(followers.contains(to) == mayFollow, "\(to)")
    }
  }

  @Test("where an order may be completed, that comes first")
  func completedFirst() {
    for status in OrderStatus.allCases where status.followers.contains(.completed) {
      #expect(status.followers.first == .completed)
    }
  }

  @Test(
    "processing and completed count as paid; pending, on-hold, failed and cancelled may be paid")
  func paid() {
    #expect(OrderStatus.allCases.filter(\.isPaid) == [.processing, .completed])
    #expect(
      OrderStatus.allCases.filter(\.awaitsPayment) == [.pending, .onHold, .cancelled, .failed])
  }

  @Test(
    "a status has its label in both languages",
    arguments: [
      (OrderStatus.pending, "Pending payment", "Attente paiement"),
      (.processing, "Processing", "En cours"), (.onHold, "On hold", "En attente"),
      (.completed, "Completed", "Terminée"), (.cancelled, "Cancelled", "Annulée"),
      (.refunded, "Refunded", "Remboursée"), (.failed, "Failed", "Échouée"),
    ])
  func labels(status: OrderStatus, english: String, french: String) {
    #expect(status.label(.en) == english)
    #expect(status.label(.fr) == french)
    #expect(OrderStatus(meaning: english) == status)
    #expect(OrderStatus(meaning: french) == status)
    #expect(OrderStatus(meaning: french.uppercased()) == status)
    #expect(OrderStatus(meaning: status.rawValue) == status)
    #expect(OrderStatus(meaning: "wc-\(status.rawValue)") == status)
    #expect(OrderStatus(meaning: "WC-\(status.rawValue.uppercased())") == status)
  }

  @Test(
    "what stands for no status is none",
    arguments: ["", "wc-", "wc-wc-pending", "wc-terminée", "done", "on hold ", "pending,failed"])
  func unknown(text: String) {
    #expect(OrderStatus(meaning: text) == nil)
  }
}
