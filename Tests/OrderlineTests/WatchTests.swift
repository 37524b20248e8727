// One process watches, others change: every change is told of, once and in its order.
import Foundation
import Testing

@Suite("Who watches the store", .timeLimit(.minutes(30)))
struct WatchTests {
  /// A server that watches, and what its caller learned.
  private final class Watcher {
    let server: Conversation
    /// The changes that were seen, each by its id.
    private(set) var ids: [Int] = []
    private(set) var changes: [Value] = []
    /// What the notifications told of so far.
    private(set) var told: Int
    private(set) var notifications = 0

    init(_ store: URL, _ scratch: Scratch, files: Int? = nil) throws {
      server = try Conversation(pipes: store, scratch, files: files)
      told = 0
      told = try #require(try ask("changes.watch")["last"]?.integer)
    }

    func ask(_ method: String, _ params: String = "{}") throws -> Value {
      server.say(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"# + "\n")
      while true {
        let line = try #require(server.hear())
        if let answer = Value(line), answer["id"] != nil { return try #require(answer["result"]) }
        try note(line)
      }
    }

    /// Waits for the next notification.
    func hear() throws { try note(try #require(server.hear())) }

    private func note(_ line: String) throws {
      #expect(Contract.published.violations(notification: line) == [])
      let params = try #require(Value(line)?["params"])
      #expect(params["after"]?.integer == told, "no change is skipped or told of twice")
      let last = try #require(params["last"]?.integer)
      #expect(last > told)
      told = last
      notifications += 1
    }

    /// Lists what it was told of, and waits for more, until it has seen the change `id`.
    func follow(until id: Int) throws {
      while true {
        while (ids.last ?? 0) < told {
          let page = try ask("changes.list", #"{"after":\#(ids.last ?? 0),"limit":500}"#)
          let rows = page["changes"]?.elements ?? []
          changes += rows
          ids += rows.compactMap { $0["id"]?.integer }
        }
        if (ids.last ?? 0) >= id { return }
        try hear()
      }
    }

    func end() throws {
      server.closeInput()
      while try server.hear().map(note) != nil {}
      #expect(try server.end() == (0, ""))
    }
  }

  private func call(_ store: URL, _ words: String...) throws -> Value {
    let outcome = try Program.run(["call"] + words + ["--store", store.path])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try #require(Value(outcome.text))
  }

  @Test("is told of what another server, a call and an import change, and by whom")
  func others() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let watcher = try Watcher(store, scratch)
    let other = try Conversation(pipes: store, scratch)
    other.say(#"{"jsonrpc":"2.0","method":"orders.setStatus","params":[630,"completed"]}"# + "\n")
    try watcher.follow(until: 1)
    _ = try call(store, "orders.pay", "id=631", "--actor", "caisse")
    try watcher.follow(until: 2)
    let file = scratch.file("products.csv")
    try Data("ID,Type,Name,Regular price\n71,simple,Livre,5\n72,simple,Carte,1\n".utf8)
      .write(to: file)
    let imported = try Program.run(
      ["import", file.path, "--store", store.path, "--actor", "import"])
    #expect(imported.status == 0, "\(imported.errors)")
    try watcher.follow(until: 4)
    #expect(
      watcher.changes.map { $0["what"]?.text } == [
        "order.moved", "order.paid", "product.imported", "product.imported",
      ])
    #expect(watcher.changes.map { $0["by"]?.text } == ["vendor", "caisse", "import", "import"])
    #expect(watcher.told == 4)
    try watcher.end()
    other.closeInput()
    #expect(try other.end() == (0, ""))
  }

  @Test("sees each of thousands of changes by three writers once, in order")
  func writers() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let watcher = try Watcher(store, scratch)
    let writers = try (0..<3).map { writer in
      try write(1000, as: writer, to: store, scratch)
    }
    try watcher.follow(until: 2500)
    for writer in writers { writer.process.waitUntilExit() }
    let done = try writers.reduce(0) { count, writer in
      let lines = try String(contentsOf: writer.output, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 1000)
      return count + lines.count { $0.contains(#""changed":true"#) }
    }
    try watcher.follow(until: done)
    #expect(watcher.ids == Array(1...done))
    // Each change of an order is there once: its versions follow one another.
    var versions: [Int: Int] = [:]
    for change in watcher.changes {
      guard let order = change["order"]?.integer else { continue }
      if let before = versions[order] { #expect(change["version"]?.integer == before + 1) }
      versions[order] = change["version"]?.integer
    }
    #expect(versions.count == 21)
    try watcher.end()
  }

  /// A process that moves some orders to and fro, a line for each change in `output`.
  private func write(
    _ count: Int, as writer: Int, orders: Int = 7, to store: URL, _ scratch: Scratch
  ) throws -> (process: Process, output: URL) {
    let lines = (0..<count).map { number in
      let order = 630 + writer - number % orders * 3
      let status = number / orders % 2 == 0 ? "on-hold" : "processing"
      return #"{"jsonrpc":"2.0","id":\#(number),"method":"orders.setStatus","params":{"id":"#
        + #"\#(order),"status":"\#(status)","force":true,"notify":false}}"# + "\n"
    }
    let (input, output) = (scratch.file("in\(writer)"), scratch.file("out\(writer)"))
    try Data(lines.joined().utf8).write(to: input)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["serve", "--store", store.path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    return (process, output)
  }

  @Test("and does not read is told of the rest at once, and takes no memory for it")
  func unread() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let watcher = try Watcher(store, scratch)
    let writer = try write(2000, as: 0, to: store, scratch)
    writer.process.waitUntilExit()
    let last = try #require(try call(store, "changes.list", "limit=1")["last"]?.integer)
    while watcher.told < last { try watcher.hear() }
    #expect(last > 1900 && watcher.notifications < 1000, "a pipe holds less than that")
    try watcher.end()
  }

  @Test("is told no more when it watches no more, or when its input has ended")
  func unwatched() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let watcher = try Watcher(store, scratch)
    #expect(try watcher.ask("changes.unwatch")["watched"] == .bool(true))
    _ = try call(store, "orders.pay", "id=631")
    #expect(try watcher.ask("changes.list")["last"]?.integer == 1)
    #expect(watcher.notifications == 0)
    #expect(try watcher.ask("changes.watch")["last"]?.integer == 1)
    watcher.server.closeInput()
    #expect(watcher.server.hear() == nil)
    #expect(try watcher.server.end() == (0, ""))
  }

  @Test("uses no processor time while nobody changes anything")
  func idle() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let watcher = try Watcher(store, scratch)
    let other = try Watcher(store, scratch)
    _ = try call(store, "orders.pay", "id=631")
    for one in [watcher, other] { try one.follow(until: 1) }
    let before = try watcher.server.ticks()
    sleep(2)
    #expect(try watcher.server.ticks() - before <= 1)
    for one in [watcher, other] { try one.end() }
  }

  @Test("is told within seconds where the system has no more bells to give")
  func withoutBell() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    // Standard input, output and error, the answers, three files of the store, a pipe for signals.
    let watcher = try Watcher(store, scratch, files: 9)
    let folder = "/proc/\(watcher.server.process.processIdentifier)/fd/"
    let open = try FileManager.default.contentsOfDirectory(atPath: folder).map {
      try FileManager.default.destinationOfSymbolicLink(atPath: folder + $0)
    }
    #expect(!open.contains { $0.contains("inotify") }, "\(open)")
    _ = try call(store, "orders.pay", "id=631")
    try watcher.follow(until: 1)
    try watcher.end()
  }

  @Test("changes.watch is answered to a call, which ends with that")
  func oneCall() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    #expect(try call(store, "changes.watch")["last"]?.integer == 0)
    #expect(try call(store, "changes.unwatch")["watched"] == .bool(false))
  }

  @Test("sees what a writer did that was killed; each change has its row, and each row its change")
  func killed() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let watcher = try Watcher(store, scratch)
    func version() throws -> Int {
      try #require(try call(store, "orders.get", "id=630")["version"]?.integer)
    }
    let before = try version()
    for round in 0..<6 {
      let writer = try write(
        500, as: 0, orders: 1, to: store, scratch)
      try watcher.follow(until: (watcher.ids.last ?? 0) + 1 + round * 3)
      kill(writer.process.processIdentifier, SIGKILL)
      writer.process.waitUntilExit()
    }
    let changes = try version() - before
    try watcher.follow(until: changes)
    #expect(watcher.ids == Array(1...changes) && changes > 50)
    #expect(
      watcher.changes.compactMap { $0["version"]?.integer }
        == Array(before + 1...before + changes))
    try watcher.end()
  }
}
