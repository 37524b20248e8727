// The loop between a caller and a server: one poll(2), one thread, no surprises.
import Glibc

/// Serves one caller over two descriptors until there is nothing left to do.
public final class Connection {
  /// Why serving ended.
  public enum Ending: Sendable {
    /// Every byte of input was answered and every answer sent.
    case endOfInput
    /// Nobody reads the answers any more, or the process to leave with is gone.
    case callerGone
    /// The caller said so, after `shutdown` or out of the blue; what was asked before is answered.
    case dismissed(afterShutdown: Bool)
    /// A signal asked to leave.
    case interrupted
    /// Answers cannot be written; errno says why.
    case broken(errno: Int32)
    /// Requests cannot be read any further; those that were read are answered.
    case unreadable(errno: Int32)
  }

  /// No more input is taken while this many bytes of answers wait to be read by the caller.
  public static let unsentLimit = 64 << 20

  /// A caller who reads is waited for when this many are unsent.
  private static let handful = 1 << 20
  /// A group of answers ends when it has grown to so many bytes.
  private static let groupful = 4 << 20
  /// How long a caller may read nothing until they are not waited for any more, in milliseconds.
  private static let patience: Int32 = 50

  private let inputDescriptor: Int32
  private let outputDescriptor: Int32
  private let interruption: Int32
  private let outputKind: OutputKind
  private let trace: Trace?
  private var input = InputBuffer()
  private var framing: Framing
  private var group = MessageGroup()
  /// The answer in hand; it goes to the output when it is whole.
  private var answer = JSONWriter()
  private var output = JSONWriter(capacity: 1 << 16)
  private var sent = 0
  /// How much may be unsent before the caller is waited for.
  private var allowance = handful
  /// How it ends, once there is no more input to take.
  private var farewell: Ending?
  private var reasons: [pollfd]
  private var watches: [ProcessWatch] = []

  private enum OutputKind {
    /// Never blocks for long and never says EAGAIN: written at once.
    case file
    case socket
    /// A pipe that was opened once more, with O_NONBLOCK, which nobody else sees.
    case ownPipe
    /// A pipe or terminal: at most PIPE_BUF bytes when poll(2) says so cannot block. O_NONBLOCK
    /// would change the descriptor for everyone who shares it.
    case pipe
  }

  /// The reasons to wake up, by their place among `reasons`; behind them come the watched processes.
  private enum Reason {
    static let input = 0
    static let output = 1
    static let interruption = 2
    static let news = 3
  }

  /// `interruption` is a descriptor that becomes readable when it is time to leave, or −1; `process`
  /// one to leave with. With `style`, messages are delimited so, whatever comes.
  public init(
    input: Int32, output: Int32, interruption: Int32 = -1, process: Int32? = nil,
    style: Framing.Style? = nil, trace: Trace? = nil, messageLimit: Int
  ) {
    inputDescriptor = input
    self.interruption = interruption
    self.trace = trace
    framing = Framing(limit: messageLimit, style: style)
    var status = stat()
    let mode = fstat(output, &status) == 0 ? status.st_mode & S_IFMT : 0
    let own =
      mode == S_IFIFO ? open("/proc/self/fd/\(output)", O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1
    outputDescriptor = own >= 0 ? own : output
    outputKind =
      own >= 0 ? .ownPipe : mode == S_IFREG ? .file : mode == S_IFSOCK ? .socket : .pipe
    reasons = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output, events: 0, revents: 0),
      pollfd(fd: interruption, events: Int16(POLLIN), revents: 0),
      pollfd(fd: -1, events: Int16(POLLIN), revents: 0),
    ]
    if let process { watch(process) }
  }

  deinit {
    if outputKind == .ownPipe { close(outputDescriptor) }
  }

  private var unsent: Int { output.count - sent }

  /// Why answering stopped.
  private enum Pause {
    /// What is waiting holds no complete message.
    case needsInput
    /// The caller has to read first.
    case needsRoom
    case done(Ending)
    case interrupted
  }

  public func run<Context>(_ server: Server<Context>) -> Ending {
    let caller = server.caller
    caller.listen = { [unowned self, unowned caller] in listen(to: caller) }
    caller.tell = { [unowned self] in tell($0) }
    defer { (caller.listen, caller.tell) = ({}, { _ in }) }
    while true {
      if let ending = keepPace() { return ending }
      let pause = answerWaiting(server)
      if let ending = send() { return ending }
      switch pause {
      case .needsRoom where unsent < Self.unsentLimit: continue
      case .done(let ending) where unsent == 0: return ending
      case .interrupted: return leave(.interrupted)
      default: break
      }
      if let ending = wait(server) { return ending }
    }
  }

  /// Answers the complete messages that are waiting, as one group; then there is something to send,
  /// and others get their turn.
  private func answerWaiting<Context>(_ server: Server<Context>) -> Pause {
    group.begin(at: output.count)
    // A trace shows every answer once, as it was given.
    if trace == nil { server.beginGroup() }
    let pause = answerGroup(server)
    if !server.endGroup() {
      output.truncate(to: group.start)
      for index in 0..<group.count {
        switch group[index] {
        case .message(let message): server.answer(message, to: &answer)
        case .unfit(let failure): server.refuse(failure, to: &answer)
        }
        handOver()
        // Each of these is durable by itself, and may wait long for its turn.
        _ = send()
      }
    }
    // Who still has to read is told behind the next answer, or when they have read.
    if group.count > 0 || unsent == 0 { announce(server) }
    // Else it is looked at before anything more is answered anyway.
    if case .needsRoom = pause, isReady(interruption, for: POLLIN) { return .interrupted }
    return pause
  }

  private func answerGroup<Context>(_ server: Server<Context>) -> Pause {
    // Who wants to be told of changes is told of each in its turn.
    while unsent < Self.unsentLimit, output.count - group.start < Self.groupful, !group.isFull,
      group.count == 0 || server.alarm == nil
    {
      switch framing.next(in: input.bytes, atEnd: farewell != nil) {
      case .incomplete:
        guard let farewell else { return .needsInput }
        server.endSubscriptions { say($0) }
        return .done(farewell)
      case .blank(let length):
        consume(length)
      case .unfit(let failure, let length):
        trace?.record(sent: UnsafeRawBufferPointer(rebasing: input.bytes.prefix(min(length, 1000))))
        server.refuse(failure, to: &answer)
        handOver()
        group.append(failure)
        consume(length)
      case .message(let body, let length):
        let message = UnsafeRawBufferPointer(rebasing: input.bytes[body])
        trace?.record(sent: message)
        inHand = length
        let isAnswered = server.answer(
          message, to: &answer, isFirst: trace != nil || group.count == 0)
        inHand = 0
        guard isAnswered else { return .needsRoom }
        handOver()
        group.append(UnsafeRawBufferPointer(rebasing: input.bytes[body]))
        consume(length)
        if server.caller.isDismissed {
          farewell = .dismissed(afterShutdown: server.caller.isShutDown)
          consume(input.bytes.count)
        }
      }
    }
    return .needsRoom
  }

  /// Tells the caller what there is to tell without being asked.
  private func announce<Context>(_ server: Server<Context>) {
    server.announce { say($0) }
  }

  /// Puts a message that is no answer in hand behind those that wait to be sent.
  private func say(_ message: UnsafeRawBufferPointer) {
    trace?.record(answered: message)
    framing.write(message, to: &output)
  }

  /// Puts the answer in hand behind those that wait to be sent.
  private func handOver() {
    trace?.record(answered: answer.bytes)
    framing.write(answer.bytes, to: &output)
    answer.removeFirst(answer.count, keepingAtMost: Self.kept)
  }

  /// What a buffer keeps of the memory that it once needed.
  private static let kept = 1 << 20

  /// Whether poll(2) has something to say of a descriptor within `patience` milliseconds.
  private func isReady(_ descriptor: Int32, for events: Int32, patience: Int32 = 0) -> Bool {
    var one = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return descriptor >= 0 && poll(&one, 1, patience) > 0
  }

  /// Hands over what was answered as long as the caller takes it. One who does not read for a
  /// second is not waited for.
  private func leave(_ ending: Ending) -> Ending {
    while unsent > 0, isReady(outputDescriptor, for: POLLOUT, patience: 1000), send() == nil {}
    return ending
  }

  /// Lets a caller catch up who reads, but slower than is answered: no more is answered meanwhile. Who
  /// reads nothing may want to write everything before; then twice as much may be unsent, and so on.
  private func keepPace() -> Ending? {
    while unsent > allowance {
      var either = [
        pollfd(fd: outputDescriptor, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: interruption, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&either, 2, Self.patience)
      if either[1].revents != 0 { return leave(.interrupted) }
      if ready == 0 { allowance *= 2 } else if let ending = send() { return ending }
    }
    return nil
  }

  /// Sends what can be sent without waiting.
  private func send() -> Ending? {
    sending: while unsent > 0 {
      if outputKind == .pipe, !isReady(outputDescriptor, for: POLLOUT) { break }
      let pending = UnsafeRawBufferPointer(rebasing: output.bytes[sent...])
      let length =
        switch outputKind {
        case .file, .ownPipe: write(outputDescriptor, pending.baseAddress, pending.count)
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
      allowance = Self.handful
    }
    // What is sent and what moves stay in proportion to what waits, in memory as in time.
    if unsent == 0 || (sent > Self.kept && sent > unsent / 8) {
      output.removeFirst(sent, keepingAtMost: Self.kept)
      sent = 0
    }
    return nil
  }

  /// Waits until there is something to read or to tell, room to write, or a reason to leave.
  private func wait<Context>(_ server: Server<Context>) -> Ending? {
    let caller = server.caller
    if let process = caller.process {
      watch(process)
      caller.process = nil
    }
    let takesInput = farewell == nil && unsent < Self.unsentLimit
    reasons[Reason.input].fd = takesInput ? inputDescriptor : -1
    reasons[Reason.output].events = unsent > 0 ? Int16(POLLOUT) : 0
    // What has no descriptor to wait for has to be looked at from time to time.
    var patience = watches.map(\.patience).filter { $0 >= 0 }.min() ?? -1
    reasons[Reason.news].fd = -1
    // A caller who does not read is told of everything at once, when they do.
    switch unsent == 0 ? server.alarm : nil {
    case .descriptor(let descriptor)?: reasons[Reason.news].fd = descriptor
    case .clock?: patience = patience < 0 ? 1000 : min(patience, 1000)
    case nil: break
    }
    let ready = poll(&reasons, nfds_t(reasons.count), patience)
    if ready < 0 { return errno == EINTR ? nil : .broken(errno: errno) }
    if reasons[Reason.interruption].revents != 0 { return leave(.interrupted) }
    // A caller who hung up, or is gone, may have left requests: they come first.
    if reasons[Reason.input].revents != 0 {
      receive(caller)
    } else if Int32(reasons[Reason.output].revents) & (POLLERR | POLLHUP | POLLNVAL) != 0 {
      return .callerGone
    } else if watches.contains(where: \.isGone) {
      return leave(.callerGone)
    }
    if ready == 0 || reasons[Reason.news].revents != 0 { announce(server) }
    return nil
  }

  private func watch(_ process: Int32) {
    guard !watches.contains(where: { $0.process == process }) else { return }
    let watch = ProcessWatch(process)
    watches.append(watch)
    reasons.append(pollfd(fd: watch.descriptor, events: Int16(POLLIN), revents: 0))
  }

  private func receive(_ caller: Caller) {
    let length = input.fill(from: inputDescriptor)
    switch length {
    case 0: farewell = .endOfInput
    case ..<0 where errno != EINTR && errno != EAGAIN: farewell = .unreadable(errno: errno)
    case ..<0: break
    default:
      // The mark may have begun in what was read before, and the message may end in what comes.
      let read = UnsafeRawBufferPointer(rebasing: input.bytes.suffix(length + 8))
      if ahead != nil || Caller.mayWithdraw(read) { lookAhead(caller) }
    }
  }

  // MARK: While a method works

  /// How much of what is waiting belongs to the message in hand.
  private var inHand = 0
  /// How far ahead of its turn the input was looked at, and the framing there.
  private var ahead: (length: Int, framing: Framing)?

  private func consume(_ length: Int) {
    input.consume(length)
    if let seen = ahead {
      ahead = seen.length > length ? (seen.length - length, seen.framing) : nil
    }
  }

  /// Takes in what has come meanwhile, as much as a message may be long.
  private func listen(to caller: Caller) {
    while farewell == nil, input.bytes.count - inHand < framing.limit,
      isReady(inputDescriptor, for: POLLIN)
    {
      receive(caller)
    }
  }

  /// Hears what the messages that wait have to say of each other.
  private func lookAhead(_ caller: Caller) {
    var (position, framing) = ahead ?? (inHand, framing)
    while true {
      let waiting = UnsafeRawBufferPointer(rebasing: input.bytes[position...])
      switch framing.next(in: waiting, atEnd: farewell != nil) {
      case .incomplete:
        ahead = (position, framing)
        return
      case .blank(let length), .unfit(_, let length): position += length
      case .message(let body, let length):
        caller.hear(UnsafeRawBufferPointer(rebasing: waiting[body]))
        position += length
      }
    }
  }

  /// Sends a message that is no answer, ahead of the one in hand. A caller who reads nothing is told
  /// nothing, and nothing overtakes answers that may not leave yet.
  private func tell(_ message: UnsafeRawBufferPointer) {
    guard unsent < Self.unsentLimit, trace != nil || group.count == 0 else { return }
    say(message)
    _ = send()
    group.begin(at: output.count)
  }
}
