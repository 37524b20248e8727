// Proves the feed of a store: what is in it, what is not, and what looking into it costs.
import Foundation
import Glibc
import ShopRules
import TestSupport
import Testing

@testable import ShopStore

@Suite("The change feed")
struct ChangeFeedTests {
  private func feed(_ store: Store, after: Int = 0, limit: Int = 500) throws -> [Change] {
    try store.read { try store.changes(after: after, limit: limit) }
  }

  private func last(_ store: Store) throws -> Int { try store.read { try store.lastChange() } }

  private struct Halfway: Error {}

  @Test("begins empty, and tells who changed what, when")
  func author() throws {
    let test = try TestStore()
    #expect(try feed(test.store) == [] && last(test.store) == 0)
    let now = Moment(seconds: 1_700_000_000)
    try test.store.change(by: "Élise", at: now) {
      try test.store.insert(catalog[1])
      var product = catalog[1]
      product.version = 2
      try test.store.update(product)
      try test.store.save(.plain)
    }
    func change(_ id: Int, _ what: Change.What.Other, product: Int? = nil, _ version: Int?)
      -> Change
    {
      Change(
        id: id, at: now, by: "Élise", what: .other(what), product: product, version: version)
    }
    #expect(
      try feed(test.store) == [
        change(1, .productCreated, product: 2, 1), change(2, .productConfigured, product: 2, 2),
        change(3, .shopConfigured, nil),
      ])
  }

  @Test("an order's changes are those of its history, with its version and its moves")
  func orders() throws {
    let test = try TestStore()
    var dice = Dice(seed: 41)
    let file = OrderFile.random(id: 7, &dice)
    var moved = file
    moved.order.version += 1
    moved.order.status = .failed
    for (what, from) in [(HistoryEntry.What.granted, nil), (.forced, OrderStatus.completed)] {
      moved.history.append(
        HistoryEntry(
          at: file.order.createdAt, by: "x", what: what, from: from, to: from.map { _ in .failed }))
    }
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      try test.store.insert(file)
      try test.store.update(file, to: moved)
    }
    let feed = try feed(test.store, after: catalog.count)
    #expect(feed.map(\.what) == [.order(.created), .order(.granted), .order(.forced)])
    #expect(feed.map(\.version) == [1, 2, 2])
    #expect(feed.allSatisfy { $0.order == 7 && $0.by == "test" })
    #expect(
      feed.map(\.from) == [nil, nil, .completed] && feed.map(\.to) == [.pending, nil, .failed])
  }

  @Test("what is only tried or undone leaves nothing in it, and no id is lost")
  func undone() throws {
    let test = try TestStore()
    let store = test.store
    try store.change(isDryRun: true) { try store.insert(catalog[0]) }
    #expect(throws: Halfway.self) {
      try store.change {
        try store.insert(catalog[0])
        throw Halfway()
      }
    }
    try store.change {
      try store.insert(catalog[1])
      for id in [2, 3] {
        do {
          try store.attempt {
            try store.insert(catalog[id])
            if id == 2 { throw Halfway() }
          }
        } catch is Halfway {}
      }
    }
    #expect(try feed(store).map(\.product) == [2, 4])
    #expect(try feed(store).map(\.id) == [1, 2] && last(store) == 2)
  }

  @Test("pages follow one another without a gap", arguments: [1, 3, 500])
  func pages(limit: Int) throws {
    let test = try TestStore()
    try test.store.change { for product in catalog { try test.store.insert(product) } }
    var (seen, after): ([Int?], Int) = ([], 0)
    while case let page = try feed(test.store, after: after, limit: limit), let end = page.last {
      seen += page.map(\.product)
      after = end.id
      if seen.count == 4 { try test.store.change { try test.store.save(.plain) } }
    }
    #expect(seen == [1, 2, 3, 4, nil])
  }

  @Test("an id is not given again, even if the newest are deleted")
  func reused() throws {
    let test = try TestStore()
    try test.store.change { for product in catalog { try test.store.insert(product) } }
    try test.store.database.execute("DELETE FROM changes")
    try test.store.change { try test.store.save(.plain) }
    #expect(try feed(test.store).map(\.id) == [5])
  }

  @Test("a page and the newest id are searched, however long the feed is")
  func plans() throws {
    let library = try Library(seed: 42)
    let page = try library.plan(Store.selectChanges, [7, 50])
    #expect(page == ["SEARCH changes USING INTEGER PRIMARY KEY (rowid>?)"])
    #expect(try library.plan(Store.selectLastChange, []) == ["SEARCH changes"])
  }

  @Test("mails tell what became of them, and not that somebody has them in hand")
  func mails() throws {
    let test = try TestStore()
    var dice = Dice(seed: 43)
    let file = OrderFile.random(id: 9, &dice)
    func change(_ change: (inout Mail) -> Void) throws {
      try test.store.change {
        var mail = try #require(try test.store.mail(1))
        change(&mail)
        try test.store.update(mail)
      }
    }
    try test.store.change {
      for product in catalog { try test.store.insert(product) }
      try test.store.insert(file)
      try test.store.post(
        MailNotice(.newOrder, to: .shop), order: 9, address: "a@b", language: .fr, subject: "s",
        body: "b", at: file.order.createdAt)
    }
    let before = try last(test.store)
    try change { $0.dueAt = Moment(seconds: 0) }
    #expect(try last(test.store) == before)
    try change { $0.failures = 1 }
    try change { $0.state = .cancelled }
    try change { $0.failures = 2 }
    try change { $0.state = .sent }
    try test.store.change {
      _ = try test.store.repost(try #require(try test.store.mail(1)), at: file.order.createdAt)
    }
    let feed = try feed(test.store, after: before)
    #expect(
      feed.map(\.what) == [
        .other(.mailFailed), .other(.mailCancelled), .other(.mailFailed), .other(.mailSent),
        .other(.mailResent),
      ])
    #expect(feed.map(\.mail) == [1, 1, 1, 1, 2] && feed.allSatisfy { $0.order == 9 })
  }

  @Test("a bell rings when another connection has changed the store, and is quiet else")
  func bell() throws {
    let test = try TestStore()
    let other = try test.another()
    let bell = try #require(test.store.bell())
    func rings() -> Bool {
      var ready = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
      return poll(&ready, 1, 0) == 1
    }
    #expect(!rings())
    #expect(try last(other) == 0 && !rings())
    try other.change(isDryRun: true) { try other.insert(catalog[0]) }
    #expect(!rings())
    try other.change { try other.insert(catalog[0]) }
    #expect(try rings() && last(test.store) == 1)
    bell.hush()
    #expect(!rings())
    try test.store.change { try test.store.insert(catalog[1]) }
    #expect(rings())
  }
}
