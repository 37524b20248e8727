// The sample shop: a small French bookshop, invented from cover to cover.
public import ShopRules
public import ShopStore

/// The settings of a new store: those of a shop in France.
public func newShop() throws -> Shop {
  Shop(
    name: "Ma librairie", language: .fr, currency: Currency("EUR") ?? .unknown,
    timeZone: try Zoneinfo.zone("Europe/Paris"), holidays: .france)
}

/// The settings of the sample shop.
public func sampleShop(_ shop: Shop) -> Shop {
  var shop = shop
  shop.name = "Librairie du Phare"
  shop.email = "librairie@phare.example"
  shop.fee = FeeRule(percent: Percent("10") ?? .zero, fixed: .zero)
  shop.downloadBaseURL = "https://phare.example/telecharger/"
  return shop
}

/// Puts the sample's books and orders into a store. Every order lives through the rules, from its
/// creation on, so that its history is as it would be.
public func fillSample(_ store: Store) throws {
  let shop = try store.shop()
  for book in books { try store.insert(try book.product(shop)) }
  // The keys of the sample's downloads are no secret: anybody may try them.
  let session = Session(
    store: store, path: "", actor: "", clock: { Moment(seconds: 0) }, secret: { "sample" })
  for sale in sales { try sale.happen(in: shop, session) }
}

private struct Book {
  enum Kind { case printed, digital, printedWithFile, service }

  let id: Int
  let name: String
  let price: String
  let kind: Kind
  var stock: Int?
  var limit: Int?
  var expiryDays: Int?
  var files: [String] = []

  func product(_ shop: Shop) throws -> Product {
    Product(
      id: id, name: name, sku: "PHARE-\(id)", price: try Money(parsing: price, shop.currency),
      isVirtual: kind == .digital || kind == .service,
      isDownloadable: kind == .digital || kind == .printedWithFile,
      files: files.map {
        Product.File(name: "\(name) (\($0.uppercased()))", location: "\(id).\($0)")
      },
      downloadLimit: limit, downloadExpiryDays: expiryDays, stock: stock,
      createdAt: shop.timeZone.moment(Day(year: 2021, month: 4, day: 6) ?? .first, hour: 9))
  }
}

private let books = [
  Book(id: 11, name: "Le Horla", price: "9.90", kind: .printed, stock: 24),
  Book(id: 12, name: "Le Horla (ebook)", price: "4.99", kind: .digital, files: ["epub", "pdf"]),
  Book(id: 13, name: "Les Fleurs du mal", price: "12.50", kind: .printed, stock: 11),
  Book(id: 14, name: "Bel-Ami", price: "8.90", kind: .printed, stock: 7),
  Book(
    id: 15, name: "Bel-Ami (ebook)", price: "3.99", kind: .digital, expiryDays: 7, files: ["epub"]),
  Book(
    id: 16, name: "Vingt mille lieues sous les mers", price: "24.90", kind: .printed, stock: 5),
  Book(
    id: 17, name: "Vingt mille lieues sous les mers (ebook)", price: "5.99", kind: .digital,
    files: ["epub", "pdf"]),
  Book(id: 18, name: "Madame Bovary", price: "7.90", kind: .printed, stock: 18),
  Book(
    id: 19, name: "Contes du jour et de la nuit (livre audio)", price: "14.90", kind: .digital,
    limit: 3, expiryDays: 365, files: ["mp3"]),
  Book(
    id: 20, name: "Petit atlas des phares, avec ses cartes", price: "32.00",
    kind: .printedWithFile, stock: 9, files: ["pdf"]),
  Book(id: 21, name: "Atelier de reliure", price: "60.00", kind: .service, stock: 8),
  Book(id: 22, name: "Carnet de lecture", price: "6.50", kind: .printed, stock: 3),
]

private struct Person {
  let name: String
  let email: String
  let phone: String
  let street: String
  let postcode: String
  let city: String

  var customer: Customer { Customer(name: name, email: email, phone: phone) }

  var address: Address {
    Address(name: name, street: street, postcode: postcode, city: city, country: "FR")
  }
}

private let elise = Person(
  name: "Élise Vasseur", email: "elise.vasseur@courrier.example", phone: "+33 1 99 00 12 16",
  street: "14 rue des Cordeliers", postcode: "69002", city: "Lyon")
private let mathurin = Person(
  name: "Mathurin Le Goff", email: "mathurin@legoff.example", phone: "+33 2 61 91 00 04",
  street: "3 quai du Fret", postcode: "29200", city: "Brest")
private let awa = Person(
  name: "Awa Diarra", email: "awa.diarra@courrier.example", phone: "+33 1 99 00 47 31",
  street: "92 boulevard Voltaire", postcode: "75011", city: "Paris")
private let florian = Person(
  name: "Florian Œuvrard", email: "f.oeuvrard@poste.example", phone: "",
  street: "7 place du Marché", postcode: "21200", city: "Beaune")
private let noemie = Person(
  name: "Noémie Castaing", email: "noemie.castaing@poste.example", phone: "+33 5 36 49 08 88",
  street: "21 allée de Tourny", postcode: "33000", city: "Bordeaux")
private let bibliotheque = Person(
  name: "Jeanne Rousselin", email: "acquisitions@mediatheque.example", phone: "+33 3 53 01 20 20",
  street: "1 parvis des Bateliers", postcode: "59000", city: "Lille")

private struct Sale {
  let id: Int
  /// Wall time in the shop: day and hour of June 2021 unless said otherwise.
  let day: Int
  var month = 6
  let hour: Int
  let minute: Int
  let buyer: Person
  /// Book and quantity.
  let lines: [(Int, Int)]
  var shippingCost = "0"
  var discount = "0"
  var sentTo: Person?
  /// What happened later: so many minutes after the order was placed.
  var later: [(minutes: Int64, change: OrderChange)] = []

  func happen(in shop: Shop, _ session: Session) throws {
    let store = session.store
    let placed = shop.timeZone.moment(
      Day(year: 2021, month: month, day: day) ?? .first, hour: hour, minute: minute)
    let draft = OrderDraft(
      lines: lines.map { OrderDraft.Line(product: $0, quantity: $1) }, customer: buyer.customer,
      billing: buyer.address, shipping: sentTo?.address,
      shippingCost: try Money(parsing: shippingCost, shop.currency),
      discount: try Money(parsing: discount, shop.currency))
    var file = try draft.order(
      id: id, at: placed, by: "boutique", in: shop, product: store.product(_:))
    try store.insert(file)
    for (minutes, change) in later {
      session.now = Moment(seconds: placed.seconds + minutes * 60)
      session.actor = minutes < 10 ? "boutique" : "libraire"
      // Nobody is to be mailed about orders that never were.
      let occasion = Occasion(
        now: session.now, actor: session.actor, shop: shop, notifies: false)
      let products = try file.lines.map { try $0.productID.flatMap(store.product(_:)) }
      let consequences = try file.consequences(of: change, products: products, on: occasion)
      file = try session.write(consequences, of: file, in: shop)
    }
  }
}

private func paid(_ id: String, after minutes: Int64 = 2) -> (Int64, OrderChange) {
  (minutes, .pay(transactionID: id))
}

private func moved(_ status: OrderStatus, afterHours hours: Int64) -> (Int64, OrderChange) {
  (hours * 60, .move(to: status, force: false))
}

private let sales = [
  Sale(
    id: 611, day: 25, month: 5, hour: 9, minute: 41, buyer: awa, lines: [(12, 1)],
    later: [paid("pi_611")]),
  Sale(
    id: 612, day: 27, month: 5, hour: 18, minute: 3, buyer: mathurin, lines: [(16, 1), (20, 1)],
    shippingCost: "4.90", later: [paid("pi_612"), moved(.completed, afterHours: 40)]),
  Sale(
    id: 613, day: 28, month: 5, hour: 7, minute: 58, buyer: noemie, lines: [(14, 1)],
    shippingCost: "3.50", later: [moved(.failed, afterHours: 1)]),
  Sale(
    id: 614, day: 31, month: 5, hour: 21, minute: 12, buyer: florian, lines: [(13, 2)],
    shippingCost: "3.50",
    later: [moved(.onHold, afterHours: 0), moved(.cancelled, afterHours: 190)]),
  Sale(
    id: 615, day: 1, hour: 10, minute: 20, buyer: elise, lines: [(19, 1)],
    later: [paid("pi_615")]),
  Sale(
    id: 616, day: 1, hour: 16, minute: 45, buyer: bibliotheque, lines: [(18, 4), (14, 4), (13, 2)],
    shippingCost: "9.80", discount: "9.22",
    later: [
      moved(.onHold, afterHours: 0), paid("VIR-2021-118", after: 4300),
      moved(.completed, afterHours: 96),
    ]),
  Sale(
    id: 617, day: 3, hour: 8, minute: 30, buyer: awa, lines: [(22, 1)], shippingCost: "2.90",
    later: [paid("pi_617"), moved(.completed, afterHours: 25), moved(.refunded, afterHours: 200)]),
  Sale(id: 618, day: 4, hour: 23, minute: 51, buyer: noemie, lines: [(17, 1)]),
  Sale(
    id: 619, day: 6, hour: 14, minute: 9, buyer: mathurin, lines: [(15, 1), (17, 1)],
    later: [paid("pi_619")]),
  Sale(
    id: 620, day: 7, hour: 11, minute: 27, buyer: florian, lines: [(11, 1), (12, 1)],
    shippingCost: "3.50", later: [paid("pi_620"), moved(.completed, afterHours: 50)]),
  Sale(
    id: 621, day: 8, hour: 19, minute: 36, buyer: elise, lines: [(21, 1)],
    later: [paid("pi_621")]),
  Sale(
    id: 622, day: 9, hour: 12, minute: 2, buyer: noemie, lines: [(16, 1)], shippingCost: "4.90",
    sentTo: elise, later: [paid("pi_622")]),
  Sale(
    id: 623, day: 10, hour: 9, minute: 14, buyer: awa, lines: [(18, 1)], shippingCost: "3.50",
    later: [moved(.cancelled, afterHours: 3)]),
  Sale(
    id: 624, day: 11, hour: 17, minute: 40, buyer: mathurin, lines: [(20, 1)],
    shippingCost: "4.90", later: [paid("pi_624"), moved(.onHold, afterHours: 15)]),
  Sale(
    id: 625, day: 13, hour: 20, minute: 5, buyer: florian, lines: [(12, 1), (15, 1), (17, 1)],
    discount: "2.00", later: [paid("pi_625")]),
  Sale(
    id: 626, day: 14, hour: 10, minute: 33, buyer: elise, lines: [(13, 1)], shippingCost: "3.50",
    later: [paid("pi_626"), moved(.completed, afterHours: 28)]),
  Sale(
    id: 627, day: 15, hour: 13, minute: 48, buyer: noemie, lines: [(14, 1), (22, 2)],
    shippingCost: "3.50", later: [moved(.failed, afterHours: 0)]),
  Sale(
    id: 628, day: 16, hour: 8, minute: 11, buyer: bibliotheque, lines: [(11, 5)],
    shippingCost: "6.20", later: [moved(.onHold, afterHours: 0)]),
  Sale(
    id: 629, day: 16, hour: 22, minute: 19, buyer: awa, lines: [(19, 1), (12, 1)],
    later: [paid("pi_629")]),
  Sale(
    id: 630, day: 17, hour: 12, minute: 16, buyer: elise, lines: [(11, 2), (12, 1)],
    shippingCost: "3.50", sentTo: mathurin, later: [paid("pi_630")]),
  Sale(
    id: 631, day: 17, hour: 15, minute: 52, buyer: florian, lines: [(16, 1)],
    shippingCost: "4.90"),
  Sale(
    id: 632, day: 17, hour: 18, minute: 30, buyer: mathurin, lines: [(13, 1), (18, 1)],
    shippingCost: "3.50", later: [paid("pi_632")]),
]
