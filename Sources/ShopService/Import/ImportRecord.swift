// One record of a file to import, and what can be wrong with it.
import JSONRPC
import ShopRules

/// A record as it was found, not yet an order or a product.
struct ImportRecord {
  enum Content {
    indirect case product(ProductRecord)
    case order(JSONPassage)
    /// A refund, a note or a download of an order.
    case part(JSONPassage)
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

/// The most that a product may be configured to have; see products.configure.
let mostDownloads = 1_000_000
let mostDownloadDays = 36_500

/// An amount, which is not below zero unless it may be.
func money(
  _ text: String, _ currency: Currency, _ field: String, mayBeNegative: Bool = false
) throws(BadRecord) -> Money {
  let amount: Money
  do throws(Money.Malformed) {
    amount = try Money(parsing: text, currency)
  } catch {
    switch error {
    case .notADecimal: throw BadRecord(field, "\"\(text)\" is no amount")
    case .tooManyDecimals(let allowed):
      throw BadRecord(
        field, "\"\(text)\" has more decimals than the \(allowed) of \(currency.code)")
    case .tooLarge: throw BadRecord(field, "\"\(text)\" is too large")
    }
  }
  guard mayBeNegative || amount >= .zero else {
    throw BadRecord(field, "\"\(text)\" is below zero")
  }
  return amount
}

/// A bound on downloads as WooCommerce writes it: nothing and −1 mean there is none.
func bound(_ value: Int?, upTo most: Int, _ field: String) throws(BadRecord) -> Int? {
  guard let value, value != -1 else { return nil }
  guard value > 0 else {
    throw BadRecord(field, "\(value) would let nobody download; leave it empty")
  }
  return try number(value, in: 1...most, field)
}

/// A stock as a product may be configured to have it.
func stock(_ value: Int?, _ field: String) throws(BadRecord) -> Int? {
  guard let value else { return nil }
  return try number(value, in: -1_000_000_000...1_000_000_000, field)
}

/// The id of an order or a product. The wire's identifiers end at 2^53 − 1; what is created later
/// counts on from the largest, so that some are left.
func identifier(_ value: Int, _ field: String) throws(BadRecord) -> Int {
  try number(value, in: 1...9_007_199_254_000_000, field)
}

func number(
  _ value: Int, in range: ClosedRange<Int>, _ field: String
) throws(BadRecord) -> Int {
  guard range.contains(value) else {
    throw BadRecord(field, "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
  }
  return value
}
