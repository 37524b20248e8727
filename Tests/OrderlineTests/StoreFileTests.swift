// The store's file: how it is created, what is taken for one, and what is left alone.
import Foundation
import Testing

@Suite("The store's file")
struct StoreFileTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted()
  }

  /// The big-endian number at `offset` of a file's header.
  private func header(_ store: URL, at offset: Int) throws -> Int {
    try Data(contentsOf: store)[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Opens the store with the real program and expects a refusal that names the file and leaves
  /// everything as it was.
  private func expectRefusal(_ store: URL, saying words: String) throws {
    let before = try? Data(contentsOf: store)
    let there = try names()
    for command in [["serve"], ["call", "orders.count"]] {
      let outcome = try Program.run(command + ["--store", store.path])
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(store.path) && outcome.errors.contains(words), "\(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect((try? Data(contentsOf: store)) == before)
    #expect(try names() == there)
  }

  // MARK: Creating

  @Test("a new store is for its owner only, whatever the umask", arguments: ["000", "022", "277"])
  func mode(umask: String) throws {
    let store = scratch.file("shop.db")
    let outcome = try Program.run(
      ["-c", "umask \(umask); exec \"$0\" \"$@\"", Program.path, "init", "--store", store.path],
      program: "/bin/sh")
    #expect(outcome.status == 0, "\(outcome)")
    let attributes = try FileManager.default.attributesOfItem(atPath: store.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try header(store, at: 68) == 0x4F52_4C4E, "the application id is ORLN")
    #expect(try header(store, at: 60) > 0, "the user version counts the migrations")
    #expect(try Data(contentsOf: store)[18..<20] == Data([2, 2]), "the journal is a WAL")
    #expect(try names() == ["shop.db"])
  }

  enum Obstacle: CaseIterable {
    case file, store, symlink, danglingSymlink, directory, fifo
  }

  @Test("what is there already is never touched", arguments: Obstacle.allCases)
  func neverOverwrites(obstacle: Obstacle) throws {
    let store = scratch.file("shop.db")
    let other = scratch.file("other")
    switch obstacle {
    case .file: try Data("precious".utf8).write(to: store)
    case .store: _ = try scratch.store()
    case .symlink:
      try Data("precious".utf8).write(to: other)
      try FileManager.default.createSymbolicLink(at: store, withDestinationURL: other)
    case .danglingSymlink:
      try FileManager.default.createSymbolicLink(at: store, withDestinationURL: other)
    case .directory:
      try FileManager.default.createDirectory(at: store, withIntermediateDirectories: false)
    case .fifo: #expect(mkfifo(store.path, 0o600) == 0)
    }
    let before = obstacle == .fifo ? nil : try? Data(contentsOf: store)
    let there = try names()
    let outcome = try Program.run(["init", "--store", store.path, "--sample"])
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("\(store.path) is there already"), "\(outcome)")
    #expect(try names() == there)
    if obstacle != .fifo { #expect((try? Data(contentsOf: store)) == before) }
  }

  @Test("a folder that is not there is named")
  func noFolder() throws {
    let store = scratch.file("nowhere/shop.db")
    let outcome = try Program.run(["init", "--store", store.path])
    #expect(outcome.status == 1 && outcome.errors.contains("cannot create \(store.path)"))
    #expect(try names() == [])
  }

  @Test("of several that create the same store at once, one does")
  func race() throws {
    for round in 1...5 {
      let store = scratch.file("shop\(round).db")
      let processes = try (1...4).map { _ in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["init", "--store", store.path, "--sample"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
      }
      for process in processes { process.waitUntilExit() }
      #expect(processes.map(\.terminationStatus).sorted() == [0, 1, 1, 1])
      #expect(processes.allSatisfy { $0.terminationReason == .exit })
      let count = try Program.run(["call", "orders.count", "--store", store.path])
      #expect(count.text.contains("\"total\":22"))
    }
    #expect(try names() == (1...5).map { "shop\($0).db" })
  }

  // MARK: Opening

  @Test("a file that is not there is not created, and init is recommended")
  func missing() throws {
    try expectRefusal(scratch.file("shop.db"), saying: "orderline init --store")
  }

  @Test("a folder is no store")
  func folder() throws {
    let store = scratch.file("shop.db")
    try FileManager.default.createDirectory(at: store, withIntermediateDirectories: false)
    try expectRefusal(store, saying: "Is a directory")
  }

  @Test("a pipe is no store, and nobody waits for it")
  func pipe() throws {
    let store = scratch.file("shop.db")
    #expect(mkfifo(store.path, 0o600) == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["serve", "--store", store.path]
    let errors = Pipe()
    process.standardError = errors
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let isOver = ended.wait(timeout: .now() + 60) == .success
    if !isOver { process.terminate() }
    #expect(isOver && process.terminationStatus == 1)
    let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    #expect(text.contains("\(store.path) is not an orderline store"))
  }

  @Test(
    "what is not SQLite is not a store",
    arguments: [
      "", "SQLite format 3", "Dear diary\n", String(repeating: "SQLite format 3\0", count: 100),
      "SQLite format 3\0" + String(repeating: "\u{0}", count: 84),
    ])
  func notSQLite(text: String) throws {
    let store = scratch.file("shop.db")
    try Data(text.utf8).write(to: store)
    try expectRefusal(store, saying: "is not an orderline store")
  }

  /// Runs SQL on a file with Debian's sqlite3.
  private func sql(_ store: URL, _ text: String) throws -> String {
    let outcome = try Program.run([store.path, text], program: "/usr/bin/sqlite3")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static let hasSQLite = FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3")

  @Test("another program's database is left alone", .enabled(if: hasSQLite, "needs sqlite3"))
  func foreign() throws {
    let store = scratch.file("shop.db")
    _ = try sql(store, "CREATE TABLE orders (id INTEGER); INSERT INTO orders VALUES (1)")
    try expectRefusal(store, saying: "another program's SQLite database")
  }

  @Test("a store of a newer orderline is left alone", .enabled(if: hasSQLite, "needs sqlite3"))
  func newer() throws {
    let store = try scratch.store()
    _ = try sql(store, "PRAGMA user_version = 999")
    try expectRefusal(store, saying: "newer orderline (store version 999")
  }

  @Test(
    "a store of no possible version is damaged", .enabled(if: hasSQLite, "needs sqlite3"),
    arguments: [0, -1, -2_147_483_648])
  func impossibleVersion(version: Int) throws {
    let store = try scratch.store()
    _ = try sql(store, "PRAGMA user_version = \(version)")
    try expectRefusal(store, saying: "is damaged (store version \(version))")
  }

  @Test(
    "a store without one of its tables is damaged", .enabled(if: hasSQLite, "needs sqlite3"),
    arguments: [
      "shop", "products", "product_files", "orders", "order_lines", "order_history",
      "order_counts", "answered_calls", "ship_counts",
    ])
  func missingTable(table: String) throws {
    let store = try scratch.store()
    _ = try sql(store, "PRAGMA foreign_keys = OFF; DROP TABLE \(table)")
    try expectRefusal(store, saying: "is damaged")
  }

  @Test("a store without its shop is damaged", .enabled(if: hasSQLite, "needs sqlite3"))
  func missingShop() throws {
    let store = try scratch.store()
    _ = try sql(store, "DELETE FROM shop")
    try expectRefusal(store, saying: "is damaged")
  }

  @Test("a store that was cut is refused", arguments: [50, 99, 100, 512, 4095, 4096, 5000, 40_000])
  func cut(length: Int) throws {
    let store = try scratch.store()
    let whole = try Data(contentsOf: store)
    try #require(whole.count > 40_960)
    try whole.prefix(length).write(to: store)
    try expectRefusal(store, saying: length < 100 ? "is not an orderline store" : "is damaged")
  }

  @Test("flipped bytes in the header are refused or harmless, and never end in a crash")
  func flipped() throws {
    let store = try scratch.store()
    let whole = try Data(contentsOf: store)
    var refused = 0
    // Every byte of the header, and some of the tables' list behind it.
    let places = Array(0..<100) + Array(stride(from: 101, to: 4096, by: 97))
    for (place, flip) in places.flatMap({ [($0, 0x80), ($0, 0x05)] as [(Int, UInt8)] }) {
      var damaged = whole
      damaged[place] ^= flip
      try damaged.write(to: store)
      let outcome = try Program.run(["call", "orders.count", "--store", store.path])
      #expect(outcome.status == 0 || outcome.status == 1, "byte \(place): \(outcome)")
      if outcome.status == 0 {
        #expect(outcome.text.contains("\"total\":22"), "byte \(place)")
      } else {
        refused += 1
        #expect(outcome.errors.hasPrefix("orderline: "), "byte \(place): \(outcome)")
        #expect(try Data(contentsOf: store) == damaged, "byte \(place)")
      }
      #expect(try names() == ["shop.db"], "byte \(place)")
    }
    #expect(refused > 40)
  }

  private static let canBecomeNobody =
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

  @Test(
    "a store that may only be read is not opened",
    .enabled(if: canBecomeNobody, "needs root and setpriv"), arguments: ["644", "666"])
  func readOnly(mode: String) throws {
    let store = try scratch.store()
    chmod(store.path, mode_t(mode, radix: 8) ?? 0)
    chmod(scratch.folder.path, 0o755)
    let before = try Data(contentsOf: store)
    // The program is copied to where another user may run it.
    let program = scratch.file("orderline").path
    try FileManager.default.copyItem(atPath: Program.path, toPath: program)
    let outcome = try Program.run(
      [
        "--reuid", "65534", "--regid", "65534", "--clear-groups", program, "serve", "--store",
        store.path,
      ], program: "/usr/bin/setpriv",
      environment: ["LD_LIBRARY_PATH": Self.libraries ?? ""])
    #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("\(store.path) cannot be written"), "\(outcome)")
    #expect(try Data(contentsOf: store) == before)
    #expect(try names() == ["orderline", "shop.db"])
  }

  // MARK: A full disk

  /// Runs a shell script whose `$1` is a folder on a disk of `size`, which nobody else sees.
  private func onDisk(_ size: String, _ script: String, input: Data = Data()) throws
    -> Program.Outcome
  {
    try Program.run(
      [
        "--mount", "/bin/sh", "-c",
        "mount -t tmpfs -o size=\(size) none \"$1\" || exit 99; \(script)",
        Program.path, scratch.folder.path,
      ], program: "/usr/bin/unshare", input: input, environment: ["PATH": "/usr/bin:/bin"])
  }

  private static let canMount: Bool = {
    let outcome = try? Program.run(
      ["--mount", "/bin/mount", "-t", "tmpfs", "none", "/mnt"], program: "/usr/bin/unshare")
    return outcome?.status == 0
  }()

  @Test(
    "a store that finds no room is not created", .enabled(if: canMount, "needs to mount a tmpfs"))
  func noRoomToCreate() throws {
    let outcome = try onDisk(
      "40k", #""$0" init --store "$1/shop.db" --sample; s=$?; ls -A "$1"; exit $s"#)
    #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome.text)\(outcome.errors)")
    #expect(outcome.errors.contains("cannot create \(scratch.file("shop.db").path)"))
  }

  @Test(
    "a server on a full disk refuses to write, keeps what it acknowledged and goes on",
    .enabled(if: canMount, "needs to mount a tmpfs"))
  func noRoomToWrite() throws {
    let create = """
      {"jsonrpc":"2.0","id":1,"method":"orders.create","params":{"lines":[{"product":11}],\
      "customer":{"name":"A","email":"a@b"},"billing":{"name":"A","street":"1","city":"Lyon",\
      "country":"FR"}}}

      """
    let get = #"{"jsonrpc":"2.0","id":2,"method":"orders.count"}"# + "\n"
    let outcome = try onDisk(
      "500k",
      #""$0" init --store "$1/shop.db" --sample >&2 && exec "$0" serve --store "$1/shop.db""#,
      input: Data((String(repeating: create, count: 600) + get).utf8))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 601)
    let written = outcome.lines.count { $0.contains("\"applied\":true") }
    let refused = outcome.lines.count { $0.contains("\"code\":1902") }
    #expect(written > 0 && refused > 0 && written + refused == 600, "\(written) \(refused)")
    #expect(outcome.lines.last?.contains("\"total\":\(22 + written)") == true)
  }

  /// Where the Swift libraries are that these tests run with.
  private static let libraries: String? = {
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") }
    return line?.split(separator: " ").last.map {
      URL(fileURLWithPath: String($0)).deletingLastPathComponent().path
    }
  }()
}
