// The ways the shop's rules say no: one closed list.

public enum Refusal: Error, Hashable, Sendable {
  case noSuchOrder(id: Int)
  case transitionNotAllowed(id: Int, from: OrderStatus, to: OrderStatus)
  case addressIncomplete(which: String, missing: [String])
  case discountTooLarge(discount: Money, atMost: Money, currency: Currency)
  case amountTooLarge
  /// It was never paid, or all of it is given back.
  case nothingToRefund(id: Int, isPaid: Bool)
  /// It would give back neither money nor an item.
  case emptyRefund(id: Int)
  /// More than is left of a line, or of the whole where `line` is nil.
  case refundTooLarge(id: Int, line: Int?, asked: Money, left: Money, currency: Currency)
  case quantityTooLarge(id: Int, line: Int, asked: Int, left: Int)
  case refundBelowLines(amount: Money, lines: Money, currency: Currency)
  /// The order has `count` lines, numbered from 0.
  case noSuchLine(id: Int, line: Int, count: Int)
  case noSuchProduct(id: Int)
  case skuTaken(sku: String, by: Int)
  case currencyInUse(current: Currency, wanted: Currency)
  /// A key that opens nothing, or an id of nothing.
  case noSuchDownload
  case downloadBlocked(id: Int)
  case downloadExpired(id: Int)
  case downloadUsedUp(id: Int)
  case nothingToDownload(order: Int, product: Int)
  case noSuchMail(id: Int)
  case mailNotWaiting(id: Int, state: Mail.State)
  /// Records of an import cannot be taken: how many, and what is wrong with the first of them.
  case badRecords(count: Int, first: [String])
  case fileNotWritten(path: String, reason: String)
  /// The key of a change was used for another one.
  case keyReused(key: String, method: String)
  /// What was to be changed has changed since its caller saw it.
  case versionMismatch(of: String, id: Int, version: Int, expected: Int)
  /// Of many orders that were to be moved together, these refuse.
  case notAllMovable([Refused])
  /// Another process held the store for too long.
  case storeBusy
  /// There is no room left to write.
  case storeFull

  /// The refusals without their details, as methods declare them.
  public enum Kind: String, CaseIterable, Sendable {
    case noSuchOrder, transitionNotAllowed, addressIncomplete, discountTooLarge, amountTooLarge
    case nothingToRefund, emptyRefund, refundTooLarge, quantityTooLarge, refundBelowLines
    case noSuchLine
    case noSuchProduct, skuTaken
    case currencyInUse
    case noSuchDownload, downloadBlocked, downloadExpired, downloadUsedUp, nothingToDownload
    case noSuchMail, mailNotWaiting
    case badRecords, fileNotWritten
    case keyReused, versionMismatch
    case notAllMovable
    case storeBusy, storeFull
  }

  /// An order that refuses, and why.
  public struct Refused: Hashable, Sendable {
    public let id: Int
    public let refusal: Refusal

    public init(id: Int, refusal: Refusal) {
      self.id = id
      self.refusal = refusal
    }
  }

  public var kind: Kind {
    switch self {
    case .noSuchOrder: .noSuchOrder
    case .transitionNotAllowed: .transitionNotAllowed
    case .addressIncomplete: .addressIncomplete
    case .discountTooLarge: .discountTooLarge
    case .amountTooLarge: .amountTooLarge
    case .nothingToRefund: .nothingToRefund
    case .emptyRefund: .emptyRefund
    case .refundTooLarge: .refundTooLarge
    case .quantityTooLarge: .quantityTooLarge
    case .refundBelowLines: .refundBelowLines
    case .noSuchLine: .noSuchLine
    case .noSuchProduct: .noSuchProduct
    case .skuTaken: .skuTaken
    case .currencyInUse: .currencyInUse
    case .noSuchDownload: .noSuchDownload
    case .downloadBlocked: .downloadBlocked
    case .downloadExpired: .downloadExpired
    case .downloadUsedUp: .downloadUsedUp
    case .nothingToDownload: .nothingToDownload
    case .noSuchMail: .noSuchMail
    case .mailNotWaiting: .mailNotWaiting
    case .badRecords: .badRecords
    case .fileNotWritten: .fileNotWritten
    case .keyReused: .keyReused
    case .versionMismatch: .versionMismatch
    case .notAllMovable: .notAllMovable
    case .storeBusy: .storeBusy
    case .storeFull: .storeFull
    }
  }
}
