// A new store, and a folder of files to import into it.
import Foundation
import ShopRules
import ShopService
import ShopStore

/// Where exports come in.
final class ImportDesk {
  let store: Store
  private let folder: URL
  private let session: Session

  init(feeOf fee: FeeRule = .none) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orderline-import-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("shop.db").path
    var shop = try newShop()
    shop.fee = fee
    try Store.create(at: path, shop: shop)
    store = try Store.open(at: path, zone: Zoneinfo.zone)
    session = Session(
      store: store, path: path, actor: "import", clock: { Moment(seconds: 1_625_126_400) })
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String, _ text: String) throws -> String {
    try file(name, Data(text.utf8))
  }

  func file(_ name: String, _ bytes: Data) throws -> String {
    let url = folder.appendingPathComponent(name)
    try bytes.write(to: url)
    return url.path
  }

  func take(
    _ files: String..., isDryRun: Bool = false, skipsBad: Bool = false
  ) throws -> ImportReport {
    try session.importFiles(files, isDryRun: isDryRun, skipsBad: skipsBad) { _, _ in }
  }

  /// What is wrong with a file of which one record is bad, or all of it.
  func problem(_ name: String, _ text: String) throws -> String? {
    let report = try take(try file(name, text), skipsBad: true)
    return report.bad.count == 1 ? report.bad.first?.sentence : nil
  }

  let heading =
    "ID,Type,SKU,Name,Stock,Regular price,Download limit,Download expiry days,Parent,"
    + "Attribute 1 value(s),Download 1 name,Download 1 URL\n"

  /// Order 900 as the REST API has it, with more members at its end.
  func order(_ members: String) -> String {
    """
    {"id":900,"status":"processing","currency":"EUR","total":"25.90","discount_total":"2.00",
     "discount_tax":"0.00","shipping_total":"4.00","shipping_tax":"0.90",
     "date_created":"2021-06-17T12:16:00","date_created_gmt":"2021-06-17T10:16:00",
     "date_paid":"2021-06-17T12:18:00","date_completed":null,"transaction_id":"pi_900",
     "billing":{"first_name":"Noémie","last_name":"Castaing","address_1":"21 allée de Tourny",
       "postcode":"33000","city":"Bordeaux","country":"FR","email":"noemie@poste.example","phone":""},
     "shipping":{"first_name":"","last_name":""},
     "line_items":[{"name":"Relieur &amp; Fils","product_id":41,"variation_id":0,"quantity":2,
       "subtotal":"20.00","subtotal_tax":"2.00","total":"18.00","total_tax":"2.00"}],
     "meta_data":[{"anything":["at","all"]}]\(members)}
    """
  }
}
