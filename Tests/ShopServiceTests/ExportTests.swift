// Proves what an export writes, and that its file goes where the group it belongs to does not hold.
import Foundation
import Testing

@testable import JSONRPC
@testable import ShopStore

@Suite("Exports")
struct ExportTests {
  @Test("orders that pass the filters are written, oldest first, as orders.get answers them")
  func filtered() throws {
    let desk = try Desk()
    let file = desk.folder.appendingPathComponent("orders.jsonl")
    let answer = try desk.call(
      "orders.exportFile", #"{"file":"\#(file.path)","status":["processing","on-hold"]}"#)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(answer.number("result/orders") == lines.count)
    let ids = [621, 622, 624, 628, 630, 632]
    #expect(lines.count == ids.count)
    for (id, line) in zip(ids, lines) {
      let whole = String(decoding: desk.bytes("orders.get", "[\(id)]"), as: UTF8.self)
      #expect(whole.contains(line))
    }
  }

  @Test("a full disk undoes the group, and the file of an export in it")
  func undone() throws {
    let desk = try Desk()
    let file = desk.folder.appendingPathComponent("orders.jsonl")
    let pages = try desk.store.database.integer("PRAGMA page_count")
    try desk.store.database.execute("PRAGMA max_page_count = \(pages + 4)")
    desk.server.beginGroup()
    let export = #"{"file":"\#(file.path)"}"#
    #expect(try desk.call("orders.exportFile", export).code == nil)
    let note = String(repeating: "n", count: 5000)
    let refusals = try (1...20).compactMap { _ in
      try desk.call("orders.addNote", #"{"id":630,"note":"\#(note)"}"#).text("error/data/refusal")
    }
    #expect(refusals.first == "storeFull")
    #expect(!desk.server.endGroup())
    #expect(!FileManager.default.fileExists(atPath: file.path))
    #expect(try desk.call("orders.get", "[630]").number("result/version") == 2)
    #expect(try desk.call("orders.exportFile", export).number("result/orders") == 22)
  }
}
