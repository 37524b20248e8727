// The command line, run for real.
import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test("the version is one line")
  func version() throws {
    let outcome = try Program.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 1)
    #expect(outcome.text.hasPrefix("orderline "))
  }

  @Test("what editors add to the command line is accepted")
  func editors() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let outcome = try Program.serve(
      store, #"{"jsonrpc":"2.0","id":1,"method":"server.ping"}"#,
      ["--stdio", "--clientProcessId=5"])
    #expect(outcome.status == 0)
    #expect(outcome.lines == [#"{"jsonrpc":"2.0","id":1,"result":{"pong":true}}"#])
  }

  @Test("input that cannot be read is said, with status 1")
  func unreadable() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let outcome = try Program.run(
      ["-c", "'\(Program.path)' serve --store '\(store.path)' </tmp"], program: "/bin/sh")
    #expect(outcome.status == 1)
    #expect(outcome.errors == "orderline: cannot read requests: Is a directory\n")
  }

  @Test("a time zone that this system lacks is said when the store is opened")
  func unknownZone() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let database = try Data(contentsOf: store)
    // Two names of one length: the row keeps its form.
    let range = try #require(database.range(of: Data("Europe/Paris".utf8)))
    var changed = database
    changed.replaceSubrange(range, with: Data("Europe/Pariz".utf8))
    try changed.write(to: store)
    let outcome = try Program.run(["call", "orders.count", "--store", store.path])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("this system knows no time zone Europe/Pariz"))
  }
}
