// The import as a method: long work that tells how far it is and can be withdrawn.
import Glibc
import JSONRPC
import ShopRules
import ShopStore

enum Imports {
  static let all: [Method<Session>] = [files]

  /// Files and not their contents: whoever spawned the server has the same files, and an export is
  /// easily longer than a message may be.
  static let files = Method<Session>(
    .changes, "shop.importFiles",
    "Takes in WooCommerce's products CSV and REST v3 JSON of products, orders, refunds, notes and "
      + "downloads; all of it or nothing.",
    takes: (
      Field(
        "files", Text.shape.list(1...100),
        "Paths of files on the server's machine, best absolute. Products go first."),
      Field(
        "skipBad", Flag.shape, default: false,
        "Leave out records that cannot be taken; else one of them stops the import.")
    ),
    returns: ImportReceipt.record,
    refuses: .badRecords
  ) { session, files, skipsBad in
    try session.refuseToTell(by: "files")
    var report = ImportReport()
    do {
      let records = try session.read(readable(files, &report), skipsBad: skipsBad, &report)
      try session.take(records, skipsBad: skipsBad, &report, step: session.caller.step)
    } catch let stopped as ImportStopped {
      let bad = stopped.report.bad
      throw Refusal.badRecords(
        count: bad.count, first: bad.prefix(ImportReceipt.shown).map(\.description))
    }
    return ImportReceipt(
      report: report, changed: report.isChange, applied: session.applies(report.isChange))
  }

  /// The files that can be read in one go; the others are bad. A pipe could keep the server waiting,
  /// and a very long file take the memory of others.
  private static func readable(_ files: [String], _ report: inout ImportReport) -> [String] {
    let longest = 256 << 20
    return files.filter { file in
      var status = Glibc.stat()
      // What is not there at all is said where it is read.
      guard stat(file, &status) == 0 else { return true }
      if status.st_mode & S_IFMT != S_IFREG {
        report.bad.append(.init(file: file, sentence: "it is no file to read"))
      } else if status.st_size > longest {
        report.bad.append(
          .init(file: file, sentence: "it is longer than 256 MiB; \(programName) import takes it"))
      } else {
        return true
      }
      return false
    }
  }
}

struct ImportReceipt {
  let report: ImportReport
  let changed: Bool
  let applied: Bool

  /// Of very many problems, the first are shown: a reply stays small.
  static let shown = 100

  static let record = Record<ImportReceipt>(
    "ImportReceipt", "What an import did, or would do.",
    [
      Property("productsAdded", count, "Products that are new.") { $0.report.productsAdded },
      Property("ordersAdded", count, "Orders that are new.") { $0.report.ordersAdded },
      Property("refundsAdded", count, "Refunds that are new, with their orders or alone.") {
        $0.report.refundsAdded
      },
      Property("notesAdded", count, "Notes that are new.") { $0.report.notesAdded },
      Property("downloadsAdded", count, "Downloads that are new.") { $0.report.downloadsAdded },
      Property("present", count, "Records that were there already; they stay as they are.") {
        $0.report.present
      },
      Property("leftOut", count, "Records of what orderline does not keep.") {
        $0.report.leftOut.count
      },
      Property("bad", count, "Records that could not be taken.") { $0.report.bad.count },
      Property(
        "problems", Text.shape.list(),
        "Why records are left out or bad, with file, place and field; of many, the first \(shown)."
      ) { ($0.report.bad + $0.report.leftOut).prefix(shown).map(\.description) },
      Property("changed", Flag.shape, "Whether anything is new.") { $0.changed },
      Property("applied", Flag.shape, "Whether it was written.") { $0.applied },
    ])

  private static let count = Shape<Int>.integer(0...Int64.max)
}
