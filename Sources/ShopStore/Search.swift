// Searching by words: what is typed, what is indexed, and the index itself.

/// Words to search for: all of them have to be found, each as the beginning of a word.
public struct SearchWords: Hashable, Sendable {
  /// Far more than anybody types.
  public static let most = 20

  let words: [String]

  /// The words, folded.
  public var text: String { words.joined(separator: " ") }

  /// The words of a text; nil when it has none or more than ``most``.
  public init?(_ text: String) {
    var known: Set<String> = []
    words = searchText([text]).split(separator: " ").map(String.init)
      .filter { known.insert($0).inserted }
    guard (1...Self.most).contains(words.count) else { return nil }
  }

  /// In FTS5's language. The words hold nothing but letters and digits, so that quotes quote them.
  var expression: String { words.map { "\"\($0)\"*" }.joined(separator: " ") }
}

/// The words of texts that a row can be found by, as they are compared, with a space between them:
/// runs of letters and digits, without case and accents.
func searchText(_ texts: [String]) -> String {
  var words: [UInt8] = []
  words.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count + 1 })
  for text in texts {
    var isInside = false
    eachScalar(ofSortKey: text) { scalar in
      guard scalar.isOfWord else {
        isInside = false
        return
      }
      if !isInside, !words.isEmpty { words.append(UInt8(ascii: " ")) }
      isInside = true
      words.append(scalar)
    }
  }
  return String(decoding: words, as: UTF8.self)
}

extension Unicode.Scalar {
  /// Whether it is a letter or a digit of a text in lower case.
  fileprivate var isOfWord: Bool {
    switch self {
    case "a"..."z", "0"..."9": true
    case "\0"..."\u{7F}": false
    default: properties.isAlphabetic || properties.numericType != nil
    }
  }
}

/// An index of words. It keeps no text: who takes a row out says what it went in with.
enum Search: String {
  case orders = "order_search"
  case products = "product_search"

  func add(_ id: Int, _ words: String, on database: Database) throws {
    try database.query("INSERT INTO \(rawValue) (rowid, words) VALUES (?, ?)").run(
      on: database, [SQLValue(id), SQLValue(words)])
  }

  func remove(_ id: Int, _ words: String, on database: Database) throws {
    try database.query(
      "INSERT INTO \(rawValue) (\(rawValue), rowid, words) VALUES ('delete', ?, ?)"
    ).run(on: database, [SQLValue(id), SQLValue(words)])
  }
}

extension Store {
  /// Runs `work`, which inserts many orders.
  ///
  /// Their words go into the index many at a time, in the order of their ids: at one that is lower
  /// than the last, all before it become a piece of the index, and to join many pieces costs more than
  /// the rest. The checks of the tables are left to the rules: for each row SQLite would make a table of
  /// the statuses there are, a third of its work. The pages that change stay in memory, up to 16 MiB.
  public func insertingMany<Result>(_ work: () throws -> Result) throws -> Result {
    let cached = try database.integer("PRAGMA cache_size")
    try database.execute("PRAGMA ignore_check_constraints = ON; PRAGMA cache_size = -16000")
    unindexed = []
    defer {
      unindexed = nil
      try? database.execute(
        "PRAGMA ignore_check_constraints = OFF; PRAGMA cache_size = \(cached)")
    }
    let result = try work()
    try indexAll()
    return result
  }

  /// Has an order found by `words`.
  func index(_ id: Int, _ words: String) throws {
    guard unindexed != nil else { return try Search.orders.add(id, words, on: database) }
    unindexed?.append((id, words))
    if unindexed?.count == 1000 { try indexAll() }
  }

  private func indexAll() throws {
    // Files are often the newest first.
    for (id, words) in (unindexed ?? []).sorted(by: { $0.id < $1.id }) {
      try Search.orders.add(id, words, on: database)
    }
    unindexed?.removeAll(keepingCapacity: true)
  }
}
