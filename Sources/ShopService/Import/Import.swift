// Takes WooCommerce's exports into a store: all of them in one transaction, or nothing.
import Glibc
import ShopRules
import ShopStore

/// What an import did, or would do.
public struct ImportReport: Sendable {
  /// A record that was not taken.
  public struct Problem: Sendable, CustomStringConvertible {
    public let file: String
    /// Where in the file, which field, and why.
    public let sentence: String

    public var description: String { "\(file): \(sentence)" }
  }

  public var productsAdded = 0
  public var ordersAdded = 0
  /// Records that were in the store already; those are left as they are there.
  public var present = 0
  /// Well-formed records that are nothing orderline keeps.
  public var leftOut: [Problem] = []
  /// Records that cannot be taken.
  public var bad: [Problem] = []
}

/// The import found bad records and was not told to skip them: nothing was written.
public struct ImportStopped: Error {
  public let report: ImportReport
}

extension Session {
  /// Imports `files`: WooCommerce's products CSV, or REST v3 JSON of orders and products. Products
  /// go first, whatever the order of the files, so that orders find them. What is there already is
  /// left as it is. Hears of its progress as records done and records in all.
  ///
  /// Throws ``ImportStopped`` where there are bad records and `skipsBad` is false.
  public func importFiles(
    _ files: [String], isDryRun: Bool, skipsBad: Bool, progress: (Int, Int) -> Void
  ) throws -> ImportReport {
    var report = ImportReport()
    let records = try read(files, skipsBad: skipsBad, &report)
    try store.change(isDryRun: isDryRun) {
      try take(records, skipsBad: skipsBad, &report) { done, all in
        if done % 200 == 0 { progress(done, all) }
      }
    }
    return report
  }

  typealias Found = (file: String, record: ImportRecord)

  /// The records of `files`; what is wrong with them goes into the report.
  func read(_ files: [String], skipsBad: Bool, _ report: inout ImportReport) throws -> [Found] {
    let zone = try shop().timeZone
    let records = files.flatMap { file in read(file, in: zone, &report) }
    if !skipsBad, !report.bad.isEmpty { throw ImportStopped(report: report) }
    return records
  }

  /// Takes in `records`; after each, `step` may throw.
  func take(
    _ records: [Found], skipsBad: Bool, _ report: inout ImportReport,
    step: (_ done: Int, _ all: Int) throws -> Void
  ) throws {
    let shop = try shop()
    var done = 0
    for takesProducts in [true, false] {
      for (file, record) in records where record.isProduct == takesProducts {
        do {
          try take(record, in: shop, &report)
        } catch let error as BadRecord {
          report.bad.append(.init(file, record, error))
        }
        done += 1
        try step(done, records.count)
      }
    }
    if !skipsBad, !report.bad.isEmpty { throw ImportStopped(report: report) }
  }

  /// The records of one file; what is wrong with them goes into the report.
  private func read(
    _ file: String, in zone: TimeZone, _ report: inout ImportReport
  ) -> [Found] {
    guard let bytes = contents(ofFile: file) else {
      report.bad.append(.init(file: file, sentence: String(cString: strerror(errno))))
      return []
    }
    let isCSV = file.lowercased().hasSuffix(".csv")
    do throws(BadRecord) {
      let records = try isCSV ? WooProductsCSV.records(bytes) : WooJSON.records(bytes, in: zone)
      return records.filter { record in
        switch record.content {
        case .leftOut(let reason):
          let sentence = "\(record.place) (\(record.label)) is left out: \(reason)"
          report.leftOut.append(.init(file: file, sentence: sentence))
        case .bad(let error): report.bad.append(.init(file, record, error))
        case .product, .order: return true
        }
        return false
      }.map { (file, $0) }
    } catch {
      report.bad.append(.init(file: file, sentence: "\(error.field): \(error.reason)"))
      return []
    }
  }

  private func take(
    _ record: ImportRecord, in shop: Shop, _ report: inout ImportReport
  ) throws {
    switch record.content {
    case .product(let record):
      if try isPresent(record) {
        report.present += 1
        return
      }
      let id = try record.id ?? store.nextProductID()
      try store.insert(try record.product(id: id, in: shop, at: now))
      report.productsAdded += 1
    case .order(let json):
      let order = WooOrder(json: json, shop: shop, findProduct: store.product(_:))
      if try store.hasOrder(order.id()) {
        report.present += 1
        return
      }
      try store.insert(try order.file(at: now, by: actor))
      report.ordersAdded += 1
    case .leftOut, .bad: break
    }
  }

  /// Whether the store has the product: by its id, else by its SKU, else by its name.
  private func isPresent(_ record: ProductRecord) throws -> Bool {
    if let id = record.id, try store.product(id) != nil { return true }
    if let sku = record.sku {
      guard let other = try store.product(sku: sku) else { return false }
      guard record.id == nil else {
        throw BadRecord("sku", "\"\(sku)\" is product \(other.id)'s already")
      }
      return true
    }
    return try record.id == nil && store.product(named: record.name) != nil
  }
}

extension ImportRecord {
  fileprivate var isProduct: Bool { if case .product = content { true } else { false } }
}

extension ImportReport.Problem {
  fileprivate init(_ file: String, _ record: ImportRecord, _ error: BadRecord) {
    let label = record.label.isEmpty ? "" : " (\(record.label))"
    self.init(file: file, sentence: "\(record.place)\(label): \(error.field): \(error.reason)")
  }
}
