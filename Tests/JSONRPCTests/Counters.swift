// A service small enough to see through: counters with names.
import Glibc

@testable import JSONRPC

/// The counters of one caller. Knows how it was called, and forgets what failed or was only tried.
final class Counters: ServiceContext {
  typealias Refusal = CounterRefusal

  let caller = Caller()
  var values = ["visits": 3]
  var effects: [Effect] = []

  /// The changes that were answered under a key, each with its answer.
  var answered: [String: (call: KeyedCall, result: [UInt8])] = [:]
  /// What agents have not been told of, and whether one wants to be.
  var news: [ResourceChange] = []
  var isFollowed = false
  /// Whether what is to be made durable can be.
  var isDiskFull = false

  static func refusals(of effect: Effect) -> [CounterRefusal.Kind] {
    effect == .changes ? [.keyReused] : []
  }

  func perform(_ call: Call, _ work: () throws -> Void) throws {
    isGroupEmpty = false
    effects.append(call.effect)
    let before = (values, answered)
    do {
      try work()
      if isDiskFull { throw DiskOnFire() }
      if call.isDryRun { (values, answered) = before }
    } catch {
      (values, answered) = before
      throw error
    }
  }

  /// How many groups were begun, and how many more of them will come to nothing.
  var groups = 0
  var groupsToLose = 0
  private var undoGroup: () -> Void = {}
  private var isGroupEmpty = true

  func beginGroup() {
    groups += 1
    isGroupEmpty = true
    undoGroup = { [self, values, answered] in (self.values, self.answered) = (values, answered) }
  }

  func endGroup() -> Bool {
    guard groupsToLose > 0, !isGroupEmpty else { return true }
    groupsToLose -= 1
    undoGroup()
    return false
  }

  /// Where others ring: each byte is a visit, of which the caller is to be told.
  var alarm: Alarm?

  func visits() -> Int? {
    guard case .descriptor(let descriptor)? = alarm else { return alarm == nil ? nil : 0 }
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 0) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 1000)
    return max(0, read(descriptor, &bytes, bytes.count))
  }

  func recall(_ call: KeyedCall) throws -> [UInt8]? {
    guard let first = answered[call.key] else { return nil }
    guard (first.call.method, first.call.params) == (call.method, call.params) else {
      throw CounterRefusal(kind: .keyReused, counter: first.call.params)
    }
    return first.result
  }

  func remember(_ result: UnsafeRawBufferPointer, of call: KeyedCall) throws {
    answered[call.key] = (call, Array(result))
  }
}

struct CounterRefusal: RefusalReply {
  enum Kind: String, RefusalKind {
    case noSuchCounter, counterBusy, keyReused, counterMoved

    var code: Int {
      switch self {
      case .noSuchCounter: 1001
      case .counterBusy: 1002
      case .keyReused: 1003
      case .counterMoved: 1004
      }
    }
    var name: String { rawValue }
    var summary: String {
      switch self {
      case .noSuchCounter: "There is no such counter."
      case .counterBusy: "Not now."
      case .keyReused: "Another call has that key."
      case .counterMoved: "It says something else by now."
      }
    }
    var isTransient: Bool { self == .counterBusy }
  }

  let kind: Kind
  let counter: String

  var message: String { "\(kind.summary) It was \(counter)." }

  func writeData(to writer: inout JSONWriter) {
    writer.member("counter")
    writer.string(counter)
  }
}

/// What happened that no caller is told of.
struct DiskOnFire: Error {}

struct CounterState: Sendable {
  let name: String
  let value: Int

  static let record = Record<CounterState>(
    "Counter", "A counter.",
    [
      Property("name", .name, "Its name.") { $0.name },
      Property("value", .integer(.min ... .max), "What it says.") { $0.value },
    ])
}

/// What a caller orders, for paths into nested values.
struct Purchase: Sendable {
  struct Line: Sendable {
    let quantity: Int
    let note: String?

    static let shape = Shape<Line>.object(
      "Line", "A line.",
      Member("quantity", .integer(1...99), "How many.") { $0.quantity },
      Member(optional: "note", .name, "What to say.") { $0.note },
      make: Line.init)
  }

  let lines: [Line]
  let mode: Mode

  enum Mode: String, CaseIterable { case quick, careful }

  static let record = Record<Purchase>(
    "Purchase", "What was bought.",
    [
      Property("lines", Line.shape.list(), "The lines.") { $0.lines },
      Property("mode", .choice, "How.") { $0.mode },
      Property(optional: "first", Line.shape, "The first line.") { $0.lines.first },
      Property("state", CounterState.record, "A counter.") {
        CounterState(name: "lines", value: $0.lines.count)
      },
    ])
}

extension Subject where Context == Counters, Value == CounterState {
  /// What a counter says is as good as a version.
  static let counter = Subject(
    Field("name", .name, "Which."), refuses: .noSuchCounter, .counterMoved,
    find: { (counters: Counters, name: String) in
      guard let value = counters.values[name] else {
        throw CounterRefusal(kind: .noSuchCounter, counter: name)
      }
      return CounterState(name: name, value: value)
    }, version: \.value,
    outdated: { counter, _ in CounterRefusal(kind: .counterMoved, counter: counter.name) })
}

extension Shape<String> {
  static var name: Shape { .text("a non-empty string", minimumLength: 1) }
}

let counterCatalog = Catalog<Counters>(
  "counters", version: "1.2.3", "Counters with names.",
  methods: [
    Method(
      .reads, "counter.read", "Reads a counter.",
      takes: Field("name", .name, "Which."),
      returns: CounterState.record, refuses: .noSuchCounter
    ) { counters, name in
      guard let value = counters.values[name] else {
        throw CounterRefusal(kind: .noSuchCounter, counter: name)
      }
      return CounterState(name: name, value: value)
    },
    Method(
      .changes, "counter.add", "Adds to a counter.",
      takes: (
        Field("name", .name, "Which."),
        Field("by", .integer(-1000...1000), default: 1, "How much.")
      ),
      returns: CounterState.record, refuses: .noSuchCounter, .counterBusy
    ) { counters, name, amount in
      counters.values[name, default: 0] += amount
      if name == "busy" { throw CounterRefusal(kind: .counterBusy, counter: name) }
      return CounterState(name: name, value: counters.values[name] ?? 0)
    },
    Method(
      .changes, "counter.climb", "Adds one at a time.",
      takes: (Field("name", .name, "Which."), Field("steps", .integer(1...1000), "How often.")),
      returns: CounterState.record
    ) { counters, name, steps in
      for step in 1...steps {
        counters.values[name, default: 0] += 1
        try counters.caller.step(step, of: steps)
      }
      return CounterState(name: name, value: counters.values[name] ?? 0)
    },
    Method(
      changing: .counter, "counter.reset", "Puts a counter back.",
      takes: Field("to", .integer(0...9), default: 0, "To what."),
      returns: CounterState.record
    ) { counters, counter, value in
      counters.values[counter.name] = value
      return CounterState(name: counter.name, value: value)
    },
    Method(
      .pure, "purchase.check", "Reads a nested value and answers it.",
      takes: (
        Field("lines", Purchase.Line.shape.list(1...3), "The lines."),
        Field("mode", Shape<Purchase.Mode>.choice, default: .quick, "How."),
        Field(optional: "tags", Shape.name.oneOrMany(1...2), "Some tags."),
        Field(optional: "comment", Shape.name.orNull, "A comment or null.")
      ),
      returns: Purchase.record
    ) { _, lines, mode, _, _ in Purchase(lines: lines, mode: mode) },
    Method(
      .pure, "counter.spell", "Answers as much as is asked for.",
      takes: Field("length", .integer(0...1_000_000), "How many bytes."),
      returns: Record<Int>(
        "Spelling", "A long answer.",
        [Property("text", .name, "So many letters.") { String(repeating: "x", count: $0) }])
    ) { _, length in length },
    Method(
      .changes, "counter.burn", "Fails for a reason of ours.",
      takes: (),
      returns: CounterState.record
    ) { counters in
      counters.values["visits"] = 0
      throw DiskOnFire()
    },
  ],
  notifications: [
    Notification(
      "counter.visited", "Somebody was here.",
      params: Record<Int>(
        "Visits", "How many came.",
        [Property("visits", .integer(0 ... .max), "Since the last time.") { $0 }])
    ) { counters in
      guard let visits = counters.visits() else { return nil }
      guard visits != 13 else { throw DiskOnFire() }
      return visits
    }
  ])

/// A server of the counters, and what it said where callers do not hear it.
final class CounterServer {
  let counters = Counters()
  private(set) var log: [String] = []
  private(set) lazy var server = Server(counterCatalog, context: counters) { [unowned self] in
    log.append($0)
  }

  /// The answer to one message; "" where none is due.
  func answer(_ message: some Sequence<UInt8>) -> String {
    var writer = JSONWriter(capacity: 64)
    writer.raw("before")
    Array(message).withUnsafeBytes { server.answer($0, to: &writer) }
    return String(writer.text.dropFirst("before".count))
  }

  func answer(_ message: String) -> String { answer(message.utf8) }

  /// The answer to a call of `method`, read.
  func call(_ method: String, _ params: String) throws -> JSON {
    let answer = answer(
      #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
    return try JSONText.parse(answer.utf8)
  }
}
