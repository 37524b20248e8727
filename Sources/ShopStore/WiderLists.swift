// The step that widens the lists: what they need to be filtered and searched at the cost of a page.

extension Migrations {
  /// Adds the columns, indexes and facts, and fills the search with what is in the store already.
  static let widerLists: @Sendable (Database) throws -> Void = { database in
    try database.execute(tablesForLists)
    var products: [(id: Int, words: String)] = []
    try Query("SELECT id, name, sku FROM products").run(on: database) { row in
      products.append((row.integer(0), searchText([row.text(1), row.text(2)])))
    }
    for (id, words) in products { try Search.products.add(id, words, on: database) }
    try fillOrderSearch(database)
  }

  /// A thousand orders at a time, so that a large store needs no large memory.
  private static func fillOrderSearch(_ database: Database) throws {
    let select = Query(
      """
      SELECT id, customer_name, customer_email, customer_sort FROM orders
      WHERE id > ? ORDER BY id LIMIT 1000
      """)
    let selectNames = Query("SELECT name FROM order_lines WHERE order_id = ? ORDER BY position")
    let setSort = Query("UPDATE orders SET customer_sort = ? WHERE id = ?")
    var last = 0
    while true {
      var heads: [(id: Int, name: String, email: String, sort: String)] = []
      try select.run(on: database, [SQLValue(last)]) { row in
        heads.append((row.integer(0), row.text(1), row.text(2), row.text(3)))
      }
      for head in heads {
        var texts = [String(head.id), head.name, head.email]
        try selectNames.run(on: database, [SQLValue(head.id)]) { texts.append($0.text(0)) }
        try Search.orders.add(head.id, searchText(texts), on: database)
        // Older programs knew fewer accents.
        let sort = sortKey(head.name)
        if sort != head.sort {
          try setSort.run(on: database, [SQLValue(sort), SQLValue(head.id)])
        }
      }
      guard let end = heads.last?.id else { return }
      last = end
    }
  }

  private static let tablesForLists = """
    ALTER TABLE orders ADD COLUMN kind TEXT NOT NULL DEFAULT 'printed'
      CHECK (kind IN ('digital', 'printed', 'mixed'));
    UPDATE orders SET kind = coalesce(
      (SELECT CASE sum(is_virtual AND is_downloadable)
         WHEN 0 THEN 'printed' WHEN count(*) THEN 'digital' ELSE 'mixed' END
       FROM order_lines WHERE order_id = orders.id), 'printed');

    -- What newest-first lists are filtered by without an index of its own is looked at here, and not
    -- in the rows that are left out.
    DROP INDEX orders_by_created;
    CREATE INDEX orders_by_created ON orders (created_at, id, gross, paid_at, completed_at);
    CREATE INDEX orders_by_kind ON orders (kind, created_at, id);
    CREATE INDEX orders_by_needs_shipping ON orders (needs_shipping, created_at, id);
    -- What is to be shipped is little, however many orders there were.
    CREATE INDEX orders_to_ship ON orders (created_at, id, ship_by)
      WHERE status = 'processing' AND needs_shipping = 1;
    CREATE INDEX orders_to_ship_by_day ON orders (coalesce(ship_by, '9999-12-31'), id)
      WHERE status = 'processing' AND needs_shipping = 1;

    -- What holds for all orders, so that lists know where to begin and end. Chronological: none has
    -- a lower id than an older one. The rest: seconds from the placing of an order to its payment
    -- and completion, at least and at most.
    CREATE TABLE order_facts (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      is_chronological INTEGER NOT NULL,
      paid_least INTEGER NOT NULL,
      paid_most INTEGER NOT NULL,
      completed_least INTEGER NOT NULL,
      completed_most INTEGER NOT NULL
    ) STRICT;
    INSERT INTO order_facts SELECT 1,
      NOT EXISTS (SELECT 1 FROM
        (SELECT created_at, lag(created_at) OVER (ORDER BY id) AS before FROM orders)
        WHERE created_at < before),
      min(0, coalesce(min(paid_at - created_at), 0)),
      max(0, coalesce(max(paid_at - created_at), 0)),
      min(0, coalesce(min(completed_at - created_at), 0)),
      max(0, coalesce(max(completed_at - created_at), 0))
      FROM orders;
    CREATE TRIGGER order_out_of_turn AFTER INSERT ON orders
    WHEN new.created_at < (SELECT created_at FROM orders WHERE id < new.id ORDER BY id DESC LIMIT 1)
      OR new.created_at > (SELECT created_at FROM orders WHERE id > new.id ORDER BY id LIMIT 1)
    BEGIN
      UPDATE order_facts SET is_chronological = 0 WHERE is_chronological = 1;
    END;
    CREATE TRIGGER order_inserted_with_delays AFTER INSERT ON orders
    WHEN new.paid_at IS NOT NULL OR new.completed_at IS NOT NULL
    BEGIN
      \(noteDelays);
    END;
    CREATE TRIGGER order_delayed AFTER UPDATE OF paid_at, completed_at ON orders
    WHEN old.paid_at IS NOT new.paid_at OR old.completed_at IS NOT new.completed_at
    BEGIN
      \(noteDelays);
    END;

    -- The words of orders and products, folded as sortKey folds them: nothing is left for the
    -- tokenizer to do but to split at spaces. Short beginnings of words are indexed too, so that a
    -- common one is read from its newest order on.
    CREATE VIRTUAL TABLE order_search USING fts5(words, content = '', columnsize = 0,
      detail = none, tokenize = 'ascii', prefix = '1 2 3 4 5 6 7 8');
    CREATE VIRTUAL TABLE product_search USING fts5(words, content = '', columnsize = 0,
      detail = none, tokenize = 'ascii', prefix = '1 2 3 4');
    """

  /// The facts are kept without SQLite's functions, which may fail: so that an order's insertion could
  /// be undone alone then, SQLite copied each page before the order changed it, two thirds of the work.
  static let quickDelays = """
    DROP TRIGGER order_inserted_with_delays;
    CREATE TRIGGER order_inserted_with_delays AFTER INSERT ON orders
    WHEN new.paid_at IS NOT NULL OR new.completed_at IS NOT NULL
    BEGIN
      UPDATE order_facts SET
          paid_least = \(bound("paid_least", "<", "paid_at")),
          paid_most = \(bound("paid_most", ">", "paid_at")),
          completed_least = \(bound("completed_least", "<", "completed_at")),
          completed_most = \(bound("completed_most", ">", "completed_at"))
        WHERE new.paid_at - new.created_at NOT BETWEEN paid_least AND paid_most
          OR new.completed_at - new.created_at NOT BETWEEN completed_least AND completed_most;
    END;
    """

  private static func bound(_ fact: String, _ isBeyond: String, _ moment: String) -> String {
    "CASE WHEN new.\(moment) - new.created_at \(isBeyond) \(fact) "
      + "THEN new.\(moment) - new.created_at ELSE \(fact) END"
  }

  private static let noteDelays = """
    UPDATE order_facts SET
        paid_least = min(paid_least, coalesce(new.paid_at - new.created_at, 0)),
        paid_most = max(paid_most, coalesce(new.paid_at - new.created_at, 0)),
        completed_least = min(completed_least, coalesce(new.completed_at - new.created_at, 0)),
        completed_most = max(completed_most, coalesce(new.completed_at - new.created_at, 0))
      WHERE coalesce(new.paid_at - new.created_at, 0) NOT BETWEEN paid_least AND paid_most
        OR coalesce(new.completed_at - new.created_at, 0)
          NOT BETWEEN completed_least AND completed_most
    """
}
