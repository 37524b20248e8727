// What the shop sells.

/// A product as the catalog has it. Orders keep their own copy of what they need of it.
public struct Product: Hashable, Sendable {
  public let id: Int
  public var name: String
  /// The vendor's own number for it; nil when there is none. No two products share one.
  public var sku: String?
  /// In the shop's currency.
  public var price: Money
  /// Nothing is shipped.
  public var isVirtual: Bool
  /// The buyer gets files.
  public var isDownloadable: Bool
  public var files: [File]
  /// Downloads for each item bought; nil is unlimited.
  public var downloadLimit: Int?
  /// Days that a link works; nil is for ever.
  public var downloadExpiryDays: Int?
  /// Items left; nil when they are not counted. Below zero when more were sold than there were.
  public var stock: Int?
  /// The product's own fee rule; nil when the shop's applies.
  public var fee: FeeRule?
  public var createdAt: Moment
  /// Counts the changes of the product.
  public var version: Int

  /// A file that a buyer may download.
  public struct File: Hashable, Sendable {
    public var name: String
    /// A path or URL, whatever the shop's web site makes of it.
    public var location: String

    public init(name: String, location: String) {
      self.name = name
      self.location = location
    }
  }

  public init(
    id: Int, name: String, sku: String? = nil, price: Money, isVirtual: Bool = false,
    isDownloadable: Bool = false, files: [File] = [], downloadLimit: Int? = nil,
    downloadExpiryDays: Int? = nil, stock: Int? = nil, fee: FeeRule? = nil, createdAt: Moment,
    version: Int = 1
  ) {
    self.id = id
    self.name = name
    self.sku = sku
    self.price = price
    self.isVirtual = isVirtual
    self.isDownloadable = isDownloadable
    self.files = files
    self.downloadLimit = downloadLimit
    self.downloadExpiryDays = downloadExpiryDays
    self.stock = stock
    self.fee = fee
    self.createdAt = createdAt
    self.version = version
  }

  /// Whether nothing differs, to the byte: texts that only look the same are not the same here, so
  /// that one form of an accented letter can take the place of another.
  public func isIdentical(to other: Product) -> Bool {
    self == other && haveSameBytes(texts, other.texts)
  }

  private var texts: [String] { [name, sku ?? ""] + files.flatMap { [$0.name, $0.location] } }

  public var nature: ProductNature {
    ProductNature(isVirtual: isVirtual, isDownloadable: isDownloadable)
  }
}

/// What decides how an order of a product goes on after payment.
public struct ProductNature: Hashable, Sendable {
  public var isVirtual: Bool
  public var isDownloadable: Bool

  public init(isVirtual: Bool, isDownloadable: Bool) {
    self.isVirtual = isVirtual
    self.isDownloadable = isDownloadable
  }

  /// Somebody has to do something after payment: it is not both virtual and downloadable.
  public var needsProcessing: Bool { !(isVirtual && isDownloadable) }
  /// Something has to be sent by post: it is not virtual.
  public var needsShipping: Bool { !isVirtual }
}

/// Whether texts that Swift takes for equal are so byte by byte.
func haveSameBytes(_ left: [String], _ right: [String]) -> Bool {
  left.elementsEqual(right) { $0.utf8.elementsEqual($1.utf8) }
}
