// A catalog with less in it: what a session is not allowed does not exist there.

/// Patterns of method names, such as `orders.*,!orders.refund`: a `*` stands for anything. What fits one
/// of them is allowed, unless it fits one that begins with `!`. With none but those, the rest is.
public struct Allowance: Sendable {
  private let allowed: [[UInt8]]
  private let denied: [[UInt8]]

  /// A pattern that fits no method is most likely a slip, and a slip must not open anything.
  public struct Unknown: Error {
    public let pattern: String
  }

  /// Every pattern has to fit one of `names`.
  public init(_ patterns: String, among names: [String]) throws(Unknown) {
    let patterns = patterns.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " })
    }
    allowed = patterns.filter { !$0.hasPrefix("!") }.map { Array($0.utf8) }
    denied = patterns.filter { $0.hasPrefix("!") }.map { Array($0.utf8.dropFirst()) }
    for pattern in allowed + denied
    where !names.contains(where: { Self.fits($0.utf8, pattern[...]) }) {
      throw Unknown(pattern: String(decoding: pattern, as: UTF8.self))
    }
  }

  /// Whether a method of this name is allowed.
  public func allows(_ name: String) -> Bool {
    func fits(_ pattern: [UInt8]) -> Bool { Self.fits(name.utf8, pattern[...]) }
    return (allowed.isEmpty || allowed.contains(where: fits)) && !denied.contains(where: fits)
  }

  private static func fits(
    _ name: some BidirectionalCollection<UInt8>, _ pattern: ArraySlice<UInt8>
  )
    -> Bool
  {
    var name = name[...]
    let parts = pattern.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    guard name.starts(with: parts[0]) else { return false }
    name = name.dropFirst(parts[0].count)
    guard parts.count > 1 else { return name.isEmpty }
    for part in parts[1..<(parts.count - 1)] {
      while !name.starts(with: part) {
        guard name.popFirst() != nil else { return false }
      }
      name = name.dropFirst(part.count)
    }
    let last = parts[parts.count - 1]
    return name.count >= last.count && name.suffix(last.count).elementsEqual(last)
  }
}

extension Catalog {
  /// The same with only the methods that `keep` wants, and what those are enough for.
  public func narrowed(to keep: (Method<Context>) -> Bool) -> Catalog {
    let methods = methods.filter(keep)
    let names = Set(methods.map(\.name))
    return Catalog(
      title, version: version, summary, methods: methods, notifications: notifications,
      agents: agents.narrowed { names.contains($0) })
  }
}
