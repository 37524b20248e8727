// The yardstick: what orderline answers to the benchmarks' requests, written in C for nothing else.
//
// yardstick STORE [share] reads request lines of exactly the forms that driver.c sends, and checks
// none of them; it knows French and currencies with two decimals. It asks SQLite what orderline asks,
// with the same guarantees: a request sees one state of the store and the shop's settings in it, and a
// change is durable before it is answered. With "share", the requests that one read(2) brings share
// one transaction.
#include <unistd.h>

#include "answers.h"

static sqlite3_stmt *begin, *begin_writing, *commit, *shop_version, *facts;
static sqlite3_stmt *page, *far, *found, *counts, *late, *move, *note, *feed;
static char today[16];

// MARK: Pages

static void put_page(sqlite3_stmt *rows_of, int limit) {
  int64_t created_at = 0, id = 0;
  int rows = 0;
  PUT("{\"orders\":[");
  while (step(rows_of) && ++rows <= limit) {
    if (rows > 1) PUT(",");
    PUT("{"), put_head(rows_of, today, 2), PUT("}");
    created_at = sqlite3_column_int64(rows_of, 2);
    id = sqlite3_column_int64(rows_of, 0);
  }
  sqlite3_reset(rows_of);
  PUT("],\"nextCursor\":");
  if (rows <= limit) return PUT("null}");
  char cursor[80];
  sprintf(cursor, "[\"created\",1,%lld,%lld]", (long long)created_at, (long long)id);
  PUT("\"");
  for (const char *byte = cursor; *byte; byte++)
    out_length += (size_t)sprintf(room(3), "%02x", *byte);
  PUT("\"}");
}

// What follows `name` in the line, or NULL.
static const char *after(const char *line, const char *name) {
  const char *at = strstr(line, name);
  return at ? at + strlen(name) : NULL;
}

static void list(const char *line) {
  int limit = atoi(after(line, "\"limit\":"));
  const char *word;
  // Whether ids and moments of creation go together, as orderline has to know.
  step(facts);
  sqlite3_reset(facts);
  if ((word = after(line, "\"status\":\""))) {
    sqlite3_bind_text(page, 1, word, (int)strcspn(word, "\""), SQLITE_STATIC);
    sqlite3_bind_int(page, 2, limit + 1);
    put_page(page, limit);
  } else if ((word = after(line, "\"cursor\":\""))) {
    char cursor[80] = "";
    long long created_at, id;
    for (int index = 0; index < 79 && word[0] != '"'; index++, word += 2)
      sscanf(word, "%2hhx", (unsigned char *)&cursor[index]);
    if (sscanf(cursor, "[\"created\",1,%lld,%lld]", &created_at, &id) != 2) fail("cursor");
    sqlite3_bind_int64(far, 1, created_at);
    sqlite3_bind_int64(far, 2, id);
    sqlite3_bind_int(far, 3, limit + 1);
    put_page(far, limit);
  } else if ((word = after(line, "\"search\":\""))) {
    char expression[80];
    snprintf(expression, sizeof expression, "\"%.*s\"*", (int)strcspn(word, "\""), word);
    sqlite3_bind_text(found, 1, expression, -1, SQLITE_STATIC);
    sqlite3_bind_int(found, 2, limit + 1);
    put_page(found, limit);
  }
}

static void count(void) {
  int64_t of[no_status] = {0}, total = 0;
  while (step(counts)) {
    int64_t number = sqlite3_column_int64(counts, 1);
    of[status_named((const char *)sqlite3_column_text(counts, 0))] = number;
    total += number;
  }
  PUT("{\"total\":"), put_integer(total);
  PUT(",\"byStatus\":{");
  for (int status = 0; status < no_status; status++) {
    if (status) PUT(",");
    PUT("\""), put_word(statuses[status].name), PUT("\":"), put_integer(of[status]);
  }
  PUT("},\"late\":");
  sqlite3_bind_text(late, 1, today, -1, SQLITE_STATIC);
  step(late);
  put_integer(sqlite3_column_int64(late, 0));
  sqlite3_reset(late);
  PUT("}");
}

// MARK: Changes

// Moves an order and answers its new version. Nobody is mailed and the stock stays as it is.
static int64_t set_status(int64_t id, int status) {
  sqlite3_bind_int64(order, 1, id);
  if (!step(order)) fail("no such order");
  int from = status_named((const char *)sqlite3_column_text(order, 1));
  int64_t version = sqlite3_column_int64(order, 35) + 1;
  sqlite3_reset(order);
  sqlite3_bind_text(move, 1, statuses[status].name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(move, 2, version);
  sqlite3_bind_int64(move, 3, id);
  step(move);
  sqlite3_bind_int64(note, 1, id);
  sqlite3_bind_int64(note, 2, time(NULL));
  sqlite3_bind_text(note, 3, statuses[from].name, -1, SQLITE_STATIC);
  sqlite3_bind_text(note, 4, statuses[status].name, -1, SQLITE_STATIC);
  step(note);
  sqlite3_bind_int64(feed, 1, time(NULL));
  sqlite3_bind_int64(feed, 2, id);
  sqlite3_bind_int64(feed, 3, version);
  sqlite3_bind_text(feed, 4, statuses[from].name, -1, SQLITE_STATIC);
  sqlite3_bind_text(feed, 5, statuses[status].name, -1, SQLITE_STATIC);
  step(feed);
  return version;
}

static void set_one(const char *line) {
  const char *params = after(line, "\"params\":");
  int64_t id = atoll(after(params, "\"id\":"));
  set_status(id, status_starting(after(params, "\"status\":\"")));
  PUT("{\"order\":"), put_order(id, today);
  PUT(",\"changed\":true,\"applied\":true,\"effects\":[]}");
}

static void set_many(const char *line) {
  int status = status_starting(after(line, "\"status\":\""));
  int64_t done = 0;
  char *at = (char *)after(line, "\"ids\":[");
  PUT("{\"orders\":[");
  for (; *at != ']'; at += *at == ',') {
    int64_t id = strtoll(at, &at, 10), version = set_status(id, status);
    if (done++) PUT(",");
    PUT("{\"id\":"), put_integer(id), PUT(",\"outcome\":\"done\",\"status\":\"");
    put_word(statuses[status].name), PUT("\",\"version\":"), put_integer(version), PUT("}");
  }
  PUT("],\"done\":"), put_integer(done);
  PUT(",\"unchanged\":0,\"refused\":0,\"more\":false,\"changed\":true,\"applied\":true}");
}

// MARK: Requests

static char zone[80] = "TZ=UTC";

// The settings are read again only when somebody changed them.
static void read_shop(void) {
  static int64_t known = -1;
  if (!step(shop_version)) fail("no shop");
  int64_t version = sqlite3_column_int64(shop_version, 0);
  sqlite3_reset(shop_version);
  if (version == known) return;
  sqlite3_stmt *shop = prepared("SELECT time_zone FROM shop WHERE id = 1");
  if (!step(shop)) fail("no shop");
  snprintf(zone, sizeof zone, "TZ=%s", (const char *)sqlite3_column_text(shop, 0));
  sqlite3_finalize(shop);
  putenv(zone);
  tzset();
  known = version;
}

static void answer(const char *line, int shares) {
  const char *id = after(line, "\"id\":");
  const char *method = after(id, "\"method\":\"");
  PUT("{\"jsonrpc\":\"2.0\",\"id\":");
  put_bytes(id, strcspn(id, ","));
  PUT(",\"result\":");
  if (strncmp(method, "server.ping", 11) == 0) return PUT("{\"pong\":true}}\n");
  int writes = strncmp(method, "orders.set", 10) == 0;
  // Who shares does not know what comes: the first request decides, and all of a run are alike.
  if (sqlite3_get_autocommit(db)) step(writes ? begin_writing : begin);
  read_shop();
  struct tm local;
  localtime_r(&(time_t){time(NULL)}, &local);
  strftime(today, sizeof today, "%Y-%m-%d", &local);
  if (strncmp(method, "orders.get", 10) == 0) put_order(atoll(after(method, "\"id\":")), today);
  else if (strncmp(method, "orders.list", 11) == 0) list(method);
  else if (strncmp(method, "orders.count", 12) == 0) count();
  else if (strncmp(method, "orders.setStatusMany", 20) == 0) set_many(method);
  else set_one(method);
  if (!shares) step(commit);
  PUT("}\n");
}

int main(int argc, char **words) {
  if (argc < 2) return fprintf(stderr, "usage: yardstick STORE [share]\n"), 2;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, shares = argc > 2;
  if (sqlite3_open_v2(words[1], &db, flags, NULL)) fail(words[1]);
  sqlite3_busy_timeout(db, 5000);
  const char *pragmas =
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF";
  if (sqlite3_exec(db, pragmas, NULL, NULL, NULL)) fail("pragmas");
  begin = prepared("BEGIN");
  begin_writing = prepared("BEGIN IMMEDIATE");
  commit = prepared("COMMIT");
  shop_version = prepared("SELECT version FROM shop WHERE id = 1");
  order = prepared(ORDER "WHERE id = ?");
  lines = prepared(
      "SELECT product_id, name, sku, quantity, total, admin_fee, is_virtual, is_downloadable "
      "FROM order_lines WHERE order_id = ? ORDER BY position");
  refunds = prepared(
      "SELECT at, actor, amount, reason FROM refunds WHERE order_id = ? ORDER BY position");
  history = prepared(
      "SELECT at, actor, what, from_status, to_status, note FROM order_history "
      "WHERE order_id = ? ORDER BY position");
  facts = prepared("SELECT is_chronological FROM order_facts WHERE id = 1");
  page = prepared(ORDER "WHERE status IN (?) ORDER BY created_at DESC, id DESC LIMIT ?");
  far = prepared(
      ORDER "WHERE (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?");
  counts = prepared("SELECT status, orders FROM order_counts");
  found = prepared(
      ORDER_FROM("(SELECT rowid AS id FROM order_search WHERE order_search MATCH ?) "
                 "CROSS JOIN orders USING (id)") "ORDER BY id DESC LIMIT ?");
  late = prepared(
      "SELECT coalesce(sum(orders), 0) FROM ("
      "SELECT orders FROM ship_counts WHERE unit = 'year' AND period < substr(?1, 1, 4) "
      "UNION ALL SELECT orders FROM ship_counts "
      "WHERE unit = 'month' AND period > substr(?1, 1, 4) AND period < substr(?1, 1, 7) "
      "UNION ALL SELECT orders FROM ship_counts "
      "WHERE unit = 'day' AND period > substr(?1, 1, 7) AND period < ?1)");
  move = prepared("UPDATE orders SET status = ?, version = ? WHERE id = ?");
  note = prepared(
      "INSERT INTO order_history SELECT ?1, max(position) + 1, ?2, 'vendor', 'moved', ?3, ?4, NULL "
      "FROM order_history WHERE order_id = ?1");
  feed = prepared(
      "INSERT INTO changes (at, actor, what, order_id, version, from_status, to_status) "
      "VALUES (?, 'vendor', 'orderMoved', ?, ?, ?, ?)");

  size_t capacity = 1 << 16, waiting = 0;
  char *in = malloc(capacity);
  ssize_t length;
  while ((length = read(STDIN_FILENO, in + waiting, capacity - 1 - waiting)) > 0) {
    char *line = in, *end = in + waiting + length, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
      *newline = 0;
      answer(line, shares);
      line = newline + 1;
    }
    if (shares && !sqlite3_get_autocommit(db)) step(commit);
    waiting = (size_t)(end - line);
    memmove(in, line, waiting);
    if (waiting == capacity - 1 && !(in = realloc(in, capacity *= 2))) fail("memory");
    for (size_t sent = 0; sent < out_length;) {
      ssize_t written = write(STDOUT_FILENO, out + sent, out_length - sent);
      if (written < 0) fail("write");
      sent += (size_t)written;
    }
    out_length = 0;
  }
  return 0;
}
