// What tells a process that another one changed its store, without looking: inotify(7).
import CSQLite
import Glibc

/// Rings when a change of the store was committed, by this or any other process.
///
/// Writing to the write-ahead log would ring too early: SQLite writes there first and makes it
/// visible afterwards, in shared memory, which nobody is told of. So each process rings by hand when
/// its change is visible: it touches the log. One that is killed in between closes the log, and that
/// rings as well.
public final class Bell {
  /// Becomes readable when it rings.
  public let descriptor: Int32

  fileprivate init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Takes notice of all ringing so far.
  public func hush() {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
      while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
    }
  }
}

extension Store {
  /// A bell of this store, or nil where the system has no more of them to give.
  public func bell() -> Bell? {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return nil }
    let bell = Bell(descriptor)
    let events = UInt32(IN_ATTRIB) | UInt32(IN_CLOSE_WRITE)
    guard let logPath, inotify_add_watch(descriptor, logPath, events) >= 0 else { return nil }
    return bell
  }

  /// Rings the bells of all processes.
  func ring() {
    if let logPath { utimensat(AT_FDCWD, logPath, nil, 0) }
  }

  /// There since the store was opened, and for as long as it is open.
  private var logPath: UnsafePointer<CChar>? {
    sqlite3_filename_wal(sqlite3_db_filename(database.handle, "main"))
  }
}
