// The examples of the published OpenRPC document: requests of the transcripts, with what they get.
import Foundation
import JSONRPC
import ShopRules
import ShopService
import ShopStore

/// The document of `Protocol/openrpc.json`: the program's own, with an example for each method. The
/// program cannot answer the examples itself, since it reads no files.
func openRPCWithExamples() throws -> String {
  let examples = try examplesByMethod()
  let document = try JSONText.parse(shopCatalog.openRPC.utf8)
  let members = document.members.map { member -> String in
    guard member.name == "methods" else { return "\(text(member.key)):\(text(member.value))" }
    let methods = member.value.elements.map { method -> String in
      guard let example = method["name"]?.string.flatMap({ examples[$0] }) else {
        return text(method)
      }
      return text(method).dropLast() + ",\"examples\":[\(example)]}"
    }
    return "\"methods\":[\(methods.joined(separator: ","))]"
  }
  return prettyJSON("{\(members.joined(separator: ","))}")
}

private func text(_ json: JSON) -> String { String(decoding: json.source, as: UTF8.self) }

/// The shortest answer of each method that is the same whenever it is asked for. What holds a key or
/// a process id never is.
private func examplesByMethod() throws -> [String: String] {
  var examples: [String: String] = [:]
  for transcript in Transcript.all {
    let (once, again) = (try transcript.play(), try transcript.play())
    for (exchange, answers) in zip(transcript.exchanges, zip(once, again)) {
      guard answers.0 == answers.1, let request = try? JSONText.parse(exchange.sent.utf8),
        let method = request["method"]?.string, request["params"]?.isArray != true,
        request["params"]?["_meta"] == nil,
        let result = (try? JSONText.parse(answers.0.utf8))?["result"]
      else { continue }
      let params = (request["params"]?.members).map { members in
        members.map { "{\"name\":\(text($0.key)),\"value\":\(text($0.value))}" }
      }
      let name = transcript.name.replacingOccurrences(of: ".txt", with: "")
      let example =
        "{\"name\":\"\(name)\",\"params\":[\((params ?? []).joined(separator: ","))],"
        + "\"result\":{\"name\":\"answer\",\"value\":\(text(result))}}"
      if let known = examples[method], known.utf8.count <= example.utf8.count { continue }
      examples[method] = example
    }
  }
  // It would hold the document itself.
  examples["rpc.discover"] = nil
  return examples
}

extension Transcript {
  /// What a fresh sample shop answers to each exchange, in process; "" where nothing.
  fileprivate func play() throws -> [String] {
    let scratch = try Scratch()
    let store = try Store.open(at: try scratch.store().path, zone: Zoneinfo.zone)
    let now = Moment(rfc3339: Self.now) ?? Moment(seconds: 0)
    let server = Server(
      shopCatalog,
      context: Session(store: store, path: scratch.folder.path, actor: "vendor", clock: { now })
    ) { _ in }
    return exchanges.map { exchange in
      var output = JSONWriter()
      Data(exchange.sent.utf8).withUnsafeBytes { server.answer($0, to: &output) }
      return output.text
    }
  }
}
