// Transactions that share one: what they wrote becomes durable together, with one commit.
import CSQLite
import Glibc

/// A group of transactions on one database. None is durable before the group has ended well.
///
/// One that is refused before it has written leaves the others alone: rules look first and write then.
/// One that fails later takes the group with it. Only who rehearses has a savepoint, because with one
/// SQLite copies each page before it is changed.
///
/// Those that only read share as well. The first that writes ends what was shared by those before it,
/// because what they saw may have changed.
final class Group {
  private enum State {
    case closed
    /// Open, with no transaction yet.
    case idle
    case reading
    case writing
    /// Something failed that may be the fault of any of them: nothing of the group will stay.
    case failed(any Error)
  }

  private var state = State.closed
  /// When the transaction in hand began to write, and when the last one ended that did so for long.
  private var began = 0
  private var endedLong: Int?
  /// The data as this process left it, and when another was seen to have changed it since.
  private var left: UInt32?
  private var othersWrote: Int?

  var isOpen: Bool {
    if case .closed = state { false } else { true }
  }

  /// Whether it has written, or tried to.
  var writes: Bool {
    switch state {
    case .closed, .idle, .reading: false
    case .writing, .failed: true
    }
  }

  func open() { state = .idle }

  /// Ends the group. When this is true all it changed is durable; else nothing of it happened.
  func close(on database: Database) -> Bool {
    defer { state = .closed }
    switch state {
    case .closed, .idle: return true
    case .reading: return end(on: database)
    case .writing:
      defer { endedLong = milliseconds() - began < Self.long ? nil : milliseconds() }
      return end(on: database)
    case .failed:
      if database.isInTransaction { try? database.rollback.run(on: database) }
      return false
    }
  }

  private func end(on database: Database) -> Bool {
    do {
      try database.commit.run(on: database)
      left = database.dataVersion
      return true
    } catch {
      if database.isInTransaction { try? database.rollback.run(on: database) }
      return false
    }
  }

  func transaction<Result>(
    _ kind: Database.Transaction, on database: Database, _ work: () throws -> Result
  ) throws -> Result {
    try begin(kind, on: database)
    let written = database.written
    do {
      guard kind == .rehearsing else { return try database.atWork(work) }
      return try database.rehearsing { try database.atWork(work) }
    } catch {
      if !Self.isOwn(error) || !database.isInTransaction || database.written != written {
        state = .failed(error)
      }
      throw error
    }
  }

  /// Whether an error is one transaction's own: a rule said no, or it was stopped while it read. One
  /// that is stopped while it writes has taken the whole transaction with it.
  private static func isOwn(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return true }
    return error.primaryCode == SQLITE_INTERRUPT
  }

  /// Sees to it that there is a transaction that `kind` can be a part of.
  private func begin(_ kind: Database.Transaction, on database: Database) throws {
    switch state {
    case .failed(let error): throw error
    case .writing: return
    case .reading where kind == .reading: return
    case .idle where kind == .reading:
      try database.begin.run(on: database)
      state = .reading
      return
    case .reading:
      state = .idle
      try database.commit.run(on: database)
    case .idle, .closed: break
    }
    leaveTurn()
    try database.beginImmediate.run(on: database)
    began = milliseconds()
    if let left, left != database.dataVersion { othersWrote = began }
    state = .writing
  }

  /// While others write too, a group that wrote for so many milliseconds is followed by a pause, in
  /// which every process that waits has asked for the store once. Who has not been seen for a second
  /// has to find a moment between two groups first.
  private static let long = 5
  private static let pause = 2
  private static let memory = 1000

  private func leaveTurn() {
    guard let endedLong, let othersWrote else { return }
    let now = milliseconds()
    let left = Self.pause - (now - endedLong)
    if left > 0, now - othersWrote < Self.memory { usleep(UInt32(left) * 1000) }
  }

  private func milliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
