// orderline init: a new store, empty or with the sample shop.
import ShopRules
import ShopService
import ShopStore

func createStore(_ arguments: Arguments) throws -> Int32 {
  try requireNoWords(arguments)
  let path = try arguments.store()
  let shop = try newShop()
  if arguments.has("--sample") {
    try Store.create(at: path, shop: sampleShop(shop), fill: fillSample)
    say("\(path) holds the sample shop: a small French bookshop with printed and digital books.")
  } else {
    try Store.create(at: path, shop: shop)
    say(
      "\(path) is a new store: language \(shop.language.rawValue), currency "
        + "\(shop.currency.code), time zone \(shop.timeZone.name), holidays of France, "
        + "\(shop.shippingDays) working days to ship. shop.configure changes all of it.")
  }
  return 0
}
