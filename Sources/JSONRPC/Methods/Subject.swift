// The one thing that a method changes: how it is named, found, and guarded by its version.

/// What stands for a method's subject in its declaration. The method takes the subject's parameter
/// before its own, and `ifVersion`; its work gets the thing itself, at the version asked for.
public struct Subject<Context: ServiceContext, Value>: Sendable {
  let parameter: MemberSchema
  let refusals: [Context.Refusal.Kind]
  /// Reads which one is meant. What it answers finds that one, once the transaction is open.
  let read: @Sendable (inout Arguments) throws(Mismatch) -> Sought<Context, Value>

  /// `find` finds the thing that `field` names, or refuses; `outdated` is the refusal where it is
  /// not at the version that the caller expects.
  public init<ID>(
    _ field: Field<ID>, refuses refusals: Context.Refusal.Kind...,
    find: @escaping @Sendable (Context, ID) throws -> Value,
    version: @escaping @Sendable (Value) -> Int,
    outdated: @escaping @Sendable (Value, _ expected: Int) -> Context.Refusal
  ) {
    parameter = field.description
    self.refusals = refusals
    read = { arguments throws(Mismatch) in
      let id = try arguments.read(field)
      return Sought(
        find: { context, expected in
          let value = try find(context, id)
          if let expected, expected != version(value) { throw outdated(value, expected) }
          return value
        },
        spell: { field.spell(id, &$0) })
    }
  }
}

/// A subject that is named and not yet looked for.
struct Sought<Context, Value> {
  let find: (Context, _ ifVersion: Int?) throws -> Value
  /// Writes what names it, as a member.
  let spell: (inout JSONWriter) -> Void
}
