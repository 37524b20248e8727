// One message, recognized as a request, a notification or neither.

/// A request or notification as JSON-RPC 2.0 has it.
struct Request {
  let method: String
  let params: JSON?
  /// As it was written; nil for a notification.
  let id: JSON?

  enum Reading {
    case request(Request)
    /// Somebody's answer to a request we never sent: nothing to say.
    case response
    case invalid(String, id: JSON?)
  }

  static func read(_ json: JSON) -> Reading {
    guard json.isObject else {
      return .invalid("expected an object, found \(json.excerpt).", id: nil)
    }
    var version: JSON?
    var method: JSON?
    var params: JSON?
    var id: JSON?
    var isResponse = false
    var twice: String?
    for member in json.members {
      func take(_ slot: inout JSON?, _ name: String) {
        if slot != nil { twice = name }
        slot = member.value
      }
      if member.key.equals("method") {
        take(&method, "method")
      } else if member.key.equals("params") {
        take(&params, "params")
      } else if member.key.equals("id") {
        take(&id, "id")
      } else if member.key.equals("jsonrpc") {
        take(&version, "jsonrpc")
      } else if member.key.equals("result") || member.key.equals("error") {
        isResponse = true
      }
    }
    if let twice {
      return .invalid("the member \"\(twice)\" is there twice.", id: twice == "id" ? nil : id)
    }
    if let given = id, !(given.isString || given.isNumber || given.isNull) {
      return .invalid("\"id\" must be a string, a number or null, found \(given.excerpt).", id: nil)
    }
    guard let version, version.equals("2.0") else {
      let found = version.map { "found \($0.excerpt)" } ?? "it is missing"
      return .invalid("\"jsonrpc\" must be the string \"2.0\"; \(found).", id: id)
    }
    guard let method else {
      if isResponse { return .response }
      return .invalid("\"method\" is missing.", id: id)
    }
    guard let name = method.string else {
      return .invalid("\"method\" must be a string, found \(method.excerpt).", id: id)
    }
    if let params, !(params.isObject || params.isArray || params.isNull) {
      return .invalid(
        "\"params\" must be an object or an array, found \(params.excerpt).", id: id)
    }
    return .request(Request(method: name, params: params?.isNull == true ? nil : params, id: id))
  }
}
