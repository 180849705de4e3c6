// The stage's DDL and what is asked of it before anything is merged.
#include "seed/stage.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

constexpr std::string_view kStage = "bedstone_stage";
constexpr std::string_view kPlan = "bedstone_plan";
constexpr std::string_view kOrphans = "bedstone_orphans";

/// With the same affinity and the same idea of what is equal.
std::string sqlite_type(const TargetColumn& column) {
  if (column.collation.empty()) return column.type;
  return fmt::format("{} COLLATE {}", column.type, column.collation);
}

}  // namespace

std::vector<std::size_t> Layout::keys() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].key) result.push_back(i);
  }
  std::sort(result.begin(), result.end(), [this](std::size_t a, std::size_t b) {
    return columns[a].key_part < columns[b].key_part;
  });
  return result;
}

std::vector<std::size_t> Layout::merged() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& one = columns[i];
    if (!one.key && !one.only_for_new_rows && !one.clock) result.push_back(i);
  }
  return result;
}

std::string StageSql::name() const {
  return dialect_.quote_identifier(std::string(kStage) + suffix_);
}

std::string StageSql::plan_name() const {
  return dialect_.quote_identifier(std::string(kPlan) + suffix_);
}

std::string StageSql::orphans_name() const {
  return dialect_.quote_identifier(std::string(kOrphans) + suffix_);
}

std::string StageSql::stage() const {
  return temporary(name());
}

std::string StageSql::temporary(std::string_view table) const {
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  return fmt::format("{}.{}", postgres ? "pg_temp" : "temp", table);
}

std::string StageSql::orphans() const {
  return temporary(orphans_name());
}

std::string StageSql::plan() const {
  return temporary(plan_name());
}

std::string StageSql::name_of(std::string_view table) const {
  return dialect_.qualified(schema_, table);
}

std::string StageSql::target() const {
  return name_of(*layout_.table);
}

std::vector<std::string> StageSql::create() const {
  std::vector<std::string> statements;
  if (dialect_.engine() == db::Engine::kSqlite) {
    statements = drop();
    std::string columns;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i)
      columns += fmt::format(", {} {}", column(i), sqlite_type(*layout_.columns[i].target));
    for (std::size_t i = 0; i < layout_.slots.size(); ++i) {
      const Layout::Slot& one = layout_.slots[i];
      columns += fmt::format(", {} {}", slot(i), sqlite_type(*one.table->find(one.column)));
    }
    statements.push_back(fmt::format(
        "CREATE TEMP TABLE {} (n INTEGER PRIMARY KEY, absent TEXT NOT NULL{})", name(), columns));
    return statements;
  }
  // The types, with their modifiers and domains, are taken from the tables themselves.
  std::string columns;
  std::string tables = fmt::format("{} AS t", target());
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    columns += fmt::format(", t.{} AS {}",
                           dialect_.quote_identifier(layout_.columns[i].target->name), column(i));
  }
  for (std::size_t i = 0; i < layout_.slots.size(); ++i) {
    const Layout::Slot& one = layout_.slots[i];
    columns += fmt::format(", x{}.{} AS {}", i, dialect_.quote_identifier(one.column), slot(i));
    tables += fmt::format(", {} AS x{}", name_of(*one.table), i);
  }
  statements.push_back(
      fmt::format("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT 0::pg_catalog.int8 AS n, "
                  "''::pg_catalog.text AS absent{} FROM {} WITH NO DATA",
                  name(), columns, tables));
  return statements;
}

std::vector<std::string> StageSql::drop() const {
  return {"DROP TABLE IF EXISTS " + orphans(), "DROP TABLE IF EXISTS " + plan(),
          "DROP TABLE IF EXISTS " + stage()};
}

std::vector<std::string> StageSql::settle() const {
  // 12 MiB for pages and as much for each half of sorting, in place of 2.
  if (dialect_.engine() == db::Engine::kSqlite) return {"PRAGMA cache_size = -12288"};
  // Nothing is known yet of tables that were filled just now: sorting them, to merge, is what must
  // not come of that.
  return {
      "SELECT pg_catalog.set_config('enable_mergejoin', 'off', true), "
      "pg_catalog.set_config('jit', 'off', true), "
      "pg_catalog.set_config('work_mem', CASE WHEN pg_catalog.pg_size_bytes("
      "pg_catalog.current_setting('work_mem')) < 67108864 THEN '64MB' ELSE "
      "pg_catalog.current_setting('work_mem') END, true)"};
}

db::LoadTarget StageSql::load_target() const {
  db::LoadTarget target{stage(), {"n", "absent"}};
  for (std::size_t i = 0; i < layout_.columns.size(); ++i)
    target.columns.push_back(column(i));
  for (std::size_t i = 0; i < layout_.slots.size(); ++i)
    target.columns.push_back(slot(i));
  return target;
}

std::vector<std::string> StageSql::analyze() const {
  if (dialect_.engine() == db::Engine::kSqlite) return {};
  std::string columns = "n";
  for (const std::size_t key : layout_.keys())
    columns += ", " + column(key);
  return {fmt::format("ANALYZE {} ({})", stage(), columns)};
}

/// FROM "accounts" AS x WHERE x."email" = s.r0 AND …
std::string StageSql::rows_named(const Reference& reference, std::string_view stage_alias) const {
  std::string conditions;
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string value = reference.nested[i] != Layout::npos
                                  ? lookup(layout_.references[reference.nested[i]], stage_alias)
                                  : fmt::format("{}.{}", stage_alias, slot(reference.slots[i]));
    conditions += fmt::format("{}x.{} = {}", i == 0 ? "" : " AND ",
                              dialect_.quote_identifier(reference.columns[i]), value);
  }
  return fmt::format("FROM {} AS x WHERE {}", name_of(*reference.table), conditions);
}

std::string StageSql::lookup(const Reference& reference, std::string_view stage_alias) const {
  return fmt::format("(SELECT x.{} {})", dialect_.quote_identifier(reference.target),
                     rows_named(reference, stage_alias));
}

std::string StageSql::matches(const Reference& reference) const {
  return fmt::format("(SELECT count(*) {})", rows_named(reference, "s"));
}

std::size_t StageSql::first_slot(const Reference& reference) const {
  for (std::size_t i = 0; i < reference.slots.size(); ++i) {
    if (reference.slots[i] != Layout::npos) return reference.slots[i];
    const std::size_t below = first_slot(layout_.references[reference.nested[i]]);
    if (below != Layout::npos) return below;
  }
  return Layout::npos;
}

std::vector<std::string> StageSql::resolve() const {
  std::vector<std::string> statements;
  for (const Reference& one : layout_.references) {
    if (one.column == Layout::npos) continue;
    const std::string name = column(one.column);
    const std::string found = lookup(one, "s");
    statements.push_back(fmt::format(
        "UPDATE {0} AS s SET {1} = {2} WHERE s.{3} IS NOT NULL{4}", stage(), name,
        one.falls_back ? fmt::format("coalesce({}, s.{})", found, name) : found,
        slot(first_slot(one)), one.falls_back ? "" : fmt::format(" AND s.{} IS NULL", name)));
  }
  return statements;
}

std::size_t StageSql::given(std::string_view column) const {
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    const Layout::Column& one = layout_.columns[i];
    const bool known = !one.clock && !one.only_for_new_rows && !one.ungiven;
    if (known && one.target->name == column) return i;
  }
  return Layout::npos;
}

std::vector<std::string> StageSql::resolve_from(const StageSql& other) const {
  std::vector<std::string> statements;
  for (const Reference& one : layout_.references) {
    if (one.column == Layout::npos || one.table->name != other.layout_.table->name) continue;
    const std::size_t wanted = other.given(one.target);
    const std::string found = other.holds(one, 'i');
    if (wanted == Layout::npos || found.empty()) continue;
    const std::string value =
        fmt::format("(SELECT o.{} FROM", column(wanted)) + found.substr(found.find(" FROM") + 5);
    statements.push_back(
        fmt::format("UPDATE {0} AS s SET {1} = {2} WHERE s.{1} IS NULL AND s.{3} IS NOT NULL",
                    stage(), column(one.column), value, slot(first_slot(one))));
  }
  return statements;
}

std::string StageSql::holds(const Reference& reference, char action) const {
  if (reference.table->name != layout_.table->name) return {};
  std::vector<std::string> values;
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    if (reference.nested[i] != Layout::npos) return {};
    values.push_back("s." + slot(reference.slots[i]));
  }
  return holds(reference.columns, values, action);
}

std::string StageSql::holds(const std::vector<std::string>& columns,
                            const std::vector<std::string>& values, char action) const {
  std::string conditions;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t at = given(columns[i]);
    if (at == Layout::npos) return {};
    conditions += fmt::format("{}o.{} = {}", i == 0 ? "" : " AND ", column(at), values[i]);
  }
  if (action != 0) {
    conditions +=
        fmt::format(" AND o.n IN (SELECT p.n FROM {} AS p WHERE p.action = '{}')", plan(), action);
  }
  return fmt::format("EXISTS (SELECT 1 FROM {} AS o WHERE {})", stage(), conditions);
}

std::string StageSql::is_unresolved(const Reference& reference) const {
  const std::string missing =
      reference.falls_back ? lookup(reference, "s") : fmt::format("s.{}", column(reference.column));
  return fmt::format("(s.{} IS NOT NULL AND {} IS NULL)", slot(first_slot(reference)), missing);
}

std::string StageSql::dangling(std::size_t index, const std::vector<std::size_t>& chain,
                               const std::vector<std::string>& but) const {
  const Reference& one = layout_.references[index];
  std::string flags;
  for (const std::size_t below : chain)
    flags += fmt::format(", {} IS NULL", lookup(layout_.references[below], "s"));
  std::string others;
  for (const std::string& condition : but)
    others += " AND NOT " + condition;
  return fmt::format(
      "SELECT s.n{} FROM {} AS s WHERE s.{} IS NOT NULL AND s.{} IS NULL{} ORDER BY s.n LIMIT 100",
      flags, stage(), slot(first_slot(one)), column(one.column), others);
}

std::string StageSql::without_key() const {
  std::string missing;
  for (const std::size_t key : layout_.keys())
    missing += fmt::format("{}s.{} IS NULL", missing.empty() ? "" : " OR ", column(key));
  return fmt::format("SELECT s.n FROM {} AS s WHERE {} ORDER BY s.n LIMIT 100", stage(), missing);
}

std::string StageSql::twice() const {
  std::string list;
  std::string known;
  for (const std::size_t key : layout_.keys()) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", column(key));
    known += fmt::format("{}{} IS NOT NULL", known.empty() ? "" : " AND ", column(key));
  }
  return fmt::format(
      "SELECT max(n), min(n) FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1 ORDER BY 1 "
      "LIMIT 100",
      stage(), known, list);
}

std::string StageSql::same_key(std::string_view stage_alias, std::string_view target_alias) const {
  std::string result;
  for (const std::size_t key : layout_.keys()) {
    result +=
        fmt::format("{}{}.{} = {}.{}", result.empty() ? "" : " AND ", stage_alias, column(key),
                    target_alias, dialect_.quote_identifier(layout_.columns[key].target->name));
  }
  return result;
}

std::string StageSql::key_text(std::string_view alias, bool of_stage) const {
  std::vector<std::string> names;
  for (const std::size_t key : layout_.keys())
    names.push_back(of_stage ? column(key)
                             : dialect_.quote_identifier(layout_.columns[key].target->name));
  return seed::key_text(dialect_, alias, names);
}

std::string key_text(const db::Dialect& dialect, std::string_view alias,
                     const std::vector<std::string>& names) {
  const auto one = [&](const std::string& name) {
    return dialect.as_text(fmt::format("{}.{}", alias, name));
  };
  // Byte by byte, whatever the column's collation: as the ledger compares.
  const std::string_view binary = dialect.engine() == db::Engine::kPostgres ? " COLLATE \"C\"" : "";
  if (names.size() == 1) return fmt::format("({}){}", one(names.front()), binary);
  // Several parts are told apart by a bar, which is escaped within them.
  std::string result;
  for (const std::string& name : names) {
    result += fmt::format("{}replace(replace({}, '\\', '\\\\'), '|', '\\|')",
                          result.empty() ? "" : " || '|' || ", one(name));
  }
  return fmt::format("({}){}", result, binary);
}

}  // namespace bedstone::seed
