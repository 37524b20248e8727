// Proves what editors ask of a server they start: framing, goodbye, a process to leave with, a trace.
import Foundation
import Glibc
import Testing

@Suite("An editor's server", .timeLimit(.minutes(30)))
struct EditorTests {
  private let ping = #"{"jsonrpc":"2.0","id":1,"method":"server.ping"}"#
  private let pong = #"{"jsonrpc":"2.0","id":1,"result":{"pong":true}}"#

  private func framed(_ message: String) -> String {
    "Content-Length: \(message.utf8.count)\r\n\r\n\(message)"
  }

  @Test("Headers are answered with headers, lines with lines, whatever arguments editors add")
  func framing() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let arguments = ["--stdio", "--clientProcessId=\(getpid())"]
    #expect(
      try Program.serve(store, framed(ping) + framed(ping), arguments).text == framed(pong)
        + framed(pong))
    #expect(try Program.serve(store, ping, arguments).text == pong + "\n")
  }

  @Test("A framing that is forced is kept to")
  func forced() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let asLines = try Program.serve(store, framed(ping), ["--framing", "lines"])
    #expect(asLines.lines.count == 2)
    #expect(asLines.lines.first?.contains("-32700") == true)
    #expect(asLines.lines.last == pong)
    let asHeaders = try Program.serve(store, ping + "\n" + framed(ping), ["--framing=headers"])
    #expect(asHeaders.text.contains("-32700"))
    #expect(asHeaders.text.hasSuffix(framed(pong)))
    let wrong = try Program.run(["serve", "--store", store.path, "--framing", "xml"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("lines or headers"))
  }

  @Test("exit ends it with status 0 after shutdown, else 1", arguments: [true, false])
  func goodbye(isPolite: Bool) throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    if isPolite {
      server.say(#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"# + "\n")
      #expect(server.hear() == #"{"jsonrpc":"2.0","id":2,"result":null}"#)
    }
    server.say(#"{"jsonrpc":"2.0","method":"exit"}"# + "\n")
    #expect(try server.end() == (isPolite ? 0 : 1, ""))
  }

  /// A process that does nothing.
  private func editor() throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["600"]
    try process.run()
    return process
  }

  @Test(
    "It leaves when the process it is told of is gone, though its input stays open",
    arguments: ["--clientProcessId", "initialize"])
  func watched(how: String) throws {
    let scratch = try Scratch()
    let editor = try editor()
    let isArgument = how != "initialize"
    let server = try Conversation(
      pipes: try scratch.store(), scratch,
      isArgument ? ["--clientProcessId=\(editor.processIdentifier)"] : [])
    let hello =
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"processId":\#(editor.processIdentifier)}}"#
    if !isArgument {
      server.say(hello + "\n")
      #expect(
        server.hear()?.hasPrefix(#"{"jsonrpc":"2.0","id":0,"result":{"capabilities":{},"#) == true)
    }
    server.say(ping + "\n")
    #expect(server.hear() == pong)
    kill(editor.processIdentifier, SIGKILL)
    #expect(server.hear() == nil)
    #expect(try server.end() == (0, ""))
  }

  @Test("What was asked before the process was gone is answered")
  func goneBefore() throws {
    let scratch = try Scratch()
    let editor = try editor()
    kill(editor.processIdentifier, SIGKILL)
    editor.waitUntilExit()
    let outcome = try Program.serve(
      try scratch.store(), ping + "\n" + ping, ["--clientProcessId=\(editor.processIdentifier)"])
    #expect(outcome.status == 0)
    #expect(outcome.lines == [pong, pong])
    let wrong = try Program.run(
      ["serve", "--store", try scratch.store("other.db").path, "--clientProcessId=me"])
    #expect(wrong.status == 2)
  }

  @Test("A trace has both directions with times, is its owner's alone, and says what it holds")
  func trace() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let file = scratch.file("trace")
    try Data("kept\n".utf8).write(to: file)
    chmod(file.path, 0o644)
    let outcome = try Program.serve(store, ping + "\nnonsense", ["--trace", file.path])
    #expect(outcome.errors == "")
    var status = stat()
    #expect(stat(file.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(
      String.init)
    try #require(lines.count == 6)
    #expect(lines[0] == "kept")
    #expect(lines[1].hasPrefix("// ") && lines[1].contains("personal data"))
    let time = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.*)$/#
    let said = lines.dropFirst(2).map { $0.firstMatch(of: time).map { String($0.output.1) } }
    #expect(said.prefix(3) == ["--> \(ping)", "<-- \(pong)", "--> nonsense"])
    #expect(
      said.last??.hasPrefix(#"<-- {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"#) == true)
  }

  @Test("A trace that cannot be written is said once, and the requests are answered")
  func fullTrace() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let outcome = try Program.serve(store, ping + "\n" + ping, ["--trace", "/dev/full"])
    #expect(outcome.status == 0)
    #expect(outcome.lines == [pong, pong])
    #expect(outcome.errors.hasPrefix("orderline: the trace ends here"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    for path in ["/tmp", "/nowhere/trace"] {
      let refused = try Program.serve(store, ping, ["--trace", path])
      #expect(refused.status != 0 && refused.text == "")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("A line of 100 MB is refused, within bounded memory, and the next request is answered")
  func hugeLine() throws {
    let scratch = try Scratch()
    let server = try Conversation(pipes: try scratch.store(), scratch)
    let piece = String(repeating: "x", count: 1_000_000)
    for _ in 0..<100 { server.say(piece) }
    server.say("\n" + ping + "\n")
    #expect(
      server.hear()?.hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#) == true)
    #expect(server.hear() == pong)
    #expect(try server.peakMemory() < 96 << 20)
    server.closeInput()
    #expect(try server.end() == (0, ""))
  }
}
