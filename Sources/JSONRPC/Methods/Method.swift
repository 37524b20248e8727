// A method, declared once: everything else is read off this value.

/// What a call does to the store; decides its transaction and the parameters that come with it.
public enum Effect: String, Sendable {
  /// Touches no store.
  case pure
  /// Sees one consistent state of the store.
  case reads
  /// One transaction: all of it is durable before it is answered, or none of it happened.
  /// Takes `dryRun`.
  case changes
}

/// How one call is to be carried out.
public struct Call: Sendable {
  public let effect: Effect
  /// Do everything, answer it, and write nothing.
  public let isDryRun: Bool
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

/// What the methods of a catalog work on.
public protocol ServiceContext: AnyObject, SendableMetatype {
  associatedtype Refusal: RefusalReply
  /// Carries out one call: opens what `call` needs around `work`, and closes it again.
  func perform<Result>(_ call: Call, _ work: () throws -> Result) throws -> Result
}

public struct Method<Context: ServiceContext>: Sendable {
  public let effect: Effect
  public let name: String
  public let summary: String
  public let parameters: [MemberSchema]
  public let result: ObjectSchema
  public let refusals: [Context.Refusal.Kind]
  /// Decodes the parameters, works, and writes the result.
  let invoke: @Sendable (Context, JSON?, inout JSONWriter) throws -> Void

  public init<each Parameter, Result>(
    _ effect: Effect, _ name: String, _ summary: String,
    _ field: repeat Field<each Parameter>,
    returns record: Record<Result>,
    refuses refusals: Context.Refusal.Kind...,
    work: @escaping @Sendable (Context, repeat each Parameter) throws -> Result
  ) {
    var parameters: [MemberSchema] = []
    for field in repeat each field { parameters.append(field.description) }
    if effect == .changes { parameters.append(dryRun.description) }
    let names = parameters.map(\.name)
    self.effect = effect
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.refusals = refusals
    result = record.schema
    invoke = { context, params, writer in
      var arguments = try Arguments(params, names: names)
      let values = (repeat try arguments.read(each field))
      let isDryRun = effect == .changes ? try arguments.read(dryRun) : false
      let call = Call(effect: effect, isDryRun: isDryRun)
      let result = try context.perform(call) { try work(context, repeat each values) }
      record.write(result, to: &writer)
    }
  }
}

/// Every changing method takes it, behind its own parameters.
private let dryRun = Field(
  "dryRun", .boolean, default: false, "Answer what would happen and write nothing.")
