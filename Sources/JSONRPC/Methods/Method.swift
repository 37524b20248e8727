// A method, declared once: everything else is read off this value.

/// What it takes and returns is made when that is asked for, and name and effect are there before: a
/// program that is started for one call does not wait for the schemas of all methods.
public struct Method<Context: ServiceContext>: Sendable {
  public let effect: Effect
  public let name: String
  public let summary: String
  /// Makes the form, each time anew: a server keeps those of the methods it was asked for.
  let form: @Sendable () -> Form

  public var parameters: [MemberSchema] { form().parameters }
  public var result: ObjectSchema { form().result }
  public var refusals: [Context.Refusal.Kind] { form().refusals }

  public init<each Parameter, Result>(
    _ effect: Effect, _ name: String, _ summary: String,
    takes field: @autoclosure @escaping @Sendable () -> (repeat Field<each Parameter>),
    returns record: @autoclosure @escaping @Sendable () -> Record<Result>,
    refuses refusals: Context.Refusal.Kind...,
    work: @escaping @Sendable (Context, repeat each Parameter) throws -> Result
  ) {
    self.init(effect, name, summary) {
      let field = field()
      var parameters: [MemberSchema] = []
      for field in repeat each field { parameters.append(field.description) }
      return Form(effect, name, parameters, record(), refusals) { arguments in
        let values = (repeat try arguments.read(each field))
        return Task(
          work: { context, _ in try work(context, repeat each values) },
          spell: { writer in repeat (each field).spell(each values, &writer) })
      }
    }
  }

  /// A method that changes one thing. Takes `ifVersion` too: where the thing has moved on since its
  /// caller saw it, nothing happens.
  public init<Value, each Parameter, Result>(
    changing subject: @autoclosure @escaping @Sendable () -> Subject<Context, Value>,
    _ name: String, _ summary: String,
    takes field: @autoclosure @escaping @Sendable () -> (repeat Field<each Parameter>),
    returns record: @autoclosure @escaping @Sendable () -> Record<Result>,
    refuses refusals: Context.Refusal.Kind...,
    work: @escaping @Sendable (Context, Value, repeat each Parameter) throws -> Result
  ) {
    self.init(.changes, name, summary) {
      let (subject, field) = (subject(), field())
      var parameters = [subject.parameter]
      for field in repeat each field { parameters.append(field.description) }
      return Form(
        .changes, name, parameters, isVersioned: true, record(), subject.refusals + refusals
      ) { arguments in
        let sought = try subject.read(&arguments)
        let values = (repeat try arguments.read(each field))
        return Task(
          work: { context, version in
            try work(context, try sought.find(context, version), repeat each values)
          },
          spell: { writer in
            sought.spell(&writer)
            repeat (each field).spell(each values, &writer)
          })
      }
    }
  }

  private init(
    _ effect: Effect, _ name: String, _ summary: String, form: @escaping @Sendable () -> Form
  ) {
    self.effect = effect
    self.name = name
    self.summary = summary
    self.form = form
  }

  /// What one call is to do, with its parameters read.
  fileprivate struct Task<Result> {
    let work: (Context, _ ifVersion: Int?) throws -> Result
    /// Writes the parameters as members.
    let spell: (inout JSONWriter) -> Void
  }
}

extension Method {
  /// What a call of the method looks like, and does.
  final class Form {
    let parameters: [MemberSchema]
    let result: ObjectSchema
    let refusals: [Context.Refusal.Kind]
    /// Decodes the parameters, works, and writes the result.
    let invoke: (Context, JSON?, inout JSONWriter) throws -> Void

    fileprivate init<Result>(
      _ effect: Effect, _ name: String, _ own: [MemberSchema], isVersioned: Bool = false,
      _ record: Record<Result>, _ refusals: [Context.Refusal.Kind],
      read: @escaping (inout Arguments) throws -> Task<Result>
    ) {
      var parameters = own
      if effect == .changes { parameters += [dryRun.description, key.description] }
      if isVersioned { parameters.append(ifVersion.description) }
      let names = parameters.map(\.name)
      self.parameters = parameters
      self.refusals = refusals + Context.refusals(of: effect)
      result = record.schema
      invoke = { context, params, writer in
        var arguments = try Arguments(params, names: names, besides: metadata)
        let task = try read(&arguments)
        let isDryRun = effect == .changes ? try arguments.read(dryRun) : false
        let key = effect == .changes ? try arguments.read(key) : nil
        let version = isVersioned ? try arguments.read(ifVersion) : nil
        var keyed: KeyedCall?
        // What is only tried leaves nothing behind, not even a key.
        if let key, !isDryRun {
          var spelled = JSONWriter(capacity: 256)
          spelled.beginObject()
          task.spell(&spelled)
          ifVersion.spell(version, &spelled)
          spelled.endObject()
          keyed = KeyedCall(key: key, method: name, params: spelled.text)
        }
        try context.perform(Call(effect: effect, isDryRun: isDryRun)) {
          if let keyed, let first = try context.recall(keyed) { return writer.raw(first[...]) }
          let start = writer.count
          record.write(try task.work(context, version), to: &writer)
          if let keyed {
            try context.remember(
              UnsafeRawBufferPointer(rebasing: writer.bytes[start...]), of: keyed)
          }
        }
      }
    }
  }
}

// What comes with an effect, behind a method's own parameters.

private let dryRun = Field(
  "dryRun", .boolean, default: false, "Answer what would happen and write nothing.")

private let key = Field(
  optional: "key", .text("a string of 1 to 200 characters", minimumLength: 1, maximumLength: 200),
  "Makes this change happen once: sent again with the same key, it answers the first result.")

private let ifVersion = Field(
  optional: "ifVersion", .integer(1...9_007_199_254_740_991),
  "Change it only at this version: the one that its caller saw.")
