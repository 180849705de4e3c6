// SQL over the project's own tables, quoted by the dialect.
#include <fmt/format.h>

#include "base/text.hpp"
#include "config/reseal.hpp"
#include "store/sessions.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kPrefix = "enc1.";

/// Whether an expression begins with the text bound as `$n`.
std::string begins(std::string_view expression, std::string_view parameter) {
  return fmt::format("substr({0}, 1, length({1})) = {1}", expression, parameter);
}

}  // namespace

std::string SealedText::shown() const {
  if (table != setting_place({}).table) return fmt::format("{}.{} of row {}", table, column, key);
  return revision == 0 ? key : fmt::format("{} (revision {})", key, revision);
}

std::string SealedPlaces::history_table() const {
  return connection_.dialect().qualified(settings_.schema, settings_.history());
}

std::string SealedPlaces::own_name(const std::string& table) const {
  return table == store::kSessionPlace ? "bedstone_sessions" : table;
}

std::string SealedPlaces::quoted(const std::string& table) const {
  const db::Dialect& dialect = connection_.dialect();
  if (table == store::kSessionPlace) return dialect.store_table("sessions");
  return dialect.qualified(schema_, table);
}

/// Several projects may have sessions in one database.
std::string SealedPlaces::readable(const std::string& table) const {
  if (table != store::kSessionPlace) return quoted(table);
  return fmt::format("(SELECT * FROM {} WHERE project = {})", quoted(table),
                     connection_.dialect().quote_literal(project_));
}

std::string SealedPlaces::bytewise(const std::string& expression) const {
  return connection_.engine() == db::Engine::kPostgres ? expression + " COLLATE \"C\"" : expression;
}

/// As the ledger of seeds has it: several parts with a bar between them, which is escaped in them.
std::string SealedPlaces::key_text(const std::vector<std::string>& columns) const {
  const db::Dialect& dialect = connection_.dialect();
  std::string result;
  for (const std::string& name : columns) {
    const std::string one = dialect.as_text("t." + dialect.quote_identifier(name));
    if (columns.size() == 1) return one;
    result += fmt::format("{}replace(replace({}, '\\', '\\\\'), '|', '\\|')",
                          result.empty() ? "" : " || '|' || ", one);
  }
  return result;
}

Result<std::vector<SealedText>> SealedPlaces::settings() {
  std::vector<SealedText> texts;
  store::ConfigTable table(connection_, project_, settings_);
  BEDSTONE_ASSIGN(const auto state, table.read());
  const SealPlace place = setting_place({});
  for (const store::ConfigRow& row : state.rows)
    if (is_sealed(row.value))
      texts.push_back({std::string(place.table), row.key, std::string(place.column), row.value});
  return texts;
}

Result<std::vector<SealedText>> SealedPlaces::history(const SealedText& after, std::int64_t limit) {
  std::vector<SealedText> texts;
  const std::string prefix(kPrefix);
  // Both columns hold values of the same place.
  const auto rows = connection_.query(
      fmt::format("SELECT h.config_key, h.revision, h.old_value, h.new_value FROM {} h WHERE "
                  "({} OR {}) AND (h.revision > $2 OR (h.revision = $2 AND {} > $3)) ORDER BY "
                  "h.revision, {} LIMIT $4",
                  history_table(), begins("h.old_value", "$1"), begins("h.new_value", "$1"),
                  bytewise("h.config_key"), bytewise("h.config_key")),
      {prefix, after.revision, after.key, limit});
  if (!rows && store::is_missing(rows.error())) return texts;
  if (!rows) return fail(rows.error());
  const SealPlace place = setting_place({});
  for (std::size_t i = 0; i < rows->size(); ++i) {
    for (const std::size_t column : {2U, 3U}) {
      if (!is_sealed(rows->text(i, column))) continue;
      texts.push_back({std::string(place.table), std::string(rows->text(i, 0)),
                       std::string(place.column), std::string(rows->text(i, column)),
                       rows->integer(i, 1)});
    }
  }
  return texts;
}

Result<bool> SealedPlaces::is_there(const store::SealedColumn& column) {
  // From the catalogs: in PostgreSQL a failing query would end the caller's transaction.
  std::vector<std::string> wanted = column.key;
  wanted.push_back(column.column);
  for (const std::string& name : wanted) {
    const bool postgres = connection_.engine() == db::Engine::kPostgres;
    BEDSTONE_ASSIGN(
        const auto rows,
        postgres
            ? connection_.query("SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid = "
                                "pg_catalog.to_regclass($1) AND attname = $2 AND attnum > 0 AND "
                                "NOT attisdropped",
                                {quoted(column.table), name})
            : connection_.query("SELECT 1 FROM pragma_table_info($1) WHERE name = $2 COLLATE "
                                "NOCASE",
                                {own_name(column.table), name}));
    if (rows.empty()) return false;
  }
  return true;
}

Result<std::vector<SealedText>> SealedPlaces::rows(const store::SealedColumn& column,
                                                   const std::string& after, std::int64_t limit) {
  std::vector<SealedText> texts;
  BEDSTONE_ASSIGN(const bool there, is_there(column));
  if (!there) return texts;
  const db::Dialect& dialect = connection_.dialect();
  const std::string value = "t." + dialect.quote_identifier(column.column);
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT {}, {} FROM {} AS t WHERE {} AND {} > $2 "
                                    "ORDER BY {} LIMIT $3",
                                    key_text(column.key), value, readable(column.table),
                                    begins(value, "$1"), bytewise(value), bytewise(value)),
                        {std::string(kPrefix), after, limit}));
  for (std::size_t i = 0; i < rows.size(); ++i)
    texts.push_back({.table = column.table,
                     .key = std::string(rows.text(i, 0)),
                     .column = column.column,
                     .text = std::string(rows.text(i, 1)),
                     .key_columns = column.key});
  return texts;
}

Result<std::optional<SealedText>> SealedPlaces::find(const store::SealedColumn& column,
                                                     const std::string& key) {
  BEDSTONE_ASSIGN(const bool there, is_there(column));
  if (!there) return std::nullopt;
  const db::Dialect& dialect = connection_.dialect();
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT t.{} FROM {} AS t WHERE {} = $1",
                                                dialect.quote_identifier(column.column),
                                                readable(column.table), key_text(column.key)),
                                    {key}));
  if (rows.empty() || rows.is_null(0, 0)) return std::nullopt;
  return SealedText{column.table, key, column.column, std::string(rows.text(0, 0))};
}

Result<std::int64_t> SealedPlaces::count(const std::string& prefix,
                                         const std::vector<store::SealedColumn>& columns) {
  const db::Dialect& dialect = connection_.dialect();
  std::string sql = fmt::format(
      "SELECT (SELECT count(*) FROM {} s WHERE {}) + (SELECT count(*) FROM {} h WHERE {} OR {})",
      dialect.qualified(settings_.schema, settings_.table), begins("s.config_value", "$1"),
      history_table(), begins("h.old_value", "$1"), begins("h.new_value", "$1"));
  store::ConfigTable settings(connection_, project_, settings_);
  BEDSTONE_ASSIGN(const auto revision, settings.revision());
  if (!revision) sql = "SELECT 0 WHERE $1 <> ''";
  BEDSTONE_ASSIGN(const auto counted, connection_.query(sql, {prefix}));
  std::int64_t number = counted.integer(0, 0);
  for (const store::SealedColumn& column : columns) {
    BEDSTONE_ASSIGN(const bool there, is_there(column));
    if (!there) continue;
    BEDSTONE_ASSIGN(const auto rows,
                    connection_.query(
                        fmt::format("SELECT count(*) FROM {} AS t WHERE {}", readable(column.table),
                                    begins("t." + dialect.quote_identifier(column.column), "$1")),
                        {prefix}));
    number += rows.integer(0, 0);
  }
  return number;
}

Status SealedPlaces::forget_revision(std::int64_t revision) {
  const auto gone = connection_.execute(
      fmt::format("DELETE FROM {} WHERE revision = $1", history_table()), {revision});
  return gone ? Status() : fail(gone.error());
}

Result<bool> SealedPlaces::swap(const SealedText& old, const std::string& text) {
  const db::Dialect& dialect = connection_.dialect();
  if (old.revision == 0) {
    BEDSTONE_ASSIGN(
        const std::int64_t changed,
        connection_.execute(
            fmt::format("UPDATE {} AS t SET {} = $1 WHERE t.{} = $2 AND {} = $3", quoted(old.table),
                        dialect.quote_identifier(old.column), dialect.quote_identifier(old.column),
                        key_text(old.key_columns)),
            {text, old.text, old.key}));
    return changed > 0;
  }
  BEDSTONE_ASSIGN(
      const std::int64_t changed,
      connection_.execute(
          fmt::format("UPDATE {} SET old_value = CASE WHEN old_value = $2 THEN $1 ELSE old_value "
                      "END, new_value = CASE WHEN new_value = $2 THEN $1 ELSE new_value END WHERE "
                      "config_key = $3 AND revision = $4 AND (old_value = $2 OR new_value = $2)",
                      history_table()),
          {text, old.text, old.key, old.revision}));
  return changed > 0;
}

}  // namespace bedstone::config
