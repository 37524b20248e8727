// The methods on products.
import JSONRPC
import ShopRules
import ShopStore

enum Products {
  static let all: [Method<Session>] = [list, get, create, configure]

  static let list = Method<Session>(
    .reads, "products.list", "Lists products in the order of their ids.",
    takes: (
      Field(optional: "virtual", Flag.shape, "Only products that are, or are not, virtual."),
      Field(
        optional: "downloadable", Flag.shape, "Only products that are, or are not, downloadable."),
      Orders.pageLimit,
      Field(optional: "cursor", Cursor.shape, "The nextCursor of the page before."),
      Field(
        optional: "search", SearchWords.shape,
        "Only products with all these words, each the beginning of one, in the name or SKU; accents "
          + "and case do not matter."),
      Field(optional: "sku", Text.required, "Only the product with exactly this SKU."),
      Field(
        optional: "stockBelow", Shape.integer(-1_000_000_000...1_000_000_000),
        "Only products that are counted and have fewer items left than this.")
    ),
    returns: ProductPage.record
  ) { session, isVirtual, isDownloadable, limit, cursor, search, sku, stockBelow in
    let shop = try session.shop()
    var query = Store.ProductQuery(
      isVirtual: isVirtual, isDownloadable: isDownloadable, search: search, sku: sku,
      stockBelow: stockBelow, limit: limit + 1)
    if let cursor {
      guard cursor.parts.first == .text("products"), case .integer(let id)? = cursor.parts.last
      else { throw Cursor.mismatch("a list of products") }
      query.after = Int(id)
    }
    let found = try session.store.products(query)
    let page = found.prefix(limit)
    let next = found.count > limit ? page.last : nil
    return ProductPage(
      products: page.map { ProductView(product: $0, shop: shop) },
      next: next.map { Cursor([.text("products"), .integer(Int64($0.id))]) })
  }

  static let get = Method<Session>(
    .reads, "products.get", "Answers one product.",
    takes: Field("id", Identifier.shape, "The product's id."),
    returns: ProductView.record,
    refuses: .noSuchProduct
  ) { session, id in
    ProductView(product: try session.product(id), shop: try session.shop())
  }

  static let create = Method<Session>(
    .changes, "products.create", "Adds a product: a printed one unless it is said to be digital.",
    takes: (
      Field("name", Text.required, "The product's name."),
      Field("price", Amount.shape, "In the shop's currency."),
      sku, isVirtual, isDownloadable, files, downloadLimit, downloadExpiryDays, stock, fee
    ),
    returns: ProductReceipt.record,
    refuses: .skuTaken
  ) {
    session, name, price, sku, isVirtual, isDownloadable, files, limit, expiry, stock, fee in
    let shop = try session.shop()
    let product = Product(
      id: try session.store.nextProductID(), name: name, sku: sku ?? nil,
      price: try price.money(shop.currency, at: "price"), isVirtual: isVirtual ?? false,
      isDownloadable: isDownloadable ?? false, files: files ?? [], downloadLimit: limit ?? nil,
      downloadExpiryDays: expiry ?? nil, stock: stock ?? nil,
      fee: try (fee ?? nil)?.rule(shop.currency, at: "fee"), createdAt: session.now)
    try session.requireFree(sku: product.sku, for: product.id)
    try session.store.insert(product)
    return session.receipt(product, changed: true, in: shop)
  }

  static let configure = Method<Session>(
    changing: .product, "products.configure",
    "Changes what is given of a product and leaves the rest. Orders keep what was bought.",
    takes: (
      Field(optional: "name", Text.required, "The product's name."),
      Field(optional: "price", Amount.shape, "In the shop's currency."),
      sku, isVirtual, isDownloadable, files, downloadLimit, downloadExpiryDays, stock, fee
    ),
    returns: ProductReceipt.record,
    refuses: .skuTaken
  ) {
    session, before, name, price, sku, isVirtual, isDownloadable, files, limit, expiry, stock, fee
    in
    let shop = try session.shop()
    var product = before
    if let name { product.name = name }
    if let price { product.price = try price.money(shop.currency, at: "price") }
    if let sku { product.sku = sku }
    if let isVirtual { product.isVirtual = isVirtual }
    if let isDownloadable { product.isDownloadable = isDownloadable }
    if let files { product.files = files }
    if let limit { product.downloadLimit = limit }
    if let expiry { product.downloadExpiryDays = expiry }
    if let stock { product.stock = stock }
    if let fee { product.fee = try fee?.rule(shop.currency, at: "fee") }
    let changed = !product.isIdentical(to: before)
    if changed {
      try session.requireFree(sku: product.sku, for: product.id)
      product.version += 1
      try session.store.update(product)
    }
    return session.receipt(product, changed: changed, in: shop)
  }

  // What create and configure share. Where null means something, absent means "as it is".
  private static let sku = Field(
    optional: "sku", Text.required.orNull, "The vendor's own number; null for none.")
  private static let isVirtual = Field(
    optional: "virtual", Flag.shape, "Nothing is shipped.")
  private static let isDownloadable = Field(
    optional: "downloadable", Flag.shape, "The buyer gets files.")
  private static let files = Field(
    optional: "files", Product.File.shape.list(0...100), "All files of it, in order.")
  private static let downloadLimit = Field(
    optional: "downloadLimit", Shape.integer(1...1_000_000).orNull,
    "Downloads for each item bought; null is unlimited.")
  private static let downloadExpiryDays = Field(
    optional: "downloadExpiryDays", Shape.integer(1...36_500).orNull,
    "Days that a link works; null is for ever.")
  private static let stock = Field(
    optional: "stock", Shape.integer(-1_000_000_000...1_000_000_000).orNull,
    "Items left; null when they are not counted.")
  private static let fee = Field(
    optional: "fee", FeeTerms.shape.orNull, "The product's own fee rule; null for the shop's.")
}

extension Session {
  func product(_ id: Int) throws -> Product {
    guard let product = try store.product(id) else { throw Refusal.noSuchProduct(id: id) }
    return product
  }

  fileprivate func requireFree(sku: String?, for id: Int) throws {
    guard let sku, let other = try store.product(sku: sku), other.id != id else { return }
    throw Refusal.skuTaken(sku: sku, by: other.id)
  }

  fileprivate func receipt(_ product: Product, changed: Bool, in shop: Shop) -> ProductReceipt {
    ProductReceipt(
      product: ProductView(product: product, shop: shop), changed: changed,
      applied: applies(changed))
  }
}

struct ProductView {
  let product: Product
  let shop: Shop

  static let record = Record<ProductView>(
    "Product", "What the shop sells.",
    [
      Property("id", Identifier.shape, "The product's id.") { $0.product.id },
      Property("name", Text.shape, "The product's name.") { $0.product.name },
      Property("sku", Text.shape.orNull, "The vendor's own number.") { $0.product.sku },
      Property("price", Amount.answered, "What one costs.") {
        $0.product.price.sum($0.shop.currency)
      },
      Property("currency", CurrencyCode.shape, "Of the price.") { $0.shop.currency.code },
      Property("virtual", Flag.shape, "Nothing is shipped.") { $0.product.isVirtual },
      Property("downloadable", Flag.shape, "The buyer gets files.") { $0.product.isDownloadable },
      Property(
        "completesByItself", Flag.shape,
        "Whether a paid order of nothing but such products completes without anybody's doing."
      ) { !$0.product.nature.needsProcessing },
      Property("files", Product.File.shape.list(), "What buyers may download.") {
        $0.product.files
      },
      Property(
        "downloadLimit", Shape.integer(1...Int64.max).orNull,
        "Downloads for each item bought; null is unlimited."
      ) { $0.product.downloadLimit },
      Property(
        "downloadExpiryDays", Shape.integer(1...Int64.max).orNull,
        "Days that a link works; null is for ever."
      ) { $0.product.downloadExpiryDays },
      Property(
        "stock", Shape.integer(Int64.min...Int64.max).orNull,
        "Items left; null when they are not counted."
      ) { $0.product.stock },
      Property("fee", FeeTerms.shape.orNull, "Its own fee rule; null for the shop's.") { view in
        view.product.fee.map { FeeTerms($0, view.shop.currency) }
      },
      Property("createdAt", Timestamp.shape, "When it was added.") {
        $0.product.createdAt.timestamp(in: $0.shop.timeZone)
      },
      Property("version", Shape.integer(1...Int64.max), "Counts the product's changes.") {
        $0.product.version
      },
    ])
}

struct ProductReceipt {
  let product: ProductView
  let changed: Bool
  let applied: Bool

  static let record = Record<ProductReceipt>(
    "ProductReceipt", "The product after the change, and whether there was one.",
    [
      Property("product", ProductView.record, "The product as it is after the change.") {
        $0.product
      },
      Property("changed", Flag.shape, "Whether the change makes a difference.") { $0.changed },
      Property("applied", Flag.shape, "Whether it was written: false for a dry run.") {
        $0.applied
      },
    ])
}

struct ProductPage {
  let products: [ProductView]
  let next: Cursor?

  static let record = Record<ProductPage>(
    "ProductPage", "A page of products.",
    [
      Property("products", listOf: ProductView.record, "The products.") { $0.products },
      Property("nextCursor", Cursor.shape.orNull, "Where the next page begins; null at the end.") {
        $0.next
      },
    ])
}
