// A record of a conversation: both directions, with times.
import Glibc

/// Writes each message as a line: the time in UTC, an arrow, and the message. What goes wrong with it
/// is said once, and the conversation goes on.
public final class Trace {
  private var descriptor: Int32
  private let log: (String) -> Void
  private var line = JSONWriter()

  /// Writes to `descriptor`, which is closed in the end. `log` hears why it cannot.
  public init(to descriptor: Int32, log: @escaping (String) -> Void) {
    self.descriptor = descriptor
    self.log = log
    line.raw("// A conversation with customers' names and addresses in it: personal data. ")
    line.raw("Delete it when it has served.\n")
    flush()
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// What the caller sent; of what is no message, the beginning.
  func record(sent bytes: UnsafeRawBufferPointer) { record(" --> ", bytes) }

  /// What is answered or told.
  func record(answered bytes: UnsafeRawBufferPointer) { record(" <-- ", bytes) }

  private func record(_ arrow: StaticString, _ bytes: UnsafeRawBufferPointer) {
    guard descriptor >= 0, bytes.count > 0 else { return }
    writeTime()
    line.raw(arrow)
    // Between two tokens an end of line means the same as a space.
    for byte in bytes { line.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte) }
    line.append(0x0A)
    flush()
  }

  /// Appends the time by RFC 3339, to the millisecond.
  private func writeTime() {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func number(_ value: Int, _ width: Int, _ separator: Character) {
      let digits = String(value)
      let zeros = String(repeating: "0", count: max(0, width - digits.utf8.count))
      for byte in "\(zeros)\(digits)\(separator)".utf8 { line.append(byte) }
    }
    number(Int(parts.tm_year) + 1900, 4, "-")
    number(Int(parts.tm_mon) + 1, 2, "-")
    number(Int(parts.tm_mday), 2, "T")
    number(Int(parts.tm_hour), 2, ":")
    number(Int(parts.tm_min), 2, ":")
    number(Int(parts.tm_sec), 2, ".")
    number(now.tv_nsec / 1_000_000, 3, "Z")
  }

  private func flush() {
    var rest = line.bytes[...]
    while !rest.isEmpty, descriptor >= 0 {
      let length = write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if length > 0 {
        rest = rest.dropFirst(length)
      } else if length == 0 || errno != EINTR {
        log("the trace ends here, it cannot be written: \(String(cString: strerror(errno)))")
        close(descriptor)
        descriptor = -1
      }
    }
    line.removeFirst(line.count, keepingAtMost: 1 << 16)
  }
}
