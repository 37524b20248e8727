// The SQLite C API, as Debian's libsqlite3-dev ships it.
#include <sqlite3.h>
