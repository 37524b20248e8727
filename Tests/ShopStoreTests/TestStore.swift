// Real stores in temporary folders, and what the tests put into them.
import Foundation
import ShopRules
import TestSupport

@testable import ShopStore

/// A store of its own in a folder that goes with it.
final class TestStore {
  let folder: URL
  let path: String
  let store: Store

  init(_ shop: Shop = .plain) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orderline-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appendingPathComponent("shop.db").path
    try Store.create(at: path, shop: shop)
    store = try Self.open(path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Another connection to the same store.
  func another() throws -> Store { try Self.open(path) }

  static func open(_ path: String) throws -> Store {
    try Store.open(at: path, zone: { _ in .utc })
  }
}

extension Store {
  /// A change by whoever tests, of which nothing asks who and when.
  func change<Result>(isDryRun: Bool = false, _ work: () throws -> Result) throws -> Result {
    try change(isDryRun: isDryRun, by: "test", at: Moment(seconds: 1_623_000_000), work)
  }
}

extension Shop {
  static let plain = Shop(
    name: "Librairie", language: .fr, currency: .euro, timeZone: .utc, holidays: .france)
}

extension Currency {
  static let euro = Currency("EUR") ?? .unknown
}

/// A small catalog: what an order can hold.
let catalog: [Product] = [(1, true, true), (2, true, false), (3, false, true), (4, false, false)]
  .map { id, isVirtual, isDownloadable in
    Product(
      id: id, name: "Livre \(id)", sku: id == 4 ? nil : "SKU-\(id)",
      price: Money(minorUnits: Int64(id) * 495), isVirtual: isVirtual,
      isDownloadable: isDownloadable,
      files: isDownloadable ? [Product.File(name: "epub", location: "\(id).epub")] : [],
      createdAt: Moment(seconds: 1_600_000_000))
  }

private let names = ["Élise", "elise", "Œuvrard", "Zoé Nguyễn", "Awa", "", "Noémie", "élise"]

extension OrderQuery {
  /// The newest orders that `ask` asks for.
  static func asking(_ ask: (inout OrderQuery) -> Void) -> OrderQuery {
    var query = OrderQuery(limit: 50)
    ask(&query)
    return query
  }
}

extension OrderFile {
  /// An order that might have been, with few enough values that ties are many.
  static func random(id: Int, day: Int? = nil, _ dice: inout Dice) -> OrderFile {
    let address = Address(
      name: dice.pick(names), street: "\(id) rue A", postcode: "69002", city: "Lyon", country: "FR")
    var lines: [OrderLine] = []
    for _ in 0..<dice.roll(1...3) {
      let product = dice.pick(catalog)
      lines.append(
        OrderLine(
          productID: product.id, name: product.name, sku: product.sku, quantity: dice.roll(1...4),
          total: product.price, adminFee: .zero, nature: product.nature))
    }
    let created = Moment(seconds: 1_623_000_000 + Int64(day ?? dice.roll(0...60)) * 86_400)
    let needsShipping = lines.contains(where: \.nature.needsShipping)
    let paid = dice.flip() ? created.seconds + Int64(dice.roll(-1...9)) * 43_200 : nil
    let completed = dice.flip() ? created.seconds + Int64(dice.roll(0...20)) * 86_400 : nil
    let order = Order(
      id: id, status: dice.pick(OrderStatus.allCases), createdAt: created,
      paidAt: paid.map(Moment.init), completedAt: completed.map(Moment.init),
      customer: Customer(
        name: dice.pick(names), email: dice.pick(["a@x.example", "B@x.example", "c@x.example"])),
      billing: address, shipping: needsShipping ? address : nil,
      purchased: OrderFile.purchased(lines),
      currency: dice.roll(1...9) == 1 ? Currency("JPY") ?? .unknown : .euro,
      gross: Money(minorUnits: Int64(dice.roll(0...20)) * 100), needsShipping: needsShipping,
      shipBy: dice.flip() ? Day(number: 18_800 + dice.roll(0...9)) : nil)
    let entry = HistoryEntry(at: created, by: "boutique", what: .created, to: .pending)
    return OrderFile(order: order, lines: lines, history: [entry])
  }
}
