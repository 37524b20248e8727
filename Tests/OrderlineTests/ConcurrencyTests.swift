// Several processes on one store, and processes that are killed: nothing acknowledged is lost.
import Foundation
import Testing

@Suite("Several processes on one store")
struct ConcurrencyTests {
  /// What an answer says that these tests ask for.
  private struct Answer: Decodable {
    struct Order: Decodable {
      struct Entry: Decodable { let what: String }
      let id: Int
      let status: String
      let version: Int
      let history: [Entry]
    }
    struct Result: Decodable {
      let order: Order?
      let changed: Bool?
    }
    struct Failure: Decodable { let code: Int }
    let id: Int
    let result: Result?
    let error: Failure?
  }

  private func answers(_ text: some StringProtocol) throws -> [Answer] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
    }
  }

  private static let person = """
    "customer":{"name":"Awa","email":"awa@a.example"},\
    "billing":{"name":"Awa","street":"1 rue A","postcode":"","city":"Lyon","country":"FR"}
    """

  private func request(_ id: Int, _ method: String, _ params: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(params)}}"# + "\n"
  }

  /// A running server whose input and output are files or pipes of the test's.
  private func server(_ store: URL, from input: FileHandle, to output: FileHandle) throws -> Process
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["serve", "--store", store.path]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test("two that change the same hundred orders a thousand times each lose no change")
  func twoWriters() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let creations = (1...100).map { id in
      request(id, "orders.create", #""lines":[{"product":11}],"# + Self.person)
    }
    let created = try answers(Program.serve(store, creations.joined()).text)
    let ids = created.compactMap { $0.result?.order?.id }
    try #require(Set(ids).count == 100)

    let statuses = ["processing", "completed", "on-hold", "failed", "cancelled", "pending"]
    let running = try (0..<2).map { writer in
      let requests = (0..<1000).map { number in
        let status = statuses[(number / 100 + writer * 3) % statuses.count]
        return request(
          number, "orders.setStatus",
          #""id":\#(ids[number % 100]),"status":"\#(status)","force":true"#)
      }
      try Data(requests.joined().utf8).write(to: scratch.file("in\(writer)"))
      try Data().write(to: scratch.file("out\(writer)"))
      return try server(
        store, from: FileHandle(forReadingFrom: scratch.file("in\(writer)")),
        to: FileHandle(forWritingTo: scratch.file("out\(writer)")))
    }
    for process in running {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    var changes = 0
    for writer in 0..<2 {
      let text = try String(contentsOf: scratch.file("out\(writer)"), encoding: .utf8)
      let given = try answers(text)
      #expect(given.map(\.id) == Array(0..<1000))
      for answer in given where answer.result == nil {
        #expect(answer.error?.code == 1901, "the one thing that may happen is that it is busy")
      }
      changes += given.count { $0.result?.changed == true }
    }
    let after = try wholeOrders(ids, in: store)
    try #require(after.count == 100)
    #expect(changes > 1000, "each round of either writer changes something")
    #expect(after.reduce(0) { $0 + $1.version - 1 } == changes)
    #expect(after.reduce(0) { $0 + $1.history.count - 1 } == changes)
  }

  @Test("of 16 processes that redeem a key with 5 left at once, exactly 5 get the file")
  func redeemers() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let prepared = try Program.serve(
      store,
      request(1, "products.configure", #""id":19,"downloadLimit":5"#)
        + request(2, "orders.create", #""lines":[{"product":19}],"# + Self.person)
        + request(3, "orders.pay", #""id":633"#))
    let grant = Value(try #require(prepared.lines.last))?["result"]?["order"]?["downloads"]?[0]
    try #require(grant?["left"]?.integer == 5)
    let key = try #require(grant?["key"]?.text)

    let redeemers = try (0..<16).map { number in
      for name in ["said", "complained"] { try Data().write(to: scratch.file("\(name)\(number)")) }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments = [
        "call", "downloads.redeem", "downloadKey=\(key)", "--store", store.path,
      ]
      process.standardOutput = try FileHandle(forWritingTo: scratch.file("said\(number)"))
      process.standardError = try FileHandle(forWritingTo: scratch.file("complained\(number)"))
      try process.run()
      return process
    }
    var left: [Int] = []
    for (number, redeemer) in redeemers.enumerated() {
      redeemer.waitUntilExit()
      let said = try String(contentsOf: scratch.file("said\(number)"), encoding: .utf8)
      if redeemer.terminationStatus == 0 {
        left.append(try #require(Value(said)?["download"]?["left"]?.integer))
      } else {
        let complaint = try String(contentsOf: scratch.file("complained\(number)"), encoding: .utf8)
        #expect(redeemer.terminationStatus == 1 && said.isEmpty)
        #expect(complaint.contains(#""refusal":"downloadUsedUp""#), "\(complaint)")
      }
    }
    #expect(left.sorted() == [0, 1, 2, 3, 4])
  }

  @Test(
    "a server that is killed in the middle has done all it acknowledged, and only whole changes")
  func killed() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    var acknowledged: Set<Int> = []
    var moves = 0
    let before = try wholeOrders(Array(612...631), in: store).reduce(0) { $0 + $1.version }
    var random = SystemRandomNumberGenerator()
    for round in 1...20 {
      let (input, output) = (Pipe(), Pipe())
      let process = try server(
        store, from: input.fileHandleForReading, to: output.fileHandleForWriting)
      try output.fileHandleForWriting.close()
      let requests = (1...120).map { id in
        id % 2 == 0
          ? request(
            id, "orders.create",
            #""lines":[{"product":11},{"product":12,"quantity":2}],"#
              + Self.person)
          : request(
            id, "orders.setStatus",
            #""id":\#(611 + round),"status":"\#(id % 4 == 1 ? "completed" : "processing")","force":true"#
          )
      }
      // All of it fits into a pipe, so that nobody has to wait.
      try input.fileHandleForWriting.write(contentsOf: Data(requests.joined().utf8))
      // It dies after some of its answers, in the middle of the work on the next.
      let enough = Int.random(in: 0...80, using: &random)
      var text = Data()
      var heard = 0
      while heard < enough {
        let more = output.fileHandleForReading.availableData
        if more.isEmpty { break }
        text += more
        heard += more.count { $0 == 0x0A }
      }
      kill(process.processIdentifier, SIGKILL)
      text += output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      let whole = text[..<(text.lastIndex(of: 0x0A) ?? text.startIndex)]
      let given = try answers(String(decoding: whole, as: UTF8.self))
      #expect(given.allSatisfy { $0.result?.order != nil }, "round \(round)")
      let orders = given.compactMap { $0.result }.filter { $0.changed == true }
        .compactMap(\.order)
      moves += orders.count { $0.id <= 632 }
      let created = orders.map(\.id).filter { $0 > 632 }
      #expect(acknowledged.isDisjoint(with: created), "no id is given twice")
      acknowledged.formUnion(created)
    }
    #expect(!acknowledged.isEmpty && moves > 0)
    try expectSound(store, holding: acknowledged)
    let moved = try wholeOrders(Array(612...631), in: store)
    let versions = moved.reduce(0) { $0 + $1.version }
    #expect(versions >= before + moves, "every acknowledged move is there")
    #expect(versions <= before + moves + 20 * 60)
    #expect(moved.allSatisfy { $0.history.count == $0.version })
  }

  @Test("a server that is killed while it changes many orders together has done none by halves")
  func killedInGroup() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    var acknowledged: Set<Int> = []
    var random = SystemRandomNumberGenerator()
    for _ in 1...12 {
      let (input, output) = (Pipe(), Pipe())
      let process = try server(
        store, from: input.fileHandleForReading, to: output.fileHandleForWriting)
      try output.fileHandleForWriting.close()
      // It is there when it answers; what follows comes at once.
      try input.fileHandleForWriting.write(
        contentsOf: Data(request(0, "server.ping", "").utf8))
      #expect(!output.fileHandleForReading.availableData.isEmpty)
      let create = #""lines":[{"product":11},{"product":12,"quantity":2}],"# + Self.person
      let requests = (1...150).map { request($0, "orders.create", create) }
      try input.fileHandleForWriting.write(contentsOf: Data(requests.joined().utf8))
      usleep(UInt32.random(in: 0...60_000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      let text = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      let whole = text[..<(text.lastIndex(of: 0x0A) ?? text.startIndex)]
      for answer in try answers(String(decoding: whole, as: UTF8.self)) {
        acknowledged.insert(try #require(answer.result?.order?.id))
      }
    }
    try expectSound(store, holding: acknowledged)
  }

  @Test("a process that changes orders without a pause lets another have its turn")
  func turns() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let create = #""lines":[{"product":11}],"# + Self.person
    let many = (1...3000).map { request($0, "orders.create", create) }
    try Data(many.joined().utf8).write(to: scratch.file("in"))
    try Data().write(to: scratch.file("out"))
    let busy = try server(
      store, from: FileHandle(forReadingFrom: scratch.file("in")),
      to: FileHandle(forWritingTo: scratch.file("out")))
    let other = try Conversation(pipes: store, scratch)
    for id in 1...20 {
      other.say(request(id, "orders.addNote", #""id":630,"note":"\#(id)""#))
      #expect(try #require(other.hear()).contains(#""applied":true"#))
    }
    busy.waitUntilExit()
    let given = try answers(String(contentsOf: scratch.file("out"), encoding: .utf8))
    #expect(given.count { $0.result?.changed == true } == 3000)
  }

  /// Orders as orders.get answers them.
  private func wholeOrders(_ ids: [Int], in store: URL) throws -> [Answer.Order] {
    struct Got: Decodable { let result: Answer.Order }
    let requests = ids.map { request($0, "orders.get", #""id":\#($0)"#) }
    return try Program.serve(store, requests.joined()).lines.map {
      try JSONDecoder().decode(Got.self, from: Data($0.utf8)).result
    }
  }

  private struct Count: Decodable {
    struct Result: Decodable {
      let total: Int
      let byStatus: [String: Int]
    }
    let result: Result
  }

  private struct Page: Decodable {
    struct Result: Decodable {
      struct Row: Decodable {
        let id: Int
        let status: String
        let purchased: String
      }
      let orders: [Row]
      let nextCursor: String?
    }
    let result: Result
  }

  private func expectSound(_ store: URL, holding acknowledged: Set<Int>) throws {
    var rows: [Page.Result.Row] = []
    var cursor: String?
    repeat {
      let params = #""sort":"id","limit":500"# + (cursor.map { #","cursor":"\#($0)""# } ?? "")
      let outcome = try Program.serve(store, request(1, "orders.list", params))
      let page = try JSONDecoder().decode(Page.self, from: outcome.output).result
      rows += page.orders
      cursor = page.nextCursor
    } while cursor != nil
    #expect(acknowledged.isSubset(of: rows.map(\.id)))
    let created = rows.filter { $0.id > 632 }
    #expect(created.allSatisfy { $0.purchased == "1 × Le Horla, 2 × Le Horla (ebook)" })

    let outcome = try Program.serve(store, request(1, "orders.count", ""))
    let count = try JSONDecoder().decode(Count.self, from: outcome.output).result
    #expect(count.total == rows.count)
    for (status, number) in count.byStatus {
      #expect(rows.count { $0.status == status } == number, "\(status)")
    }
    let sqlite = "/usr/bin/sqlite3"
    if FileManager.default.isExecutableFile(atPath: sqlite) {
      let check = try Program.run(
        [store.path, "PRAGMA integrity_check; PRAGMA foreign_key_check"], program: sqlite)
      #expect(check.text == "ok\n")
      let torn = try Program.run(
        [
          store.path,
          """
          SELECT count(*) FROM orders
          WHERE version <> (SELECT count(*) FROM order_history WHERE order_id = id)
            OR id > 632 AND (SELECT count(*) FROM order_lines WHERE order_id = id) <> 2
          """,
        ], program: sqlite)
      #expect(torn.text == "0\n", "an order is there with its lines and history, or not at all")
    }
  }
}
