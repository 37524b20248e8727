// Fills a new store with orders of a realistic shape: fill STORE ORDERS. The same every time.
// fill STORE takes back what the benchmarks' changes left in it, so that no history grows.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void check(int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  fprintf(stderr, "fill: %s\n", sqlite3_errmsg(db));
  exit(1);
}

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
  return statement;
}

static void run(sqlite3_stmt *statement) {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
  check(sqlite3_clear_bindings(statement));
}

static void number(sqlite3_stmt *statement, int index, int64_t value) {
  check(sqlite3_bind_int64(statement, index, value));
}

// No text stays null; texts must last until the statement has run.
static void text(sqlite3_stmt *statement, int index, const char *value) {
  if (value) check(sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC));
}

// MARK: Chance, with a fixed seed (splitmix64)

static uint64_t state = 630;

static uint64_t below(uint64_t bound) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return (z ^ (z >> 31)) % bound;
}

#define ONE_OF(list) list[below(sizeof list / sizeof *list)]

// MARK: The shop's world

// A name, and its form for sorting and for e-mail addresses.
typedef struct {
  const char *name, *plain;
} Name;

static const Name first_names[] = {
    {"Élise", "elise"}, {"Noémie", "noemie"}, {"Mathurin", "mathurin"}, {"Awa", "awa"},
    {"Florian", "florian"}, {"Jeanne", "jeanne"}, {"Loïc", "loic"}, {"Chloé", "chloe"},
    {"Théo", "theo"}, {"Agnès", "agnes"}, {"Bastien", "bastien"}, {"Inès", "ines"},
    {"Gaël", "gael"}, {"Françoise", "francoise"}, {"Hugo", "hugo"}, {"Maïté", "maite"},
    {"Rémi", "remi"}, {"Solène", "solene"}, {"Yannick", "yannick"}, {"Zoé", "zoe"},
    {"Benoît", "benoit"}, {"Camille", "camille"}, {"Désirée", "desiree"}, {"Olivier", "olivier"}};

static const Name last_names[] = {
    {"Vasseur", "vasseur"}, {"Le Goff", "le goff"}, {"Diarra", "diarra"}, {"Œuvrard", "oeuvrard"},
    {"Castaing", "castaing"}, {"Rousselin", "rousselin"}, {"Lefèvre", "lefevre"},
    {"Bérenger", "berenger"}, {"Dubosc", "dubosc"}, {"Fauré", "faure"}, {"Garnier", "garnier"},
    {"Hénaff", "henaff"}, {"Joly", "joly"}, {"Kermarrec", "kermarrec"}, {"Maïs", "mais"},
    {"Noël", "noel"}, {"Périgord", "perigord"}, {"Quéméner", "quemener"}, {"Thibault", "thibault"},
    {"Vigneron", "vigneron"}, {"Delaître", "delaitre"}, {"Besançon", "besancon"}};

// One buyer in so many has this name.
static const Name rare_name = {"Quatrevaux", "quatrevaux"};
enum { rarity = 4999 };

static const char *const streets[] = {
    "rue des Cordeliers", "quai du Fret", "boulevard Voltaire", "place du Marché",
    "allée de Tourny", "chemin des Écoliers", "avenue de la République", "rue du Général-Leclerc",
    "impasse des Lilas", "cours de l’Intendance"};

static const char *const towns[][2] = {
    {"69002", "Lyon"}, {"29200", "Brest"}, {"75011", "Paris"}, {"21200", "Beaune"},
    {"33000", "Bordeaux"}, {"59000", "Lille"}, {"13006", "Marseille"}, {"42000", "Saint-Étienne"},
    {"38000", "Grenoble"}, {"62100", "Calais"}, {"64200", "Biarritz"}, {"87000", "Limoges"}};

static const char *const titles[] = {
    "Le Horla", "Les Fleurs du mal", "Bel-Ami", "Vingt mille lieues sous les mers",
    "Madame Bovary", "Petit atlas des phares, avec ses cartes", "Contes du jour et de la nuit",
    "L’Éducation sentimentale", "La Mare au diable", "Le Tour du monde en quatre-vingts jours"};

enum { products = 400 };

// What the search is told of them: as orderline folds them.
static const char *const plain_titles[] = {
    "le horla", "les fleurs du mal", "bel ami", "vingt mille lieues sous les mers",
    "madame bovary", "petit atlas des phares avec ses cartes", "contes du jour et de la nuit",
    "l education sentimentale", "la mare au diable", "le tour du monde en quatre vingts jours"};

// Every third product is an e-book, every other a printed book.
static int is_digital(int product) { return product % 3 == 0; }
static int64_t price(int product) { return 390 + product % 50 * 50; }

static void name_product(int product, char name[80]) {
  int title = product % (int)(sizeof titles / sizeof *titles);
  snprintf(name, 80, "%s, tome %d%s", titles[title], product / 10 + 1,
           is_digital(product) ? " (ebook)" : "");
}

static void name_product_plainly(int product, char *name, size_t size) {
  int title = product % (int)(sizeof titles / sizeof *titles);
  snprintf(name, size, " %s tome %d%s", plain_titles[title], product / 10 + 1,
           is_digital(product) ? " ebook" : "");
}

static void fill_products(int64_t created_at) {
  sqlite3_stmt *insert = prepared(
      "INSERT INTO products (id, name, sku, price, is_virtual, is_downloadable, stock, created_at, "
      "version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)");
  for (int product = 1; product <= products; product++) {
    char name[80], sku[16];
    name_product(product, name);
    snprintf(sku, sizeof sku, "PHARE-%03d", product);
    number(insert, 1, product);
    text(insert, 2, name);
    text(insert, 3, sku);
    number(insert, 4, price(product));
    number(insert, 5, is_digital(product));
    number(insert, 6, is_digital(product));
    if (!is_digital(product)) number(insert, 7, (int64_t)below(500));
    number(insert, 8, created_at);
    run(insert);
  }
  sqlite3_finalize(insert);
}

// MARK: Orders

// In a shop the open orders are the young ones: shares in thousandths, old and young.
static const struct {
  const char *status;
  unsigned old, young;
} shares[] = {{"completed", 880, 280}, {"processing", 5, 500}, {"cancelled", 45, 30},
              {"refunded", 40, 10},    {"failed", 25, 40},     {"pending", 3, 90},
              {"on-hold", 2, 50}};

static const char *status_of(int is_young) {
  unsigned left = (unsigned)below(1000);
  for (size_t index = 0;; index++) {
    unsigned share = is_young ? shares[index].young : shares[index].old;
    if (left < share) return shares[index].status;
    left -= share;
  }
}

static int is(const char *status, const char *other) { return strcmp(status, other) == 0; }

// The third working day after the day of `paid_at`, holidays left aside.
static void ship_day(int64_t paid_at, char day[11]) {
  struct tm date;
  for (int left = 3; left > 0;) {
    paid_at += 86400;
    gmtime_r(&(time_t){paid_at}, &date);
    if (date.tm_wday != 0 && date.tm_wday != 6) left--;
  }
  strftime(day, 11, "%Y-%m-%d", &date);
}

typedef struct {
  char street[64];
  const char *parts[8];
} Address;

static void settle(Address *address, const char *name) {
  snprintf(address->street, sizeof address->street, "%d %s", (int)below(180) + 1, ONE_OF(streets));
  const char *const *town = ONE_OF(towns);
  const char *company = below(12) ? "" : "Médiathèque des Bateliers";
  const char *street2 = below(8) ? "" : "bâtiment B";
  const char *const parts[8] = {name,    company, address->street, street2,
                                town[0], town[1], "",              "FR"};
  memcpy(address->parts, parts, sizeof parts);
}

static void fill_orders(int64_t count, int64_t start, int64_t end) {
  sqlite3_stmt *order = prepared(
      "INSERT INTO orders (id, status, created_at, paid_at, completed_at, customer_name, "
      "customer_email, customer_phone, billing_name, billing_company, billing_street, "
      "billing_street2, billing_postcode, billing_city, billing_region, billing_country, "
      "shipping_name, shipping_company, shipping_street, shipping_street2, shipping_postcode, "
      "shipping_city, shipping_region, shipping_country, purchased, currency, shipping_cost, "
      "discount, charges, gross, admin_fee, refunded, transaction_id, needs_shipping, ship_by, "
      "version, customer_sort, kind, extras) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'EUR', ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  sqlite3_stmt *line = prepared(
      "INSERT INTO order_lines (order_id, position, product_id, name, sku, quantity, total, "
      "admin_fee, is_virtual, is_downloadable) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  sqlite3_stmt *search = prepared("INSERT INTO order_search (rowid, words) VALUES (?, ?)");
  sqlite3_stmt *refund = prepared(
      "INSERT INTO refunds (order_id, position, at, actor, amount, reason) "
      "VALUES (?, 0, ?, 'libraire', ?, 'Retour de l’acheteur')");
  sqlite3_stmt *entry = prepared("INSERT INTO order_history VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (int64_t id = 1; id <= count; id++) {
    // None before the one that has a lower number.
    int64_t turn = (end - start) / count;
    int64_t created_at = start + turn * (id - 1) + (int64_t)below(turn < 600 ? (int)turn : 600);
    const char *status = status_of(id > count - count / 20);
    const Name *first = &ONE_OF(first_names), *last = &ONE_OF(last_names);
    if (id % rarity == 0) last = &rare_name;
    char name[64], sort[64], email[96], phone[24], purchased[512] = "", words[900];
    Address billing, elsewhere;
    snprintf(name, sizeof name, "%s %s", first->name, last->name);
    snprintf(sort, sizeof sort, "%s %s", first->plain, last->plain);
    snprintf(email, sizeof email, "%s.%.4s%d@courrier.example", first->plain, last->plain,
             (int)below(90));
    for (char *space = email; (space = strchr(space, ' ')); *space = '-') {}
    snprintf(words, sizeof words, "%lld %s %s", (long long)id, sort, email);
    for (char *sign = words; *sign; sign++)
      if (strchr(".@-", *sign)) *sign = ' ';
    snprintf(phone, sizeof phone, "+33 1 99 00 %02d %02d", (int)below(100), (int)below(100));

    int lines = 1 + (int)(below(8) * below(8) / 16), needs_shipping = 0, digital = 0;
    int64_t total = 0, fees = 0;
    for (int position = 0; position < lines; position++) {
      int product = 1 + (int)below(products), quantity = 1 + (below(5) == 0);
      int64_t sum = price(product) * quantity;
      char title[80], sku[16], part[96];
      name_product(product, title);
      snprintf(sku, sizeof sku, "PHARE-%03d", product);
      snprintf(part, sizeof part, "%s%d × %s", position ? ", " : "", quantity, title);
      strcat(purchased, part);
      name_product_plainly(product, words + strlen(words), sizeof words - strlen(words));
      digital += is_digital(product);
      needs_shipping |= !is_digital(product);
      total += sum;
      fees += sum / 10;
      int64_t numbers[] = {id, position, product, 0, 0, quantity, sum, sum / 10,
                           is_digital(product), is_digital(product)};
      for (int index = 0; index < 10; index++) {
        if (index != 3 && index != 4) number(line, index + 1, numbers[index]);
      }
      text(line, 4, title);
      text(line, 5, sku);
      run(line);
    }

    int is_paid = is(status, "processing") || is(status, "completed") || is(status, "refunded");
    int is_completed = is(status, "completed") || is(status, "refunded");
    // An e-book alone is never to be processed.
    if (is(status, "processing") && !needs_shipping) status = "completed", is_completed = 1;
    int64_t paid_at = created_at + 120, shipped_at = paid_at + 3600 * (int64_t)(8 + below(90));
    int64_t completed_at = needs_shipping ? shipped_at : paid_at;
    int64_t shipping_cost = needs_shipping ? 350 : 0, discount = below(10) ? 0 : 100;
    int64_t gross = total + shipping_cost - discount;

    struct {
      int64_t at;
      const char *actor, *what, *from, *to, *note;
    } history[4] = {{created_at, "boutique", "created", NULL, "pending", NULL}};
    int entries = 1;
#define HAPPENS(...) history[entries++] = (typeof(*history)){__VA_ARGS__}
    const char *paid = needs_shipping ? "processing" : "completed";
    if (is_paid) HAPPENS(paid_at, "boutique", "paid", "pending", paid, NULL);
    if (is_completed && needs_shipping)
      HAPPENS(shipped_at, "libraire", "moved", paid, "completed", below(9) ? NULL : "Colis remis");
    if (is(status, "refunded"))
      HAPPENS(shipped_at + 500000, "libraire", "moved", "completed", status, "Retour de l’acheteur");
    if (!is_paid && !is(status, "pending"))
      HAPPENS(created_at + 3600, "boutique", "moved", "pending", status, NULL);
    for (int position = 0; position < entries; position++) {
      number(entry, 1, id);
      number(entry, 2, position);
      number(entry, 3, history[position].at);
      text(entry, 4, history[position].actor);
      text(entry, 5, history[position].what);
      text(entry, 6, history[position].from);
      text(entry, 7, history[position].to);
      text(entry, 8, history[position].note);
      run(entry);
    }

    char ship_by[11], transaction[24];
    snprintf(transaction, sizeof transaction, "pi_%012llx", (unsigned long long)below(1ull << 48));
    number(order, 1, id);
    text(order, 2, status);
    number(order, 3, created_at);
    if (is_paid) number(order, 4, paid_at);
    if (is_completed) number(order, 5, completed_at);
    text(order, 6, name);
    text(order, 7, email);
    text(order, 8, below(4) ? phone : "");
    settle(&billing, name);
    settle(&elsewhere, name);
    const Address *shipping = below(5) ? &billing : &elsewhere;
    for (int part = 0; part < 8; part++) {
      text(order, 9 + part, billing.parts[part]);
      if (needs_shipping) text(order, 17 + part, shipping->parts[part]);
    }
    text(order, 25, purchased);
    number(order, 26, shipping_cost);
    number(order, 27, discount);
    number(order, 28, gross);
    number(order, 29, fees);
    number(order, 30, is(status, "refunded") ? gross : 0);
    if (is_paid) text(order, 31, transaction);
    number(order, 32, needs_shipping);
    if (is_paid && needs_shipping) ship_day(paid_at, ship_by), text(order, 33, ship_by);
    number(order, 34, entries);
    text(order, 35, sort);
    text(order, 36, digital == lines ? "digital" : digital ? "mixed" : "printed");
    // Refunds, and neither notes nor downloads.
    number(order, 37, is(status, "refunded"));
    run(order);
    number(search, 1, id);
    text(search, 2, words);
    run(search);
    if (is(status, "refunded")) {
      number(refund, 1, id);
      number(refund, 2, shipped_at + 500000);
      number(refund, 3, gross);
      run(refund);
    }
  }
  sqlite3_finalize(order);
  sqlite3_finalize(line);
  sqlite3_finalize(entry);
  sqlite3_finalize(search);
  sqlite3_finalize(refund);
}

static void restore(void) {
  check(sqlite3_exec(db,
                     "CREATE TEMP TABLE moved AS SELECT DISTINCT order_id AS id FROM changes;"
                     "UPDATE orders SET status = 'processing', version = (SELECT count(*) FROM "
                     "order_history WHERE order_id = orders.id AND actor <> 'vendor') "
                     "WHERE id IN moved;"
                     "DELETE FROM order_history WHERE order_id IN moved AND actor = 'vendor';"
                     "DELETE FROM changes; PRAGMA wal_checkpoint(TRUNCATE)",
                     NULL, NULL, NULL));
}

int main(int count, char **words) {
  if (count == 2) {
    check(sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READWRITE, NULL));
    restore();
    return sqlite3_close(db);
  }
  if (count != 3 || atoll(words[2]) < 1) {
    fprintf(stderr, "usage: fill STORE ORDERS\n");
    return 2;
  }
  check(sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READWRITE, NULL));
  check(sqlite3_exec(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN IMMEDIATE", NULL, NULL, NULL));
  int64_t start = 1546300800, end = 1781000000;  // 2019-01-01 to June 2026
  fill_products(start);
  fill_orders(atoll(words[2]), start, end);
  // What orderline counts as it inserts.
  check(sqlite3_exec(db,
      "INSERT INTO ship_counts SELECT 'day', ship_by, count(*) FROM orders "
      "WHERE status = 'processing' AND needs_shipping = 1 AND ship_by IS NOT NULL GROUP BY ship_by; "
      "INSERT INTO ship_counts SELECT 'month', substr(period, 1, 7), sum(orders) FROM ship_counts "
      "WHERE unit = 'day' GROUP BY 2; "
      "INSERT INTO ship_counts SELECT 'year', substr(period, 1, 4), sum(orders) FROM ship_counts "
      "WHERE unit = 'month' GROUP BY 2", NULL, NULL, NULL));
  check(sqlite3_exec(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL));
  return sqlite3_close(db);
}
