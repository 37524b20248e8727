// The commands: what each takes, and where its work is.
import JSONRPC
import ShopService

/// One command line, understood.
struct Command {
  private let kind: Kind
  private let arguments: Arguments

  private struct Kind: Sendable {
    let name: String
    let usage: String
    let summary: String
    let options: [Arguments.Option]
    let run: @Sendable (Arguments) throws -> Int32
  }

  private static let store = Arguments.Option(
    "--store", takes: "FILE", "the store; ORDERLINE_STORE stands in for it")
  private static let actor = Arguments.Option(
    "--actor", takes: "NAME", "who makes the changes, for the history (vendor)")
  private static let now = Arguments.Option(
    "--now", takes: "MOMENT",
    "answer as if it were always this moment, for demonstrations and tests")

  private static let safety: [Arguments.Option] = [
    .init("--read-only", "only methods that change nothing are there"),
    .init(
      "--allow", takes: "PATTERNS",
      "only these methods are there, such as 'orders.*,!orders.refund'"),
    .init(
      "--redact",
      "customers' names, mails, phones, street lines and what is written about them stay hidden"),
  ]

  private static let kinds = [
    Kind(
      name: "serve", usage: "serve --store FILE [--framing lines|headers] [--trace FILE]",
      summary: "Answer JSON-RPC requests on standard input, one a line, until it ends.",
      options: [store, actor, now] + safety + [
        .init(
          "--framing", takes: "lines|headers",
          "how messages are delimited; unless said, the first bytes that come show it"),
        .init(
          "--trace", takes: "FILE",
          "record both directions with times at the end of a file: it will hold personal data"),
        .init("--stdio", "accepted, for editors that add it: there is no other way"),
        .init("--clientProcessId", takes: "N", "leave when that process is gone"),
      ], run: serve),
    Kind(
      name: "call", usage: "call METHOD [JSON | name=value …] --store FILE",
      summary: "Call one method and print its result.", options: [store, actor, now] + safety,
      run: call),
    Kind(
      name: "init", usage: "init --store FILE [--sample]",
      summary: "Create a store; never touches a file that is there.",
      options: [store, .init("--sample", "fill it with a small French bookshop")],
      run: createStore),
    Kind(
      name: "import", usage: "import FILE… --store FILE [--dry-run] [--skip-bad]",
      summary: "Take in WooCommerce's products CSV and REST v3 orders and products JSON.",
      options: [
        store, actor, now, .init("--dry-run", "say what would be done and write nothing"),
        .init("--skip-bad", "leave out bad records instead of stopping at them"),
      ], run: importFiles),
    Kind(
      name: "mail",
      usage: "mail send --store FILE [--sendmail CMD] [--limit N] [--timeout SECONDS]",
      summary: "Hand each mail that is due to a program like sendmail; for cron.",
      options: [
        store, actor, now,
        .init(
          "--sendmail", takes: "CMD",
          "what to run as CMD -i -- ADDRESS, without a shell (/usr/sbin/sendmail)"),
        .init("--limit", takes: "N", "try at most so many mails"),
        .init("--timeout", takes: "SECONDS", "how long one mail may take (60)"),
      ], run: mail),
    Kind(
      name: "protocol", usage: "protocol DIR",
      summary: "Write openrpc.json and lifecycle.md into a folder.", options: [],
      run: writeProtocol),
    Kind(
      name: "help", usage: "help [NAME]",
      summary: "Say this, or all about one method or notification.",
      options: [], run: printHelp),
  ]

  init(_ words: [String]) throws(UsageError) {
    let names = Self.kinds.map(\.name)
    var words = words
    switch words.first {
    case nil:
      throw UsageError(
        message: "what should it do? One of \(names.joined(separator: ", ")); "
          + "\(programName) help says more")
    case "--help", "-h": words[0] = "help"
    case "--version":
      kind = Kind(name: "--version", usage: "", summary: "", options: []) { _ in
        say("\(programName) \(programVersion)") ? 0 : 1
      }
      arguments = try Arguments([], known: [])
      return
    default: break
    }
    let name = words.removeFirst()
    guard let kind = Self.kinds.first(where: { $0.name == name }) else {
      let hint = nearest(to: name, among: names).map { "did you mean \($0)?" }
      throw UsageError(
        message: "there is no command \(name); "
          + (hint ?? "there are \(names.joined(separator: ", "))"))
    }
    if words.contains("--help") || words.contains("-h") {
      self = try Command(["help", name])
      return
    }
    self.kind = kind
    do throws(UsageError) {
      arguments = try Arguments(words, known: kind.options)
    } catch {
      throw UsageError(message: "\(error.message) (usage: \(programName) \(kind.usage))")
    }
  }

  func run() throws -> Int32 {
    do {
      return try kind.run(arguments)
    } catch let error as UsageError {
      throw UsageError(message: "\(error.message) (usage: \(programName) \(kind.usage))")
    }
  }

  /// The help of the whole program.
  static var overview: String {
    """
    \(programName) \(programVersion): \(shopCatalog.summary)

    Commands:
    \(kinds.map { "  \(programName) \($0.usage)\n      \($0.summary)" }.joined(separator: "\n"))
      \(programName) --version

    Methods (\(programName) help NAME says more):
    \(shopCatalog.methodList)

    Notifications, which the server sends without being asked:
    \(shopCatalog.notificationList)
    """
  }

  /// The help of one command, or nil where there is no such command.
  static func help(_ name: String) -> String? {
    guard let kind = kinds.first(where: { $0.name == name }) else { return nil }
    let options = kind.options.map { option in
      "  \(option.name)\(option.placeholder.map { " \($0)" } ?? "")  \(option.summary)"
    }
    let usage = "usage: \(programName) \(kind.usage)"
    return ([kind.summary, "", usage] + options).joined(separator: "\n")
  }
}
