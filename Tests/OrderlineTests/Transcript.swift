// Conversations in text files: what they say, and whether an answer is what they expect.
import Foundation
import Testing

/// A file of `Protocol/transcripts`: `//` says why, `-->` what is sent, `<--` what is answered or told.
struct Transcript: CustomTestStringConvertible, Sendable {
  struct Exchange: Sendable {
    let line: Int
    let sent: String
    /// What comes back: the answer, where one is due, and then notifications.
    fileprivate(set) var heard: [String] = []

    /// nil where no answer is due.
    var expected: String? { heard.first.flatMap { isNotification($0) ? nil : $0 } }
    var notifications: [String] { heard.filter(isNotification) }
  }

  let name: String
  let path: String
  let exchanges: [Exchange]

  /// Every transcript starts from a fresh sample shop, at this moment of its third last order's day.
  static let now = "2021-06-18T09:00:00+02:00"

  static let folder = Program.root.appendingPathComponent("Protocol/transcripts")

  static let all: [Transcript] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".txt") }.sorted().compactMap { try? Transcript($0) }
  }()

  init(_ name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    self.name = name
    path = url.path
    var exchanges: [Exchange] = []
    let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("--> ") {
        exchanges.append(Exchange(line: index + 1, sent: String(line.dropFirst(4))))
      } else if line.hasPrefix("<-- "), let last = exchanges.indices.last,
        exchanges[last].heard.isEmpty || isNotification(String(line.dropFirst(4)))
      {
        exchanges[last].heard.append(String(line.dropFirst(4)))
      } else if !line.isEmpty, !line.hasPrefix("//") {
        throw Malformed(place: "\(name):\(index + 1)", text: line)
      }
    }
    self.exchanges = exchanges
  }

  struct Malformed: Error {
    let place: String
    let text: String
  }

  var testDescription: String { name }

  var input: String { exchanges.map { $0.sent + "\n" }.joined() }

  /// What is different between the lines that came and those expected; empty is good.
  func differences(from lines: [String]) -> [String] {
    let due = exchanges.flatMap { exchange in exchange.heard.map { (exchange.line, $0) } }
    var found = zip(due, lines).flatMap { due, line in
      difference(due.1, line).map { "\(name):\(due.0): \($0)" }
    }
    if due.count != lines.count {
      found.append("\(name): \(due.count) lines are due, \(lines.count) came")
    }
    return found
  }
}

/// Whether a message of the server's answers nothing.
private func isNotification(_ line: String) -> Bool { Value(line)?["method"] != nil }

/// Compares JSON texts. In the expected one the string "…" stands for any value, and a member
/// "…": "…" for members that are not shown.
private func difference(_ expected: String, _ found: String) -> [String] {
  guard let left = Value(expected) else { return ["the expected answer is no JSON: \(expected)"] }
  guard let right = Value(found) else { return ["no JSON: \(found)"] }
  return left.differences(from: right, at: "")
}

/// JSON as Foundation reads it: an opinion that is independent of the parser under test.
indirect enum Value: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Decimal)
  case string(String)
  case array([Value])
  case object([String: Value])

  init?(_ text: String) {
    guard
      let any = try? JSONSerialization.jsonObject(
        with: Data(text.utf8), options: [.fragmentsAllowed])
    else { return nil }
    self.init(any)
  }

  private init?(_ any: Any) {
    switch any {
    case is NSNull: self = .null
    case let number as NSNumber:
      self =
        String(cString: number.objCType) == "c"
        ? .bool(number.boolValue) : .number(number.decimalValue)
    case let text as String: self = .string(text)
    case let list as [Any]: self = .array(list.compactMap(Value.init))
    case let object as [String: Any]: self = .object(object.compactMapValues(Value.init))
    default: return nil
    }
  }

  subscript(_ name: String) -> Value? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  subscript(_ index: Int) -> Value? {
    if case .array(let values) = self, index < values.count { values[index] } else { nil }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var integer: Int? { if case .number(let number) = self { Int("\(number)") } else { nil } }
  var elements: [Value] { if case .array(let values) = self { values } else { [] } }
  var members: [String: Value] { if case .object(let members) = self { members } else { [:] } }

  func differences(from found: Value, at path: String) -> [String] {
    if self == .string("…") { return [] }
    switch (self, found) {
    case (.object(let left), .object(let right)):
      let isOpen = left["…"] != nil
      let names = Set(left.keys).union(isOpen ? [] : Set(right.keys)).subtracting(["…"])
      return names.sorted().flatMap { name -> [String] in
        guard let expected = left[name] else { return ["\(path)/\(name): not expected"] }
        guard let value = right[name] else { return ["\(path)/\(name): missing"] }
        return expected.differences(from: value, at: "\(path)/\(name)")
      }
    case (.array(let left), .array(let right)) where left.count == right.count:
      return zip(left, right).enumerated().flatMap { index, pair in
        pair.0.differences(from: pair.1, at: "\(path)/\(index)")
      }
    default:
      return self == found ? [] : ["\(path): expected \(self), found \(found)"]
    }
  }
}
