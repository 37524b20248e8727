// The transcripts of Protocol, played three ways, and what they have to cover.
import Foundation
import JSONRPC
import ShopRules
import ShopService
import ShopStore
import Testing

@Suite("The transcripts")
struct TranscriptTests {
  @Test("there are some")
  func exist() {
    #expect(Transcript.all.count >= 8)
  }

  @Test(
    "hold in process, and every answer keeps to the published schema", arguments: Transcript.all)
  func inProcess(transcript: Transcript) throws {
    let scratch = try Scratch()
    let path = try scratch.store().path
    let now = try #require(Moment(rfc3339: Transcript.now))
    let session = Session(
      store: try Store.open(at: path, zone: Zoneinfo.zone), path: path, actor: "vendor",
      clock: { now })
    let server = Server(shopCatalog, context: session) { Issue.record("\($0)") }
    var lines: [String] = []
    for exchange in transcript.exchanges {
      var output = JSONWriter()
      Data(exchange.sent.utf8).withUnsafeBytes { server.answer($0, to: &output) }
      #expect((output.count > 0) == (exchange.expected != nil), "line \(exchange.line)")
      if output.count > 0 { lines.append(output.text) }
      #expect(Contract.published.violations(request: exchange.sent, answer: output.text) == [])
      var notifications: [String] = []
      server.announce { notifications.append(String(decoding: $0, as: UTF8.self)) }
      lines += notifications
      #expect(notifications.flatMap(AgentContract.violations(told:)) == [])
    }
    #expect(transcript.differences(from: lines) == [])
  }

  @Test("hold through the program", arguments: Transcript.all)
  func throughTheProgram(transcript: Transcript) throws {
    let scratch = try Scratch()
    let outcome = try Program.serve(
      scratch.store(), transcript.input, ["--now", Transcript.now])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(transcript.differences(from: outcome.lines) == [])
  }

  @Test("show every method and every parameter")
  func coverMethods() {
    let requests = Transcript.all.flatMap(\.exchanges).compactMap { Value($0.sent) }
    for method in shopCatalog.methods {
      let calls = requests.filter { $0["method"]?.text == method.name }
      #expect(!calls.isEmpty, "\(method.name) is in no transcript")
      let given = Set(calls.flatMap { ($0["params"]?.members ?? [:]).keys })
      let missing = method.parameters.map(\.name).filter { !given.contains($0) }
      #expect(missing == [], "parameters of \(method.name) in no transcript")
    }
  }

  @Test("show every notification")
  func coverNotifications() {
    let told = Transcript.all.flatMap(\.exchanges).flatMap(\.notifications)
    let names = Set(told.compactMap { Value($0)?["method"]?.text })
    #expect(names.isSuperset(of: shopCatalog.notifications.map(\.name)))
  }

  @Test("show every refusal of every method that a caller can bring about")
  func coverRefusals() {
    // These two need a store that is held or a disk that is full: tests of their own bring them about.
    let outsideOfConversations: Set<Refusal.Kind> = [.storeBusy, .storeFull]
    var shown: [String: Set<String>] = [:]
    for exchange in Transcript.all.flatMap(\.exchanges) {
      guard let method = Value(exchange.sent)?["method"]?.text,
        let error = exchange.expected.flatMap(Value.init)?["error"],
        let refusal = error["data"]?["refusal"]?.text
      else { continue }
      shown[method, default: []].insert(refusal)
    }
    for method in shopCatalog.methods {
      let declared = Set(method.refusals).subtracting(outsideOfConversations).map(\.name)
      let missing = declared.filter { shown[method.name]?.contains($0) != true }
      #expect(missing.sorted() == [], "refusals of \(method.name) in no transcript")
    }
  }

  @Test("show the five standard errors that a caller can bring about")
  func coverErrors() {
    let answers = Transcript.all.flatMap(\.exchanges).compactMap { $0.expected.flatMap(Value.init) }
    let codes = Set(answers.compactMap { $0["error"]?["code"]?.integer })
    #expect(codes.isSuperset(of: [-32700, -32600, -32601, -32602]))
  }

  @Test("refusals have codes of 1000 and up, each its own")
  func refusalCodes() {
    let codes = Refusal.Kind.allCases.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(codes.allSatisfy { $0 >= 1000 })
  }

  @Test("methods and notifications have names of their own")
  func methodNames() {
    let names = shopCatalog.methods.map(\.name) + shopCatalog.notifications.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
