// Where a message begins and ends in a stream of bytes.
import Glibc

/// How messages are delimited. Lines are the one framing there is today; a framing with headers is
/// another case here, and nothing else of the connection changes.
struct Framing {
  enum Piece {
    /// One message: the first `length` bytes that are waiting hold it at `body`.
    case message(body: Range<Int>, length: Int)
    /// Bytes that mean nothing, to be consumed.
    case blank(length: Int)
    /// A message over the limit began; to be refused once. What is waiting of it is consumed.
    case tooLong(length: Int)
    case incomplete
  }

  let limit: Int
  /// Inside a message over the limit, on the way to its end.
  private var isSkipping = false
  /// How much of what is waiting holds no newline, so that no byte is searched twice.
  private var searched = 0
  private var isFirst = true

  init(limit: Int) {
    self.limit = limit
  }

  /// Finds the next piece in what is waiting. At the end of input the last line needs no newline.
  mutating func next(in waiting: UnsafeRawBufferPointer, atEnd: Bool) -> Piece {
    guard let base = waiting.baseAddress, waiting.count > 0 else { return .incomplete }
    if isFirst {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      if waiting.count < mark.count, !atEnd, waiting.elementsEqual(mark.prefix(waiting.count)) {
        return .incomplete
      }
      isFirst = false
      if waiting.starts(with: mark) { return .blank(length: mark.count) }
    }
    var end = waiting.count
    var length = waiting.count
    if let newline = memchr(base + searched, 0x0A, waiting.count - searched) {
      end = UnsafeRawPointer(newline) - base
      length = end + 1
    } else if !atEnd {
      searched = waiting.count
      if isSkipping { return blank(waiting.count) }
      guard waiting.count > limit else { return .incomplete }
      isSkipping = true
      searched = 0
      return .tooLong(length: waiting.count)
    }
    searched = 0
    if isSkipping {
      isSkipping = false
      return .blank(length: length)
    }
    if end > limit { return .tooLong(length: length) }
    if end > 0, waiting[end - 1] == 0x0D { end -= 1 }
    let isBlank = waiting[..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    return isBlank ? .blank(length: length) : .message(body: 0..<end, length: length)
  }

  private mutating func blank(_ length: Int) -> Piece {
    searched = 0
    return .blank(length: length)
  }

  /// Ends the message that was written since `mark`; nothing was written, nothing is sent.
  func close(_ output: inout JSONWriter, since mark: Int) {
    if output.count > mark { output.append(0x0A) }
  }
}
