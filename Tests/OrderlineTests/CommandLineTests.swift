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

  @Test("control characters of a file are shown, so that they cannot command the terminal")
  func controlCharacters() throws {
    let scratch = try Scratch()
    let store = try scratch.store(sample: false)
    let csv = scratch.file("a.csv")
    try Data("Name,Type,Regular price\nA\u{1B}]0;B\u{7}\u{7F}\u{9B}2Jé,simple,much\r\t!\n".utf8)
      .write(to: csv)
    let outcome = try Program.run(["import", csv.path, "--store", store.path])
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains(#"A\u001B]0;B\u0007\u007F\u009B2Jé")"#)
        && outcome.errors.contains(#"much\u000D"# + "\t!"),
      "\(outcome.errors)")
  }

  @Test("an answer's control characters are escaped, and mean the same")
  func answeredControlCharacters() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let name = "A\u{7F}\u{9B}2J"
    let outcome = try Program.run(
      ["call", "products.create", "name=\(name)", "price=8", "--store", store.path])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains(#""A\u007F\u009B2J""#), "\(outcome.text)")
    let answer = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
    #expect((answer?["product"] as? [String: Any])?["name"] as? String == name)
  }
}
