// One SQL statement: prepared when first used, kept, and run with values.
import CSQLite

/// A value bound to a parameter of a statement.
enum SQLValue: Hashable, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
  case integer(Int64)
  case text(String)
  case null

  init(integerLiteral value: Int64) { self = .integer(value) }
  init(nilLiteral: ()) { self = .null }

  init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
  init(_ value: Bool) { self = .integer(value ? 1 : 0) }
  init(_ value: String?) { self = value.map { .text($0) } ?? .null }
}

/// A statement, bound to the one database it is first run on.
final class Query {
  private let sql: String
  private var handle: OpaquePointer?
  /// The texts that are bound, one after the other: where SQLite reads them while the statement runs.
  private var texts = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

  init(_ sql: String) {
    self.sql = sql
  }

  deinit {
    sqlite3_finalize(handle)
    texts.deallocate()
  }

  /// Binds `values` in order, and hands each row to `take`.
  func run(
    on database: Database, _ values: [SQLValue] = [], _ take: (Row) -> Void = { _ in }
  ) throws(DatabaseError) {
    let statement = try prepared(on: database)
    defer { sqlite3_reset(statement) }
    try bind(values, statement, database)
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: take(Row(statement: statement))
      case SQLITE_DONE: return
      case let code: throw database.error(code)
      }
    }
  }

  private func bind(
    _ values: [SQLValue], _ statement: OpaquePointer, _ database: Database
  ) throws(DatabaseError) {
    makeRoom(for: values)
    var used = 0
    var index: Int32 = 0
    for value in values {
      index += 1
      let code: Int32
      switch value {
      case .integer(let value): code = sqlite3_bind_int64(statement, index, value)
      case .null: code = sqlite3_bind_null(statement, index)
      case .text(var text):
        let length = text.withUTF8 { utf8 in
          texts[used...].update(fromContentsOf: utf8) - used
        }
        // No destructor, SQLITE_STATIC: the text stays where it is.
        code = texts[used...].withMemoryRebound(to: CChar.self) {
          sqlite3_bind_text(statement, index, $0.baseAddress, Int32(length), nil)
        }
        used += length
      }
      try database.check(code)
    }
  }

  private func makeRoom(for values: [SQLValue]) {
    // With a byte more, so that an empty text has a place too: without one it would be NULL.
    var length = 1
    for case .text(let text) in values { length += text.utf8.count }
    guard length > texts.count else { return }
    texts.deallocate()
    texts = .allocate(capacity: length * 2)
    texts.initialize(repeating: 0)
  }

  private func prepared(on database: Database) throws(DatabaseError) -> OpaquePointer {
    if let handle { return handle }
    let code = sqlite3_prepare_v3(
      database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
    guard code == SQLITE_OK, let handle else { throw database.error(code) }
    return handle
  }
}

/// The row a statement stands on; valid inside the closure that got it.
struct Row {
  let statement: OpaquePointer

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

  func integerOrNil(_ column: Int32) -> Int? { isNull(column) ? nil : integer(column) }

  func bool(_ column: Int32) -> Bool { integer(column) != 0 }

  func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(statement, column) else { return "" }
    let length = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
  }

  /// The word of that name. Short texts are compared as they lie, which costs less than to look a raw
  /// value up.
  func word<Word: RawRepresentable<String> & CaseIterable>(_ column: Int32) -> Word? {
    let text = text(column)
    return Word.allCases.first { $0.rawValue == text }
  }

  func textOrNil(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}
