// Proves the loop between caller and server over real pipes, sockets and files.
import Foundation
import Glibc
import Synchronization
import Testing

@testable import JSONRPC

@Suite("A connection", .timeLimit(.minutes(30)))
struct ConnectionTests {
  /// A connection that is served by a thread of its own, and the caller's ends of it.
  private final class Served: Sendable {
    private let ending = Mutex<Connection.Ending?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Serves until there is nothing left to do, and closes the descriptors.
    init(
      input: Int32, output: Int32, interruption: Int32 = -1, limit: Int = 1 << 20,
      alarm: Alarm? = nil, groupsToLose: Int = 0
    ) {
      signal(SIGPIPE, SIG_IGN)
      Thread.detachNewThread { [self] in
        let server = CounterServer()
        server.counters.alarm = alarm
        server.counters.groupsToLose = groupsToLose
        let connection = Connection(
          input: input, output: output, interruption: interruption, messageLimit: limit)
        let ended = connection.run(server.server)
        ending.withLock { $0 = ended }
        for descriptor in Set([input, output]) { close(descriptor) }
        done.signal()
      }
    }

    func wait() -> Connection.Ending? {
      done.wait()
      return ending.withLock { $0 }
    }
  }

  private func pipeEnds() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private func socketEnds() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
    return (ends[0], ends[1])
  }

  private func send(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let length = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard length > 0 else { return }
      bytes = bytes.dropFirst(length)
    }
  }

  /// Reads to the end, or until there are `lines` lines.
  private func receive(_ descriptor: Int32, lines: Int = .max) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var newlines = 0
    while newlines < lines {
      let length = read(descriptor, &chunk, chunk.count)
      guard length > 0 else { break }
      bytes += chunk[..<length]
      newlines += chunk[..<length].count { $0 == 0x0A }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func request(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"counter.read","params":["visits"]}"# + "\n"
  }

  private func answer(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"result":{"name":"visits","value":3}}"# + "\n"
  }

  private func isEndOfInput(_ ending: Connection.Ending?) -> Bool {
    if case .endOfInput = ending { true } else { false }
  }

  private func isCallerGone(_ ending: Connection.Ending?) -> Bool {
    if case .callerGone = ending { true } else { false }
  }

  private func isInterrupted(_ ending: Connection.Ending?) -> Bool {
    if case .interrupted = ending { true } else { false }
  }

  @Test("Everything read before the end of input is answered")
  func drained() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let served = Served(input: input, output: output)
    send((1...200).map(request).joined() + request(201).dropLast(), to: question)
    close(question)
    #expect(receive(reply) == (1...201).map(answer).joined())
    #expect(isEndOfInput(served.wait()))
    close(reply)
  }

  @Test("What was answered together and could not be kept is answered again, one by one")
  func lostGroup() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let add = #"{"jsonrpc":"2.0","id":1,"method":"counter.add","params":["visits",2]}"# + "\n"
    send(add + "nonsense\n" + add + request(2), to: question)
    close(question)
    let served = Served(input: input, output: output, groupsToLose: 1)
    let answers = receive(reply).split(separator: "\n")
    try #require(answers.count == 4)
    #expect(answers[0].contains(#""value":5"#))
    #expect(answers[1].contains("-32700"))
    #expect(answers[2].contains(#""value":7"#))
    #expect(answers[3].contains(#""value":7"#))
    #expect(isEndOfInput(served.wait()))
    close(reply)
  }

  @Test("What was withdrawn while it waited stays so when its group is answered again")
  func withdrawnInLostGroup() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let add = #"{"jsonrpc":"2.0","id":7,"method":"counter.add","params":["visits",2]}"# + "\n"
    let cancel = #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}"# + "\n"
    send(request(1) + add + cancel + request(2), to: question)
    close(question)
    let served = Served(input: input, output: output, groupsToLose: 1)
    let answers = receive(reply).split(separator: "\n")
    try #require(answers.count == 3)
    #expect(answers[1].contains("-32800"))
    #expect(answers[2].contains(#""value":3"#))
    #expect(isEndOfInput(served.wait()))
    close(reply)
  }

  @Test("An answer comes before the next question, over one socket")
  func conversation() throws {
    let (ours, theirs) = try socketEnds()
    let served = Served(input: theirs, output: theirs)
    for id in 1...50 {
      send(request(id), to: ours)
      #expect(receive(ours, lines: 1) == answer(id))
    }
    send(request(51), to: ours)
    shutdown(ours, Int32(SHUT_WR))
    #expect(receive(ours) == answer(51))
    #expect(isEndOfInput(served.wait()))
    close(ours)
  }

  @Test("A line over the limit is refused once, with the limit in it, and the next is answered")
  func tooLong() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let served = Served(input: input, output: output, limit: 1000)
    send(String(repeating: "x", count: 5000), to: question)
    let refused = try JSONText.parse(receive(reply, lines: 1).utf8)
    #expect(refused["id"]?.isNull == true)
    #expect(refused["error"]?["code"]?.integer == -32600)
    #expect(refused["error"]?["message"]?.string?.contains("1000 bytes") == true)
    send(String(repeating: "x", count: 5000) + "\n" + request(2), to: question)
    #expect(receive(reply, lines: 1) == answer(2))
    close(question)
    #expect(receive(reply) == "")
    #expect(isEndOfInput(served.wait()))
    close(reply)
  }

  @Test("A caller who stops reading a pipe ends it, also while nothing is asked")
  func readerOfPipeLeaves() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let served = Served(input: input, output: output)
    send(request(1), to: question)
    #expect(receive(reply, lines: 1) == answer(1))
    close(reply)
    #expect(isCallerGone(served.wait()))
    close(question)
  }

  @Test("A caller who closes the socket of the answers ends it, while the questions stay open")
  func readerOfSocketLeaves() throws {
    let (input, question) = try pipeEnds()
    let (ours, theirs) = try socketEnds()
    let served = Served(input: input, output: theirs)
    send(request(1), to: question)
    #expect(receive(ours, lines: 1) == answer(1))
    close(ours)
    #expect(isCallerGone(served.wait()))
    close(question)
  }

  @Test(
    "A caller who writes everything before reading anything gets every answer",
    arguments: [false, true])
  func writesFirst(overSocket: Bool) throws {
    let (input, question) = overSocket ? try socketEnds() : try pipeEnds()
    let (reply, output) = overSocket ? try socketEnds() : try pipeEnds()
    let served = Served(input: input, output: output)
    let count = 30_000
    send((1...count).map(request).joined(), to: question)
    close(question)
    #expect(receive(reply) == (1...count).map(answer).joined())
    #expect(isEndOfInput(served.wait()))
    close(reply)
  }

  @Test("What is asked behind more than it may hold back is answered, with the input still open")
  func behindTheBound() throws {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("orderline-bound-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let output = open(scratch.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(output >= 0)
    let (input, question) = try pipeEnds()
    let served = Served(input: input, output: output, limit: 16 << 20)
    // One batch whose answers are more than the bound, and one request in the same write.
    let long = #"{"jsonrpc":"2.0","id":1,"method":"counter.spell","params":[1000000]}"#
    let batch = Array(repeating: long, count: Connection.unsentLimit / 1_000_000 + 1)
    send("[\(batch.joined(separator: ","))]\n\(request(1))", to: question)
    let last = Data(answer(1).utf8)
    var written = Data()
    for _ in 0..<3000 where written.suffix(last.count) != last {
      usleep(10_000)
      written = try Data(contentsOf: scratch, options: .alwaysMapped)
    }
    #expect(written.count > Connection.unsentLimit)
    #expect(written.suffix(last.count) == last)
    close(question)
    #expect(isEndOfInput(served.wait()))
  }

  @Test("A signal to leave ends it at once when nothing is asked")
  func interruptedIdle() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let (interruption, signal) = try pipeEnds()
    let served = Served(input: input, output: output, interruption: interruption)
    send(request(1), to: question)
    #expect(receive(reply, lines: 1) == answer(1))
    send("x", to: signal)
    #expect(isInterrupted(served.wait()))
    #expect(receive(reply) == "")
    for descriptor in [question, reply, interruption, signal] { close(descriptor) }
  }

  @Test("A signal to leave lets the request in hand be answered, and no other")
  func interruptedAtWork() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let (interruption, signal) = try pipeEnds()
    send(request(1) + request(2), to: question)
    send("x", to: signal)
    let served = Served(input: input, output: output, interruption: interruption)
    let answers = receive(reply)
    #expect(isInterrupted(served.wait()))
    #expect(answers == answer(1) || answers == "")
    for descriptor in [question, reply, interruption, signal] { close(descriptor) }
  }

  @Test("A signal to leave ends it while a caller who reads slowly is waited for")
  func interruptedAtPace() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let (interruption, signal) = try pipeEnds()
    let served = Served(input: input, output: output, interruption: interruption)
    let long = #"{"jsonrpc":"2.0","id":1,"method":"counter.spell","params":[1000000]}"# + "\n"
    send(String(repeating: long, count: 200), to: question)
    var some = [UInt8](repeating: 0, count: 4096)
    for _ in 1...50 {
      #expect(read(reply, &some, some.count) == some.count)
      usleep(1000)
    }
    send("x", to: signal)
    let rest = receive(reply)
    #expect(isInterrupted(served.wait()))
    // What was answered is handed over whole, and that is little.
    #expect(rest.utf8.last == 0x0A && rest.utf8.count < 4 << 20, "\(rest.utf8.count)")
    for descriptor in [question, reply, interruption, signal] { close(descriptor) }
  }

  private func told(_ visits: Int) -> String {
    #"{"jsonrpc":"2.0","method":"counter.visited","params":{"visits":\#(visits)}}"# + "\n"
  }

  @Test("What there is to tell is told while nothing is asked, and behind answers")
  func news() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let (bell, rope) = try pipeEnds()
    let served = Served(input: input, output: output, alarm: .descriptor(bell))
    send("ring", to: rope)
    #expect(receive(reply, lines: 1) == told(4))
    send("x", to: rope)
    send("[\(request(1).dropLast()),\(request(2).dropLast())]\n" + request(3), to: question)
    let heard = receive(reply, lines: 3)
    let batch = "[\(answer(1).dropLast()),\(answer(2).dropLast())]\n"
    #expect(
      [
        told(1) + batch + answer(3), batch + told(1) + answer(3), batch + answer(3) + told(1),
      ].contains(heard), "\(heard)")
    // What cannot be told ends nothing.
    send(String(repeating: "x", count: 13), to: rope)
    send(request(4), to: question)
    #expect(receive(reply, lines: 1) == answer(4))
    close(question)
    #expect(receive(reply) == "")
    #expect(isEndOfInput(served.wait()))
    for descriptor in [reply, bell, rope] { close(descriptor) }
  }

  @Test("A caller who does not read is told of everything at once, when they do")
  func unheardNews() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let (bell, rope) = try pipeEnds()
    let served = Served(input: input, output: output, alarm: .descriptor(bell))
    // More than the pipe takes: once some of it is there, the rest is unsent.
    let long = #"{"jsonrpc":"2.0","id":1,"method":"counter.spell","params":[500000]}"# + "\n"
    send(long, to: question)
    var ready = pollfd(fd: reply, events: Int16(POLLIN), revents: 0)
    #expect(poll(&ready, 1, -1) == 1)
    for _ in 1...500 { send("x", to: rope) }
    let end = String(receive(reply, lines: 2).suffix(200))
    #expect(end.hasSuffix("}\n" + told(500)), "\(end)")
    close(question)
    #expect(isEndOfInput(served.wait()))
    for descriptor in [reply, bell, rope] { close(descriptor) }
  }

  @Test("Where nothing wakes it, it looks once a second")
  func clockwork() throws {
    let (input, question) = try pipeEnds()
    let (reply, output) = try pipeEnds()
    let served = Served(input: input, output: output, alarm: .clock)
    #expect(receive(reply, lines: 1) == told(0))
    close(question)
    #expect(isEndOfInput(served.wait()))
    close(reply)
  }

  @Test("Answers that cannot be written end it with the reason")
  func broken() throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(full >= 0)
    let (input, question) = try pipeEnds()
    let served = Served(input: input, output: full)
    send(request(1), to: question)
    guard case .broken(let code) = served.wait() else {
      Issue.record("it ended otherwise")
      return
    }
    #expect(code == ENOSPC)
    close(question)
  }

  @Test("It sets no flag on descriptors that others share")
  func sharedFlags() throws {
    let (ours, theirs) = try socketEnds()
    let (input, question) = try pipeEnds()
    let shared = [dup(theirs), dup(input)]
    let before = shared.map { fcntl($0, F_GETFL) }
    let served = Served(input: input, output: theirs)
    send(request(1), to: question)
    #expect(receive(ours, lines: 1) == answer(1))
    #expect(shared.map { fcntl($0, F_GETFL) } == before)
    close(question)
    #expect(isEndOfInput(served.wait()))
    #expect(shared.map { fcntl($0, F_GETFL) } == before)
    for descriptor in shared + [ours] { close(descriptor) }
  }
}
