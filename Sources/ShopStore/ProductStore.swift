// Products in the store.
public import ShopRules

extension Store {
  /// Products in the order of their ids.
  public struct ProductQuery: Sendable {
    /// Only products whose nature is this.
    public var isVirtual: Bool?
    public var isDownloadable: Bool?
    public var search: SearchWords?
    public var sku: String?
    /// Only products that are counted and have fewer items left.
    public var stockBelow: Int?
    /// Only products with ids above this one.
    public var after: Int
    public var limit: Int

    public init(
      isVirtual: Bool? = nil, isDownloadable: Bool? = nil, search: SearchWords? = nil,
      sku: String? = nil, stockBelow: Int? = nil, after: Int = 0, limit: Int
    ) {
      self.isVirtual = isVirtual
      self.isDownloadable = isDownloadable
      self.search = search
      self.sku = sku
      self.stockBelow = stockBelow
      self.after = after
      self.limit = limit
    }
  }

  private static let columns = """
    id, name, sku, price, is_virtual, is_downloadable, download_limit, download_expiry_days, stock,
    fee_percent, fee_fixed, created_at, version
    """

  private static let selectByID = "SELECT \(columns) FROM products WHERE id = ?"

  public func product(_ id: Int) throws -> Product? {
    try products(Self.selectByID, [SQLValue(id)]).first
  }

  public func product(sku: String) throws -> Product? {
    try firstProduct("WHERE sku = ?", SQLValue(sku))
  }

  /// The oldest product of exactly that name.
  public func product(named name: String) throws -> Product? {
    try firstProduct("WHERE name = ? ORDER BY id LIMIT 1", SQLValue(name))
  }

  private func firstProduct(_ condition: String, _ value: SQLValue) throws -> Product? {
    try products("SELECT \(Self.columns) FROM products \(condition)", [value]).first
  }

  public func products(_ query: ProductQuery) throws -> [Product] {
    let (sql, values) = statement(query)
    return try products(sql, values)
  }

  func statement(_ query: ProductQuery) -> (sql: String, values: [SQLValue]) {
    var sql = "SELECT \(Self.columns) FROM "
    var values: [SQLValue] = []
    if let search = query.search {
      sql += "(SELECT rowid AS id FROM product_search WHERE product_search MATCH ?) "
      sql += "CROSS JOIN products USING (id)"
      values.append(SQLValue(search.expression))
    } else {
      sql += "products"
    }
    sql += " WHERE id > ?"
    values.append(SQLValue(query.after))
    for (column, wanted) in [
      ("is_virtual", query.isVirtual), ("is_downloadable", query.isDownloadable),
    ] {
      guard let wanted else { continue }
      sql += " AND \(column) = ?"
      values.append(SQLValue(wanted))
    }
    if let sku = query.sku {
      sql += " AND sku = ?"
      values.append(SQLValue(sku))
    }
    if let stock = query.stockBelow {
      sql += " AND stock < ?"
      values.append(SQLValue(stock))
    }
    values.append(SQLValue(query.limit))
    return (sql + " ORDER BY id LIMIT ?", values)
  }

  private func products(_ sql: String, _ values: [SQLValue]) throws -> [Product] {
    var products: [Product] = []
    try database.query(sql).run(on: database, values) { products.append(Product($0)) }
    let files = database.query(
      "SELECT name, location FROM product_files WHERE product_id = ? ORDER BY position")
    for index in products.indices {
      try files.run(on: database, [SQLValue(products[index].id)]) { row in
        products[index].files.append(Product.File(name: row.text(0), location: row.text(1)))
      }
    }
    return products
  }

  /// The id that the next product gets.
  public func nextProductID() throws -> Int {
    try database.integer("SELECT coalesce(max(id), 0) + 1 FROM products")
  }

  public func hasProducts() throws -> Bool {
    try database.integer("SELECT count(*) FROM (SELECT 1 FROM products LIMIT 1)") == 1
  }

  /// Adds a product; `what` says in the feed how it came here.
  public func insert(
    _ product: Product, as what: Change.What.Other = .productCreated
  ) throws {
    try write(product, "INSERT INTO products (\(Self.columns)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
    try Search.products.add(product.id, product.searchText, on: database)
    try log(.other(what), product: product.id, version: product.version)
  }

  /// Puts `product` in the place of the one with its id.
  public func update(_ product: Product) throws {
    if let before = try self.product(product.id), before.searchText != product.searchText {
      try Search.products.remove(product.id, before.searchText, on: database)
      try Search.products.add(product.id, product.searchText, on: database)
    }
    try write(
      product,
      """
      UPDATE products SET id = ?1, name = ?2, sku = ?3, price = ?4, is_virtual = ?5,
        is_downloadable = ?6, download_limit = ?7, download_expiry_days = ?8, stock = ?9,
        fee_percent = ?10, fee_fixed = ?11, created_at = ?12, version = ?13 WHERE id = ?1
      """)
    try log(.other(.productConfigured), product: product.id, version: product.version)
  }

  private func write(_ product: Product, _ sql: String) throws {
    try database.query(sql).run(
      on: database,
      [
        SQLValue(product.id), SQLValue(product.name), SQLValue(product.sku),
        SQLValue(product.price.minorUnits), SQLValue(product.isVirtual),
        SQLValue(product.isDownloadable), SQLValue(product.downloadLimit),
        SQLValue(product.downloadExpiryDays), SQLValue(product.stock),
        SQLValue(product.fee?.percent.hundredths), SQLValue(product.fee?.fixed.minorUnits),
        SQLValue(product.createdAt.seconds), SQLValue(product.version),
      ])
    try database.query("DELETE FROM product_files WHERE product_id = ?").run(
      on: database, [SQLValue(product.id)])
    let insertFile = database.query("INSERT INTO product_files VALUES (?, ?, ?, ?)")
    for (position, file) in product.files.enumerated() {
      try insertFile.run(
        on: database,
        [
          SQLValue(product.id), SQLValue(position), SQLValue(file.name), SQLValue(file.location),
        ])
    }
  }
}

extension Product {
  /// What it can be found by.
  fileprivate var searchText: String { ShopStore.searchText([name, sku ?? ""]) }

  fileprivate init(_ row: Row) {
    let fee: FeeRule? =
      if let percent = row.integerOrNil(9).flatMap(Percent.init(hundredths:)) {
        FeeRule(percent: percent, fixed: row.money(10))
      } else {
        nil
      }
    self.init(
      id: row.integer(0), name: row.text(1), sku: row.textOrNil(2), price: row.money(3),
      isVirtual: row.bool(4), isDownloadable: row.bool(5), downloadLimit: row.integerOrNil(6),
      downloadExpiryDays: row.integerOrNil(7), stock: row.integerOrNil(8), fee: fee,
      createdAt: Moment(seconds: Int64(row.integer(11))), version: row.integer(12))
  }
}
