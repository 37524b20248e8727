// One SQL statement: prepared when first used, kept, and run with values.
import CSQLite
import Glibc

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
    let statement = try bound(on: database, values)
    defer { sqlite3_reset(statement) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: take(Row(statement: statement))
      case SQLITE_DONE: return
      case let code: throw database.error(code)
      }
    }
  }

  /// Binds `values` in order, for rows that are asked for one by one.
  func rows<View: RowView>(on database: Database, _ values: [SQLValue] = []) -> Rows<View> {
    do throws(DatabaseError) {
      return Rows(try bound(on: database, values), on: database)
    } catch {
      database.failure = error
      return Rows(nil, on: database)
    }
  }

  /// The same as ``run(on:_:_:)``, with failures as ``Rows`` have them.
  func visit(on database: Database, _ values: [SQLValue], _ take: (Row) -> Void) {
    do throws(DatabaseError) { try run(on: database, values, take) } catch {
      database.failure = error
    }
  }

  private func bound(
    on database: Database, _ values: [SQLValue]
  ) throws(DatabaseError) -> OpaquePointer {
    let statement = try prepared(on: database)
    // Its texts must stay while somebody reads its rows.
    guard sqlite3_stmt_busy(statement) == 0 else { throw database.error(SQLITE_MISUSE) }
    try bind(values, statement, database)
    return statement
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

/// The rows of a statement, one at a time: what is looked at while it stands on one needs no copy. The
/// statement is free again when this goes, so whoever holds a row holds this too.
///
/// A failure ends the rows, and fails the transaction that they are read in.
public final class Rows<View: RowView>: Sequence, IteratorProtocol {
  private let statement: OpaquePointer?
  private let database: Database

  init(_ statement: OpaquePointer?, on database: Database) {
    self.statement = statement
    self.database = database
  }

  deinit { sqlite3_reset(statement) }

  /// The next row, valid until this is asked again.
  public func next() -> View? {
    guard let statement else { return nil }
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return View(Row(statement: statement))
    case SQLITE_DONE: return nil
    case let code:
      database.failure = database.error(code)
      return nil
    }
  }

  /// What `read` makes of the next row.
  func first<Result>(_ read: (View) -> Result) -> Result? { next().map(read) }
}

/// What a row means: names for its columns.
public protocol RowView {
  init(_ row: Row)
}

/// The row a statement stands on; valid until it goes on.
public struct Row {
  let statement: OpaquePointer

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

  func integerOrNil(_ column: Int32) -> Int? { isNull(column) ? nil : integer(column) }

  func bool(_ column: Int32) -> Bool { integer(column) != 0 }

  /// The text as it lies in the row; nil where there is none.
  func bytesOrNil(_ column: Int32) -> RowText? {
    // One look at the column for both: this belongs to one thread.
    let value = sqlite3_column_value(statement, column)
    guard let start = sqlite3_value_text(value) else { return nil }
    return RowText(utf8: UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
  }

  func bytes(_ column: Int32) -> RowText { bytesOrNil(column) ?? .empty }

  func text(_ column: Int32) -> String { String(bytes(column)) }

  func textOrNil(_ column: Int32) -> String? { bytesOrNil(column).map(String.init) }

  /// The word of that name. Short texts are compared as they lie, which costs less than to look a raw
  /// value up.
  func word<Word: RawRepresentable<String> & CaseIterable>(_ column: Int32) -> Word? {
    let text = text(column)
    return Word.allCases.first { $0.rawValue == text }
  }
}

/// A text as it lies in the row of a statement: valid until the statement goes on.
///
/// It should be UTF-8, and is whatever somebody else may have written there.
public struct RowText: @unchecked Sendable {
  public let utf8: UnsafeBufferPointer<UInt8>

  public static let empty = RowText(utf8: UnsafeBufferPointer(start: nil, count: 0))
}

extension String {
  /// A copy of it, in which what is no UTF-8 is replaced.
  public init(_ text: RowText) { self.init(decoding: text.utf8, as: UTF8.self) }
}

/// The words of an enumeration by their bytes, for those that are read often.
struct Words<Word: RawRepresentable<String> & CaseIterable & Sendable>: Sendable {
  private let words: [(bytes: [UInt8], word: Word)]

  init() { words = Word.allCases.map { (Array($0.rawValue.utf8), $0) } }

  subscript(text: RowText) -> Word? {
    guard let start = text.utf8.baseAddress else { return nil }
    for (bytes, word) in words where bytes.count == text.utf8.count {
      if memcmp(bytes, start, bytes.count) == 0 { return word }
    }
    return nil
  }
}
