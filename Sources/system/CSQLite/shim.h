#pragma once
#include <sqlite3.h>

/* Swift cannot call what takes a variable number of arguments. */

/** Lets a file run no function or module that is not harmless from its schema, and no statement damage it. SQLITE_OK, or
    an error code. */
static inline int indexd_sqlite_distrust(sqlite3 *database) {
  int code = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
  return code ? code : sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}
