// Takes WooCommerce's exports into a store: all of them in one transaction, or nothing.
import Glibc
import JSONRPC
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
  /// With their orders, or to orders that were there.
  public var refundsAdded = 0
  public var notesAdded = 0
  public var downloadsAdded = 0
  /// Whether anything is new.
  var isChange: Bool {
    productsAdded + ordersAdded + refundsAdded + notesAdded + downloadsAdded > 0
  }

  /// The numbers of refunds that came with their orders: their own records are no news.
  var comeWithOrders: Set<Int> = []
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
  /// Imports `files`: WooCommerce's products CSV, or REST v3 JSON of products, orders, and what
  /// belongs to orders. They go in that order, whatever the order of the files, so that each finds what
  /// it needs. What is there already is left as it is. Hears of its progress as records done and
  /// records in all.
  ///
  /// Throws ``ImportStopped`` where there are bad records and `skipsBad` is false.
  public func importFiles(
    _ files: [String], isDryRun: Bool, skipsBad: Bool, progress: (Int, Int) -> Void
  ) throws -> ImportReport {
    var report = ImportReport()
    let records = try read(files, skipsBad: skipsBad, &report)
    try store.change(isDryRun: isDryRun, by: actor, at: now) {
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
    let refunds = refundsByNumber(records)
    // Products come before all orders: what was found of one holds for the others.
    var products: [Int: Product] = [:]
    func findProduct(_ id: Int) throws -> Product? {
      if let known = products[id] { return known }
      products[id] = try store.product(id)
      return products[id]
    }
    try store.insertingMany {
      for (index, (file, record)) in inOrder(records, shop.timeZone).enumerated() {
        do {
          try take(record, in: shop, findProduct, refunds, &report)
        } catch let error as BadRecord {
          report.bad.append(.init(file, record, error))
        } catch let error as LeftOut {
          let sentence = "\(record.place) (\(record.label)) is left out: \(error.reason)"
          report.leftOut.append(.init(file: file, sentence: sentence))
        }
        try step(index + 1, records.count)
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
      return records.compactMap { record in
        switch record.content {
        case .leftOut(let reason):
          let sentence = "\(record.place) (\(record.label)) is left out: \(reason)"
          report.leftOut.append(.init(file: file, sentence: sentence))
        case .bad(let error): report.bad.append(.init(file, record, error))
        case .product, .order, .part: return (file, record)
        }
        return nil
      }
    } catch {
      report.bad.append(.init(file: file, sentence: "\(error.field): \(error.reason)"))
      return []
    }
  }

  /// Products, orders, and what belongs to orders, the oldest of it first.
  private func inOrder(
    _ records: [Found], _ zone: TimeZone
  ) -> [Found] {
    var ranks: [[Found]] = [[], [], []]
    for entry in records { ranks[entry.record.rank].append(entry) }
    ranks[2] = ranks[2].map { ($0, (try? $0.record.part?.date(in: zone)) ?? now) }
      .sorted { $0.1 < $1.1 }.map(\.0)
    return Array(ranks.joined())
  }

  private func refundsByNumber(_ records: [Found]) -> [Int: JSONPassage] {
    var refunds: [Int: JSONPassage] = [:]
    for case (_, let record) in records {
      guard case .part(let passage) = record.content, let part = record.part, part.kind == .refund,
        let number = try? part.json.identifier()
      else { continue }
      refunds[number] = passage
    }
    return refunds
  }

  private func take(
    _ record: ImportRecord, in shop: Shop, _ findProduct: @escaping (Int) throws -> Product?,
    _ refunds: [Int: JSONPassage], _ report: inout ImportReport
  ) throws {
    switch record.content {
    case .product(let record):
      if try isPresent(record) {
        report.present += 1
        return
      }
      let id = try record.id ?? store.nextProductID()
      try store.insert(try record.product(id: id, in: shop, at: now), as: .productImported)
      report.productsAdded += 1
    case .order(let passage):
      let order = WooOrder(
        json: try passage.parsed(), shop: shop, findProduct: findProduct,
        findRefund: { refunds[$0].flatMap(WooOrderPart.init(passage:)) })
      if try store.hasOrder(order.id()) {
        report.present += 1
        return
      }
      let file = try order.file(at: now, by: actor)
      for number in file.refunds.compactMap(\.sourceID) {
        if let other = try store.order(ofRefundFrom: number) {
          throw BadRecord("refunds", "refund \(number) is order \(other)'s already")
        }
        report.comeWithOrders.insert(number)
      }
      try store.insert(file)
      report.ordersAdded += 1
      report.refundsAdded += file.refunds.count
      report.notesAdded += file.notes.count
    case .part:
      if let part = record.part { try take(part, in: shop, &report) }
    case .leftOut, .bad: break
    }
  }

  private func take(
    _ part: WooOrderPart, in shop: Shop, _ report: inout ImportReport
  ) throws {
    let id = try part.orderID()
    guard let file = try store.orderFile(id) else {
      throw BadRecord("order", "order \(id) is not in the store: import it with this or before")
    }
    switch part.kind {
    case .refund:
      // Without its number nobody could tell the next time that it is there.
      let source = try part.json.identifier()
      let refund = try part.refund(
        of: file.lines, in: file.order.currency, shop, by: actor, at: now)
      if try store.order(ofRefundFrom: source) != nil || file.refunds.contains(where: \.isSum) {
        if report.comeWithOrders.remove(source) == nil { report.present += 1 }
        return
      }
      guard refund.isSomething else { throw LeftOut(reason: "it gives nothing back") }
      try require(refund, toFit: file)
      _ = try write(
        file.giving(back: refund, at: refund.at, by: actor), of: file, in: shop)
      report.refundsAdded += 1
    case .note:
      let note = try part.note(in: shop)
      if file.history.contains(note) {
        report.present += 1
        return
      }
      _ = try write([.history(note)], of: file, in: shop)
      report.notesAdded += 1
    case .download:
      let grant = try part.grant(of: file, in: shop, at: now)
      guard case .grant(let line, let granted, _, _) = grant else { return }
      let known = store.downloads(ofOrder: id)
      // What was given back lost its downloads for good.
      if known.contains(where: { $0.line == line && $0.file.location == granted.location })
        || file.isGivenBack(line)
      {
        report.present += 1
        return
      }
      let entry = HistoryEntry(at: now, by: actor, what: .granted, note: granted.name)
      _ = try write([grant, .history(entry)], of: file, in: shop)
      report.downloadsAdded += 1
    }
  }

  /// A refund of an order that was there gives back no more than is left of it.
  private func require(_ refund: Refund, toFit file: OrderFile) throws(BadRecord) {
    guard refund.amount <= file.leftToRefund else {
      let left = file.leftToRefund.text(file.order.currency)
      throw BadRecord("amount", "order \(file.order.id) has \(left) left to give back")
    }
    for line in refund.lines {
      let left = file.left(ofLine: line.line)
      guard line.quantity <= left.quantity, line.amount <= left.amount else {
        throw BadRecord(
          "line_items",
          "line \(line.line) of order \(file.order.id) has \(left.quantity) items and "
            + "\(left.amount.text(file.order.currency)) left to give back")
      }
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
  /// What has to be there first ranks lower.
  fileprivate var rank: Int {
    switch content {
    case .product, .leftOut, .bad: 0
    case .order: 1
    case .part: 2
    }
  }

  fileprivate var part: WooOrderPart? {
    if case .part(let passage) = content { WooOrderPart(passage: passage) } else { nil }
  }
}

extension ImportReport.Problem {
  fileprivate init(_ file: String, _ record: ImportRecord, _ error: BadRecord) {
    let label = record.label.isEmpty ? "" : " (\(record.label))"
    self.init(file: file, sentence: "\(record.place)\(label): \(error.field): \(error.reason)")
  }
}

/// A record that turned out to be nothing to keep.
private struct LeftOut: Error {
  let reason: String
}
