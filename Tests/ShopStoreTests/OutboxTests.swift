// Lists of mails find them by an index, however many there are.
import ShopRules
import Testing

@testable import ShopStore

@Suite("The outbox")
struct OutboxTests {
  @Test(
    "a list reads no more than its page: no sorting, no table read from end to end",
    arguments: [
      MailQuery(limit: 50), MailQuery(order: 7, limit: 50), MailQuery(state: .waiting, limit: 50),
      MailQuery(kind: .newOrder, limit: 50), MailQuery(before: 99, limit: 50),
      MailQuery(order: 7, state: .sent, before: 99, limit: 50),
      MailQuery(state: .cancelled, kind: .newOrder, before: 99, limit: 50),
    ])
  func plans(query: MailQuery) throws {
    let test = try TestStore()
    let (condition, values) = test.store.condition(query)
    var plan: [String] = []
    try Query("EXPLAIN QUERY PLAN SELECT * FROM mails \(condition)").run(
      on: test.store.database, values
    ) { plan.append($0.text(3)) }
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    let isFiltered = query.order != nil || query.state != nil || query.kind != nil
    #expect(!isFiltered || plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
  }

  @Test("the next mail is found by an index")
  func next() throws {
    let test = try TestStore()
    var plan: [String] = []
    try Query("EXPLAIN QUERY PLAN SELECT * FROM mails \(Store.nextDue)").run(
      on: test.store.database, [5]
    ) { plan.append($0.text(3)) }
    #expect(plan == ["SEARCH mails USING INDEX mails_waiting (due_at<?)"])
  }

  @Test("every store has an identity of its own, and keeps it")
  func identity() throws {
    let (one, other) = (try TestStore(), try TestStore())
    #expect(try one.store.identity().count == 16)
    #expect(try one.store.identity() != other.store.identity())
    #expect(try one.another().identity() == one.store.identity())
  }
}
