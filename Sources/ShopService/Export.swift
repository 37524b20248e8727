// The export: orders in a file of their own. Long work that tells how far it is and can be withdrawn.
import Glibc
import JSONRPC
import ShopRules
import ShopStore

extension Orders {
  /// A file and not an answer: a reply stays small, however many orders there are.
  static let exportFile = Method<Session>(
    .exports, "orders.exportFile",
    "Writes orders into a new file, each as orders.get answers it, one a line, the oldest first.",
    takes: (
      Field(
        "file", Text.required,
        "Path of the file on the server's machine, best absolute. It must not be there yet."),
      OrderFilter.status, OrderFilter.created, OrderFilter.customer, OrderFilter.product,
      OrderFilter.late, OrderFilter.needsShipping, OrderFilter.kind, OrderFilter.paid,
      OrderFilter.completed, OrderFilter.total, OrderFilter.search
    ),
    returns: ExportReceipt.record,
    refuses: .fileNotWritten
  ) {
    session, path, statuses, created, customer, product, late, needsShipping, kind, paid, completed,
    total, search in
    let filter = OrderFilter(
      statuses: statuses, created: created, customer: customer, product: product, late: late,
      needsShipping: needsShipping, kind: kind, paid: paid, completed: completed, total: total,
      search: search)
    var query = OrderQuery(isDescending: false, limit: 500)
    // What is in a file nobody can hide any more.
    try session.refuseToTell(by: "file")
    try filter.narrow(&query, in: try session.shop(), for: session)
    let file = try NewFile(path)
    let orders = try session.export(query, to: file)
    session.filesOfGroup.append(path)
    return ExportReceipt(file: path, orders: orders)
  }
}

extension Session {
  /// Writes the orders of `query`, page by page, and answers how many they were.
  fileprivate func export(_ wanted: OrderQuery, to file: NewFile) throws -> Int {
    var query = wanted
    var lines = JSONWriter(capacity: 1 << 20)
    var done = 0
    let showing = Showing(in: try shop(), for: self)
    while true {
      let page = try store.orders(query)
      for order in page {
        OrderView.whole.write(try view(order.id, showing), to: &lines)
        lines.append(UInt8(ascii: "\n"))
        done += 1
        try caller.step(done, of: nil)
      }
      try store.checkRows()
      try file.write(lines.bytes)
      lines.removeFirst(lines.count, keepingAtMost: 1 << 20)
      guard page.count == query.limit, let last = page.last else { break }
      query.after = OrderPosition(of: last, by: query.sort)
    }
    try file.keep()
    return done
  }
}

/// A file that is new and its owner's alone. It goes again unless it is kept.
private final class NewFile {
  private let path: String
  private let descriptor: Int32
  private var isKept = false

  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.refusal(path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if descriptor >= 0, !isKept { unlink(path) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let length = Glibc.write(descriptor, start, rest.count)
      if length < 0, errno == EINTR { continue }
      guard length > 0 else { throw Self.refusal(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[length...])
    }
  }

  /// What was written is on the disk when this returns.
  func keep() throws {
    guard fsync(descriptor) == 0 else { throw Self.refusal(path) }
    isKept = true
  }

  private static func refusal(_ path: String) -> Refusal {
    .fileNotWritten(path: path, reason: String(cString: strerror(errno)))
  }
}

struct ExportReceipt {
  let file: String
  let orders: Int

  static let record = Record<ExportReceipt>(
    "ExportReceipt", "What an export wrote.",
    [
      Property("file", Text.shape, "The file, as it was named.") { $0.file },
      Property("orders", Shape.integer(0...Int64.max), "How many orders are in it.") { $0.orders },
    ])
}
