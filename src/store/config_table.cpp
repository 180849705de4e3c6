// SQL over the settings' values; beside the triggers the same text serves both engines.
#include "store/config_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "store/config_ddl.hpp"
#include "store/store.hpp"

namespace bedstone::store {
namespace {

using db::Value;

Value text(std::string_view value) {
  return std::string(value);
}

std::optional<std::string> optional_text(const db::Rows& rows, std::size_t row,
                                         std::size_t column) {
  const auto value = rows.at(row, column);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

Error unusable(const ConfigPlace& place, std::string why) {
  return Error(ErrorCode::kConfigTable,
               fmt::format("the table {} cannot hold the settings' values", place.table))
      .because(std::move(why))
      .advise(
          "nothing was changed; name another table in bedstone.yaml: `settings: {table: "
          "app_config}`");
}

std::vector<ConfigRow> rows_of(const db::Rows& rows, std::size_t key, std::size_t value) {
  std::vector<ConfigRow> result;
  result.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows.is_null(i, key))
      result.push_back({std::string(rows.text(i, key)), std::string(rows.text(i, value))});
  }
  return result;
}

constexpr std::string_view kHistoryColumns =
    "revision, config_key, old_value, new_value, changed_at, changed_by, reason";

/// Rows of kHistoryColumns; nothing where the table is missing.
Result<std::vector<ConfigHistoryRow>> history_of(const Result<db::Rows>& rows) {
  std::vector<ConfigHistoryRow> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    ConfigHistoryRow& row = result.emplace_back();
    row.revision = rows->integer(i, 0);
    row.key = rows->text(i, 1);
    row.before = optional_text(*rows, i, 2);
    row.after = optional_text(*rows, i, 3);
    row.changed_at = rows->text(i, 4);
    row.changed_by = rows->text(i, 5);
    row.reason = rows->text(i, 6);
  }
  return result;
}

}  // namespace

ConfigTable::ConfigTable(db::Connection& connection, std::string project, ConfigPlace place)
    : connection_(connection), project_(std::move(project)), place_(std::move(place)) {}

std::string ConfigTable::table() const {
  return connection_.dialect().qualified(place_.schema, place_.table);
}

std::string ConfigTable::history_table() const {
  return connection_.dialect().qualified(place_.schema, place_.history());
}

std::string ConfigTable::own(std::string_view name) const {
  return connection_.dialect().store_table(name);
}

Result<bool> ConfigTable::has_triggers() {
  const db::Dialect& dialect = connection_.dialect();
  const std::vector<ConfigTrigger> wanted = config_triggers(dialect, place_, project_);
  const bool sqlite = connection_.engine() == db::Engine::kSqlite;
  // Their texts: SQLite keeps them; in PostgreSQL the argument is what matters.
  BEDSTONE_ASSIGN(
      const auto rows,
      sqlite ? connection_.query("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND "
                                 "tbl_name = $1 COLLATE NOCASE",
                                 {place_.table})
             : connection_.query(
                   "SELECT tgname, pg_catalog.encode(tgargs, 'escape') FROM pg_catalog.pg_trigger "
                   "WHERE tgrelid = pg_catalog.to_regclass($1) AND NOT tgisinternal",
                   {table()}));
  std::size_t there = 0;
  for (const ConfigTrigger& trigger : wanted) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.text(i, 0) != trigger.name) continue;
      if (rows.text(i, 1) != (sqlite ? trigger.create : project_ + "\\000")) {
        return fail(unusable(place_, "it belongs to another project of this database"));
      }
      ++there;
    }
  }
  return there == wanted.size();
}

Result<bool> ConfigTable::is_provided() {
  const auto found = revision();
  if (!found) return fail(found.error());
  if (!*found) return false;
  return has_triggers();
}

Status ConfigTable::take_over() {
  const bool sqlite = connection_.engine() == db::Engine::kSqlite;
  BEDSTONE_ASSIGN(
      const auto columns,
      sqlite ? connection_.query("SELECT name, 'text' FROM pragma_table_info($1)", {place_.table})
             : connection_.query(
                   "SELECT attname, pg_catalog.format_type(atttypid, NULL) FROM "
                   "pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND attnum "
                   "> 0 AND NOT attisdropped",
                   {table()}));
  if (columns.empty()) {
    const auto made = connection_.execute(create_config_table(connection_.dialect(), place_));
    return made ? Status() : fail(made.error());
  }
  for (const std::string_view wanted : {"config_key", "config_value"}) {
    std::string_view type;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns.text(i, 0) == wanted) type = columns.text(i, 1);
    }
    if (type.empty()) return fail(unusable(place_, fmt::format("it has no column {}", wanted)));
    if (type != "text" && type != "character varying") {
      return fail(
          unusable(place_, fmt::format("its column {} is of the type {}, not text", wanted, type)));
    }
  }
  // Only a unique key takes this; it changes nothing.
  const auto tried = connection_.query(fmt::format(
      "{}INSERT INTO {} (config_key, config_value) SELECT config_key, config_value FROM {} WHERE "
      "1 = 0 ON CONFLICT (config_key) DO NOTHING",
      sqlite ? "EXPLAIN " : "", table(), table()));
  if (!tried) {
    if (tried.error().connection_lost) return fail(tried.error());
    return fail(unusable(place_, "its column config_key is not unique"));
  }
  return {};
}

Status ConfigTable::provide_triggers() {
  const db::Dialect& dialect = connection_.dialect();
  BEDSTONE_ASSIGN(const bool there, has_triggers());
  if (there) return {};
  std::vector<std::string> statements;
  if (connection_.engine() == db::Engine::kPostgres) {
    BEDSTONE_ASSIGN(const auto rows, connection_.query("SELECT pg_catalog.to_regproc($1) IS NULL",
                                                       {dialect.store_table("config_changed_1")}));
    if (rows.boolean(0, 0)) statements = create_config_functions(dialect);
  }
  for (const ConfigTrigger& trigger : config_triggers(dialect, place_, project_)) {
    const std::string on = connection_.engine() == db::Engine::kPostgres ? " ON " + table() : "";
    statements.push_back(
        fmt::format("DROP TRIGGER IF EXISTS {}{}", dialect.quote_identifier(trigger.name), on));
    statements.push_back(trigger.create);
  }
  for (const std::string& statement : statements) {
    const auto made = connection_.execute(statement);
    if (!made) return fail(made.error());
  }
  return {};
}

Status ConfigTable::provide() {
  BEDSTONE_TRY(take_over());
  const auto history = connection_.execute(create_config_history(connection_.dialect(), place_));
  if (!history) return fail(history.error());
  BEDSTONE_TRY(provide_triggers());
  const auto row = connection_.execute(
      fmt::format("INSERT INTO {} (project, revision, change_by, change_reason) VALUES ($1, 0, "
                  "'', '') ON CONFLICT (project) DO NOTHING",
                  own("config")),
      {text(project_)});
  return row ? Status() : fail(row.error());
}

Result<ConfigState> ConfigTable::read() {
  const auto rows = connection_.query(
      fmt::format("SELECT c.revision, s.config_key, s.config_value FROM {} c LEFT JOIN {} s ON "
                  "s.config_value IS NOT NULL WHERE c.project = $1 ORDER BY s.config_key",
                  own("config"), table()),
      {text(project_)});
  if (!rows && is_missing(rows.error())) return ConfigState();
  if (!rows) return fail(rows.error());
  ConfigState state;
  if (!rows->empty()) state.revision = rows->integer(0, 0);
  state.rows = rows_of(*rows, 1, 2);
  return state;
}

Result<std::optional<std::int64_t>> ConfigTable::revision() {
  const auto rows = connection_.query(
      fmt::format("SELECT revision FROM {} WHERE project = $1", own("config")), {text(project_)});
  if (!rows && is_missing(rows.error())) return std::nullopt;
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  return rows->integer(0, 0);
}

Result<std::vector<ConfigRow>> ConfigTable::at(std::int64_t revision) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(
          fmt::format("SELECT config_key, config_value FROM {0} WHERE config_value IS NOT NULL AND "
                      "config_key NOT IN (SELECT config_key FROM {1} WHERE revision > $1) UNION "
                      "ALL SELECT h.config_key, h.old_value FROM {1} h JOIN (SELECT config_key, "
                      "min(revision) AS revision FROM {1} WHERE revision > $1 GROUP BY "
                      "config_key) m ON m.config_key = h.config_key AND m.revision = h.revision "
                      "WHERE h.old_value IS NOT NULL ORDER BY 1",
                      table(), history_table()),
          {revision}));
  return rows_of(rows, 0, 1);
}

Result<std::vector<ConfigHistoryRow>> ConfigTable::history(std::string_view key,
                                                           std::int64_t limit) {
  const auto rows = connection_.query(
      fmt::format("SELECT {} FROM {} WHERE $1 IN ('', config_key) ORDER BY revision DESC, "
                  "config_key LIMIT $2",
                  kHistoryColumns, history_table()),
      {text(key), limit});
  return history_of(rows);
}

Result<std::vector<ConfigHistoryRow>> ConfigTable::last_changes() {
  return history_of(connection_.query(
      fmt::format("SELECT {0} FROM {1} h JOIN (SELECT config_key AS last_key, max(revision) AS "
                  "last_revision FROM {1} GROUP BY config_key) l ON h.config_key = l.last_key AND "
                  "h.revision = l.last_revision ORDER BY config_key",
                  kHistoryColumns, history_table()),
      {}));
}

Result<std::vector<ConfigHistoryRow>> ConfigTable::after(std::int64_t revision) {
  return history_of(connection_.query(
      fmt::format("SELECT {} FROM {} WHERE revision > $1 ORDER BY revision, config_key",
                  kHistoryColumns, history_table()),
      {revision}));
}

Status ConfigTable::refuse_newer(const std::vector<ConfigChange>& changes, std::int64_t expected) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT config_key, revision, changed_at, changed_by FROM {} "
                                    "WHERE revision > $1 ORDER BY revision DESC",
                                    history_table()),
                        {expected}));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool ours = std::any_of(changes.begin(), changes.end(), [&](const ConfigChange& change) {
      return change.key == rows.text(i, 0);
    });
    if (!ours) continue;
    return fail(
        Error(ErrorCode::kConfigConflict, fmt::format("{} was changed meanwhile", rows.text(i, 0)))
            .because(fmt::format("{} changed it at {} (revision {}; yours is based on {})",
                                 rows.text(i, 3), rows.text(i, 2), rows.integer(i, 1), expected))
            .advise(fmt::format("nothing was saved; look at it, then set it again: "
                                "`bedstone config history {}`",
                                rows.text(i, 0))));
  }
  return {};
}

Result<ConfigState> ConfigTable::read_for_change() {
  // The row's lock is what makes writers wait for one another.
  const auto locked = connection_.execute(
      fmt::format("UPDATE {} SET change_by = '' WHERE project = $1", own("config")),
      {text(project_)});
  if (!locked) return fail(locked.error());
  return read();
}

Result<std::int64_t> ConfigTable::change(const std::vector<ConfigChange>& changes,
                                         std::string_view by, std::string_view reason,
                                         std::optional<std::int64_t> expected) {
  BEDSTONE_ASSIGN(const ConfigState now, read_for_change());
  if (expected) BEDSTONE_TRY(refuse_newer(changes, *expected));
  std::map<std::string_view, const std::optional<std::string>*> wanted;
  for (const ConfigChange& change : changes)
    wanted[change.key] = &change.value;
  std::map<std::string_view, std::string_view> there;
  for (const ConfigRow& row : now.rows)
    there[row.key] = row.value;
  std::erase_if(wanted, [&](const auto& one) {
    const auto found = there.find(one.first);
    return found == there.end() ? !*one.second : *one.second == found->second;
  });
  if (wanted.empty()) return now.revision;

  const std::string put = fmt::format(
      "INSERT INTO {} (config_key, config_value) VALUES ($1, $2) ON CONFLICT (config_key) DO "
      "UPDATE SET config_value = excluded.config_value",
      table());
  const std::string remove = fmt::format("DELETE FROM {} WHERE config_key = $1", table());
  std::vector<Bound> bound;
  bound.push_back({fmt::format("UPDATE {} SET revision = revision + 1, change_by = $2, "
                               "change_reason = $3 WHERE project = $1",
                               own("config")),
                   {text(project_), text(by.empty() ? "unknown" : by), text(reason)}});
  for (const auto& [key, value] : wanted) {
    if (*value)
      bound.push_back({put, {text(key), text(**value)}});
    else
      bound.push_back({remove, {text(key)}});
  }
  bound.push_back({fmt::format("UPDATE {} SET change_by = '', change_reason = '' WHERE project = "
                               "$1",
                               own("config")),
                   {text(project_)}});
  std::vector<db::Statement> statements;
  for (const Bound& one : bound)
    statements.push_back(one.statement());
  BEDSTONE_TRY(connection_.run(statements));
  return now.revision + 1;
}

}  // namespace bedstone::store
