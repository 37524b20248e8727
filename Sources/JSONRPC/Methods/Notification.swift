// A notification, declared once: what a server tells a caller without being asked.

public struct Notification<Context: ServiceContext>: Sendable {
  public let name: String
  public let summary: String
  private let schema: @Sendable () -> ObjectSchema
  /// Writes the params where there is something to tell; false where there is not.
  let write: @Sendable (Context, inout JSONWriter) throws -> Bool

  /// `news` answers what there is to tell, once: asked again, it answers what came since.
  public init<Params>(
    _ name: String, _ summary: String,
    params record: @autoclosure @escaping @Sendable () -> Record<Params>,
    news: @escaping @Sendable (Context) throws -> Params?
  ) {
    self.name = name
    self.summary = summary
    schema = { record().schema }
    write = { context, writer in
      guard let params = try news(context) else { return false }
      record().write(params, to: &writer)
      return true
    }
  }

  public var params: ObjectSchema { schema() }
}

/// What wakes a server that is to tell its caller something.
public enum Alarm: Sendable {
  /// This descriptor becomes readable when there may be something to tell.
  case descriptor(Int32)
  /// Nothing does: whoever waits has to ask once a second.
  case clock
}
