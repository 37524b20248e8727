// The results of the Model Context Protocol as its revisions want them, in our words, to check answers by.
import Foundation

/// What is required and what is allowed of each result that this program gives.
enum AgentContract {
  static let handshake = Contract(document(isStateless: false))
  static let stateless = Contract(document(isStateless: true))

  /// What a notification violates, whoever it is for.
  static func violations(told notification: String) -> [String] {
    let isForAgents = notification.contains(#""method":"notifications/"#)
    let isStateless = notification.contains("io.modelcontextprotocol/subscriptionId")
    let contract = !isForAgents ? Contract.published : isStateless ? stateless : handshake
    return contract.violations(notification: notification)
  }

  private static let text = #"{"type":"string"}"#
  private static let flag = #"{"type":"boolean"}"#

  /// An object with these members; a name that ends with `?` may be absent.
  private static func object(_ members: KeyValuePairs<String, String>) -> String {
    let properties = members.map { #""\#($0.key.filter { $0 != "?" })":\#($0.value)"# }
    let required = members.filter { !$0.key.hasSuffix("?") }.map { #""\#($0.key)""# }
    return #"{"type":"object","properties":{\#(properties.joined(separator: ","))},"#
      + #""required":[\#(required.joined(separator: ","))]}"#
  }

  private static func list(_ element: String) -> String {
    #"{"type":"array","items":\#(element)}"#
  }

  private static func word(_ words: String...) -> String {
    #"{"type":"string","enum":[\#(words.map { #""\#($0)""# }.joined(separator: ","))]}"#
  }

  private static let anything = #"{"type":"object"}"#
  private static let name = object(["name": text, "version": text])
  private static let capabilities = object([
    "tools": object(["listChanged?": flag]), "prompts": object(["listChanged?": flag]),
    "resources": object(["listChanged?": flag, "subscribe?": flag]), "completions": object([:]),
  ])
  private static let textContent = object(["type": word("text"), "text": text])
  private static let contents = object(["uri": text, "mimeType": text, "text": text])
  private static let embedded = object(["type": word("resource"), "resource": contents])

  /// The members of each result, whether it may be kept, and the era it belongs to where that is one.
  private static let results:
    [(method: String, members: KeyValuePairs<String, String>, isKept: Bool, era: Bool?)] = [
      (
        "initialize",
        [
          "protocolVersion": word("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"),
          "capabilities": capabilities, "serverInfo": name, "instructions?": text,
        ], false, false
      ),
      ("ping", [:], false, false), ("resources/subscribe", [:], false, false),
      ("resources/unsubscribe", [:], false, false),
      (
        "server/discover",
        [
          "supportedVersions": list(text), "capabilities": capabilities, "instructions?": text,
        ], true, true
      ),
      (
        "tools/list",
        [
          "tools": list(
            object([
              "name": #"{"type":"string","pattern":"^[A-Za-z0-9_.-]{1,64}$"}"#, "title?": text,
              "description?": text,
              "inputSchema": #"{"type":"object","required":["type","properties"]}"#,
              "outputSchema?": #"{"type":"object","required":["type","properties"]}"#,
              "annotations?": object([
                "readOnlyHint?": flag, "destructiveHint?": flag, "idempotentHint?": flag,
                "openWorldHint?": flag,
              ]),
            ]))
        ], true, nil
      ),
      (
        "tools/call",
        ["content": list(textContent), "structuredContent?": anything, "isError?": flag], false, nil
      ),
      (
        "resources/list",
        [
          "resources": list(
            object([
              "uri": text, "name": text, "title?": text, "description?": text, "mimeType?": text,
            ])), "nextCursor?": text,
        ], true, nil
      ),
      (
        "resources/templates/list",
        [
          "resourceTemplates": list(
            object([
              "uriTemplate": text, "name": text, "title?": text, "description?": text,
              "mimeType?": text,
            ]))
        ], true, nil
      ),
      ("resources/read", ["contents": list(contents)], true, nil),
      (
        "prompts/list",
        [
          "prompts": list(
            object([
              "name": text, "title?": text, "description?": text,
              "arguments?": list(object(["name": text, "description?": text, "required?": flag])),
            ]))
        ], true, nil
      ),
      (
        "prompts/get",
        [
          "description?": text,
          "messages": list(
            object([
              "role": word("user", "assistant"),
              "content": #"{"anyOf":[\#(textContent),\#(embedded)]}"#,
            ])),
        ], false, nil
      ),
      (
        "completion/complete",
        [
          "completion": object([
            "values": list(text), "total?": #"{"type":"integer","minimum":0}"#, "hasMore?": flag,
          ])
        ], false, nil
      ),
    ]

  private static let notifications:
    [(name: String, members: KeyValuePairs<String, String>, isStateless: Bool)] = [
      ("resources/updated", ["uri": text], false), ("resources/list_changed", [:], true),
      (
        "subscriptions/acknowledged",
        [
          "notifications": object([
            "resourcesListChanged?": flag, "resourceSubscriptions?": list(text),
          ])
        ], true
      ),
    ]

  private static func document(isStateless: Bool) -> String {
    let methods = results.filter { $0.era == nil || $0.era == isStateless }.map { result in
      var members = result.members.map { ($0.key, $0.value) }
      if isStateless {
        members += [
          ("resultType", word("complete")),
          ("_meta", object(["io.modelcontextprotocol/serverInfo": name])),
        ]
        if result.isKept {
          members += [
            ("ttlMs", #"{"type":"integer","minimum":0}"#),
            ("cacheScope", word("private", "public")),
          ]
        }
      }
      let properties = members.map { name, schema in
        #""\#(name.filter { $0 != "?" })":\#(schema)"#
      }
      let required = members.map(\.0).filter { !$0.hasSuffix("?") }.map { #""\#($0)""# }
      return #"{"name":"\#(result.method)","result":{"schema":{"type":"object","#
        + #""properties":{\#(properties.joined(separator: ","))},"#
        + #""required":[\#(required.joined(separator: ","))]}}}"#
    }
    let stamp: KeyValuePairs<String, String> =
      isStateless
      ? ["_meta": #"{"type":"object","required":["io.modelcontextprotocol/subscriptionId"]}"#] : [:]
    let notifications = notifications.filter { isStateless || !$0.isStateless }.map { one in
      let params = (one.members.map { $0 } + stamp.map { $0 }).map { #""\#($0.key)":\#($0.value)"# }
      return #"{"name":"notifications/\#(one.name)","params":{"type":"object","properties":{"#
        + params.joined(separator: ",") + "}}}"
    }
    return #"{"methods":[\#(methods.joined(separator: ","))],"#
      + #""x-notifications":[\#(notifications.joined(separator: ","))]}"#
  }
}
