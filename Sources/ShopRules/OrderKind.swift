// What an order holds, in one word.

/// Whether an order is one of files, of things, or of both. It goes by what has to be done after
/// payment, so that a digital order is one that completes by itself.
public enum OrderKind: String, CaseIterable, Sendable {
  /// Every line is virtual and downloadable.
  case digital
  /// No line is: books by post, with or without files, and services.
  case printed
  /// Some lines are and some are not.
  case mixed

  /// The kind of an order with such lines. An order without lines is printed: nothing of it
  /// completes by itself.
  public init(_ natures: some Collection<ProductNature>) {
    let digital = natures.count { !$0.needsProcessing }
    self = digital == 0 ? .printed : digital == natures.count ? .digital : .mixed
  }
}

extension OrderFile {
  public var kind: OrderKind { OrderKind(lines.map(\.nature)) }
}
