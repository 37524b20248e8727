// orderline import: WooCommerce's exports into a store.
import Glibc
import ShopService

func importFiles(_ arguments: Arguments) throws -> Int32 {
  guard !arguments.words.isEmpty else { throw UsageError(message: "which files?") }
  let session = try openSession(arguments)
  let isDryRun = arguments.has("--dry-run")
  let progress = Progress()
  do {
    let report = try session.importFiles(
      arguments.words, isDryRun: isDryRun, skipsBad: arguments.has("--skip-bad"),
      progress: progress.show)
    progress.end()
    name(report.leftOut)
    name(report.bad)
    say(summary(of: report, isDryRun: isDryRun))
    return 0
  } catch let stopped as ImportStopped {
    progress.end()
    name(stopped.report.bad)
    let count = stopped.report.bad.count
    complain(
      "\(programName): \(count) bad record\(count == 1 ? "" : "s"), nothing was imported; "
        + "--skip-bad leaves \(count == 1 ? "it" : "them") out")
    return 1
  }
}

/// Names each record that was not taken; of very many, the first.
private func name(_ problems: [ImportReport.Problem]) {
  let shown = 100
  for problem in problems.prefix(shown) { complain(problem.description) }
  if problems.count > shown { complain("… and \(problems.count - shown) more") }
}

private func summary(of report: ImportReport, isDryRun: Bool) -> String {
  func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
  let parts = [
    (report.refundsAdded, "refund"), (report.notesAdded, "note"),
    (report.downloadsAdded, "download"),
  ].filter { $0.0 > 0 }.map(counted)
  return (isDryRun ? "would import " : "imported ")
    + "\(counted(report.productsAdded, "product")) and \(counted(report.ordersAdded, "order"))"
    + (parts.isEmpty ? "; " : ", \(parts.joined(separator: ", ")); ")
    + "\(report.present) there already, \(report.leftOut.count) left out, "
    + "\(counted(report.bad.count, "bad record"))" + (report.bad.isEmpty ? "" : " skipped")
}

/// A line on a terminal that says how far it is, once it takes longer than a second.
private final class Progress {
  private let isShown = isatty(STDERR_FILENO) == 1
  private let start = time(nil)
  private var last = time(nil)
  private var hasLine = false

  func show(_ done: Int, _ all: Int) {
    let now = time(nil)
    guard isShown, now - start > 1, now > last else { return }
    last = now
    hasLine = true
    write("\r\(done) of \(all) records (\(done * 100 / max(all, 1)) %)", to: STDERR_FILENO)
  }

  func end() {
    if hasLine { complain("") }
  }
}
