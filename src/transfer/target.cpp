// SQLite cannot turn a trigger off: it goes, and comes back with its own text.
#include "transfer/target.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bedstone::transfer {
namespace {

std::string_view enable_word(std::string_view state) {
  if (state == "R") return "ENABLE REPLICA TRIGGER";
  if (state == "A") return "ENABLE ALWAYS TRIGGER";
  return "ENABLE TRIGGER";
}

/// The sequence behind a column, quoted; empty: none.
Result<std::string> sequence_of(db::Connection& connection, const std::string& schema,
                                const std::string& table, const std::string& column) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query("SELECT pg_catalog.pg_get_serial_sequence($1, $2)",
                                   {connection.dialect().qualified(schema, table), column}));
  return std::string(rows.text(0, 0));
}

Result<bool> has_counters(db::Connection& connection) {
  BEDSTONE_ASSIGN(const auto rows, connection.query("SELECT 1 FROM sqlite_schema WHERE name = "
                                                    "'sqlite_sequence'"));
  return !rows.empty();
}

}  // namespace

Status Target::execute(const std::string& sql) {
  const auto done = connection_.execute(sql);
  return done ? Status() : fail(done.error());
}

std::string Target::quoted(const std::string& table) const {
  return connection_.dialect().qualified(schema_, table);
}

Status Target::triggers_off(const std::string& table) {
  const db::Dialect& dialect = connection_.dialect();
  if (is_sqlite()) {
    BEDSTONE_ASSIGN(const auto rows,
                    connection_.query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' "
                                      "AND tbl_name = $1 COLLATE NOCASE",
                                      {table}));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      BEDSTONE_TRY(execute("DROP TRIGGER " + dialect.quote_identifier(rows.text(i, 0))));
      undo_.emplace_back(rows.text(i, 1));
    }
    return {};
  }
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query("SELECT tgname, tgenabled FROM pg_catalog.pg_trigger WHERE "
                                    "tgrelid = pg_catalog.to_regclass($1) AND NOT tgisinternal AND "
                                    "tgenabled <> 'D'",
                                    {quoted(table)}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string trigger = dialect.quote_identifier(rows.text(i, 0));
    BEDSTONE_TRY(execute(fmt::format("ALTER TABLE {} DISABLE TRIGGER {}", quoted(table), trigger)));
    undo_.push_back(
        fmt::format("ALTER TABLE {} {} {}", quoted(table), enable_word(rows.text(i, 1)), trigger));
  }
  return {};
}

Status Target::open(const std::vector<std::string>& tables, bool circle) {
  for (const std::string& sql : connection_.dialect().fixed_formats())
    BEDSTONE_TRY(execute(sql));
  for (const std::string& table : tables)
    BEDSTONE_TRY(triggers_off(table));
  if (!circle || is_sqlite()) return {};
  // A key that may not wait is made one that may, until the end of this transaction.
  for (const std::string& table : tables) {
    BEDSTONE_ASSIGN(
        const auto rows,
        connection_.query("SELECT conname FROM pg_catalog.pg_constraint WHERE contype = 'f' AND "
                          "conrelid = pg_catalog.to_regclass($1) AND NOT condeferrable AND "
                          "conrelid <> confrelid",
                          {quoted(table)}));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string name = connection_.dialect().quote_identifier(rows.text(i, 0));
      BEDSTONE_TRY(
          execute(fmt::format("ALTER TABLE {} ALTER CONSTRAINT {} DEFERRABLE INITIALLY "
                              "DEFERRED",
                              quoted(table), name)));
      undo_.push_back(
          fmt::format("ALTER TABLE {} ALTER CONSTRAINT {} NOT DEFERRABLE", quoted(table), name));
    }
  }
  return execute(std::string(connection_.dialect().defer_constraints()));
}

Status Target::close() {
  if (!is_sqlite()) BEDSTONE_TRY(execute(std::string(connection_.dialect().settle_constraints())));
  for (const std::string& sql : undo_)
    BEDSTONE_TRY(execute(sql));
  undo_.clear();
  return {};
}

Status Target::clear(const std::vector<std::string>& tables) {
  if (tables.empty()) return {};
  BEDSTONE_TRY(open(tables, false));
  if (is_sqlite()) {
    // Foreign keys are off on the connection that migrates.
    for (const std::string& table : tables)
      BEDSTONE_TRY(execute("DELETE FROM " + quoted(table)));
  } else {
    std::string list;
    for (const std::string& table : tables)
      list += (list.empty() ? "" : ", ") + quoted(table);
    BEDSTONE_TRY(execute("TRUNCATE " + list));
  }
  return close();
}

Result<std::optional<std::int64_t>> counter_of(db::Connection& connection,
                                               const std::string& schema, const std::string& table,
                                               const std::string& column) {
  if (connection.engine() == db::Engine::kSqlite) {
    BEDSTONE_ASSIGN(const bool there, has_counters(connection));
    if (!there) return std::nullopt;
    BEDSTONE_ASSIGN(const auto rows,
                    connection.query("SELECT seq FROM sqlite_sequence WHERE name = $1", {table}));
    if (rows.empty() || rows.is_null(0, 0)) return std::nullopt;
    return rows.integer(0, 0);
  }
  BEDSTONE_ASSIGN(const std::string sequence, sequence_of(connection, schema, table, column));
  if (sequence.empty()) return std::nullopt;
  BEDSTONE_ASSIGN(
      const auto rows,
      connection.query("SELECT pg_catalog.pg_sequence_last_value(pg_catalog.to_regclass($1))",
                       {sequence}));
  if (rows.empty() || rows.is_null(0, 0)) return std::nullopt;
  return rows.integer(0, 0);
}

Status set_counter(db::Connection& connection, const std::string& schema, const std::string& table,
                   const std::string& column, const std::optional<std::int64_t>& counter) {
  const db::Dialect& dialect = connection.dialect();
  if (connection.engine() == db::Engine::kSqlite) {
    if (!counter) return {};
    BEDSTONE_ASSIGN(const std::int64_t changed,
                    connection.execute("UPDATE sqlite_sequence SET seq = max(seq, $1) WHERE name "
                                       "= $2",
                                       {*counter, table}));
    if (changed > 0) return {};
    const auto added = connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
                                          {table, *counter});
    return added ? Status() : fail(added.error());
  }
  BEDSTONE_ASSIGN(const std::string sequence, sequence_of(connection, schema, table, column));
  if (sequence.empty()) return {};
  // GREATEST passes over NULL; without rows and without a counter nothing is set.
  const auto set = connection.query(
      fmt::format("SELECT pg_catalog.setval(pg_catalog.to_regclass($1), n) FROM (SELECT "
                  "GREATEST((SELECT max({}) FROM {}), $2::bigint)) AS found (n) WHERE n >= 1",
                  dialect.quote_identifier(column), dialect.qualified(schema, table)),
      {sequence, db::value_or_null(counter)});
  return set ? Status() : fail(set.error());
}

Status copy_sequences(db::Connection& source, const std::string& source_schema,
                      db::Connection& target, const std::string& target_schema) {
  BEDSTONE_ASSIGN(const auto rows,
                  source.query("SELECT sequencename, last_value FROM pg_catalog.pg_sequences WHERE "
                               "schemaname = $1 AND last_value IS NOT NULL",
                               {source_schema}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string name =
        target.dialect().qualified(target_schema, std::string(rows.text(i, 0)));
    const auto set = target.query(
        "SELECT pg_catalog.setval(c.oid::regclass, $2) FROM pg_catalog.pg_class AS c WHERE c.oid = "
        "pg_catalog.to_regclass($1) AND c.relkind = 'S'",
        {name, rows.integer(i, 1)});
    if (!set) return fail(set.error());
  }
  return {};
}

}  // namespace bedstone::transfer
