// Orders of every kind, shops and occasions, for the tests of the rules.
import ShopRules

/// The kinds of order that the domain tells apart.
enum OrderKind: String, CaseIterable {
  case digital, service, downloadableNotVirtual, printed, mixed

  /// What the products of the lines are.
  var natures: [ProductNature] {
    switch self {
    case .digital: [.digital, .digital]
    case .service: [.service]
    case .downloadableNotVirtual: [.printedWithFile]
    case .printed: [.printed]
    case .mixed: [.digital, .printed]
    }
  }

  /// As the domain's table has it.
  var needsShipping: Bool {
    switch self {
    case .digital, .service: false
    case .downloadableNotVirtual, .printed, .mixed: true
    }
  }

  /// As the domain's table has it.
  var statusAfterPayment: OrderStatus {
    switch self {
    case .digital: .completed
    case .service, .downloadableNotVirtual, .printed, .mixed: .processing
    }
  }

  /// An order of this kind that was placed and never paid, in `status`.
  func file(_ status: OrderStatus = .pending) throws -> OrderFile {
    let placed = try Moment("2021-06-14T10:00:00+02:00")
    let address = Address(
      name: "Élise", street: "1 rue A", postcode: "69002", city: "Lyon", country: "FR")
    let order = Order(
      id: 630, status: status, createdAt: placed,
      customer: Customer(name: "Élise", email: "elise@a.example"), billing: address,
      shipping: needsShipping ? address : nil, purchased: "1 × Le Horla",
      currency: Currency("EUR") ?? .unknown, gross: Money(minorUnits: 1290),
      needsShipping: needsShipping)
    let lines = natures.map { nature in
      OrderLine(
        productID: 11, name: "Le Horla", quantity: 1, total: Money(minorUnits: 990),
        adminFee: .zero, nature: nature)
    }
    let created = HistoryEntry(at: placed, by: "boutique", what: .created, to: .pending)
    return OrderFile(order: order, lines: lines, history: [created])
  }
}

extension ProductNature {
  static let digital = ProductNature(isVirtual: true, isDownloadable: true)
  static let service = ProductNature(isVirtual: true, isDownloadable: false)
  static let printedWithFile = ProductNature(isVirtual: false, isDownloadable: true)
  static let printed = ProductNature(isVirtual: false, isDownloadable: false)
}

extension Shop {
  /// A shop in France.
  static func french(fee: FeeRule = .none, holidays: Holidays = .france) throws -> Shop {
    Shop(
      name: "Librairie", language: .fr, currency: Currency("EUR") ?? .unknown,
      timeZone: try ZoneFiles.zone("Europe/Paris"), holidays: holidays, fee: fee)
  }
}

extension Occasion {
  /// Somebody changes something in a French shop, and nobody is mailed unless `notifies`.
  static func at(
    _ moment: String, by actor: String = "libraire", notifies: Bool = false
  ) throws -> Occasion {
    var shop = try Shop.french()
    shop.email = "librairie@a.example"
    return Occasion(now: try Moment(moment), actor: actor, shop: shop, notifies: notifies)
  }
}

extension OrderFile {
  /// The order after a change while its products are as its lines say, or as `natures`.
  func after(
    _ change: OrderChange, natures: [ProductNature]? = nil, at moment: String
  ) throws -> OrderFile {
    applying(
      try consequences(
        of: change, natures: natures ?? lines.map(\.nature), on: .at(moment)))
  }

  /// What a change entails while the products of the lines are no more than their natures.
  func consequences(
    of change: OrderChange, natures: [ProductNature], on occasion: Occasion
  ) throws(Refusal) -> [Consequence] {
    try consequences(
      of: change,
      products: natures.map { nature in
        Product(
          id: 11, name: "Le Horla", price: .zero, isVirtual: nature.isVirtual,
          isDownloadable: nature.isDownloadable, createdAt: occasion.now)
      }, on: occasion)
  }
}

/// Every pair of two collections.
func pairs<First, Second>(_ first: [First], _ second: [Second]) -> [(First, Second)] {
  first.flatMap { left in second.map { (left, $0) } }
}
