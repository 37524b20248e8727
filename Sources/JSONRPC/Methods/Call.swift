// One call of a method, and what a service has to do for it.

/// What a call does to the store; decides its transaction and the parameters that come with it.
public enum Effect: String, Sendable {
  /// Touches no store.
  case pure
  /// Sees one consistent state of the store.
  case reads
  /// The same, and writes a file that was not there.
  case exports
  /// One transaction: all of it is durable before it is answered, or none of it happened.
  /// Takes `dryRun` and `key`.
  case changes

  /// Whether a call leaves everything as it was, in the store and beside it.
  public var isReading: Bool { self == .pure || self == .reads }
}

/// How one call is to be carried out.
public struct Call: Sendable {
  public let effect: Effect
  /// Do everything, answer it, and write nothing.
  public let isDryRun: Bool
}

/// A change that happens once, however often it is sent: a retry of it gets the first answer.
public struct KeyedCall: Sendable {
  /// Chosen by the caller, for this change and no other.
  public let key: String
  public let method: String
  /// The method's own parameters as JSON, the same however they were sent: by name or by position,
  /// in any order, with or without what stands in for an absent one.
  public let params: String
}

/// What the methods of a catalog work on.
public protocol ServiceContext: AnyObject, SendableMetatype {
  associatedtype Refusal: RefusalReply

  /// Whom the calls come from: work that takes long asks it whether to go on.
  var caller: Caller { get }

  /// Whether the caller is not to know whom the data is about: what is marked as personal is hidden.
  var hidesPersonalData: Bool { get }

  /// What any method of this effect may refuse, whatever it does.
  static func refusals(of effect: Effect) -> [Refusal.Kind]

  /// Carries out one call: opens what `call` needs around `work`, and closes it again.
  func perform(_ call: Call, _ work: () throws -> Void) throws

  /// The result that `call` was answered with when it was carried out, or nil where it was not.
  /// Refuses where its key belongs to another call. Runs inside ``perform(_:_:)``.
  func recall(_ call: KeyedCall) throws -> [UInt8]?

  /// Keeps the result of `call`, together with what it changed. Runs inside ``perform(_:_:)``.
  func remember(_ result: UnsafeRawBufferPointer, of call: KeyedCall) throws

  /// Calls that already wait are carried out as a group, one after the other: what they change need
  /// not be durable before the group has ended.
  func beginGroup()

  /// Whether all that the group changed is durable. If not, nothing of it happened, and its calls are
  /// carried out again, each alone.
  func endGroup() -> Bool

  /// What wakes the server to look for news, while its caller wants to be told of some; else nil.
  var alarm: Alarm? { get }
}

extension ServiceContext {
  public var hidesPersonalData: Bool { false }
}

/// A kind of "no" that a rule can say: code, name and sentence, declared with the methods it applies to.
public protocol RefusalKind: Sendable, Hashable, CaseIterable {
  /// 1000 and up, in ranges by noun.
  var code: Int { get }
  var name: String { get }
  var summary: String { get }
  /// Whether the same call may succeed later without anybody changing anything.
  var isTransient: Bool { get }
}

/// One "no", with what the caller needs to act on it.
public protocol RefusalReply: Error {
  associatedtype Kind: RefusalKind
  var kind: Kind { get }
  var message: String { get }
  /// Writes the members of the error's data that are special to this refusal.
  func writeData(to writer: inout JSONWriter)
}
