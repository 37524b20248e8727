// One connection to one SQLite file: open, execute, transact.
import CSQLite
import Glibc

/// What SQLite said when it could not do something.
public struct DatabaseError: Error, CustomStringConvertible {
  /// The extended result code.
  public let code: Int32
  public let description: String

  /// The result code without its extension.
  var primaryCode: Int32 { code & 0xFF }
}

/// A connection. Belongs to one thread, the one that opened it: nothing here is Sendable.
final class Database {
  let handle: OpaquePointer
  private var dynamic: [StatementText: Query] = [:]
  /// Whether the work of a transaction is not wanted any more; asked now and then while it runs.
  var isUnwanted: () -> Bool = { false }
  /// Inside that work. Beginning and ending a transaction are never stopped.
  private var isAtWork = false

  /// How many of SQLite's instructions go by between two questions: about a tenth of a millisecond.
  private static let stride: Int32 = 10_000

  /// How often to ask again, a millisecond apart, while another process holds the store. SQLite's own
  /// timeout asks less and less often, and would miss the moments that ``Group`` leaves to others.
  private static let patience: Int32 = 5000

  init(path: String, create: Bool = false) throws(DatabaseError) {
    var handle: OpaquePointer?
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
      | (create ? SQLITE_OPEN_CREATE : 0)
    // SQLite gives names like ":memory:" a meaning; a path with a slash has none.
    let plain = path.utf8.contains(UInt8(ascii: "/")) ? path : "./" + path
    let code = sqlite3_open_v2(plain, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw DatabaseError(code: code, description: message)
    }
    self.handle = handle
    sqlite3_busy_handler(
      handle,
      { _, asked in
        usleep(1000)
        return asked < Database.patience ? 1 : 0
      }, nil)
    let asked: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
      guard let context else { return 0 }
      let database = Unmanaged<Database>.fromOpaque(context).takeUnretainedValue()
      return database.isAtWork && database.isUnwanted() ? 1 : 0
    }
    sqlite3_progress_handler(
      handle, Self.stride, asked, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { sqlite3_close_v2(handle) }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

  /// Another number whenever this connection or another has changed the data; known as of the last look
  /// into the file.
  var dataVersion: UInt32 {
    var version: UInt32 = 0
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_DATA_VERSION, &version)
    return version
  }

  func check(_ code: Int32) throws(DatabaseError) {
    guard code == SQLITE_OK else { throw error(code) }
  }

  func error(_ code: Int32) -> DatabaseError {
    DatabaseError(code: code, description: String(cString: sqlite3_errmsg(handle)))
  }

  /// Runs statements that answer nothing.
  func execute(_ sql: String) throws(DatabaseError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// The one whole number that `sql` answers.
  func integer(_ sql: String) throws(DatabaseError) -> Int {
    var answer = 0
    try Query(sql).run(on: self) { row in answer = row.integer(0) }
    return answer
  }

  /// A query whose text is put together from parts; prepared once for each text.
  func query(_ sql: String) -> Query {
    let text = StatementText(sql: sql)
    if let known = dynamic[text] { return known }
    let query = Query(sql)
    dynamic[text] = query
    return query
  }

  /// Statements differ in length, mostly: to hash all of a text would cost more than to prepare it
  /// saves.
  private struct StatementText: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
  }

  let begin = Query("BEGIN")
  let beginImmediate = Query("BEGIN IMMEDIATE")
  let commit = Query("COMMIT")
  let rollback = Query("ROLLBACK")
  /// Lets transactions share one, while that is asked for.
  let group = Group()

  enum Transaction {
    case reading
    case writing
    /// Writes, answers, and takes it all back.
    case rehearsing
  }

  /// Runs `work` inside one transaction: all of it is durable when this returns, or none happened.
  func transaction<Result>(_ kind: Transaction, _ work: () throws -> Result) throws -> Result {
    if group.isOpen { return try group.transaction(kind, on: self, work) }
    try (kind == .reading ? begin : beginImmediate).run(on: self)
    do {
      let result = try atWork(work)
      try (kind == .rehearsing ? rollback : commit).run(on: self)
      return result
    } catch {
      // SQLite may have rolled back by itself; then there is nothing left to do.
      if isInTransaction { try? rollback.run(on: self) }
      throw error
    }
  }

  /// How many rows were written, and not taken back by ``rehearsing(_:)`` or ``attempting(_:)``.
  var written: Int64 { sqlite3_total_changes64(handle) - takenBack }
  private var takenBack: Int64 = 0

  private let savepoint = Query("SAVEPOINT part")
  private let release = Query("RELEASE part")
  private let rollBackToSavepoint = Query("ROLLBACK TO part")

  /// Runs `work` as a part of a transaction, and takes back what it wrote.
  func rehearsing<Result>(_ work: () throws -> Result) throws -> Result {
    try attempting(takesBack: true, work)
  }

  /// Runs `work` as a part of a transaction: when it throws, that part alone is undone.
  func attempting<Result>(
    takesBack: Bool = false, _ work: () throws -> Result
  ) throws -> Result {
    let before = written
    try savepoint.run(on: self)
    do {
      let result = try work()
      if takesBack { try takeBack(to: before) }
      try release.run(on: self)
      return result
    } catch {
      // A transaction that SQLite rolled back by itself has no savepoints left.
      if isInTransaction {
        try takeBack(to: before)
        try release.run(on: self)
      }
      throw error
    }
  }

  private func takeBack(to before: Int64) throws {
    try rollBackToSavepoint.run(on: self)
    takenBack += written - before
  }

  /// Why rows that were handed out ended too early: the work that got them has failed.
  var failure: DatabaseError?

  func checkRows() throws(DatabaseError) {
    if let failure { throw failure }
  }

  func atWork<Result>(_ work: () throws -> Result) throws -> Result {
    isAtWork = true
    failure = nil
    defer { isAtWork = false }
    do {
      let result = try work()
      try checkRows()
      return result
    } catch {
      throw failure ?? error
    }
  }
}
