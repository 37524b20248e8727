// A store: one shop in one file, opened safely or not at all.
import CSQLite
import Glibc
public import ShopRules

/// Why a store could not be opened or created; nothing was changed.
public struct StoreUnavailable: Error, CustomStringConvertible {
  public let description: String
}

/// One shop's orders and products in one SQLite file. Belongs to one thread.
///
/// Several processes may share the file. Everything is read and changed inside ``read(_:)`` and
/// ``change(isDryRun:by:at:_:)``. Throws ``Refusal/storeBusy`` and ``Refusal/storeFull`` where waiting or
/// room would help, else ``DatabaseError``.
public final class Store {
  let database: Database
  private let zone: (String) throws -> TimeZone
  /// What is asked for most is not looked up by its text.
  let selectHead = Query("SELECT \(OrderRow.columns) FROM orders WHERE id = ?")
  let selectLines = Query(LineRow.select)
  let selectHistory = Query(HistoryRow.select)
  /// The words of new orders that are not in the index yet, while many are inserted.
  var unindexed: [(id: Int, words: String)]?
  /// Who makes the change in hand, and when.
  private(set) var author: (name: String, at: Moment)?

  private init(_ database: Database, zone: @escaping (String) throws -> TimeZone) {
    self.database = database
    self.zone = zone
  }

  /// Creates the store at `path`, holding `shop` and what `fill` puts there. All of it appears at
  /// once under that name, or nothing does; a file that is there already is never touched.
  public static func create(
    at path: String, shop: Shop, fill: (Store) throws -> Void = { _ in }
  ) throws {
    let draft = "\(path).new-\(getpid())"
    let descriptor = Glibc.open(draft, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreUnavailable(description: "cannot create \(path): \(systemMessage())")
    }
    // Whatever the umask left of it.
    fchmod(descriptor, 0o600)
    close(descriptor)
    defer {
      for suffix in ["", "-journal", "-wal", "-shm"] { unlink(draft + suffix) }
    }
    guard access(path, F_OK) != 0 else { throw exists(path) }
    do {
      let database = try Database(path: draft)
      try database.execute("PRAGMA application_id = \(Migrations.applicationID)")
      try Migrations.bring(database, from: 0)
      try database.execute("PRAGMA journal_mode = WAL")
      let store = Store(database, zone: { _ in shop.timeZone })
      try store.prepare()
      try store.refusing {
        try database.transaction(.writing) {
          try store.insert(shop)
          try fill(store)
        }
      }
      // What a crash must not undo is in the file itself before the file gets its name.
      try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    } catch let error as DatabaseError {
      throw StoreUnavailable(description: "cannot create \(path): \(error)")
    } catch Refusal.storeFull {
      throw StoreUnavailable(description: "cannot create \(path): there is no room left")
    }
    guard link(draft, path) == 0 else {
      if errno == EEXIST { throw exists(path) }
      throw StoreUnavailable(description: "cannot create \(path): \(systemMessage())")
    }
    syncFolder(of: path)
  }

  /// Makes a new name in a folder survive a power cut, where the file system can.
  private static func syncFolder(of path: String) {
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) + "/" } ?? "."
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func exists(_ path: String) -> StoreUnavailable {
    StoreUnavailable(description: "\(path) is there already and was left as it is")
  }

  /// Opens the store at `path`; `zone` knows time zones by name. An older store is brought up to
  /// date; what is no store, damaged, newer or not writable is left as it is.
  public static func open(
    at path: String, zone: @escaping (String) throws -> TimeZone
  ) throws -> Store {
    try checkHeader(path)
    do {
      let database = try Database(path: path)
      // SQLite knows only after its first look into the file whether it may write there.
      let version = try database.integer("PRAGMA user_version")
      guard !database.isReadOnly else {
        throw StoreUnavailable(description: "\(path) cannot be written: \(systemMessage(EACCES))")
      }
      guard version <= Migrations.current else {
        throw StoreUnavailable(
          description: "\(path) was written by a newer orderline (store version \(version), "
            + "this program knows \(Migrations.current)): update orderline")
      }
      // A store got its name only after its first migration.
      guard version > 0 else {
        throw StoreUnavailable(
          description: "\(path) is damaged (store version \(version)): restore it from a copy")
      }
      try Migrations.bring(database, from: version)
      let store = Store(database, zone: zone)
      try store.prepare()
      // Together, so that the file is locked once.
      try database.transaction(.reading) { try store.look(path) }
      return store
    } catch let error as DatabaseError {
      throw StoreUnavailable(description: "\(path) \(explanation(of: error))")
    }
  }

  /// What SQLite's file format says in its first 100 bytes: the magic string and, at offset 68, the
  /// application id. Looked at before SQLite gets the file, so that nothing can be changed.
  private static func checkHeader(_ path: String) throws {
    // Without O_NONBLOCK a pipe would be waited for.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let advice =
        errno == ENOENT ? "; create it with: orderline init --store \(path)" : ""
      throw StoreUnavailable(
        description: "cannot open the store \(path): \(systemMessage())\(advice)")
    }
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 100)
    let length = Glibc.read(descriptor, &header, header.count)
    guard length >= 0 else {
      throw StoreUnavailable(
        description: "cannot read the store \(path): \(systemMessage())")
    }
    guard length == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw StoreUnavailable(description: "\(path) is not an orderline store")
    }
    let applicationID = header[68..<72].reduce(0) { $0 << 8 | Int32($1) }
    guard applicationID == Migrations.applicationID else {
      throw StoreUnavailable(
        description: "\(path) is not an orderline store: it is another program's SQLite database")
    }
  }

  private static func explanation(of error: DatabaseError) -> String {
    switch error.primaryCode {
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR:
      "is damaged (\(error)): restore it from a copy"
    case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
      "cannot be written (\(error)): the file and its folder must both be writable"
    case SQLITE_BUSY: "is held by another process (\(error)): try again"
    default: "cannot be opened: \(error)"
    }
  }

  /// What is damaged shows here and not later.
  private func look(_ path: String) throws {
    func damaged(_ reason: String) -> StoreUnavailable {
      StoreUnavailable(description: "\(path) is damaged (\(reason)): restore it from a copy")
    }
    var tables: Set<String> = []
    try database.query("SELECT name FROM sqlite_schema WHERE type = 'table'").run(on: database) {
      tables.insert($0.text(0))
    }
    if let missing = Migrations.tables.first(where: { !tables.contains($0) }) {
      throw damaged("it lacks the table \(missing)")
    }
    guard try database.integer("SELECT count(*) FROM shop WHERE id = 1") == 1 else {
      throw damaged("it holds no shop")
    }
    // Settings that cannot be read, such as a time zone this system lacks, are said at once.
    _ = try shop()
  }

  /// The settings of every connection. Eight megabytes hold what a small shop's orders are found by;
  /// more made no difference. A mapped file would be read a fifth faster where it is large, but all
  /// that was read of it would count as this process's memory.
  private func prepare() throws {
    try database.execute(
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; "
        + "PRAGMA cache_size = -8000")
  }

  /// Asked now and then while reading or changing takes long: true stops it with an error, and
  /// nothing of the change stays.
  public var isUnwanted: () -> Bool {
    get { database.isUnwanted }
    set { database.isUnwanted = newValue }
  }

  /// Throws where rows that were read ended too early: what is written elsewhere must not be kept.
  public func checkRows() throws { try refusing { try database.checkRows() } }

  /// Runs `work` on one consistent state of the store.
  public func read<Result>(_ work: () throws -> Result) throws -> Result {
    try refusing { try database.transaction(.reading, work) }
  }

  /// Runs `work` as one transaction. When this returns it is durable, or, with `isDryRun`, undone.
  /// What it changes is in the feed as done by `actor` at `now`.
  public func change<Result>(
    isDryRun: Bool = false, by actor: String, at now: Moment, _ work: () throws -> Result
  ) throws -> Result {
    author = (actor, now)
    defer { author = nil }
    let result = try refusing {
      defer { if isDryRun { cachedShop = nil } }
      return try database.transaction(isDryRun ? .rehearsing : .writing, work)
    }
    if !isDryRun, !database.group.isOpen { ring() }
    return result
  }

  /// From here to ``endGroup()``, what is read and changed shares a transaction.
  public func beginGroup() { database.group.open() }

  /// Whether all that was changed since ``beginGroup()`` is durable. Else nothing of it happened: it
  /// has to be done again, one by one, to know what could not be done.
  public func endGroup() -> Bool {
    let writes = database.group.writes
    guard database.group.close(on: database) else {
      cachedShop = nil
      return false
    }
    if writes { ring() }
    return true
  }

  private func refusing<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as DatabaseError {
      cachedShop = nil
      switch error.primaryCode {
      case SQLITE_BUSY: throw Refusal.storeBusy
      case SQLITE_FULL: throw Refusal.storeFull
      default: throw error
      }
    } catch {
      cachedShop = nil
      throw error
    }
  }

  /// Says that all stores of this process will belong to one thread; to be called before any is
  /// opened.
  public static func useOneThread() { sqlite3_use_one_thread() }

  /// The version of SQLite at work.
  public static var engine: String { "SQLite " + String(cString: sqlite3_libversion()) }

  // MARK: The shop

  private var cachedShop: (version: Int, shop: Shop)?
  private let selectVersion = Query("SELECT version FROM shop WHERE id = 1")
  private let selectShop = Query(
    """
    SELECT name, email, language, currency, time_zone, shipping_days, holidays, fee_percent,
      fee_fixed, download_base_url FROM shop WHERE id = 1
    """)
  private let updateShop = Query(
    """
    UPDATE shop SET name = ?, email = ?, language = ?, currency = ?, time_zone = ?,
      shipping_days = ?, holidays = ?, fee_percent = ?, fee_fixed = ?, download_base_url = ?,
      version = version + 1 WHERE id = 1
    """)

  /// The shop as it stands. Read again only when somebody changed it.
  public func shop() throws -> Shop {
    var version = 0
    try selectVersion.run(on: database) { version = $0.integer(0) }
    if let cachedShop, cachedShop.version == version { return cachedShop.shop }
    var shop: Result<Shop, any Error>?
    try selectShop.run(on: database) { row in shop = Result { try self.shop(row) } }
    guard let shop else { throw StoreUnavailable(description: "the store holds no shop") }
    cachedShop = (version, try shop.get())
    return try shop.get()
  }

  private func shop(_ row: Row) throws -> Shop {
    guard let language = Language(rawValue: row.text(2)), let currency = Currency(row.text(3)),
      let holidays = Holidays(stored: row.text(6)),
      let percent = Percent(hundredths: row.integer(7))
    else { throw StoreUnavailable(description: "the shop's settings cannot be read") }
    return Shop(
      name: row.text(0), email: row.text(1), language: language, currency: currency,
      timeZone: try zone(row.text(4)), shippingDays: row.integer(5), holidays: holidays,
      fee: FeeRule(percent: percent, fixed: row.money(8)), downloadBaseURL: row.text(9))
  }

  private func insert(_ shop: Shop) throws {
    try database.execute(
      "INSERT INTO shop VALUES (1, '', '', '', '', '', 0, '', 0, 0, '', 0)")
    try save(shop)
  }

  public func save(_ shop: Shop) throws {
    try updateShop.run(
      on: database,
      [
        SQLValue(shop.name), SQLValue(shop.email), SQLValue(shop.language.rawValue),
        SQLValue(shop.currency.code), SQLValue(shop.timeZone.name), SQLValue(shop.shippingDays),
        SQLValue(shop.holidays.stored), SQLValue(shop.fee.percent.hundredths),
        SQLValue(shop.fee.fixed.minorUnits), SQLValue(shop.downloadBaseURL),
      ])
    try log(.other(.shopConfigured))
  }
}

private func systemMessage(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

extension Holidays {
  fileprivate init?(stored: String) {
    switch stored {
    case "FR": self = .france
    case "none": self = .none
    default:
      let parts = stored.split(separator: ",")
      let days = parts.compactMap { Day(String($0)) }
      guard days.count == parts.count else { return nil }
      self = .dates(days)
    }
  }

  fileprivate var stored: String {
    switch self {
    case .france: "FR"
    case .none: "none"
    case .dates(let days): days.sorted().map(\.iso).joined(separator: ",")
    }
  }
}
