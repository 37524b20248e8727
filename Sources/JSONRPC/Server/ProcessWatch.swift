// Another process, and whether it is gone.
import CLinux
import Glibc

/// Watches one process until it ends.
final class ProcessWatch {
  /// Becomes readable when the process is gone; −1 where the system has no such thing.
  let descriptor: Int32
  let process: Int32
  private let wasGone: Bool

  init(_ process: Int32) {
    self.process = process
    descriptor = process_descriptor(process)
    wasGone = descriptor < 0 && errno == ESRCH
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// How long poll(2) may wait for it, in milliseconds: without a descriptor it has to be asked for.
  var patience: Int32 { wasGone ? 0 : descriptor < 0 ? 3000 : -1 }

  var isGone: Bool {
    if wasGone { return true }
    guard descriptor >= 0 else { return kill(process, 0) != 0 && errno == ESRCH }
    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&one, 1, 0) > 0
  }
}
