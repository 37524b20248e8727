// The shell client, run by sh against the real server, with jq and without.
import Foundation
import Testing

@Suite("The shell client")
struct ShellClientTests {
  @Test("columns line up, counting characters", arguments: ShellClient.Reader.available)
  func alignment(reader: ShellClient.Reader) throws {
    let client = try ShellClient(reader)
    let lines = try client.run("list").lines.map(Array.init)
    let head = String(try #require(lines.first))
    #expect(lines.count == 23)
    for name in ["Statut", "Date", "Client", "Achats"] {
      let column = try #require(head.range(of: name)).lowerBound
      let offset = head.distance(from: head.startIndex, to: column)
      for line in lines {
        #expect(line[offset - 1] == " " && line[offset] != " ", "\(name): \(String(line))")
      }
    }
    let amounts = lines.dropFirst().map { String($0).range(of: " EUR")! }
    let ends = zip(lines.dropFirst(), amounts).map { line, range in
      String(line).distance(from: String(line).startIndex, to: range.lowerBound)
    }
    #expect(Set(ends).count == 1)
    #expect(lines.contains { String($0).contains("Florian Œuvrard   1 × Vingt mille lieues") })
    #expect(lines.contains { String($0).contains("Échouée           15 juin 2021 @13h48") })
  }

  @Test("awk reads the same as jq", .enabled(if: ShellClient.Reader.available.count > 1))
  func readers() throws {
    for words in [["list"], ["list", "completed"], ["show", "630"], ["show", "616"]] {
      let outputs = try ShellClient.Reader.available.map { reader in
        try ShellClient(reader).run(words).output
      }
      #expect(Set(outputs).count == 1)
      #expect(outputs[0].count > 100)
    }
  }

  @Test(
    "a status may be said in any way people say it",
    arguments: [
      ("processing", "En cours"), ("PROCESSING", "En cours"), ("en cours", "En cours"),
      ("wc-processing", "En cours"), ("WC-On-Hold", "En attente"), ("On hold", "En attente"),
      ("échouée", "Échouée"), ("ÉCHOUÉE", "Échouée"), ("Echouee", "Échouée"),
      ("Pending payment", "Attente paiement"), ("attente paiement", "Attente paiement"),
    ])
  func statuses(word: String, label: String) throws {
    let rows = try ShellClient(.awk).run("list", word).lines.dropFirst()
    #expect(!rows.isEmpty)
    #expect(rows.allSatisfy { $0.contains("  \(label)  ") })
  }

  @Test("several statuses are listed together, each once")
  func severalStatuses() throws {
    let rows = try ShellClient(.awk).run("list", "failed", "Échouée", "wc-refunded").lines
    #expect(rows.dropFirst().map { $0.split(separator: " ")[0] } == ["#627", "#617", "#613"])
  }

  @Test("an unknown status is named with those there are")
  func unknownStatus() throws {
    let outcome = try ShellClient(.awk).run("list", "livrée")
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("no status livrée") && outcome.errors.contains("on-hold"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test("an order is shown with everything in it", arguments: ShellClient.Reader.available)
  func show(reader: ShellClient.Reader) throws {
    let outcome = try ShellClient(reader).run("show", "630")
    #expect(outcome.status == 0)
    #expect(outcome.lines.first == "Commande #630 En cours")
    for line in [
      "  Date        17 juin 2021 @12h16", "  À expédier  2021-06-22", "  14 rue des Cordeliers",
      "  29200 Brest", "  2 ×  Le Horla          PHARE-11  19.80 EUR", "  Total       28.29 EUR",
      "  2021-06-17 12:18  boutique  Attente paiement → En cours",
    ] {
      #expect(outcome.lines.contains(line))
    }
  }

  @Test("refunds and notes are shown with it", arguments: ShellClient.Reader.available)
  func refundsAndNotes(reader: ShellClient.Reader) throws {
    let client = try ShellClient(reader)
    for words in [
      ["orders.refund", "id=630", "amount=\"3.50\"", "reason=Port offert"],
      ["orders.addNote", "id=630", "note=Parti", "toCustomer=true"],
    ] {
      #expect(try client.run(["raw"] + words).status == 0)
    }
    let lines = try client.run("show", "630").lines
    #expect(lines.contains("  Remboursé    3.50 EUR"))
    #expect(lines.contains { $0.hasSuffix("  vendor  3.50 EUR  Port offert") })
    #expect(lines.contains { $0.contains("remboursement") && $0.hasSuffix("Port offert") })
    #expect(lines.contains { $0.contains("note au client") && $0.hasSuffix("Parti") })
  }

  @Test("an English shop is shown in English", arguments: ShellClient.Reader.available)
  func english(reader: ShellClient.Reader) throws {
    let client = try ShellClient(reader)
    #expect(try client.run("raw", "shop.configure", "language=en").status == 0)
    let head = try #require(try client.run("list").lines.first)
    #expect(head.split(separator: " ").first == "Order" && head.hasSuffix("Ship by"))
    #expect(try client.run("show", "627").lines.first == "Order #627 Failed")
  }

  @Test("a late order says so")
  func late() throws {
    let client = try ShellClient(.awk, now: "2021-06-23T09:00:00+02:00")
    #expect(try client.run("list").lines.contains { $0.hasSuffix("2021-06-22 en retard") })
    #expect(try client.run("show", "630").lines.contains("  À expédier  2021-06-22 en retard"))
  }

  @Test("completing goes on after a refusal and ends with status 1")
  func complete() throws {
    let client = try ShellClient(.awk)
    let outcome = try client.run("complete", "632", "617", "99", "#630", "629")
    #expect(outcome.status == 1)
    #expect(
      outcome.lines == [
        "Commande #632 : Terminée", "Commande #630 : Terminée",
        "Commande #629 : déjà Terminée, rien à faire",
      ])
    let refusals = outcome.errors.split(separator: "\n")
    #expect(refusals.count == 2)
    #expect(refusals[0].hasPrefix("orders: Order 617 is refunded: completed may not follow."))
    #expect(refusals[1].hasPrefix("orders: There is no order 99."))
    #expect(try client.run("show", "630").lines.first == "Commande #630 Terminée")
  }

  @Test("what is no order number is said before anything is changed")
  func badNumber() throws {
    let client = try ShellClient(.awk)
    let outcome = try client.run("complete", "630", "63O")
    #expect(outcome.status == 2)
    #expect(outcome.errors == "orders: 63O is no order number\n")
    #expect(try client.run("show", "630").lines.first == "Commande #630 En cours")
  }

  @Test(
    "any method can be called, with JSON or with names and values",
    arguments: [
      ["orders.get", "{\"id\": 630}"], ["orders.get", "[\n630\n]"], ["orders.get", "id=630"],
    ])
  func raw(words: [String]) throws {
    let outcome = try ShellClient(.awk).run(["raw"] + words)
    let order = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
    #expect(order?["id"] as? Int == 630)
    #expect((order?["customer"] as? [String: Any])?["name"] as? String == "Élise Vasseur")
  }

  @Test(
    "text with quotes, backslashes and control characters arrives",
    arguments: ShellClient.Reader.available)
  func awkwardText(reader: ShellClient.Reader) throws {
    let client = try ShellClient(reader)
    let name = "L'\"Œuvre\" \\ n°1\t\u{1B}[31m È😀"
    let outcome = try client.run("raw", "shop.configure", "name=\(name)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let receipt = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
    #expect((receipt?["shop"] as? [String: Any])?["name"] as? String == name)

    let line =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"orders.create\",\"params\":{\"lines\":"
      + "[{\"product\":11}],\"customer\":{\"name\":\"\\u001b[2J\\tZo\\u00eb \\\"\\ud83d\\ude00\\\"\","
      + "\"email\":\"z@e.example\"},\"billing\":{\"name\":\"Zoë\",\"street\":\"1 rue\","
      + "\"city\":\"Apt\",\"country\":\"FR\"}}}\n"
    #expect(try Program.serve(client.store, line).text.contains("\"result\""))
    let rows = try client.run("list", "pending").text
    #expect(rows.contains(" [2J Zoë \"😀\"  "))
    #expect(!rows.unicodeScalars.contains("\u{1B}"))
  }

  @Test("every page of a long list is fetched", arguments: ShellClient.Reader.available)
  func pages(reader: ShellClient.Reader) throws {
    let client = try ShellClient(reader)
    let request =
      "{\"jsonrpc\":\"2.0\",\"method\":\"orders.create\",\"params\":{\"lines\":"
      + "[{\"product\":11}],\"customer\":{\"name\":\"A\",\"email\":\"a@b.example\"},\"billing\":"
      + "{\"name\":\"A\",\"street\":\"1 rue\",\"city\":\"Apt\",\"country\":\"FR\"}}}\n"
    _ = try Program.serve(client.store, String(repeating: request, count: 190))
    let numbers = try client.run("list").lines.dropFirst().map { $0.split(separator: " ")[0] }
    #expect(numbers.count == 212)
    #expect(Set(numbers).count == 212)
    #expect(numbers.first == "#822" && numbers.last == "#611")
  }

  @Test("what is missing is said in one line, with status 2")
  func missing() throws {
    let client = try ShellClient(.awk)
    for (words, environment, hint) in [
      (["list"], ["ORDERLINE": "/nowhere/orderline"], "no program /nowhere/orderline"),
      (["list"], ["ORDERLINE": ""], "no program orderline"),
      (["list"], ["ORDERLINE_STORE": ""], "which store?"),
      (["--store", "/nowhere/shop.db", "list"], [:], "orderline init --store /nowhere/shop.db"),
      (["--store=/nowhere/shop.db", "complete", "1"], [:], "orderline init"),
      (["show"], [:], "which order?"), (["lst"], [:], "no command lst"),
    ] {
      let outcome = try client.run(words, environment)
      #expect(outcome.status == 2, "\(words)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(hint), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }

  @Test("a server that ends too early is noticed, and nothing is left behind")
  func earlyEnd() throws {
    let client = try ShellClient(.awk)
    // The real server, whose input ends after one request.
    try client.wrap("head -n 1 | \(Program.path) \"$@\"")
    let outcome = try client.run("list")
    #expect(outcome.status == 2)
    #expect(outcome.errors == "orders: the server ended without an answer\n")
    #expect(try client.leftovers() == [])
    try client.wrap("exec \(Program.path) \"$@\"")
    #expect(try client.run("list").status == 0)
    #expect(try client.leftovers() == [])
  }

  @Test("shellcheck has nothing to say", .enabled(if: ShellClient.find("shellcheck") != nil))
  func shellcheck() throws {
    let outcome = try Program.run(
      [ShellClient.script.path], program: ShellClient.find("shellcheck") ?? "")
    #expect(outcome.text == "")
  }
}

@Suite("The JSON reader in awk")
struct AwkReaderTests {
  private func read(_ text: String, _ options: [String] = []) throws -> Program.Outcome {
    let reader = Program.root.appendingPathComponent("Clients/shell/json.awk").path
    return try Program.run(
      options + ["-f", reader], program: ShellClient.find("awk") ?? "awk",
      input: Data(text.utf8), environment: ["LC_ALL": "C"])
  }

  @Test(
    "values are found at their paths",
    arguments: [
      ("630", ["\t630"]),
      ("{\"a\":{\"b\":[1,[true],\"x\"]}}", ["a/b/0\t1", "a/b/1/0\ttrue", "a/b/2\tx"]),
      ("{}", []), (" [ ] \r\n", []), ("[{},[],null,\"\"]", ["3\t"]),
      ("{\"É\": \"\\u00c9\\ud83d\\ude00\\/\\\\\\\"\"}", ["É\tÉ😀/\\\""]),
      ("[\"\\n\\t\\u0000\\u001b\\u0085.\"]", ["0\t     ."]),
      ("[-0.5e+3,9007199254740993]", ["0\t-0.5e+3", "1\t9007199254740993"]),
      ("[\"null\",false]", ["0\tnull", "1\tfalse"]),
    ])
  func values(json: String, lines: [String]) throws {
    let outcome = try read(json)
    #expect(outcome.status == 0)
    #expect(outcome.text == lines.map { $0 + "\n" }.joined())
  }

  @Test(
    "what is no JSON is refused",
    arguments: [
      "", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "01", "1 2", "\"\\ud800\"", "\"\\ud800\\u0041\"",
      "\"\\x\"", "\"\\u00\"", "\"a", "tru", "[1 2]", "{a:1}", "'a'", "\"a\nb\"",
    ])
  func malformed(json: String) throws {
    #expect(try read(json).status == 1)
  }

  @Test("a part is printed as it was written")
  func part() throws {
    let outcome = try read(
      "{\"id\":1,\"result\":{\"a\": [1.0, \"\\u00e9\"]}}", ["-v", "wanted=result"])
    #expect(outcome.text == "{\"a\": [1.0, \"\\u00e9\"]}\n")
  }
}

/// The script with a store of its own and nothing in PATH but what it needs.
struct ShellClient {
  enum Reader: String, CaseIterable {
    case awk, jq

    static var available: [Reader] { allCases.filter { ShellClient.find($0.rawValue) != nil } }
  }

  static let script = Program.root.appendingPathComponent("Clients/shell/orders")

  let scratch: Scratch
  let store: URL
  private let now: String

  init(_ reader: Reader, now: String = "2021-06-18T09:00:00+02:00") throws {
    self.now = now
    scratch = try Scratch()
    store = try scratch.store()
    for name in ["bin", "tmp"] {
      try FileManager.default.createDirectory(
        at: scratch.file(name), withIntermediateDirectories: true)
    }
    let tools = ["awk", "cat", "dirname", "head", "mkfifo", "mktemp", "readlink", "rm", "tr"]
    for tool in tools + (reader == .jq ? ["jq"] : []) {
      try FileManager.default.createSymbolicLink(
        atPath: scratch.file("bin/\(tool)").path,
        withDestinationPath: try #require(Self.find(tool)))
    }
    try wrap("exec \(Program.path) \"$@\"")
  }

  /// Makes what the script takes for the server: the real one, with its clock standing still.
  func wrap(_ command: String) throws {
    let wrapper = scratch.file("server")
    let text =
      "#!/bin/sh\n" + command.replacingOccurrences(of: "\"$@\"", with: "\"$@\" --now \(now)")
    try Data((text + "\n").utf8).write(to: wrapper)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: wrapper.path)
  }

  func run(_ words: String...) throws -> Program.Outcome { try run(words) }

  func run(_ words: [String], _ environment: [String: String] = [:]) throws -> Program.Outcome {
    let usual = [
      "PATH": scratch.file("bin").path, "TMPDIR": scratch.file("tmp").path,
      "ORDERLINE": scratch.file("server").path, "ORDERLINE_STORE": store.path,
    ]
    return try Program.run(
      [Self.script.path] + words, program: "/bin/sh",
      environment: usual.merging(environment) { $1 })
  }

  /// What the script left in the folder for temporary files.
  func leftovers() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.file("tmp").path)
  }

  /// Where PATH has a program.
  static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
