// WooCommerce's products CSV, as its exporter writes it.
import ShopRules

enum WooProductsCSV {
  /// The records of a file, one a row.
  static func records(_ bytes: [UInt8]) throws(BadRecord) -> [ImportRecord] {
    let table: CSVTable
    do throws(CSVTable.Malformed) {
      table = try CSVTable(bytes)
    } catch {
      throw BadRecord("row \(error.row)", error.reason)
    }
    for column in ["Name", "Type", "Regular price"] where !table.has(column) {
      throw BadRecord(
        "heading", "there is no column \"\(column)\", which WooCommerce's product export has")
    }
    let names = parentNames(table)
    return table.rows.map { row in
      let name = name(of: row, parents: names)
      return ImportRecord(
        place: "row \(row.number)", label: "\"\(name)\"", content: content(of: row, name: name))
    }
  }

  private static func content(of row: CSVTable.Row, name: String) -> ImportRecord.Content {
    do throws(BadRecord) {
      let types = row["Type"].lowercased().split(separator: ",").map { trimmed(String($0)) }
      let flags: Set = ["virtual", "downloadable"]
      for type in types where !flags.contains(type) {
        if let reason = try reasonToLeaveOut(productType: type) { return .leftOut(reason) }
      }
      guard !name.isEmpty else { throw BadRecord("Name", "it is empty") }
      let price = unescaped(row["Regular price"])
      guard !price.isEmpty else { return .leftOut(reasonToLeaveOutUnpriced) }
      var id = try integer(row, "ID")
      if let given = id { id = try identifier(given, "ID") }
      return .product(
        ProductRecord(
          id: id, name: name, sku: row["SKU"].isEmpty ? nil : row["SKU"],
          // The exporter writes prices with the shop's decimal sign.
          price: price.contains(".") ? price : price.replacingFirst(",", with: "."),
          isVirtual: types.contains("virtual"), isDownloadable: types.contains("downloadable"),
          files: files(row),
          downloadLimit: try bound(
            try integer(row, "Download limit"), upTo: mostDownloads, "Download limit"),
          downloadExpiryDays: try bound(
            try integer(row, "Download expiry days"), upTo: mostDownloadDays,
            "Download expiry days"),
          // A variation may count with its parent; then it has no number of its own.
          stock: row["Stock"] == "parent" ? nil : try stock(try integer(row, "Stock"), "Stock")))
    } catch {
      return .bad(error)
    }
  }

  private static func integer(
    _ row: CSVTable.Row, _ column: String
  ) throws(BadRecord) -> Int? {
    let text = unescaped(row[column])
    if text.isEmpty { return nil }
    guard let value = Int(text) else {
      throw BadRecord(column, "\"\(text)\" is no whole number")
    }
    return value
  }

  private static func files(_ row: CSVTable.Row) -> [Product.File] {
    var files: [Product.File] = []
    for number in 1... {
      let location = row["Download \(number) URL"]
      let name = row["Download \(number) name"]
      if location.isEmpty { break }
      files.append(
        Product.File(name: name.isEmpty ? location : plainName(name), location: location))
    }
    return files
  }

  /// The names of products that have variations, by what a variation's Parent cell calls them.
  private static func parentNames(_ table: CSVTable) -> [String: String] {
    var names: [String: String] = [:]
    for row in table.rows where !row["Name"].isEmpty {
      names[row["SKU"]] = row["Name"]
      names["id:" + row["ID"]] = row["Name"]
    }
    names[""] = nil
    names["id:"] = nil
    return names
  }

  /// The row's name; of a variation without one, its parent's and what sets it apart, which is how
  /// WooCommerce names it.
  private static func name(of row: CSVTable.Row, parents: [String: String]) -> String {
    let own = plainName(unescaped(row["Name"]))
    guard own.isEmpty, let parent = parents[row["Parent"]] else { return own }
    let values = (1...3).map { row["Attribute \($0) value(s)"] }.filter { !$0.isEmpty }
    return plainName(parent + (values.isEmpty ? "" : " - " + values.joined(separator: ", ")))
  }

  /// The exporter puts an apostrophe before what a spreadsheet would take for a formula.
  private static func unescaped(_ cell: String) -> String {
    guard cell.first == "'", let second = cell.dropFirst().first, "=+-@".contains(second) else {
      return cell
    }
    return String(cell.dropFirst())
  }
}

extension String {
  fileprivate func replacingFirst(_ character: Character, with other: Character) -> String {
    guard let index = firstIndex(of: character) else { return self }
    return self[..<index] + String(other) + self[self.index(after: index)...]
  }
}
