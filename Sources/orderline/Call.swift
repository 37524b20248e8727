// orderline call: one method from a shell.
import Glibc
import JSONRPC
import ShopService

func call(_ arguments: Arguments) throws -> Int32 {
  var words = arguments.words
  guard !words.isEmpty else { throw UsageError(message: "which method?") }
  let method = words.removeFirst()
  let params = try params(words, of: method)
  let server = try openServer(arguments)
  var request = JSONWriter()
  request.raw("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":")
  request.string(method)
  if let params {
    request.raw(",\"params\":")
    request.raw(Array(params.utf8)[...])
  }
  request.endObject()
  var answer = JSONWriter()
  server.answer(request.bytes, to: &answer)
  let reply = try JSONText.parse(answer.bytes)
  if let result = reply["result"] {
    return say(String(decoding: result.source, as: UTF8.self)) ? 0 : 1
  }
  let error = reply["error"]
  complain("\(programName): \(error?["message"]?.string ?? "no answer")")
  if let error { complain(String(decoding: error.source, as: UTF8.self)) }
  return 1
}

/// The params as JSON: one word of it, or put together from name=value words.
private func params(_ words: [String], of method: String) throws(UsageError) -> String? {
  guard let first = words.first else { return nil }
  if first.hasPrefix("{") || first.hasPrefix("[") {
    guard words.count == 1 else {
      throw UsageError(message: "params are one word of JSON, or name=value words, not both")
    }
    do throws(JSONSyntaxError) {
      _ = try JSONText.parse(first.utf8)
    } catch {
      throw UsageError(message: "the params are not JSON: \(error.reason) (byte \(error.offset))")
    }
    return first
  }
  let schemas = shopCatalog[method]?.parameters ?? []
  var writer = JSONWriter()
  writer.beginObject()
  for word in words {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw UsageError(message: "params are JSON or name=value words; \(word) is neither")
    }
    let (name, value) = (String(parts[0]), String(parts[1]))
    let isText = schemas.first { $0.name == name }?.schema.isText ?? false
    writer.member(named: name)
    // Where only strings fit, quotes are not asked for; elsewhere what is no JSON is a string.
    if let json = try? JSONText.parse(value.utf8), !isText || json.isString || json.isNull {
      writer.raw(json.source)
    } else {
      writer.string(value)
    }
  }
  writer.endObject()
  return writer.text
}
