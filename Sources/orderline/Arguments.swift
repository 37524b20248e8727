// The words of a command line, sorted into options and the rest.
import ShopRules
import ShopService

/// The command line cannot be understood; the message says what would be right.
struct UsageError: Error {
  let message: String
}

/// What was written behind the name of a command.
struct Arguments {
  private(set) var words: [String] = []
  private var options: [String: String] = [:]

  /// An option of a command; one without a placeholder takes no value.
  struct Option: Sendable {
    let name: String
    let placeholder: String?
    let summary: String

    init(_ name: String, takes placeholder: String? = nil, _ summary: String) {
      self.name = name
      self.placeholder = placeholder
      self.summary = summary
    }
  }

  /// Sorts `words`: options may stand anywhere, `--name value` or `--name=value`; after `--`
  /// nothing is an option.
  init(_ words: [String], known: [Option]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        self.words += rest
        break
      }
      guard word.hasPrefix("--") else {
        self.words.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = known.first(where: { $0.name == name }) else {
        let names = known.map(\.name).joined(separator: ", ")
        throw UsageError(message: "no option \(name) here; there are \(names)")
      }
      if option.placeholder == nil {
        guard parts.count == 1 else { throw UsageError(message: "\(name) takes no value") }
        options[name] = ""
      } else if parts.count == 2 {
        options[name] = String(parts[1])
      } else if let value = rest.popFirst() {
        options[name] = value
      } else {
        throw UsageError(message: "\(name) wants a value: \(name) \(option.placeholder ?? "")")
      }
    }
  }

  func has(_ name: String) -> Bool { options[name] != nil }

  subscript(_ name: String) -> String? { options[name] }

  /// The store's file: `--store`, else the environment's ORDERLINE_STORE.
  func store() throws(UsageError) -> String {
    guard let path = options["--store"] ?? systemVariable("ORDERLINE_STORE"), !path.isEmpty else {
      throw UsageError(
        message: "which store? Say --store FILE, or set ORDERLINE_STORE=FILE")
    }
    return path
  }

  /// Who makes the changes.
  func actor() -> String { options["--actor"] ?? "vendor" }

  /// The clock: the system's, or the moment of `--now` for ever.
  func clock() throws(UsageError) -> () -> Moment {
    guard let text = options["--now"] else { return { systemTime() } }
    guard let moment = Moment(rfc3339: text) else {
      throw UsageError(
        message: "--now wants a moment such as 2021-06-17T12:16:00+02:00, not \(text)")
    }
    return { moment }
  }
}
