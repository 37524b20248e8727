// What libFuzzer throws its inputs at: framing, parser and server must take anything.
import Glibc

/// The first byte says where the rest is cut in two and how messages are delimited. The answers must
/// be the same with and without the cut, and each must be one JSON text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let choice = Int(start[0])
  let input = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
  let style: Framing.Style? = [nil, .lines, .headers, nil][choice & 3]
  let whole = answers(to: input, cutAt: 0, style)
  let cut = (choice >> 2) * input.count / 64
  guard cut == 0 || answers(to: input, cutAt: cut, style) == whole else {
    fail("a cut makes a difference")
  }
  for answer in whole where (try? JSONText.parse(answer)) == nil { fail("an answer is no JSON") }
  return 0
}

private func fail(_ reason: String) -> Never {
  let line = Array("\(reason)\n".utf8)
  write(STDERR_FILENO, line, line.count)
  abort()
}

/// What a server answers to an input of which the first bytes come before the rest.
private func answers(
  to input: UnsafeRawBufferPointer, cutAt cut: Int, _ style: Framing.Style?
) -> [[UInt8]] {
  let server = Server(catalog, context: Target()) { _ in }
  var framing = Framing(limit: 120, style: style)
  var answers: [[UInt8]] = []
  var position = 0
  func take(upTo end: Int, isEnd: Bool) {
    while true {
      let waiting = UnsafeRawBufferPointer(rebasing: input[position..<end])
      var answer = JSONWriter(capacity: 64)
      let consumed: Int
      switch framing.next(in: waiting, atEnd: isEnd) {
      case .incomplete: return
      case .blank(let length): consumed = length
      case .unfit(let failure, let length):
        server.refuse(failure, to: &answer)
        consumed = length
      case .message(let body, let length):
        let message = UnsafeRawBufferPointer(rebasing: waiting[body])
        server.caller.hear(message)
        server.answer(message, to: &answer)
        consumed = length
      }
      guard (1...waiting.count).contains(consumed) else { fail("it takes what is not there") }
      position += consumed
      if answer.count > 0 { answers.append(Array(answer.bytes)) }
    }
  }
  if cut > 0 { take(upTo: cut, isEnd: false) }
  take(upTo: input.count, isEnd: true)
  guard position == input.count else { fail("something is left") }
  return answers
}

/// A service that takes every kind of value there is.
private final class Target: ServiceContext {
  struct Refusal: RefusalReply {
    enum Kind: RefusalKind {
      case odd
      var code: Int { 1000 }
      var name: String { "odd" }
      var summary: String { "The number is odd." }
      var isTransient: Bool { false }
    }
    let kind = Kind.odd
    var message: String { kind.summary }
    func writeData(to writer: inout JSONWriter) {}
  }

  let caller = Caller()
  static func refusals(of effect: Effect) -> [Refusal.Kind] { [] }
  func perform(_ call: Call, _ work: () throws -> Void) throws { try work() }
  func recall(_ call: KeyedCall) throws -> [UInt8]? { nil }
  func remember(_ result: UnsafeRawBufferPointer, of call: KeyedCall) throws {}
  func beginGroup() {}
  func endGroup() -> Bool { true }
  var alarm: Alarm? { nil }
}

private struct Item: Sendable {
  let text: String
  let number: Int
}

private let catalog = Catalog<Target>(
  "target", version: "1", "Takes anything.",
  methods: [
    Method(
      .pure, "ping", "Answers.",
      takes: (),
      returns: Record<Bool>("Pong", "A sign.", [Property("pong", .boolean, "True.") { $0 }])
    ) { _ in true },
    Method(
      .changes, "echo", "Answers what it is sent.",
      takes: (
        Field(
          "items",
          Shape<Item>.object(
            "Item", "An item.",
            Member("text", .text("a string", minimumLength: 1, maximumLength: 9), "A text.") {
              $0.text
            },
            Member("number", .integer(-9...1_000_000_000_000), default: 0, "A number.") {
              $0.number
            }, make: Item.init
          ).oneOrMany(0...3), "Some items."),
        Field(optional: "flag", Shape.boolean.orNull, "A flag.")
      ),
      returns: Record<[Item]>(
        "Echo", "The same.",
        [
          Property("texts", Shape<String>.text("a string").list(), "Texts.") { $0.map(\.text) },
          Property("sum", .integer(.min ... .max), "A sum.") { $0.reduce(0) { $0 &+ $1.number } },
        ]), refuses: .odd
    ) { _, items, _ in
      if items.contains(where: { $0.number % 2 != 0 }) { throw Target.Refusal() }
      return items
    },
  ])
