// Who bought, and where things go.

/// The buyer of an order. Empty strings stand for what is not known.
public struct Customer: Hashable, Sendable {
  public var name: String
  public var email: String
  public var phone: String

  public init(name: String, email: String, phone: String = "") {
    self.name = name
    self.email = email
    self.phone = phone
  }
}

/// A postal address. Empty strings stand for what an address has not.
public struct Address: Hashable, Sendable {
  public var name: String
  public var company: String
  public var street: String
  public var street2: String
  public var postcode: String
  public var city: String
  public var region: String
  /// ISO 3166-1 alpha-2, in capitals.
  public var country: String

  public init(
    name: String, company: String = "", street: String, street2: String = "", postcode: String,
    city: String, region: String = "", country: String
  ) {
    self.name = name
    self.company = company
    self.street = street
    self.street2 = street2
    self.postcode = postcode
    self.city = city
    self.region = region
    self.country = country
  }

  /// The parts without which nothing can be delivered, where they are missing.
  /// Some countries have no postcodes, so that one may be empty.
  public var missingParts: [String] {
    [("name", name), ("street", street), ("city", city), ("country", country)]
      .filter { $0.1.isEmpty }.map(\.0)
  }
}
