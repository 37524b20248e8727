// Proves what a server keeps from its caller when it is told to, from the caller's side.
import Foundation
import JSONRPC
import ShopService
import Testing

@Suite("A server that is kept to some of it")
struct AgentSafetyTests {
  private let scratch: Scratch
  private let store: URL

  init() throws {
    scratch = try Scratch()
    store = try scratch.store()
  }

  /// What the program answers to calls, with its options.
  private func serve(
    _ options: [String], _ calls: [(method: String, params: String)]
  ) throws -> [Value] {
    let requests = calls.enumerated().map { id, call in
      #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(call.method)","params":\#(call.params)}"#
    }
    let outcome = try Program.serve(
      store, requests.joined(separator: "\n"), ["--now", Transcript.now] + options)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    try #require(outcome.lines.count == calls.count)
    return try outcome.lines.map { try #require(Value($0)) }
  }

  private func tool(_ name: String, _ arguments: String) -> (method: String, params: String) {
    ("tools/call", #"{"name":"\#(name)","arguments":\#(arguments)}"#)
  }

  private func names(_ answer: Value, _ list: String) -> [String] {
    (answer["result"]?[list]?.elements ?? []).compactMap { $0["name"]?.text }
  }

  @Test("--redact keeps who wrote a note, and the keys of downloads")
  func authorsAndKeys() throws {
    let noted = try Program.run([
      "call", "--store", store.path, "--actor", "Awa Diarra", "orders.addNote", "id=629", "note=x",
    ])
    #expect(noted.text.contains("Awa Diarra") && noted.text.contains("16-sample"))
    let answers = try serve(
      ["--redact"],
      [("orders.get", "[629]"), ("downloads.list", "{}"), tool("orders_get", #"{"id":629}"#)])
    for answer in answers {
      #expect(!"\(answer)".contains("Awa Diarra") && !"\(answer)".contains("-sample"))
    }
  }

  @Test("--read-only has only methods that change nothing, for agents and for everybody")
  func readOnly() throws {
    let answers = try serve(
      ["--read-only"],
      [
        ("tools/list", "{}"), ("rpc.discover", "{}"), ("orders.setStatus", "[630,\"completed\"]"),
        tool("orders_setStatus", #"{"id":630,"status":"completed"}"#), ("orders.get", "[630]"),
        ("orders.setStatu", "{}"),
      ])
    let readers = shopCatalog.methods.filter { [.pure, .reads].contains($0.effect) }.map(\.name)
    #expect(
      names(answers[0], "tools") == readers.map { $0.replacingOccurrences(of: ".", with: "_") })
    #expect(names(answers[1], "methods") == readers + ["rpc.discover"])
    #expect(answers[2]["error"]?["code"]?.integer == -32601)
    #expect(answers[3]["error"]?["code"]?.integer == -32602)
    #expect(answers[4]["result"]?["status"]?.text == "processing")
    #expect(answers[4]["result"]?["actions"] == .array([]))
    #expect(answers[5]["error"]?["data"]?["didYouMean"] == nil)
  }

  @Test("--allow leaves only what its patterns name, and what that is enough for")
  func allow() throws {
    let answers = try serve(
      ["--allow", "orders.*,!orders.refund,!orders.pay"],
      [
        ("tools/list", "{}"), ("rpc.discover", "{}"),
        ("orders.refund", #"{"id":630,"amount":"1"}"#),
        ("shop.get", "{}"), ("orders.setStatus", #"{"id":630,"status":"on-hold"}"#),
        ("resources/templates/list", "{}"), ("resources/list", "{}"), ("prompts/list", "{}"),
        ("resources/read", #"{"uri":"orderline://products/11"}"#), ("server/discover", "{}"),
      ])
    let allowed = shopCatalog.methods.map(\.name).filter {
      $0.hasPrefix("orders.") && $0 != "orders.refund" && $0 != "orders.pay"
    }
    #expect(
      names(answers[0], "tools") == allowed.map { $0.replacingOccurrences(of: ".", with: "_") })
    #expect(names(answers[1], "methods") == allowed + ["rpc.discover"])
    #expect(answers[2]["error"]?["code"]?.integer == -32601)
    #expect(answers[3]["error"]?["code"]?.integer == -32601)
    // What may follow "on-hold" is a payment too, but not here.
    let actions = answers[4]["result"]?["order"]?["actions"]?.elements ?? []
    #expect(!actions.isEmpty && actions.allSatisfy { $0["method"]?.text == "orders.setStatus" })
    #expect(names(answers[5], "resourceTemplates") == ["order"])
    #expect(answers[6]["result"]?["nextCursor"] == nil)
    #expect(names(answers[7], "prompts").count == 3)
    #expect(answers[8]["error"]?["code"]?.integer == -32002)
  }

  @Test("--allow and --read-only go together, and nothing is left where nothing is allowed")
  func both() throws {
    let options = ["--read-only", "--allow", "orders.get,orders.pay"]
    let answers = try serve(options, [("tools/list", "{}"), ("prompts/list", "{}")])
    #expect(names(answers[0], "tools") == ["orders_get"])
    #expect(names(answers[1], "prompts") == [])
  }

  @Test(
    "A slip in --allow opens nothing", arguments: ["order.*", "orders.get,", "orders.*,!refund"])
  func slip(patterns: String) throws {
    let outcome = try Program.serve(store, "", ["--allow", patterns])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("no method is"))
  }

  /// Everything about customers that the store holds, said in the clear.
  private func personalTexts() throws -> Set<String> {
    let note = "Madame Ferrand préfère qu'on l'appelle."
    let prepared = try serve(
      [],
      [
        ("orders.addNote", #"{"id":630,"note":"\#(note)","toCustomer":true,"key":"note"}"#),
        ("orders.refund", #"{"id":630,"amount":"1.00","reason":"Geste pour Madame Ferrand"}"#),
        ("orders.setStatus", #"{"id":630,"status":"completed"}"#),
        ("orders.list", #"{"limit":500}"#), ("mails.list", #"{"limit":500}"#),
      ])
    #expect(prepared.allSatisfy { $0["result"] != nil }, "\(prepared)")
    var texts: Set = [note, "Geste pour Madame Ferrand"]
    for order in prepared[3]["result"]?["orders"]?.elements ?? [] {
      for (part, members) in [
        ("customer", ["name", "email", "phone"]),
        ("billing", ["name", "company", "street", "street2"]),
        ("shipping", ["name", "company", "street", "street2"]),
      ] {
        texts.formUnion(members.compactMap { order[part]?[$0]?.text }.filter { !$0.isEmpty })
      }
    }
    #expect(texts.count > 20)
    for mail in prepared[4]["result"]?["mails"]?.elements ?? [] {
      texts.formUnion([mail["address"], mail["subject"]].compactMap { $0?.text })
    }
    return texts
  }

  @Test("--redact hides customers wherever they are answered")
  func redact() throws {
    let texts = try personalTexts()
    let orders = try serve([], [("orders.list", #"{"limit":500}"#)])[0]["result"]?["orders"]
    let ids = (orders?.elements ?? []).compactMap { $0["id"]?.integer }
    let mails = try serve([], [("mails.list", #"{"limit":500}"#)])[0]["result"]?["mails"]
    var calls: [(method: String, params: String)] = [
      ("orders.list", #"{"limit":500}"#), ("mails.list", #"{"limit":500}"#),
      ("downloads.list", "{}"),
      ("resources/list", "{}"), tool("orders_list", #"{"limit":500}"#),
      ("orders.setStatus", #"{"id":632,"status":"completed","dryRun":true}"#),
      tool("orders_setStatus", #"{"id":632,"status":"completed"}"#),
      ("orders.setStatusMany", #"{"ids":[630,631],"status":"refunded"}"#),
      // Sent again with its key: kept in the clear, and answered hidden.
      (
        "orders.addNote",
        #"{"id":630,"note":"Madame Ferrand préfère qu'on l'appelle.","toCustomer":true,"key":"note"}"#
      ),
      ("mails.resend", #"{"id":1}"#),
    ]
    for id in ids {
      calls += [
        ("orders.get", "[\(id)]"), ("resources/read", #"{"uri":"orderline://orders/\#(id)"}"#),
        ("prompts/get", #"{"name":"answer_customer","arguments":{"order":"\#(id)"}}"#),
      ]
    }
    for mail in mails?.elements ?? [] {
      calls.append(("mails.get", #"{"id":\#(mail["id"]?.integer ?? 0)}"#))
    }
    let answers = try serve(["--redact"], calls)
    for (call, answer) in zip(calls, answers) {
      #expect(answer["result"] != nil, "\(call): \(answer)")
      let shown = "\(answer)"
      for text in texts where shown.contains(text) { Issue.record("\(call) tells \(text)") }
    }
    let first = answers[0]["result"]?["orders"]?[0]
    #expect(first?["customer"]?["name"]?.text == "[redacted]")
    #expect(first?["billing"]?["street"]?.text == "[redacted]")
    // What has to be known to ship stays.
    #expect(first?["billing"]?["city"]?.text?.isEmpty == false)
    #expect(first?["billing"]?["city"]?.text != "[redacted]")
    #expect(answers[8]["result"]?["order"]?["id"]?.integer == 630)
  }

  @Test("--redact finds nobody: not by address, not by words, not in their order")
  func search() throws {
    let answers = try serve(
      ["--redact"],
      [
        ("orders.list", #"{"search":"elise"}"#), ("orders.list", #"{"customer":"a@b.fr"}"#),
        ("orders.list", #"{"sort":"customer"}"#), ("downloads.list", #"{"customer":"a@b.fr"}"#),
        (
          "orders.setStatusMany",
          #"{"where":{"search":"elise"},"status":"completed","dryRun":true}"#
        ),
        // What is wrong with a record is said in its own words.
        ("shop.importFiles", #"{"files":["orders.json"]}"#),
        ("orders.exportFile", #"{"file":"orders.jsonl"}"#),
      ])
    #expect(answers.map { $0["error"]?["code"]?.integer } == Array(repeating: -32602, count: 7))
    #expect(answers[4]["error"]?["data"]?["path"]?.text == "/where/search")
  }

  @Test("A change made where customers are hidden is kept in the clear for its retries")
  func keptClear() throws {
    let change = ("orders.addNote", #"{"id":630,"note":"Sonner deux fois.","key":"k"}"#)
    let hidden = try serve(["--redact"], [change])[0]
    let clear = try serve([], [change])[0]
    #expect(hidden["result"]?["order"]?["notes"]?[0]?["note"]?.text == "[redacted]")
    #expect(clear["result"]?["order"]?["notes"]?[0]?["note"]?.text == "Sonner deux fois.")
  }

  @Test("What stays hidden is said in the document, member by member")
  func document() throws {
    let document = try serve([], [("rpc.discover", "{}")])[0]
    let schemas = document["result"]?["components"]?["schemas"]
    for (title, name) in [
      ("Address", "name"), ("Address", "street"), ("OrderCustomer", "email"), ("Mail", "body"),
      ("Note", "note"), ("Refund", "reason"), ("HistoryEntry", "note"),
    ] {
      #expect(
        schemas?[title]?["properties"]?[name]?["x-personal"] == .bool(true), "\(title).\(name)")
    }
  }

  @Test("orderline call keeps to the same options")
  func call() throws {
    func call(_ words: String...) throws -> Program.Outcome {
      try Program.run(["call", "--store", store.path] + words)
    }
    #expect(try call("orders.get", "id=630", "--redact").text.contains("[redacted]"))
    #expect(try call("orders.pay", "id=631", "--read-only").errors.contains("-32601"))
    #expect(try call("shop.get", "--allow", "orders.*").errors.contains("-32601"))
  }
}
