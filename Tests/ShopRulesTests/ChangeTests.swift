// Proves the names of changes: each its own, and one for whatever a history may tell.
import ShopRules
import Testing

@Suite("What changed")
struct ChangeTests {
  @Test("every name means the change it names", arguments: Change.What.allCases)
  func names(what: Change.What) {
    #expect(Change.What(rawValue: what.rawValue) == what)
    #expect(what.rawValue.split(separator: ".").count == 2)
  }

  @Test("names are distinct, and histories have one for each kind of entry")
  func histories() {
    let names = Change.What.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    for what in HistoryEntry.What.allCases { #expect(names.contains("order.\(what.rawValue)")) }
  }

  @Test(
    "other words name nothing", arguments: ["", "order.", "order.sold", "created", "shop.moved"])
  func others(word: String) {
    #expect(Change.What(rawValue: word) == nil)
  }
}
