// The help of one method or notification and the lists of all, for a terminal, read off the catalog.

extension Catalog {
  /// One line a method: its name and sentence.
  public var methodList: String {
    list(methods.map { ($0.name, $0.summary) } + [discovery])
  }

  /// One line a notification: its name and sentence.
  public var notificationList: String { list(notifications.map { ($0.name, $0.summary) }) }

  /// Everything there is to know of the method or notification called `name`.
  public func help(_ name: String) -> String? {
    self[name]?.help ?? notifications.first { $0.name == name }?.help
  }

  private func list(_ entries: [(name: String, summary: String)]) -> String {
    let width = entries.map(\.name.count).max() ?? 0
    return entries.map { name, summary in
      "  " + name + String(repeating: " ", count: width - name.count + 2) + summary
    }.joined(separator: "\n")
  }
}

extension Method {
  /// Everything a caller needs to know of the method, in plain text.
  fileprivate var help: String {
    var lines = ["\(name)(\(signature)) → \(result.title)", "", summary]
    if !parameters.isEmpty {
      lines += ["", "Parameters, by name or in this order:"]
      lines += table(parameters) { parameter in
        let fallback = parameter.fallback.map { "; default \($0)" } ?? ""
        return parameter.schema.phrase + (parameter.isRequired ? "" : "; optional") + fallback
      }
    }
    lines += ["", "Answers \(result.title): \(result.summary)"]
    lines += table(result.members) { $0.schema.phrase }
    if !refusals.isEmpty {
      lines += ["", "May refuse:"]
      lines += refusals.map { kind in
        "  \(kind.code)  \(kind.name)\(kind.isTransient ? " (transient)" : ""): \(kind.summary)"
      }
    }
    return lines.joined(separator: "\n")
  }

  private var signature: String {
    parameters.map { $0.isRequired ? $0.name : $0.name + "?" }.joined(separator: ", ")
  }
}

extension Notification {
  /// Everything a caller needs to know of the notification, in plain text.
  fileprivate var help: String {
    let lines = ["\(name), a notification of the server's", "", summary, "", "Params:"]
    return (lines + table(params.members) { $0.schema.phrase }).joined(separator: "\n")
  }
}

private func table(_ members: [MemberSchema], form: (MemberSchema) -> String) -> [String] {
  let width = members.map(\.name.count).max() ?? 0
  return members.flatMap { member in
    let gap = String(repeating: " ", count: width - member.name.count + 2)
    return [
      "  \(member.name)\(gap)\(member.summary)",
      "  \(String(repeating: " ", count: width + 2))\(form(member))",
    ]
  }
}
