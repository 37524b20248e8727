// The methods on the shop itself.
import JSONRPC
import ShopRules
import ShopStore

enum ShopSettings {
  static let all: [Method<Session>] = [get, configure, shipBy]

  static let get = Method<Session>(
    .reads, "shop.get", "Answers the shop's settings.",
    takes: (),
    returns: record
  ) { session in
    try session.shop()
  }

  static let configure = Method<Session>(
    .changes, "shop.configure", "Changes what is given of the shop's settings and leaves the rest.",
    takes: (
      Field(optional: "name", Text.required, "The shop's name."),
      Field(optional: "email", Email.shape, "Where mails to the vendor go."),
      Field(optional: "language", Language.shape, "Of labels and mails."),
      Field(optional: "currency", Currency.shape, "Of prices and new orders."),
      Field(
        optional: "timeZone", Zoneinfo.shape, "An IANA time zone: when days begin and end."),
      Field(
        optional: "shippingDays", Shape.integer(0...365),
        "Working days to ship in after the day of payment."),
      Field(
        optional: "holidays", Holidays.shape,
        "Days that are no working days: France's, none, or a list."),
      Field(optional: "fee", FeeTerms.shape, "The fee where a product has no rule of its own."),
      Field(
        optional: "downloadBaseUrl", Text.shape,
        "What download links begin with; \"\": no links."
      )
    ),
    returns: ShopReceipt.record,
    refuses: .currencyInUse
  ) {
    session, name, email, language, currency, zone, shippingDays, holidays, fee, downloadBaseURL in
    let before = try session.shop()
    var shop = before
    if let name { shop.name = name }
    if let email { shop.email = email }
    if let language { shop.language = language }
    if let currency {
      // Prices are kept in minor units: with other decimals they would all change a hundredfold.
      if currency.digits != before.currency.digits {
        guard try !session.store.hasProducts() else {
          throw Refusal.currencyInUse(current: before.currency, wanted: currency)
        }
        guard fee != nil || before.fee.fixed == .zero else {
          throw Mismatch(
            expected: "the fee too, because its fixed part is in \(before.currency.code)",
            found: nil as String?
          ).at("fee")
        }
      }
      shop.currency = currency
    }
    if let zone { shop.timeZone = zone }
    if let shippingDays { shop.shippingDays = shippingDays }
    if let holidays { shop.holidays = holidays }
    if let fee { shop.fee = try fee.rule(shop.currency, at: "fee") }
    if let downloadBaseURL { shop.downloadBaseURL = downloadBaseURL }
    let changed = !shop.isIdentical(to: before)
    if changed { try session.store.save(shop) }
    return ShopReceipt(shop: shop, changed: changed, applied: session.applies(changed))
  }

  static let shipBy = Method<Session>(
    .reads, "shop.shipBy", "Answers by which day to ship what is paid at a moment.",
    takes: Field(
      optional: "paidAt", Timestamp.input, "The moment of the payment; now unless given."),
    returns: Record<Day>(
      "ShipBy", "A promise to a customer.",
      [Property("shipBy", Day.shape, "The last day to ship, in the shop's time zone.") { $0 }])
  ) { session, paidAt in
    try session.shop().shipBy(paidAt: paidAt ?? session.now)
  }

  static let record = Record<Shop>(
    "Shop", "The shop's settings.",
    [
      Property("name", Text.shape, "The shop's name.") { $0.name },
      Property("email", Text.shape.orNull, "Where mails to the vendor go; null until set.") {
        $0.email.isEmpty ? nil : $0.email
      },
      Property("language", Language.shape, "Of labels and mails.") { $0.language },
      Property("currency", CurrencyCode.shape, "Of prices and new orders.") { $0.currency.code },
      Property("timeZone", Text.shape, "The IANA time zone.") { $0.timeZone.name },
      Property("shippingDays", Shape.integer(0...365), "Working days to ship in.") {
        $0.shippingDays
      },
      Property("holidays", Holidays.shape, "Days that are no working days.") { $0.holidays },
      Property("fee", FeeTerms.shape, "The fee where a product has no rule of its own.") {
        FeeTerms($0.fee, $0.currency)
      },
      Property(
        "downloadBaseUrl", Text.shape.orNull, "What download links begin with; a key follows."
      ) { $0.downloadBaseURL.isEmpty ? nil : $0.downloadBaseURL },
    ])
}

struct ShopReceipt {
  let shop: Shop
  let changed: Bool
  let applied: Bool

  static let record = Record<ShopReceipt>(
    "ShopReceipt", "The settings after the change, and whether there was one.",
    [
      Property("shop", ShopSettings.record, "The settings as they are after the change.") {
        $0.shop
      },
      Property("changed", Flag.shape, "Whether the change makes a difference.") { $0.changed },
      Property("applied", Flag.shape, "Whether it was written: false for a dry run.") {
        $0.applied
      },
    ])
}
