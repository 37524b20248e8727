// Proves long work over the wire: it tells how far it is, can be withdrawn, and then leaves nothing.
import Foundation
import Testing

@Suite("Long work", .timeLimit(.minutes(30)))
struct LongWorkTests {
  /// A file of so many orders as WooCommerce exports them.
  private func export(_ count: Int, to url: URL) throws {
    let orders = (1...count).map { number in
      """
      {"id":\(number + 1000),"status":"processing","currency":"EUR","total":"8.00",
       "discount_total":"0.00","discount_tax":"0.00","shipping_total":"0.00","shipping_tax":"0.00",
       "date_created":"2021-06-17T12:16:00","date_paid":"2021-06-17T12:18:00",
       "billing":{"first_name":"Awa","last_name":"Sy","address_1":"1 rue A","city":"Lyon",
         "country":"FR","email":"awa@a.example"},
       "line_items":[{"name":"Le Horla","product_id":0,"quantity":1,"total":"8.00","total_tax":"0.00"}]}
      """
    }
    try Data("[\(orders.joined(separator: ","))]".utf8).write(to: url)
  }

  private func importing(_ id: Int, _ file: URL) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"shop.importFiles","params":{"files":["\#(file.path)"],"#
      + #""_meta":{"progressToken":"p"}}}"# + "\n"
  }

  private let count = #"{"jsonrpc":"2.0","id":"c","method":"orders.count"}"# + "\n"

  @Test(
    "A withdrawn import leaves nothing behind, and the server goes on",
    arguments: [
      #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"r"}}"#,
    ])
  func withdrawn(message: String) throws {
    let scratch = try Scratch()
    let file = scratch.file("orders.json")
    try export(20_000, to: file)
    let server = try Conversation(pipes: try scratch.store(sample: false), scratch)
    server.say(importing(1, file))
    // It is told of progress only in the middle of the work.
    let progress = try #require(server.hear())
    #expect(
      progress.hasPrefix(
        #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":"#
      ))
    #expect(progress.hasSuffix(#","total":20000}}"#))
    server.say(message + "\n" + count)
    var answer = try #require(server.hear())
    while answer.contains("notifications/progress") { answer = try #require(server.hear()) }
    if message.contains("$/") {
      #expect(
        answer == #"{"jsonrpc":"2.0","id":1,"error":{"code":-32800,"message":"Request cancelled"}}"#
      )
      answer = try #require(server.hear())
    }
    #expect(answer.hasPrefix(#"{"jsonrpc":"2.0","id":"c","result":{"total":0,"#))
    server.closeInput()
    #expect(try server.end() == (0, ""))
  }

  @Test("A withdrawn export leaves no file, and a whole one holds what orders.get answers")
  func exported() throws {
    let scratch = try Scratch()
    let (orders, file) = (scratch.file("orders.json"), scratch.file("export.jsonl"))
    try export(20_000, to: orders)
    let store = try scratch.store(sample: false)
    _ = try Program.run(["import", orders.path, "--store", store.path])
    let server = try Conversation(pipes: store, scratch)
    server.say(
      #"{"jsonrpc":"2.0","id":1,"method":"orders.exportFile","params":{"file":"\#(file.path)","#
        + #""_meta":{"progressToken":"p"}}}"# + "\n")
    let progress = try #require(server.hear())
    #expect(progress.contains(#""progressToken":"p","progress":"#) && !progress.contains("total"))
    server.say(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"# + "\n")
    var answer = try #require(server.hear())
    while answer.contains("notifications/progress") { answer = try #require(server.hear()) }
    #expect(answer.contains(#""code":-32800"#))
    #expect(!FileManager.default.fileExists(atPath: file.path))
    server.closeInput()
    #expect(try server.end() == (0, ""))

    let call = ["--store", store.path, "--now", Transcript.now]
    let day = #"created={"from":"2021-06-17"}"#
    let whole = try Program.run(["call", "orders.exportFile", "file=\(file.path)", day] + call)
    #expect(whole.text.contains(#""orders":20000"#), "\(whole.errors)")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 20_000)
    let last = try Program.run(["call", "orders.get", "id=21000"] + call)
    #expect(last.text == lines.last.map { $0 + "\n" })
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    let again = try Program.run(["call", "orders.exportFile", "file=\(file.path)"] + call)
    #expect(again.status == 1 && again.errors.contains("File exists"))
    #expect(try String(contentsOf: file, encoding: .utf8).split(separator: "\n") == lines)
  }

  @Test("An import by request takes in what an import by command does")
  func imported() throws {
    let scratch = try Scratch()
    let file = scratch.file("orders.json")
    try export(300, to: file)
    let store = try scratch.store(sample: false)
    let call = ["call", "shop.importFiles", #"{"files":["\#(file.path)"]}"#, "--store", store.path]
    let first = try Program.run(call)
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.text.contains(#""ordersAdded":300,"#))
    let second = try Program.run(call).text
    #expect(second.contains(#""ordersAdded":0,"#) && second.contains(#""present":300,"#))
    let again = try Program.run(["import", file.path, "--store", store.path])
    #expect(again.text.contains("300 there already"))
  }

  @Test(
    "What is no file is refused, and waits for nobody", arguments: ["/dev/zero", "/tmp", "pipe"])
  func noFiles(path: String) throws {
    let scratch = try Scratch()
    let place = path == "pipe" ? scratch.file("pipe").path : path
    if path == "pipe" { #expect(mkfifo(place, 0o600) == 0) }
    let outcome = try Program.run(
      [
        "call", "shop.importFiles", #"{"files":["\#(place)"]}"#, "--store",
        try scratch.store().path,
      ])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(#""code":1501"#))
    #expect(outcome.errors.contains("it is no file to read"))
  }
}
