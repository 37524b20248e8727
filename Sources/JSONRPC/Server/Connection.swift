// The loop between a caller and a server: one poll(2), one thread, no surprises.
import Glibc

/// Serves one caller over two descriptors until there is nothing left to do.
public struct Connection: ~Copyable {
  /// Why serving ended.
  public enum Ending: Sendable {
    /// Every byte of input was answered and every answer sent.
    case endOfInput
    /// Nobody reads the answers any more.
    case callerGone
    /// A signal asked to leave.
    case interrupted
    /// Answers cannot be written; errno says why.
    case broken(errno: Int32)
    /// Requests cannot be read any further; those that were read are answered.
    case unreadable(errno: Int32)
  }

  /// No more input is taken while this many bytes of answers wait to be read by the caller.
  public static let unsentLimit = 64 << 20

  private let inputDescriptor: Int32
  private let outputDescriptor: Int32
  private let interruption: Int32
  private let outputKind: OutputKind
  private var input = InputBuffer()
  private var framing: Framing
  private var output = JSONWriter(capacity: 1 << 16)
  private var sent = 0
  private var inputEnded = false
  /// Why reading failed, where it did not just end.
  private var readError: Int32?

  private enum OutputKind {
    /// Never blocks for long and never says EAGAIN: written at once.
    case file
    case socket
    /// A pipe or terminal: at most PIPE_BUF bytes when poll(2) says so cannot block. O_NONBLOCK
    /// would be a simpler way, but it would change the descriptor for everyone who shares it.
    case pipe
  }

  /// `interruption` is a descriptor that becomes readable when it is time to leave, or −1.
  public init(input: Int32, output: Int32, interruption: Int32 = -1, messageLimit: Int) {
    inputDescriptor = input
    outputDescriptor = output
    self.interruption = interruption
    framing = Framing(limit: messageLimit)
    var status = stat()
    let mode = fstat(output, &status) == 0 ? status.st_mode & S_IFMT : 0
    outputKind = mode == S_IFREG ? .file : mode == S_IFSOCK ? .socket : .pipe
  }

  private var unsent: Int { output.count - sent }

  /// Why answering stopped.
  private enum Pause {
    /// What is waiting holds no complete message.
    case needsInput
    /// The caller has to read first.
    case needsRoom
    case endOfInput
    case interrupted
  }

  public mutating func run<Context>(_ server: Server<Context>) -> Ending {
    while true {
      let pause = answerWaiting(server)
      if let ending = send() { return ending }
      switch pause {
      case .needsRoom where unsent < Self.unsentLimit: continue
      case .endOfInput where unsent == 0:
        return readError.map { .unreadable(errno: $0) } ?? .endOfInput
      case .interrupted: return leave()
      default: break
      }
      if let ending = wait(server) { return ending }
    }
  }

  /// Answers every complete message that is waiting, unless there is a reason to stop between two.
  private mutating func answerWaiting<Context>(_ server: Server<Context>) -> Pause {
    while unsent < Self.unsentLimit {
      switch framing.next(in: input.bytes, atEnd: inputEnded) {
      case .incomplete:
        guard inputEnded else { return .needsInput }
        server.endSubscriptions(to: &output) { [framing] in framing.close(&$0, since: $1) }
        return .endOfInput
      case .blank(let length):
        input.consume(length)
      case .tooLong(let length):
        let mark = output.count
        server.refuse(
          "a message is at most \(framing.limit) bytes long.", to: &output)
        framing.close(&output, since: mark)
        input.consume(length)
      case .message(let body, let length):
        let mark = output.count
        server.answer(UnsafeRawBufferPointer(rebasing: input.bytes[body]), to: &output)
        framing.close(&output, since: mark)
        input.consume(length)
        tell(server)
        if isReady(interruption, for: POLLIN) { return .interrupted }
      }
    }
    return .needsRoom
  }

  /// Tells the caller what there is to tell without being asked.
  private mutating func tell<Context>(_ server: Server<Context>) {
    server.tell(to: &output) { [framing] in framing.close(&$0, since: $1) }
  }

  /// Whether poll(2) has something to say of a descriptor within `patience` milliseconds.
  private func isReady(_ descriptor: Int32, for events: Int32, patience: Int32 = 0) -> Bool {
    var one = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return descriptor >= 0 && poll(&one, 1, patience) > 0
  }

  /// Hands over what was answered as long as the caller takes it. One who does not read for a
  /// second is not waited for.
  private mutating func leave() -> Ending {
    while unsent > 0, isReady(outputDescriptor, for: POLLOUT, patience: 1000), send() == nil {}
    return .interrupted
  }

  /// Sends what can be sent without waiting.
  private mutating func send() -> Ending? {
    sending: while unsent > 0 {
      if outputKind == .pipe, !isReady(outputDescriptor, for: POLLOUT) { break }
      let pending = UnsafeRawBufferPointer(rebasing: output.bytes[sent...])
      let length =
        switch outputKind {
        case .file: write(outputDescriptor, pending.baseAddress, pending.count)
        case .pipe: write(outputDescriptor, pending.baseAddress, min(pending.count, Int(PIPE_BUF)))
        case .socket:
          Glibc.send(outputDescriptor, pending.baseAddress, pending.count, Int32(MSG_DONTWAIT))
        }
      if length < 0 {
        switch errno {
        case EINTR: continue
        case EAGAIN: break sending
        case EPIPE, ECONNRESET: return .callerGone
        default: return .broken(errno: errno)
        }
      }
      sent += length
    }
    let kept = 1 << 20
    // What is sent and what moves stay in proportion to what waits, in memory as in time.
    if unsent == 0 || (sent > kept && sent > unsent / 8) {
      output.removeFirst(sent, keepingAtMost: kept)
      sent = 0
    }
    return nil
  }

  /// Waits until there is something to read or to tell, room to write, or a reason to leave.
  private mutating func wait<Context>(_ server: Server<Context>) -> Ending? {
    let takesInput = !inputEnded && unsent < Self.unsentLimit
    var news: Int32 = -1
    var patience: Int32 = -1
    // A caller who does not read is told of everything at once, when they do.
    switch unsent == 0 ? server.alarm : nil {
    case .descriptor(let descriptor)?: news = descriptor
    case .clock?: patience = 1000
    case nil: break
    }
    // A tuple lies on the stack; an array would be allocated for every question.
    var descriptors = (
      pollfd(fd: takesInput ? inputDescriptor : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: outputDescriptor, events: unsent > 0 ? Int16(POLLOUT) : 0, revents: 0),
      pollfd(fd: interruption, events: Int16(POLLIN), revents: 0),
      pollfd(fd: news, events: Int16(POLLIN), revents: 0)
    )
    let ready = withUnsafeMutableBytes(of: &descriptors) {
      poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 4, patience)
    }
    if ready < 0 { return errno == EINTR ? nil : .broken(errno: errno) }
    if descriptors.2.revents != 0 { return leave() }
    // A caller who hung up may have left requests: they come first.
    if descriptors.0.revents != 0 {
      receive()
    } else if Int32(descriptors.1.revents) & (POLLERR | POLLHUP | POLLNVAL) != 0 {
      return .callerGone
    }
    if ready == 0 || descriptors.3.revents != 0 { tell(server) }
    return nil
  }

  private mutating func receive() {
    switch input.fill(from: inputDescriptor) {
    case 0: inputEnded = true
    case ..<0 where errno != EINTR && errno != EAGAIN:
      readError = errno
      inputEnded = true
    default: break
    }
  }
}
