// Words: what is typed, what is found, and that nothing typed can break the search.
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("Searching")
struct SearchTests {
  @Test(
    "case, accents, ligatures and signs do not matter",
    arguments: [
      ("Élise", "elise"), ("E\u{301}LISE", "elise"), ("Œuvrard", "oeuvrard"),
      ("STRASSE", "strasse"),
      ("Straße", "strasse"), ("Nguyễn", "nguyen"), ("#630", "630"), ("le le LE", "le"),
      ("a@x.example", "a x example"), ("\"horla\"* AND (-b)", "horla and b"),
      ("l’Île-d'Yeu", "l ile d yeu"), ("Ελλάς 漢字", "ελλάς 漢字"),
    ])
  func folding(typed: String, words: String) {
    #expect(SearchWords(typed)?.text == words)
  }

  @Test(
    "a text without a word, or with too many, is no search",
    arguments: ["", " ", "\"", "*-()", "🐚", "\u{0}"])
  func nothing(typed: String) {
    #expect(SearchWords(typed) == nil)
    let many = (1...SearchWords.most).map(String.init).joined(separator: " ")
    #expect(SearchWords(many) != nil && SearchWords(many + " and more") == nil)
  }

  @Test("any text that has words can be searched for")
  func anything() throws {
    let test = try TestStore()
    var dice = Dice(seed: 9)
    let file = OrderFile.random(id: 7, &dice)
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      try test.store.insert(file)
    }
    let signs = "ab1é\"'*-+()^:{}[]\\;,.%_\u{0}\n\u{301}\u{200D}🐚𞤀ก漢 NEAR AND OR NOT "
      .unicodeScalars
    for _ in 1...500 {
      var text = "7 "
      for _ in 0..<dice.roll(1...12) { text.unicodeScalars.append(dice.pick(Array(signs))) }
      guard let words = SearchWords(text) else { continue }
      _ = try test.store.read { try test.store.orders(.asking { $0.search = words }) }
    }
    let found = try test.store.read {
      try test.store.orders(.asking { $0.search = SearchWords("7") })
    }
    #expect(found == [file.order])
  }

  @Test("many orders are found, the newest first or not, and those after them are checked again")
  func many() throws {
    let test = try TestStore()
    let store = test.store
    var dice = Dice(seed: 11)
    try store.change {
      for product in catalog { try store.insert(product) }
      try store.insertingMany {
        for id in [1500, 1499] + (1...1200).reversed() {
          try store.insert(.random(id: id, &dice))
        }
      }
    }
    func ids(_ words: String) throws -> [Int] {
      try store.read { try store.orders(.asking { $0.search = SearchWords(words) }).map(\.id) }
    }
    #expect(try Set(ids("1499")) == [1499] && Set(ids("117")) == Set([117] + (1170...1179)))
    var file = OrderFile.random(id: 1501, &dice)
    file.lines[0].quantity = 0
    #expect(throws: DatabaseError.self) { try store.change { try store.insert(file) } }
    #expect(try ids("1501") == [] && store.hasOrder(1500))
  }

  @Test("products are found by their names of today, SKUs and stock")
  func products() throws {
    let test = try TestStore()
    let store = test.store
    var product = catalog[3]
    product.name = "L'Été à Œrsted"
    product.stock = 2
    try store.change {
      for product in catalog { try store.insert(product) }
      try store.update(product)
    }
    func ids(_ query: Store.ProductQuery) throws -> [Int] {
      try store.read { try store.products(query).map(\.id) }
    }
    #expect(try ids(.init(search: SearchWords("livre"), limit: 9)) == [1, 2, 3])
    #expect(try ids(.init(search: SearchWords("livre"), after: 1, limit: 1)) == [2])
    #expect(try ids(.init(search: SearchWords("OERST ete"), limit: 9)) == [4])
    #expect(try ids(.init(search: SearchWords("livre 4"), limit: 9)) == [])
    #expect(try ids(.init(search: SearchWords("sku-2"), limit: 9)) == [2])
    #expect(try ids(.init(isVirtual: false, search: SearchWords("livre"), limit: 9)) == [3])
    #expect(try ids(.init(sku: "SKU-3", limit: 9)) == [3])
    #expect(try ids(.init(sku: "sku-3", limit: 9)) == [])
    #expect(try ids(.init(stockBelow: 3, limit: 9)) == [4])
    #expect(try ids(.init(stockBelow: 2, limit: 9)) == [])
  }

  @Test("an order's kind follows what its products are when it is paid")
  func kind() throws {
    let test = try TestStore()
    var dice = Dice(seed: 10)
    var file = OrderFile.random(id: 1, &dice)
    file.lines = Array(repeating: file.lines[0], count: 2)
    file.lines[0].nature = ProductNature(isVirtual: true, isDownloadable: true)
    file.lines[1].nature = ProductNature(isVirtual: true, isDownloadable: false)
    var paid = file
    paid.lines[1].nature = file.lines[0].nature
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      try test.store.insert(file)
    }
    func found(_ kind: OrderKind) throws -> Int {
      try test.store.read { try test.store.orders(.asking { $0.kind = kind }).count }
    }
    #expect(try OrderKind.allCases.map(found) == [0, 0, 1])
    try test.store.change { try test.store.update(file, to: paid) }
    #expect(try OrderKind.allCases.map(found) == [1, 0, 0])
  }
}
