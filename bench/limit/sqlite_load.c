/* The least a C program can do to load rows: a loop over one prepared INSERT, in one transaction.
 *
 * usage: sqlite_load DATABASE CSV    (table people: id, email, name, data; a header; fields quoted or not)
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int status, sqlite3 *database) {
  if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW) return;
  fprintf(stderr, "sqlite_load: %s\n", sqlite3_errmsg(database));
  exit(1);
}

/* The next field of a line, in place: quotes taken off, doubled ones made single. */
static char *field(char **at, size_t *length) {
  char *begin = *at;
  if (*begin != '"') {
    char *end = begin + strcspn(begin, ",\n");
    *length = (size_t)(end - begin);
    *at = *end ? end + 1 : end;
    return begin;
  }
  char *out = ++begin;
  char *in = begin;
  for (;; ++in) {
    if (*in == '"' && in[1] == '"') {
      ++in;
    } else if (*in == '"') {
      break;
    }
    *out++ = *in;
  }
  *length = (size_t)(out - begin);
  *at = in + 2;
  return begin;
}

int main(int count, char **words) {
  sqlite3 *database = NULL;
  sqlite3_stmt *insert = NULL;
  char *line = NULL;
  size_t room = 0;
  if (count != 3) return 64;
  must(sqlite3_open(words[1], &database), database);
  must(sqlite3_exec(database, "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; BEGIN", NULL, NULL, NULL), database);
  must(sqlite3_prepare_v2(database, "INSERT INTO people VALUES (?, ?, ?, ?)", -1, &insert, NULL), database);
  FILE *file = fopen(words[2], "r");
  if (file == NULL || getline(&line, &room, file) < 0) return 1;
  while (getline(&line, &room, file) > 0) {
    char *at = line;
    for (int i = 1; i <= 4; ++i) {
      size_t length = 0;
      const char *text = field(&at, &length);
      must(sqlite3_bind_text(insert, i, text, (int)length, SQLITE_STATIC), database);
    }
    must(sqlite3_step(insert), database);
    must(sqlite3_reset(insert), database);
  }
  must(sqlite3_finalize(insert), database);
  must(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL), database);
  must(sqlite3_close(database), database);
  free(line);
  return fclose(file);
}
