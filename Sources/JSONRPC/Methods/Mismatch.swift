// What is wrong with the shape of what a caller sent, and where.

/// A value that does not fit its declaration: answered as −32602 with a path to it.
public struct Mismatch: Error, Sendable {
  /// The steps from the culprit up to `params`; the last is the outermost.
  private var steps: [String] = []
  public let expected: String
  /// What was there instead, as it was written; nil when nothing was.
  public let found: String?
  /// What would be right, where that can be told.
  public let hint: String?

  public init(expected: String, found: JSON?, hint: String? = nil) {
    self.init(expected: expected, found: found?.excerpt, hint: hint)
  }

  public init(expected: String, found: String?, hint: String? = nil) {
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// The same, seen from one level further out.
  public func at(_ step: String) -> Mismatch {
    var outer = self
    outer.steps.append(step)
    return outer
  }

  /// The place as an RFC 6901 JSON pointer into `params`; "" is `params` itself.
  public var path: String {
    steps.reversed().map { step in
      "/"
        + step.unicodeScalars.map { scalar in
          // By scalar: a mark that combines with the tilde makes another character of the two.
          switch scalar {
          case "~": "~0"
          case "/": "~1"
          default: String(scalar)
          }
        }.joined()
    }.joined()
  }

  public var sentence: String {
    let place = path.isEmpty ? "params" : path
    let found = found.map { "found \($0)" } ?? "nothing was given"
    return "\(place): expected \(expected); \(found)." + (hint.map { " \($0)" } ?? "")
  }
}

/// The word of `words` nearest to `word` by edit distance, where one is near enough to be meant.
public func nearest(to word: String, among words: some Sequence<String>) -> String? {
  let word = Array(word.lowercased().utf8.prefix(64))
  var best: (distance: Int, word: String)?
  for candidate in words {
    let distance = editDistance(word, Array(candidate.lowercased().utf8))
    if distance < best?.distance ?? Int.max { best = (distance, candidate) }
  }
  guard let best, best.distance <= max(2, best.word.utf8.count / 3) else { return nil }
  return best.word
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let replaced = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[right.count]
}
