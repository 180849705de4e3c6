/* The least a process can do with libpq: connect, one query, close. */
#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv) {
  PGconn *connection = argc == 2 ? PQconnectdb(argv[1]) : NULL;
  if (PQstatus(connection) != CONNECTION_OK) return 1;
  PGresult *result = PQexec(connection, "SELECT count(*) FROM bedstone.meta");
  if (PQresultStatus(result) != PGRES_TUPLES_OK) return 1;
  puts(PQgetvalue(result, 0, 0));
  PQclear(result);
  PQfinish(connection);
  return 0;
}
