// The SQLite C API, as Debian's libsqlite3-dev ships it, and what of it Swift cannot call.
#include <sqlite3.h>

/// Tells SQLite, before it is used, that one thread does: it needs no locks of its own, and keeps
/// no account of its memory.
static inline void sqlite3_use_one_thread(void) {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
