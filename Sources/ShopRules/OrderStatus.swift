// The life of an order: seven statuses and one table of what may follow what.

/// Where an order stands. The raw value is its name on the wire.
public enum OrderStatus: String, CaseIterable, Sendable {
  case pending, processing
  case onHold = "on-hold"
  case completed, cancelled, refunded, failed

  /// What may follow without being forced. `completed` comes first where it may follow: it is what
  /// a vendor does most.
  public var followers: [OrderStatus] {
    switch self {
    case .pending: [.completed, .processing, .onHold, .cancelled, .failed]
    case .processing: [.completed, .onHold, .cancelled, .refunded, .failed]
    case .onHold: [.completed, .pending, .processing, .cancelled, .failed]
    case .completed: [.processing, .refunded]
    case .cancelled: [.pending]
    case .refunded: []
    case .failed: [.completed, .pending, .onHold, .processing, .cancelled]
    }
  }

  /// Whether the order counts as paid.
  public var isPaid: Bool { self == .processing || self == .completed }

  /// Whether the goods of an order are taken from the stock.
  public var holdsStock: Bool {
    switch self {
    case .processing, .completed, .onHold, .refunded: true
    case .pending, .cancelled, .failed: false
    }
  }

  /// Whether `orders.pay` records a payment here; from the others it changes nothing.
  public var awaitsPayment: Bool {
    switch self {
    case .pending, .onHold, .failed, .cancelled: true
    case .processing, .completed, .refunded: false
    }
  }

  public func label(_ language: Language) -> String {
    switch (self, language) {
    case (.pending, .en): "Pending payment"
    case (.pending, .fr): "Attente paiement"
    case (.processing, .en): "Processing"
    case (.processing, .fr): "En cours"
    case (.onHold, .en): "On hold"
    case (.onHold, .fr): "En attente"
    case (.completed, .en): "Completed"
    case (.completed, .fr): "Terminée"
    case (.cancelled, .en): "Cancelled"
    case (.cancelled, .fr): "Annulée"
    case (.refunded, .en): "Refunded"
    case (.refunded, .fr): "Remboursée"
    case (.failed, .en): "Failed"
    case (.failed, .fr): "Échouée"
    }
  }

  /// The status that people mean by `text`: its wire name, its label in a language, WooCommerce's
  /// stored form (`wc-completed`); case does not matter.
  public init?(meaning text: String) {
    let wanted = text.lowercased()
    let bare = wanted.hasPrefix("wc-") ? String(wanted.dropFirst(3)) : wanted
    let match =
      OrderStatus.allCases.first { $0.rawValue == bare }
      ?? OrderStatus.allCases.first { status in
        Language.allCases.contains { status.label($0).lowercased() == wanted }
      }
    guard let match else { return nil }
    self = match
  }
}
