// What the program publishes about itself is what lies in Protocol.
import Foundation
import JSONRPC
import ShopService
import Testing

@Suite("The published documents")
struct DocumentTests {
  @Test("are what the program writes, with examples; UPDATE_PROTOCOL=1 writes them anew")
  func published() throws {
    for var document in publishedDocuments {
      if document.name == "openrpc.json" { document.text = try openRPCWithExamples() }
      let url = Program.root.appendingPathComponent("Protocol/\(document.name)")
      if ProcessInfo.processInfo.environment["UPDATE_PROTOCOL"] == "1" {
        try document.text.write(to: url, atomically: true, encoding: .utf8)
      }
      let text = try String(contentsOf: url, encoding: .utf8)
      #expect(text == document.text, "\(document.name) is not up to date")
    }
  }

  @Test("orderline protocol writes them into a folder")
  func command() throws {
    let scratch = try Scratch()
    let outcome = try Program.run(["protocol", scratch.folder.path])
    #expect(outcome.status == 0)
    for document in publishedDocuments {
      #expect(try String(contentsOf: scratch.file(document.name), encoding: .utf8) == document.text)
    }
  }

  @Test("rpc.discover answers the document that is published, without its examples")
  func discovery() throws {
    let scratch = try Scratch()
    let request = #"{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}"#
    let outcome = try Program.serve(scratch.store(), request)
    let published = try String(
      contentsOf: Program.root.appendingPathComponent("Protocol/openrpc.json"), encoding: .utf8)
    let discovered = try #require(Value(outcome.text)?["result"])
    #expect(discovered == Value(published)?.without("examples"))
    #expect(discovered == Value(shopCatalog.openRPC))
  }

  @Test(
    "the help of every method names all its parameters", arguments: shopCatalog.methods.map(\.name))
  func help(name: String) throws {
    let outcome = try Program.run(["help", name])
    #expect(outcome.status == 0)
    let method = try #require(shopCatalog[name])
    for parameter in method.parameters { #expect(outcome.text.contains("  \(parameter.name) ")) }
    for kind in method.refusals { #expect(outcome.text.contains(kind.name)) }
  }

  @Test(
    "the help of every notification names all its params",
    arguments: shopCatalog.notifications.map(\.name))
  func notificationHelp(name: String) throws {
    let outcome = try Program.run(["help", name])
    let notification = try #require(shopCatalog.notifications.first { $0.name == name })
    for member in notification.params.members {
      #expect(outcome.text.contains("  \(member.name) "))
    }
    let overview = try Program.run(["help"])
    #expect(overview.text.contains("  \(name)  \(notification.summary)\n"))
  }

  @Test("README names every method, notification and command")
  func readme() throws {
    let readme = try String(
      contentsOf: Program.root.appendingPathComponent("README.md"), encoding: .utf8)
    for name in shopCatalog.methods.map(\.name) + shopCatalog.notifications.map(\.name) {
      #expect(readme.contains("`\(name)`"), "\(name)")
    }
    for name in ["serve", "call", "init", "import", "mail", "protocol", "help"] {
      #expect(readme.contains("orderline \(name)"), "\(name)")
    }
  }
}

extension Value {
  /// The same, with no member of that name at any depth.
  fileprivate func without(_ name: String) -> Value {
    switch self {
    case .object(let members):
      .object(members.filter { $0.key != name }.mapValues { $0.without(name) })
    case .array(let elements): .array(elements.map { $0.without(name) })
    default: self
    }
  }
}
