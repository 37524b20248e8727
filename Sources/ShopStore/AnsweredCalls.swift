// Changes that were answered under a key, so that a retry gets the same answer.
public import ShopRules

/// A change that was carried out, by its key.
public struct AnsweredCall: Sendable {
  public let key: String
  public let method: String
  public let params: String
  public let result: String
  public let at: Moment

  public init(key: String, method: String, params: String, result: String, at: Moment) {
    self.key = key
    self.method = method
    self.params = params
    self.result = result
    self.at = at
  }
}

extension Store {
  public func answeredCall(_ key: String) throws -> AnsweredCall? {
    var call: AnsweredCall?
    let select = database.query(
      "SELECT method, params, result, at FROM answered_calls WHERE key = ?")
    try select.run(on: database, [SQLValue(key)]) { row in
      call = AnsweredCall(
        key: key, method: row.text(0), params: row.text(1), result: row.text(2), at: row.moment(3))
    }
    return call
  }

  public func insert(_ call: AnsweredCall) throws {
    try database.query("INSERT INTO answered_calls VALUES (?, ?, ?, ?, ?)").run(
      on: database,
      [
        SQLValue(call.key), SQLValue(call.method), SQLValue(call.params), SQLValue(call.result),
        SQLValue(call.at.seconds),
      ])
  }

  /// Forgets some of the calls from before `moment`: more than one, so that they grow fewer though
  /// each call adds one, and few, so that no call pays for all.
  public func forgetAnsweredCalls(before moment: Moment) throws {
    let delete = database.query(
      """
      DELETE FROM answered_calls WHERE key IN
        (SELECT key FROM answered_calls WHERE at < ? ORDER BY at LIMIT 4)
      """)
    try delete.run(on: database, [SQLValue(moment.seconds)])
  }

  /// Runs `work` as a part of the change in hand: when it throws, that part alone is undone.
  public func attempt<Result>(_ work: () throws -> Result) throws -> Result {
    try database.attempting(work)
  }
}
