// Where a message begins and ends in a stream of bytes.
import Glibc

/// How messages are delimited. The first bytes that come decide it for the whole connection; what
/// is written goes the same way.
public struct Framing {
  public enum Style: String, CaseIterable, Sendable {
    /// A message is a line.
    case lines
    /// A message comes behind `Content-Length: N` and an empty line, as language servers have it.
    case headers
  }

  enum Piece {
    /// One message: the first `length` bytes that are waiting hold it at `body`.
    case message(body: Range<Int>, length: Int)
    /// Bytes that mean nothing, to be consumed.
    case blank(length: Int)
    /// What can be no message, to be refused once. What is waiting of it is consumed.
    case unfit(Failure, length: Int)
    case incomplete
  }

  /// What comes before the first message.
  private enum Opening { case mark, space, style, done }

  let limit: Int
  private(set) var style: Style?
  private var opening = Opening.mark
  /// How much of what is waiting holds no newline, so that no byte is searched twice.
  private var searched = 0
  /// Inside a line over the limit, on the way to its end.
  private var isSkipping = false
  /// What is still to come of a body over the limit.
  private var bodyLeft = 0
  /// Behind a header that could not be read, on the way to the next one.
  private var isLost = false

  /// With a `style` it is that one, whatever comes.
  init(limit: Int, style: Style? = nil) {
    self.limit = limit
    self.style = style
  }

  /// Finds the next piece in what is waiting. At the end of input the last line needs no newline.
  mutating func next(in waiting: UnsafeRawBufferPointer, atEnd: Bool) -> Piece {
    guard waiting.count > 0 else { return .incomplete }
    if opening != .done, let piece = open(waiting, atEnd) { return piece }
    return style == .headers ? nextBody(waiting, atEnd) : nextLine(waiting, atEnd)
  }

  /// Writes a message the way they come; nothing was answered, nothing is written.
  func write(_ message: UnsafeRawBufferPointer, to output: inout JSONWriter) {
    guard message.count > 0 else { return }
    if style == .headers {
      output.raw("Content-Length: ")
      output.integer(message.count)
      output.raw("\r\n\r\n")
    }
    output.append(message.assumingMemoryBound(to: UInt8.self))
    if style != .headers { output.append(0x0A) }
  }

  private var tooLong: Failure { .invalidRequest("a message is at most \(limit) bytes long.") }

  // MARK: The start

  /// Passes over a byte order mark and white space, and finds the style; nil when that is done.
  private mutating func open(_ waiting: UnsafeRawBufferPointer, _ atEnd: Bool) -> Piece? {
    if opening == .mark {
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      if waiting.count < mark.count, !atEnd, waiting.elementsEqual(mark.prefix(waiting.count)) {
        return .incomplete
      }
      opening = .space
      if waiting.starts(with: mark) { return .blank(length: mark.count) }
    }
    if opening == .space {
      let spaces = waiting.prefix { isSpace($0) || $0 == 0x0A }.count
      if spaces > 0 { return .blank(length: spaces) }
      opening = .style
    }
    if style == nil {
      guard let found = Self.style(of: waiting, atEnd) else { return .incomplete }
      style = found
    }
    opening = .done
    return nil
  }

  /// No name of a header is longer; what is, is a line.
  private static let longestName = 128

  /// The style that the first bytes show: headers where there is a name and a colon. Nil where more
  /// bytes have to tell.
  private static func style(of waiting: UnsafeRawBufferPointer, _ atEnd: Bool) -> Style? {
    let start = waiting.prefix(longestName)
    let name = start.prefix { isLetter($0) || $0 == UInt8(ascii: "-") }.count
    guard name > 0 else { return .lines }
    guard let next = start.dropFirst(name).first(where: { $0 != 0x20 && $0 != 0x09 }) else {
      return atEnd || start.count == longestName ? .lines : nil
    }
    return next == UInt8(ascii: ":") ? .headers : .lines
  }

  // MARK: Lines

  private mutating func nextLine(_ waiting: UnsafeRawBufferPointer, _ atEnd: Bool) -> Piece {
    var end = waiting.count
    var length = waiting.count
    if let newline = waiting.newline(from: searched) {
      end = newline
      length = end + 1
    } else if !atEnd {
      if isSkipping { return .blank(length: waiting.count) }
      searched = waiting.count
      guard waiting.count > limit else { return .incomplete }
      isSkipping = true
      searched = 0
      return .unfit(tooLong, length: waiting.count)
    }
    searched = 0
    if isSkipping {
      isSkipping = false
      return .blank(length: length)
    }
    if end > limit { return .unfit(tooLong, length: length) }
    if end > 0, waiting[end - 1] == 0x0D { end -= 1 }
    let isBlank = waiting[..<end].allSatisfy(isSpace)
    return isBlank ? .blank(length: length) : .message(body: 0..<end, length: length)
  }

  // MARK: Headers

  /// A header is at most so long, in bytes: it has to be there whole before it is understood.
  private static let longestHeader = 8192

  private mutating func nextBody(_ waiting: UnsafeRawBufferPointer, _ atEnd: Bool) -> Piece {
    if bodyLeft > 0 {
      let length = min(bodyLeft, waiting.count)
      bodyLeft -= length
      return .blank(length: length)
    }
    if isLost { return findHeader(waiting, atEnd) }
    let cut = Piece.unfit(
      .parse(JSONSyntaxError(offset: waiting.count, reason: "the input ends inside a message")),
      length: waiting.count)
    switch Header(waiting, limit: Self.longestHeader) {
    case .blank(let length): return .blank(length: length)
    case .incomplete: return atEnd ? cut : .incomplete
    case .malformed(let reason, let offset):
      isLost = true
      return .unfit(.parse(JSONSyntaxError(offset: offset, reason: reason)), length: offset)
    case .complete(let bodyLength, let length):
      let there = waiting.count - length
      if bodyLength > limit {
        bodyLeft = max(0, bodyLength - there)
        return .unfit(tooLong, length: length + min(there, bodyLength))
      }
      guard there >= bodyLength else { return atEnd ? cut : .incomplete }
      return .message(body: length..<length + bodyLength, length: length + bodyLength)
    }
  }

  /// Passes over everything before the next `Content-Length:`, which may follow a body directly.
  private mutating func findHeader(_ waiting: UnsafeRawBufferPointer, _ atEnd: Bool) -> Piece {
    var position = 0
    search: while position < waiting.count {
      let rest = UnsafeRawBufferPointer(rebasing: waiting[position...])
      if rest[0] | 0x20 == UInt8(ascii: "c") {
        switch Self.style(of: rest, atEnd) {
        case .headers? where Header.namesLength(rest):
          isLost = false
          // At the very start there is nothing to pass over.
          return position == 0 ? nextBody(waiting, atEnd) : .blank(length: position)
        case nil: break search
        default: break
        }
      }
      position += 1
    }
    return position == 0 ? .incomplete : .blank(length: position)
  }
}

/// What stands before a body.
private enum Header {
  /// A line with nothing in it, where none is due.
  case blank(length: Int)
  case incomplete
  /// What is wrong with it; the next header may begin at `offset`, and not before.
  case malformed(String, offset: Int)
  case complete(bodyLength: Int, length: Int)

  init(_ waiting: UnsafeRawBufferPointer, limit: Int) {
    let reach = UnsafeRawBufferPointer(rebasing: waiting.prefix(limit))
    var start = 0
    /// Where the value of the last Content-Length lies; the last one wins.
    var value: Range<Int>?
    while let newline = reach.newline(from: start) {
      let end = newline > start && reach[newline - 1] == 0x0D ? newline - 1 : newline
      if end == start {
        if start == 0 {
          self = .blank(length: newline + 1)
        } else if let value {
          self =
            Self.number(reach[value]).map { .complete(bodyLength: $0, length: newline + 1) }
            ?? .malformed("Content-Length is no number of bytes", offset: value.lowerBound)
        } else {
          self = .malformed("a header without Content-Length", offset: 1)
        }
        return
      }
      let line = UnsafeRawBufferPointer(rebasing: reach[start..<end])
      guard let colon = line.colon(behind: isNameByte) else {
        self = .malformed("expected a header such as Content-Length: 42", offset: start + 1)
        return
      }
      if Self.namesLength(line) { value = (start + colon + 1)..<end }
      start = newline + 1
    }
    self =
      reach.count < limit
      ? .incomplete : .malformed("a header is at most \(limit) bytes long", offset: limit)
  }

  /// Whether what begins with a header is about the length.
  static func namesLength(_ line: UnsafeRawBufferPointer) -> Bool {
    let name = "content-length".utf8
    return line.prefix(name.count).elementsEqual(name) { isLetter($0) ? $0 | 0x20 == $1 : $0 == $1 }
      && line.colon(behind: isNameByte) != nil
      && !line.dropFirst(name.count).prefix(1).contains(where: isNameByte)
  }

  private static func number(_ value: Slice<UnsafeRawBufferPointer>) -> Int? {
    let trimmed = value.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
    guard trimmed.allSatisfy(isDigit) else { return nil }
    return Int(String(decoding: trimmed, as: UTF8.self))
  }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

private func isDigit(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

/// Whether a header may have this in its name.
private func isNameByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
}

extension UnsafeRawBufferPointer {
  /// Where the first newline from `start` on is.
  fileprivate func newline(from start: Int) -> Int? {
    guard let baseAddress, start < count else { return nil }
    return memchr(baseAddress + start, 0x0A, count - start).map {
      UnsafeRawPointer($0) - baseAddress
    }
  }

  /// Where the colon is that follows a name of such bytes, with or without white space between.
  fileprivate func colon(behind isName: (UInt8) -> Bool) -> Int? {
    let rest = drop(while: isName)
    let colon = rest.drop { $0 == 0x20 || $0 == 0x09 }
    return rest.startIndex > 0 && colon.first == UInt8(ascii: ":") ? colon.startIndex : nil
  }
}
