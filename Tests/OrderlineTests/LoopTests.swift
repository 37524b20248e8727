// Proves order, patience and goodbye: the real server over pipes, sockets, files and signals.
import Foundation
import Glibc
import Testing

@Suite("The server as a process", .timeLimit(.minutes(30)))
struct LoopTests {
  private let ping = #"{"jsonrpc":"2.0","id":1,"method":"server.ping"}"#
  private let pong = #"{"jsonrpc":"2.0","id":1,"result":{"pong":true}}"#

  /// Long ids make long answers of little work; where there is time, real ones do it.
  private static let isLong = ProcessInfo.processInfo.environment["ORDERLINE_LONG_TESTS"] == "1"
  private static let unheard =
    isLong
    ? (count: 200_000, padding: "", method: "orders.get", params: "[630]")
    : (
      count: 20_000, padding: String(repeating: "x", count: 5000), method: "server.ping",
      params: "[]"
    )

  @Test("A caller that writes everything before it reads gets every answer, within bounded memory")
  func writesBeforeReading() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    let (count, padding, method, params) = Self.unheard
    let tail = "\(padding)\",\"method\":\"\(method)\",\"params\":\(params)}\n"
    let questions = Data(
      (0..<count).map { #"{"jsonrpc":"2.0","id":"\#($0) "# + tail }.joined().utf8)
    let said = server.sayUnheard(questions, patience: 3000)
    #expect(said > 64 * 1024)
    // What it did not take while nobody read, it takes now.
    let input = server.input
    let rest = questions[said...]
    let writer = Thread {
      rest.withUnsafeBytes { bytes in
        var position = 0
        while position < bytes.count {
          let length = write(input, bytes.baseAddress! + position, bytes.count - position)
          guard length > 0 else { return }
          position += length
        }
      }
    }
    writer.start()
    for id in 0..<count {
      let line = server.hearBytes() ?? []
      let start = #"{"jsonrpc":"2.0","id":"\#(id) "#
      let rest = line.dropFirst(start.utf8.count + padding.utf8.count)
      guard line.starts(with: start.utf8), rest.starts(with: #"","result":{"#.utf8) else {
        Issue.record("answer \(id): \(String(decoding: line.prefix(200), as: UTF8.self))")
        return
      }
    }
    let peak = try server.peakMemory()
    server.closeInput()
    #expect(server.hear() == nil)
    let (status, errors) = try server.end()
    #expect(status == 0)
    #expect(errors == "")
    #expect(peak < (64 + 32) << 20)
  }

  @Test("A caller that reads slower than it is answered costs no memory")
  func readsSlowly() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    let (count, padding) = (20_000, String(repeating: "x", count: 10_000))
    func answer(_ id: Int) -> String {
      #"{"jsonrpc":"2.0","id":"\#(id) \#(padding)","result":{"pong":true}}"# + "\n"
    }
    let input = server.input
    let writer = Thread {
      for id in 0..<count {
        let question =
          #"{"jsonrpc":"2.0","id":"\#(id) \#(padding)","method":"server.ping"}"# + "\n"
        guard write(input, question, question.utf8.count) == question.utf8.count else { return }
      }
    }
    writer.start()
    var left = (0..<count).reduce(0) { $0 + answer($1).utf8.count }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while left > 0 {
      let length = read(server.output, &chunk, chunk.count)
      try #require(length > 0)
      left -= length
      usleep(1000)
    }
    #expect(left == 0)
    #expect(try server.peakMemory() < 32 << 20)
    server.closeInput()
    #expect(server.hear() == nil)
    #expect(try server.end().status == 0)
  }

  @Test(
    "The last line needs no newline",
    arguments: ["", "\n", "\r\n", "\n\n", "\n \t"])
  func lastLine(end: String) throws {
    let scratch = try Scratch()
    let outcome = try Program.serve(try scratch.store(), ping + end)
    #expect(outcome.status == 0)
    #expect(outcome.text == pong + "\n")
    #expect(outcome.errors == "")
  }

  @Test("A reader that leaves ends it quietly")
  func head() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let requests = scratch.file("requests")
    try Data(String(repeating: ping + "\n", count: 20_000).utf8).write(to: requests)
    let script =
      "{ '\(Program.path)' serve --store '\(store.path)' < '\(requests.path)'; echo $? >&2; } | head -1"
    let outcome = try Program.run(
      ["-c", script], program: "/bin/sh", environment: ["PATH": "/usr/bin:/bin"])
    #expect(outcome.text == pong + "\n")
    #expect(outcome.errors == "0\n")
  }

  @Test("A signal ends an idle server with status 0", arguments: [SIGTERM, SIGINT, SIGHUP])
  func signals(number: Int32) throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    server.say(ping + "\n")
    #expect(server.hear() == pong)
    kill(server.process.processIdentifier, number)
    #expect(server.hear() == nil)
    let (status, errors) = try server.end()
    #expect(status == 0)
    #expect(errors == "")
  }

  @Test("A signal lets the request in hand be answered whole, and no line is cut")
  func signalAtWork() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    let get = #"{"jsonrpc":"2.0","id":2,"method":"orders.get","params":[630]}"#
    let batch = "[" + Array(repeating: get, count: 1000).joined(separator: ",") + "]\n"
    server.say(ping + "\n")
    #expect(server.hear() == pong)
    // The pipe holds less than the batch: when all but the last bytes are written, it is being read.
    server.say(batch + batch + batch)
    kill(server.process.processIdentifier, SIGTERM)
    let answers = server.hearAll()
    #expect(answers.isEmpty || answers.last == 0x0A)
    for line in answers.split(separator: 0x0A) {
      let parsed = try JSONSerialization.jsonObject(with: line)
      let count = (parsed as? [Any])?.count
      #expect(count == 1000)
    }
    let (status, errors) = try server.end()
    #expect(status == 0)
    #expect(errors == "")
  }

  @Test(
    "Standard input that is closed or empty from the start is the end of input",
    arguments: ["<&-", "< /dev/null"])
  func noInput(redirection: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let outcome = try shell("serve --store '\(store.path)' \(redirection)")
    #expect(outcome.status == 0)
    #expect(outcome.text == "")
    #expect(outcome.errors == "")
  }

  @Test(
    "A standard output that is closed from the start is said in one line",
    arguments: ["< /dev/null", "<&-"])
  func noOutput(redirection: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let outcome = try shell("serve --store '\(store.path)' \(redirection) >&-")
    #expect(outcome.status == 1)
    #expect(outcome.text == "")
    #expect(outcome.errors.hasPrefix("orderline: "))
    #expect(outcome.errors.contains("standard output"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  private func shell(_ words: String) throws -> Program.Outcome {
    try Program.run(["-c", "'\(Program.path)' \(words)"], program: "/bin/sh")
  }

  @Test("A disk that is full is said, with status 1")
  func fullOutput() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    try Data((ping + "\n").utf8).write(to: scratch.file("requests"))
    let outcome = try shell(
      "serve --store '\(store.path)' < '\(scratch.file("requests").path)' > /dev/full")
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("orderline: cannot write answers"))
  }

  @Test("Input and output may be one socket, whose flags stay as they are")
  func socket() throws {
    let scratch = try Scratch()
    let server = try Conversation(socket: try scratch.store(), scratch)
    for _ in 0..<3 {
      server.say(ping + "\n")
      #expect(server.hear() == pong)
    }
    server.say(ping)
    server.closeInput()
    #expect(server.hear() == pong)
    #expect(server.hear() == nil)
    #expect(try server.end() == (0, ""))
  }

  @Test("A caller who closes its socket without a word ends the server")
  func socketClosed() throws {
    let scratch = try Scratch()
    let server = try Conversation(socket: try scratch.store(), scratch)
    server.say(ping + "\n")
    #expect(server.hear() == pong)
    server.closeOutput()
    #expect(try server.end() == (0, ""))
  }

  @Test("O_NONBLOCK is set on nothing that others share")
  func sharedFlags() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    var ends: [Int32] = [-1, -1]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["serve", "--store", store.path]
    process.standardInput = FileHandle(fileDescriptor: ends[1])
    process.standardOutput = FileHandle(fileDescriptor: ends[1])
    let before = fcntl(ends[1], F_GETFL)
    try process.run()
    let question = Array((ping + "\n").utf8)
    #expect(write(ends[0], question, question.count) == question.count)
    var answer = [UInt8](repeating: 0, count: 1000)
    let length = read(ends[0], &answer, answer.count)
    #expect(String(decoding: answer.prefix(max(0, length)), as: UTF8.self) == pong + "\n")
    #expect(fcntl(ends[1], F_GETFL) == before)
    shutdown(ends[0], Int32(SHUT_WR))
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(fcntl(ends[1], F_GETFL) == before)
    for end in ends { close(end) }
  }

  @Test("An idle server uses no processor time")
  func idle() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    server.say(ping + "\n")
    #expect(server.hear() == pong)
    let before = try server.ticks()
    sleep(1)
    #expect(try server.ticks() - before <= 1)
    server.closeInput()
    #expect(try server.end() == (0, ""))
  }

  @Test("Memory does not grow with the number of requests")
  func memory() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    func ask(_ times: Int) {
      for _ in 0..<times / 500 {
        server.say(String(repeating: ping + "\n", count: 500))
        for _ in 0..<500 { #expect(server.hearBytes()?.count == pong.utf8.count) }
      }
    }
    ask(10_000)
    let before = try server.peakMemory()
    ask(Self.isLong ? 1_000_000 : 40_000)
    #expect(try server.peakMemory() - before < 1 << 20)
    server.closeInput()
    #expect(try server.end() == (0, ""))
  }

  @Test("To be asked again and again what there is takes no more memory")
  func asked() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    func ask(_ count: Int) throws {
      for id in 0..<count {
        server.say(#"{"jsonrpc":"2.0","id":\#(id),"method":"rpc.discover"}"# + "\n")
        #expect(try #require(server.hear()).contains(#""openrpc":"#))
      }
    }
    try ask(30)
    let before = try server.peakMemory()
    try ask(150)
    #expect(try server.peakMemory() - before < 1 << 20)
    server.closeInput()
    #expect(try server.end() == (0, ""))
  }

  @Test("A line over 16 MiB is refused, and the next request is answered")
  func longLine() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    server.say(
      "{\"jsonrpc\":\"" + String(repeating: "x", count: 17_000_000) + "\"}\n" + ping + "\n")
    let refused = try #require(server.hear())
    #expect(refused.hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#))
    #expect(refused.contains("16777216"))
    #expect(server.hear() == pong)
    server.closeInput()
    #expect(server.hear() == nil)
    #expect(try server.end() == (0, ""))
  }

  @Test("An answer comes while the input stays open, one for every request")
  func conversation() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    for _ in 0..<200 {
      server.say(ping + "\n")
      #expect(server.hear() == pong)
    }
    server.say(ping)
    server.closeInput()
    #expect(server.hear() == pong)
    #expect(try server.end() == (0, ""))
  }

  @Test(
    "It works from any folder and with no environment at all", arguments: ["/", "/proc", "/tmp"])
  func anywhere(folder: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let outcome = try Program.run(
      ["-i", Program.path, "serve", "--store", store.path], program: "/usr/bin/env",
      input: Data((ping + "\n").utf8), in: URL(fileURLWithPath: folder))
    #expect(outcome.status == 0)
    #expect(outcome.text == pong + "\n")
    #expect(outcome.errors == "")
  }
}
