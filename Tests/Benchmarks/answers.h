// What the yardstick answers: orders as orderline shows them, from the columns of its tables.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json.h"

static sqlite3 *db;
static sqlite3_stmt *order, *lines, *refunds, *history;

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "yardstick: %s: %s\n", what, sqlite3_errmsg(db));
  exit(1);
}

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    fail(sql);
  return statement;
}

static int step(sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail("step");
  if (code == SQLITE_DONE) sqlite3_reset(statement);
  return code == SQLITE_ROW;
}

// MARK: Columns as JSON

static int is_null(sqlite3_stmt *row, int column) {
  return sqlite3_column_type(row, column) == SQLITE_NULL;
}

static void put_text(sqlite3_stmt *row, int column) {
  const char *text = (const char *)sqlite3_column_text(row, column);
  if (!text) return PUT("null");
  put_string(text, (size_t)sqlite3_column_bytes(row, column));
}

// Null for what is empty.
static void put_filled(sqlite3_stmt *row, int column) {
  if (sqlite3_column_bytes(row, column) == 0) return PUT("null");
  put_text(row, column);
}

static void put_column(sqlite3_stmt *row, int column) {
  if (is_null(row, column)) return PUT("null");
  put_integer(sqlite3_column_int64(row, column));
}

static void put_bool(int value) {
  if (value) PUT("true"); else PUT("false");
}

static void put_money(int64_t cents) {
  uint64_t magnitude = cents < 0 ? -(uint64_t)cents : (uint64_t)cents;
  if (cents < 0) PUT("\"-"); else PUT("\"");
  put_integer((int64_t)(magnitude / 100));
  char decimals[] = {'.', (char)('0' + magnitude / 10 % 10), (char)('0' + magnitude % 10), '"'};
  put_bytes(decimals, sizeof decimals);
}

static void put_amount(sqlite3_stmt *row, int column) {
  put_money(sqlite3_column_int64(row, column));
}

static void put_pair(char *at, int value) {
  at[0] = (char)('0' + value / 10);
  at[1] = (char)('0' + value % 10);
}

static void put_moment(sqlite3_stmt *row, int column) {
  if (is_null(row, column)) return PUT("null");
  struct tm local;
  localtime_r(&(time_t){sqlite3_column_int64(row, column)}, &local);
  char text[] = "\"0000-00-00T00:00:00+00:00\"";
  int year = local.tm_year + 1900, offset = (int)labs(local.tm_gmtoff) / 60;
  put_pair(text + 1, year / 100);
  put_pair(text + 3, year % 100);
  put_pair(text + 6, local.tm_mon + 1);
  put_pair(text + 9, local.tm_mday);
  put_pair(text + 12, local.tm_hour);
  put_pair(text + 15, local.tm_min);
  put_pair(text + 18, local.tm_sec);
  if (local.tm_gmtoff < 0) text[20] = '-';
  put_pair(text + 21, offset / 60);
  put_pair(text + 24, offset % 60);
  put_bytes(text, sizeof text - 1);
}

static void put_date_label(int64_t seconds) {
  static const char *const months[] = {"janvier", "février", "mars",      "avril",
                                       "mai",     "juin",    "juillet",   "août",
                                       "septembre", "octobre", "novembre", "décembre"};
  struct tm local;
  localtime_r(&(time_t){seconds}, &local);
  PUT("\"");
  put_integer(local.tm_mday);
  if (local.tm_mday == 1) PUT("er ");
  else PUT(" ");
  put_word(months[local.tm_mon]);
  PUT(" ");
  put_integer(local.tm_year + 1900);
  char time[] = " @00h00\"";
  put_pair(time + 2, local.tm_hour);
  put_pair(time + 5, local.tm_min);
  put_bytes(time, sizeof time - 1);
}

// MARK: Statuses

enum { pending, processing, on_hold, completed, cancelled, refunded, failed, no_status };

static const struct {
  const char *name, *label;
  int awaits_payment, followers[6];
} statuses[] = {
    {"pending", "Attente paiement", 1,
     {completed, processing, on_hold, cancelled, failed, no_status}},
    {"processing", "En cours", 0, {completed, on_hold, cancelled, refunded, failed, no_status}},
    {"on-hold", "En attente", 1, {completed, pending, processing, cancelled, failed, no_status}},
    {"completed", "Terminée", 0, {processing, refunded, no_status}},
    {"cancelled", "Annulée", 1, {pending, no_status}},
    {"refunded", "Remboursée", 0, {no_status}},
    {"failed", "Échouée", 1, {completed, pending, on_hold, processing, cancelled, no_status}}};

static int status_named(const char *name) {
  int status = 0;
  while (status < no_status && strcmp(statuses[status].name, name) != 0) status++;
  return status;
}

// The status whose name stands before a quote.
static int status_starting(const char *text) {
  int status = 0;
  while (status < no_status && strncmp(statuses[status].name, text, strcspn(text, "\"")) != 0) status++;
  return status;
}

// At most so many of what may be done next.
static void put_actions(int64_t id, int status, int most) {
  PUT("[");
  if (statuses[status].awaits_payment) {
    PUT("{\"label\":\"Enregistrer le paiement\",\"method\":\"orders.pay\",\"params\":{\"id\":");
    put_integer(id);
    PUT("}}");
    most--;
  }
  for (const int *next = statuses[status].followers; *next != no_status && most > 0;
       next++, most--) {
    if (out[out_length - 1] != '[') PUT(",");
    PUT("{\"label\":\"");
    put_word(statuses[*next].label);
    PUT("\",\"method\":\"orders.setStatus\",\"params\":{\"id\":");
    put_integer(id);
    PUT(",\"status\":\"");
    put_word(statuses[*next].name);
    PUT("\"}}");
  }
  PUT("]");
}

// MARK: Orders

#define ORDER_FROM(source)                                                                       \
  "SELECT id, status, created_at, paid_at, completed_at, customer_name, customer_email, "        \
  "customer_phone, billing_name, billing_company, billing_street, billing_street2, "             \
  "billing_postcode, billing_city, billing_region, billing_country, shipping_name, "             \
  "shipping_company, shipping_street, shipping_street2, shipping_postcode, shipping_city, "      \
  "shipping_region, shipping_country, purchased, currency, shipping_cost, discount, charges, "   \
  "gross, admin_fee, refunded, transaction_id, needs_shipping, ship_by, version FROM " source " "

#define ORDER ORDER_FROM("orders")

static void put_address(sqlite3_stmt *row, int first) {
  PUT("{\"name\":"), put_text(row, first);
  PUT(",\"company\":"), put_filled(row, first + 1);
  PUT(",\"street\":"), put_text(row, first + 2);
  PUT(",\"street2\":"), put_filled(row, first + 3);
  PUT(",\"postcode\":"), put_text(row, first + 4);
  PUT(",\"city\":"), put_text(row, first + 5);
  PUT(",\"region\":"), put_filled(row, first + 6);
  PUT(",\"country\":"), put_text(row, first + 7);
  PUT("}");
}

// The members of a row of the list, without the braces.
static void put_head(sqlite3_stmt *row, const char *today, int most_actions) {
  int64_t id = sqlite3_column_int64(row, 0);
  int status = status_named((const char *)sqlite3_column_text(row, 1));
  int needs_shipping = sqlite3_column_int(row, 33);
  const char *ship_by = (const char *)sqlite3_column_text(row, 34);
  PUT("\"id\":"), put_integer(id);
  PUT(",\"status\":"), put_text(row, 1);
  PUT(",\"statusLabel\":\""), put_word(statuses[status].label);
  PUT("\",\"createdAt\":"), put_moment(row, 2);
  PUT(",\"paidAt\":"), put_moment(row, 3);
  PUT(",\"completedAt\":"), put_moment(row, 4);
  PUT(",\"dateLabel\":"), put_date_label(sqlite3_column_int64(row, 2));
  PUT(",\"customer\":{\"name\":"), put_text(row, 5);
  PUT(",\"email\":"), put_filled(row, 6);
  PUT(",\"phone\":"), put_filled(row, 7);
  PUT("},\"billing\":"), put_address(row, 8);
  PUT(",\"shipping\":");
  if (is_null(row, 16)) PUT("null");
  else put_address(row, 16);
  PUT(",\"purchased\":"), put_text(row, 24);
  PUT(",\"currency\":"), put_text(row, 25);
  PUT(",\"gross\":"), put_amount(row, 29);
  PUT(",\"adminFee\":"), put_amount(row, 30);
  PUT(",\"net\":");
  put_money(sqlite3_column_int64(row, 29) - sqlite3_column_int64(row, 30) -
            sqlite3_column_int64(row, 31));
  PUT(",\"refunded\":"), put_amount(row, 31);
  PUT(",\"needsShipping\":"), put_bool(needs_shipping);
  PUT(",\"shipBy\":"), put_text(row, 34);
  PUT(",\"late\":");
  put_bool(status == processing && needs_shipping && ship_by && strcmp(today, ship_by) > 0);
  PUT(",\"version\":"), put_column(row, 35);
  PUT(",\"actions\":"), put_actions(id, status, most_actions);
}

// The shop's refunds are for whole orders and not for lines.
static void put_refunds(int64_t id) {
  sqlite3_bind_int64(refunds, 1, id);
  while (step(refunds)) {
    if (out[out_length - 1] != '[') PUT(",");
    PUT("{\"at\":"), put_moment(refunds, 0);
    PUT(",\"by\":"), put_text(refunds, 1);
    PUT(",\"amount\":"), put_amount(refunds, 2);
    PUT(",\"reason\":"), put_text(refunds, 3);
    PUT(",\"lines\":[]}");
  }
}

static void put_order(int64_t id, const char *today) {
  sqlite3_bind_int64(order, 1, id);
  if (!step(order)) fail("no such order");
  PUT("{"), put_head(order, today, no_status);
  PUT(",\"shippingCost\":"), put_amount(order, 26);
  PUT(",\"discount\":"), put_amount(order, 27);
  PUT(",\"charges\":"), put_amount(order, 28);
  PUT(",\"transactionId\":"), put_text(order, 32);
  int is_refunded = sqlite3_column_int64(order, 31) != 0;
  sqlite3_reset(order);
  PUT(",\"lines\":[");
  sqlite3_bind_int64(lines, 1, id);
  while (step(lines)) {
    if (out[out_length - 1] != '[') PUT(",");
    PUT("{\"product\":"), put_column(lines, 0);
    PUT(",\"name\":"), put_text(lines, 1);
    PUT(",\"sku\":"), put_text(lines, 2);
    PUT(",\"quantity\":"), put_column(lines, 3);
    PUT(",\"total\":"), put_amount(lines, 4);
    PUT(",\"adminFee\":"), put_amount(lines, 5);
    PUT(",\"virtual\":"), put_bool(sqlite3_column_int(lines, 6));
    PUT(",\"downloadable\":"), put_bool(sqlite3_column_int(lines, 7));
    PUT(",\"refundedQuantity\":0,\"refunded\":\"0.00\"}");
  }
  PUT("],\"downloads\":[],\"refunds\":[");
  if (is_refunded) put_refunds(id);
  PUT("],\"notes\":[],\"history\":[");
  sqlite3_bind_int64(history, 1, id);
  while (step(history)) {
    if (out[out_length - 1] != '[') PUT(",");
    PUT("{\"at\":"), put_moment(history, 0);
    PUT(",\"by\":"), put_text(history, 1);
    PUT(",\"what\":"), put_text(history, 2);
    PUT(",\"from\":"), put_text(history, 3);
    PUT(",\"to\":"), put_text(history, 4);
    PUT(",\"note\":"), put_text(history, 5);
    PUT("}");
  }
  PUT("]}");
}
