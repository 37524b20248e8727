// The tables, as a list of steps that only grows: a store of any age becomes today's.

enum Migrations {
  /// "ORLN": tells an orderline store from any other SQLite file.
  static let applicationID: Int32 = 0x4F52_4C4E

  /// The version of a store is the number of steps it has gone through.
  static var current: Int { steps.count }

  static func bring(_ database: Database, from version: Int, to goal: Int = current) throws {
    guard version < goal else { return }
    try database.transaction(.writing) {
      // Another process may have done it while this one waited for the lock.
      let version = try database.integer("PRAGMA user_version")
      for step in steps.prefix(goal).dropFirst(version) { try step(database) }
      try database.execute("PRAGMA user_version = \(max(version, goal))")
    }
  }

  /// What the last step leaves behind.
  static let tables = [
    "shop", "products", "product_files", "orders", "order_lines", "order_history", "order_counts",
    "downloads", "mails", "store_identity", "order_facts", "order_search", "product_search",
    "answered_calls", "refunds", "refund_lines", "changes", "ship_counts",
  ]

  private static let steps: [@Sendable (Database) throws -> Void] = [
    { try $0.execute(first) }, { try $0.execute(entailed) }, { try $0.execute(listed) },
    widerLists, { try $0.execute(answered) }, { try $0.execute(refunds) },
    { try $0.execute(changeFeed) }, { try $0.execute(extras) }, { try $0.execute(shipCounts) },
    { try $0.execute(quickDelays) },
  ]

  /// Amounts are minor units of the currency beside them, moments Unix seconds, days ISO 8601 texts.
  private static let first = """
    CREATE TABLE shop (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      name TEXT NOT NULL,
      email TEXT NOT NULL,
      language TEXT NOT NULL,
      currency TEXT NOT NULL,
      time_zone TEXT NOT NULL,
      shipping_days INTEGER NOT NULL CHECK (shipping_days >= 0),
      holidays TEXT NOT NULL,
      fee_percent INTEGER NOT NULL,
      fee_fixed INTEGER NOT NULL,
      download_base_url TEXT NOT NULL,
      version INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE products (
      id INTEGER PRIMARY KEY CHECK (id > 0),
      name TEXT NOT NULL,
      sku TEXT UNIQUE,
      price INTEGER NOT NULL CHECK (price >= 0),
      is_virtual INTEGER NOT NULL,
      is_downloadable INTEGER NOT NULL,
      download_limit INTEGER CHECK (download_limit > 0),
      download_expiry_days INTEGER CHECK (download_expiry_days > 0),
      stock INTEGER,
      fee_percent INTEGER,
      fee_fixed INTEGER,
      created_at INTEGER NOT NULL,
      version INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX products_by_name ON products (name);

    CREATE TABLE product_files (
      product_id INTEGER NOT NULL REFERENCES products (id),
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      location TEXT NOT NULL,
      PRIMARY KEY (product_id, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE orders (
      id INTEGER PRIMARY KEY CHECK (id > 0),
      status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'on-hold', 'completed',
        'cancelled', 'refunded', 'failed')),
      created_at INTEGER NOT NULL,
      paid_at INTEGER,
      completed_at INTEGER,
      customer_name TEXT NOT NULL,
      customer_email TEXT NOT NULL COLLATE NOCASE,
      customer_phone TEXT NOT NULL,
      customer_sort TEXT NOT NULL,
      billing_name TEXT NOT NULL,
      billing_company TEXT NOT NULL,
      billing_street TEXT NOT NULL,
      billing_street2 TEXT NOT NULL,
      billing_postcode TEXT NOT NULL,
      billing_city TEXT NOT NULL,
      billing_region TEXT NOT NULL,
      billing_country TEXT NOT NULL,
      shipping_name TEXT,
      shipping_company TEXT,
      shipping_street TEXT,
      shipping_street2 TEXT,
      shipping_postcode TEXT,
      shipping_city TEXT,
      shipping_region TEXT,
      shipping_country TEXT,
      purchased TEXT NOT NULL,
      currency TEXT NOT NULL,
      shipping_cost INTEGER NOT NULL,
      discount INTEGER NOT NULL,
      charges INTEGER NOT NULL,
      gross INTEGER NOT NULL,
      admin_fee INTEGER NOT NULL,
      refunded INTEGER NOT NULL,
      transaction_id TEXT,
      needs_shipping INTEGER NOT NULL,
      ship_by TEXT,
      version INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX orders_by_created ON orders (created_at, id);
    CREATE INDEX orders_by_status ON orders (status, created_at, id);
    CREATE INDEX orders_by_customer ON orders (customer_email, created_at, id);
    CREATE INDEX orders_by_gross ON orders (gross, id);
    CREATE INDEX orders_by_customer_sort ON orders (customer_sort, id);
    CREATE INDEX orders_by_ship_by ON orders (coalesce(ship_by, '9999-12-31'), id);

    CREATE TABLE order_lines (
      order_id INTEGER NOT NULL REFERENCES orders (id),
      position INTEGER NOT NULL,
      product_id INTEGER REFERENCES products (id),
      name TEXT NOT NULL,
      sku TEXT,
      quantity INTEGER NOT NULL CHECK (quantity > 0),
      total INTEGER NOT NULL,
      admin_fee INTEGER NOT NULL,
      is_virtual INTEGER NOT NULL,
      is_downloadable INTEGER NOT NULL,
      PRIMARY KEY (order_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX order_lines_by_product ON order_lines (product_id, order_id);

    CREATE TABLE order_history (
      order_id INTEGER NOT NULL REFERENCES orders (id),
      position INTEGER NOT NULL,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      what TEXT NOT NULL,
      from_status TEXT,
      to_status TEXT,
      note TEXT,
      PRIMARY KEY (order_id, position)
    ) STRICT, WITHOUT ROWID;

    -- Counting rows costs 50 ms at a million orders; keeping count costs nothing to speak of.
    CREATE TABLE order_counts (
      status TEXT PRIMARY KEY,
      orders INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO order_counts VALUES ('pending', 0), ('processing', 0), ('on-hold', 0),
      ('completed', 0), ('cancelled', 0), ('refunded', 0), ('failed', 0);
    CREATE TRIGGER order_inserted AFTER INSERT ON orders BEGIN
      UPDATE order_counts SET orders = orders + 1 WHERE status = new.status;
    END;
    CREATE TRIGGER order_moved AFTER UPDATE OF status ON orders WHEN old.status <> new.status BEGIN
      UPDATE order_counts SET orders = orders - 1 WHERE status = old.status;
      UPDATE order_counts SET orders = orders + 1 WHERE status = new.status;
    END;
    """

  /// What moves of orders entail: stock taken, downloads granted, mails waiting to be sent.
  private static let entailed = """
    ALTER TABLE orders ADD COLUMN is_announced INTEGER NOT NULL DEFAULT 0;
    UPDATE orders SET is_announced = 1 WHERE status <> 'pending';
    ALTER TABLE order_lines ADD COLUMN stock_taken INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE order_lines ADD COLUMN has_downloads INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE downloads (
      id INTEGER PRIMARY KEY,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      line INTEGER NOT NULL,
      name TEXT NOT NULL,
      location TEXT NOT NULL,
      secret TEXT NOT NULL,
      granted_at INTEGER NOT NULL,
      expiry_days INTEGER,
      downloads_left INTEGER CHECK (downloads_left >= 0),
      is_revoked INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX downloads_by_order ON downloads (order_id, line, id);

    CREATE TABLE mails (
      id INTEGER PRIMARY KEY,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      kind TEXT NOT NULL,
      recipient TEXT NOT NULL,
      address TEXT NOT NULL,
      language TEXT NOT NULL,
      subject TEXT NOT NULL,
      body TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'cancelled')),
      sent_at INTEGER,
      failures INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      last_error TEXT
    ) STRICT;
    CREATE INDEX mails_by_order ON mails (order_id, id);
    CREATE INDEX mails_waiting ON mails (due_at, id) WHERE state = 'waiting';
    """

  /// Mails can be listed by state and by kind. What is sent can be told from another store's.
  private static let listed = """
    CREATE INDEX mails_by_state ON mails (state, id);
    CREATE INDEX mails_by_kind ON mails (kind, id);

    CREATE TABLE store_identity (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      token TEXT NOT NULL
    ) STRICT;
    INSERT INTO store_identity VALUES (1, lower(hex(randomblob(8))));
    """

  /// Changes that were answered under a key, and what they were answered.
  private static let answered = """
    CREATE TABLE answered_calls (
      key TEXT PRIMARY KEY,
      method TEXT NOT NULL,
      params TEXT NOT NULL,
      result TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX answered_calls_by_age ON answered_calls (at);
    """

  /// Orders say what they have besides lines and history (``OrderExtras``), so that most need no
  /// looking.
  private static let extras = """
    ALTER TABLE orders ADD COLUMN extras INTEGER NOT NULL DEFAULT 0;
    UPDATE orders SET extras = 1 WHERE id IN (SELECT order_id FROM refunds);
    UPDATE orders SET extras = extras | 2 WHERE id IN
      (SELECT order_id FROM order_history WHERE what IN ('noted', 'customer-noted'));
    UPDATE orders SET extras = extras | 4 WHERE id IN
      (SELECT order_id FROM order_lines WHERE has_downloads);
    """
}
