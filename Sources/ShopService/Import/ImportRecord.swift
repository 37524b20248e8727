// One record of a file to import, and what can be wrong with it.
import JSONRPC
import ShopRules

/// A record as it was found, not yet an order or a product.
struct ImportRecord {
  enum Content {
    case product(ProductRecord)
    case order(JSON)
    /// Well formed, but nothing that orderline keeps; says why.
    case leftOut(String)
    case bad(BadRecord)
  }

  /// Where it is: "row 5", "record 3".
  let place: String
  /// What it is, for messages: "order 727", "\"Le Horla\"".
  let label: String
  let content: Content
}

/// Why a record cannot be taken: the field and what is wrong with it.
struct BadRecord: Error {
  let field: String
  let reason: String

  init(_ field: String, _ reason: String) {
    self.field = field
    self.reason = reason
  }
}

/// A product as CSV and JSON both tell it; amounts still as they were written.
struct ProductRecord {
  var id: Int?
  var name: String
  var sku: String?
  var price: String
  var isVirtual: Bool
  var isDownloadable: Bool
  var files: [Product.File]
  var downloadLimit: Int?
  var downloadExpiryDays: Int?
  var stock: Int?
  var createdAt: Moment?

  /// The product this becomes.
  func product(id: Int, in shop: Shop, at now: Moment) throws(BadRecord) -> Product {
    Product(
      id: id, name: name, sku: sku, price: try money(price, shop.currency, "price"),
      isVirtual: isVirtual, isDownloadable: isDownloadable, files: files,
      downloadLimit: downloadLimit, downloadExpiryDays: downloadExpiryDays, stock: stock,
      createdAt: createdAt ?? now)
  }
}

/// What WooCommerce's product types are to orderline: nil is what it sells, else why not.
func reasonToLeaveOut(productType type: String) throws(BadRecord) -> String? {
  switch type {
  case "simple", "variation", "": return nil
  case "variable": return "a variable product is ordered as one of its variations"
  case "grouped": return "a grouped product is a list of others: those are ordered"
  case "external": return "an external product is sold elsewhere"
  default: throw BadRecord("type", "\"\(type)\" is no product type orderline knows")
  }
}

let reasonToLeaveOutUnpriced = "it has no price, so it cannot be ordered"

func money(
  _ text: String, _ currency: Currency, _ field: String
) throws(BadRecord) -> Money {
  do throws(Money.Malformed) {
    return try Money(parsing: text, currency)
  } catch {
    switch error {
    case .notADecimal: throw BadRecord(field, "\"\(text)\" is no amount")
    case .tooManyDecimals(let allowed):
      throw BadRecord(
        field, "\"\(text)\" has more decimals than the \(allowed) of \(currency.code)")
    case .tooLarge: throw BadRecord(field, "\"\(text)\" is too large")
    }
  }
}

/// A bound on downloads as WooCommerce writes it: nothing and −1 mean there is none.
func bound(_ value: Int?, _ field: String) throws(BadRecord) -> Int? {
  switch value {
  case nil, -1: return nil
  case let value? where value > 0: return value
  case let value?: throw BadRecord(field, "\(value) would let nobody download; leave it empty")
  }
}
