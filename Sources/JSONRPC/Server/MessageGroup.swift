// The messages that are answered together, kept until it is sure that their answers hold.
import Glibc

/// A group of messages. It is bounded in number and time, so that answers leave and other processes
/// get their turn.
struct MessageGroup: ~Copyable {
  enum Entry {
    case message(UnsafeRawBufferPointer)
    /// Bytes that are no message at all.
    case unfit(Failure)
  }

  private enum Kept {
    case message(Range<Int>)
    case unfit(Failure)
  }

  /// Far more than make one commit cheap.
  private static let most = 1000
  private static let milliseconds = 20

  /// Where its answers begin in the output.
  private(set) var start = 0
  private var bytes = JSONWriter(capacity: 1 << 16)
  private var entries: [Kept] = []
  private var began = timespec()

  /// Forgets all messages; what is answered from here on begins at `start`.
  mutating func begin(at start: Int) {
    self.start = start
    bytes.removeFirst(bytes.count, keepingAtMost: 1 << 16)
    entries.removeAll(keepingCapacity: true)
    clock_gettime(CLOCK_MONOTONIC_COARSE, &began)
  }

  mutating func append(_ message: UnsafeRawBufferPointer) {
    entries.append(.message(bytes.count..<bytes.count + message.count))
    bytes.append(message.assumingMemoryBound(to: UInt8.self))
  }

  mutating func append(_ failure: Failure) { entries.append(.unfit(failure)) }

  var count: Int { entries.count }

  var isFull: Bool {
    guard !entries.isEmpty else { return false }
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
    let passed = (now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1_000_000
    return entries.count >= Self.most || passed > Self.milliseconds
  }

  /// Valid until the next message is taken in.
  subscript(_ index: Int) -> Entry {
    switch entries[index] {
    case .message(let range): .message(UnsafeRawBufferPointer(rebasing: bytes.bytes[range]))
    case .unfit(let failure): .unfit(failure)
    }
  }
}
