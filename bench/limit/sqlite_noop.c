/* The least a process can do with SQLite: open, one query, close. */
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv) {
  sqlite3 *db;
  sqlite3_stmt *statement;
  if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, 0) != SQLITE_OK) return 1;
  if (sqlite3_prepare_v2(db, "SELECT count(*) FROM bedstone_meta", -1, &statement, 0) != SQLITE_OK) return 1;
  if (sqlite3_step(statement) != SQLITE_ROW) return 1;
  printf("%d\n", sqlite3_column_int(statement, 0));
  sqlite3_finalize(statement);
  return sqlite3_close(db) != SQLITE_OK;
}
