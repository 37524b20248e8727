// orderline serve: the store over standard input and output.
import Glibc
import JSONRPC
import ShopService
import ShopStore

func serve(_ arguments: Arguments) throws -> Int32 {
  try requireNoWords(arguments)
  let path = try arguments.store()
  // Before anything is opened that could take the place of a closed standard output.
  let output = try takeStandardOutputAway()
  let server = try openServer(arguments)
  if isatty(STDIN_FILENO) == 1 {
    complain(
      "\(programName) \(programVersion) serves \(path) and waits for one JSON-RPC request a line, "
        + "such as\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"orders.count\"}\n"
        + "Ctrl-D ends it.")
  }
  let connection = Connection(
    input: STDIN_FILENO, output: output, interruption: interruptions(),
    process: try callerProcess(arguments), style: try style(arguments),
    trace: try trace(arguments), messageLimit: Server<Session>.maximumMessageLength)
  switch connection.run(server) {
  case .endOfInput, .callerGone, .interrupted: return 0
  case .dismissed(let afterShutdown): return afterShutdown ? 0 : 1
  case .unreadable(let code):
    complain("\(programName): cannot read requests: \(String(cString: strerror(code)))")
    return 1
  case .broken(let code):
    complain("\(programName): cannot write answers: \(String(cString: strerror(code)))")
    return 1
  }
}

/// A server on the store that the arguments name, with as much in it as they allow.
func openServer(_ arguments: Arguments) throws -> Server<Session> {
  let catalog = try catalog(arguments)
  let session = try openSession(arguments, catalog, hidingPersonalData: arguments.has("--redact"))
  return Server(catalog, context: session) { complain("\(programName): \($0)") }
}

private func catalog(_ arguments: Arguments) throws(UsageError) -> Catalog<Session> {
  var catalog = shopCatalog
  if arguments.has("--read-only") { catalog = catalog.narrowed { $0.effect.isReading } }
  guard let patterns = arguments["--allow"] else { return catalog }
  do throws(Allowance.Unknown) {
    let allowance = try Allowance(patterns, among: shopCatalog.methods.map(\.name))
    return catalog.narrowed { allowance.allows($0.name) }
  } catch {
    throw UsageError(
      message: "--allow wants names of methods, in which * stands for anything; no method is "
        + "\"\(error.pattern)\"")
  }
}

private func callerProcess(_ arguments: Arguments) throws(UsageError) -> Int32? {
  guard let text = arguments["--clientProcessId"] else { return nil }
  guard let process = Int32(text), process > 0 else {
    throw UsageError(message: "--clientProcessId wants the id of a process, not \(text)")
  }
  return process
}

private func style(_ arguments: Arguments) throws(UsageError) -> Framing.Style? {
  guard let text = arguments["--framing"] else { return nil }
  guard let style = Framing.Style(rawValue: text) else {
    let names = Framing.Style.allCases.map(\.rawValue).joined(separator: " or ")
    throw UsageError(message: "--framing wants \(names), not \(text)")
  }
  return style
}

/// Opens the file that `--trace` names, for its owner only. A pipe could keep the caller waiting.
private func trace(_ arguments: Arguments) throws -> Trace? {
  guard let path = arguments["--trace"] else { return nil }
  let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw SystemFailure("cannot open the trace \(path)") }
  var status = stat()
  guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFCHR].contains(status.st_mode & S_IFMT) else {
    throw UsageError(message: "--trace wants a file, and \(path) is none")
  }
  if status.st_mode & S_IFMT == S_IFREG { fchmod(descriptor, 0o600) }
  return Trace(to: descriptor) { complain("\(programName): \($0)") }
}

/// Opens the store that the arguments name.
func openSession(
  _ arguments: Arguments, _ catalog: Catalog<Session> = shopCatalog,
  hidingPersonalData: Bool = false
) throws -> Session {
  let path = try arguments.store()
  let store = try Store.open(at: path, zone: Zoneinfo.zone)
  return Session(
    store: store, path: path, actor: arguments.actor(), clock: try arguments.clock(),
    catalog: catalog, hidesPersonalData: hidingPersonalData)
}

func requireNoWords(_ arguments: Arguments) throws(UsageError) {
  if let word = arguments.words.first {
    throw UsageError(message: "\(word) is one word too many")
  }
}

/// Moves standard output to a descriptor of its own and points 1 at standard error, so that
/// nothing but messages can ever reach the caller.
private func takeStandardOutputAway() throws -> Int32 {
  let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
  guard output >= 0 else {
    throw SystemFailure("nobody could read the answers: standard output")
  }
  dup2(STDERR_FILENO, STDOUT_FILENO)
  return output
}

/// A descriptor that becomes readable when a signal asks to leave.
private func interruptions() -> Int32 {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { return -1 }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  interruptionPipe = ends[1]
  // A caller who starts this from a thread that blocks signals hands its mask down.
  var heard = sigset_t()
  sigemptyset(&heard)
  for number in [SIGTERM, SIGINT, SIGHUP] {
    let before = signal(number) { _ in
      var byte: UInt8 = 1
      write(interruptionPipe, &byte, 1)
    }
    // nohup(1) and the like had this signal ignored on purpose.
    if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
      signal(number, SIG_IGN)
    }
    sigaddset(&heard, number)
  }
  sigprocmask(SIG_UNBLOCK, &heard, nil)
  return ends[0]
}

/// Written by signal handlers, which can reach nothing but globals. Set once, before they are.
nonisolated(unsafe) private var interruptionPipe: Int32 = -1
