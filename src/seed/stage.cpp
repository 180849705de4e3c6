// The stage's DDL and what is asked of it before anything is merged.
#include "seed/stage.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

constexpr std::string_view kStage = "bedstone_stage";
constexpr std::string_view kPlan = "bedstone_plan";

}  // namespace

std::vector<std::size_t> Layout::keys() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].key) result.push_back(i);
  }
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

std::string StageSql::stage() const {
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  return fmt::format("{}.{}", postgres ? "pg_temp" : "temp", dialect_.quote_identifier(kStage));
}

std::string StageSql::plan() const {
  const bool postgres = dialect_.engine() == db::Engine::kPostgres;
  return fmt::format("{}.{}", postgres ? "pg_temp" : "temp", dialect_.quote_identifier(kPlan));
}

std::string StageSql::name_of(std::string_view table) const {
  return dialect_.qualified(schema_, table);
}

std::string StageSql::target() const {
  return name_of(*layout_.table);
}

std::vector<std::string> StageSql::create() const {
  std::vector<std::string> statements = drop();
  if (dialect_.engine() == db::Engine::kSqlite) {
    std::string columns;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i)
      columns += fmt::format(", {} {}", column(i), layout_.columns[i].target->type);
    for (std::size_t i = 0; i < layout_.slots.size(); ++i) {
      const Layout::Slot& one = layout_.slots[i];
      columns += fmt::format(", {} {}", slot(i), one.table->find(one.column)->type);
    }
    statements.push_back(
        fmt::format("CREATE TEMP TABLE {} (n INTEGER PRIMARY KEY, absent TEXT NOT NULL{})",
                    dialect_.quote_identifier(kStage), columns));
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
                  dialect_.quote_identifier(kStage), columns, tables));
  return statements;
}

std::vector<std::string> StageSql::drop() const {
  return {"DROP TABLE IF EXISTS " + plan(), "DROP TABLE IF EXISTS " + stage()};
}

db::LoadTarget StageSql::load_target() const {
  db::LoadTarget target{stage(), {"n", "absent"}};
  for (std::size_t i = 0; i < layout_.columns.size(); ++i)
    target.columns.push_back(column(i));
  for (std::size_t i = 0; i < layout_.slots.size(); ++i)
    target.columns.push_back(slot(i));
  return target;
}

/// (SELECT x."id" FROM "accounts" AS x WHERE x."email" = s.r0 AND …)
std::string StageSql::lookup(const Reference& reference, std::string_view stage_alias) const {
  std::string conditions;
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string value = reference.nested[i] != Layout::npos
                                  ? lookup(layout_.references[reference.nested[i]], stage_alias)
                                  : fmt::format("{}.{}", stage_alias, slot(reference.slots[i]));
    conditions += fmt::format("{}x.{} = {}", i == 0 ? "" : " AND ",
                              dialect_.quote_identifier(reference.columns[i]), value);
  }
  return fmt::format("(SELECT x.{} FROM {} AS x WHERE {})",
                     dialect_.quote_identifier(reference.target), name_of(*reference.table),
                     conditions);
}

namespace {

/// The first slot of a reference, however deep.
std::size_t first_slot(const Layout& layout, const Reference& reference) {
  for (std::size_t i = 0; i < reference.slots.size(); ++i) {
    if (reference.slots[i] != Layout::npos) return reference.slots[i];
    const std::size_t below = first_slot(layout, layout.references[reference.nested[i]]);
    if (below != Layout::npos) return below;
  }
  return Layout::npos;
}

}  // namespace

std::vector<std::string> StageSql::resolve() const {
  std::vector<std::string> statements;
  for (const Reference& one : layout_.references) {
    if (one.column == Layout::npos) continue;
    const std::string name = column(one.column);
    statements.push_back(
        fmt::format("UPDATE {0} AS s SET {1} = {2} WHERE s.{3} IS NOT NULL AND "
                    "s.{1} IS NULL",
                    stage(), name, lookup(one, "s"), slot(first_slot(layout_, one))));
  }
  return statements;
}

std::string StageSql::dangling(std::size_t index) const {
  const Reference& one = layout_.references[index];
  std::string slots;
  for (const std::size_t number : one.slots) {
    if (number != Layout::npos) slots += fmt::format(", {}", dialect_.as_text("s." + slot(number)));
  }
  return fmt::format(
      "SELECT s.n{} FROM {} AS s WHERE s.{} IS NOT NULL AND s.{} IS NULL ORDER BY "
      "s.n LIMIT 100",
      slots, stage(), slot(first_slot(layout_, one)), column(one.column));
}

std::string StageSql::without_key() const {
  std::string missing;
  for (const std::size_t key : layout_.keys())
    missing += fmt::format("{}s.{} IS NULL", missing.empty() ? "" : " OR ", column(key));
  return fmt::format("SELECT s.n FROM {} AS s WHERE {} ORDER BY s.n LIMIT 100", stage(), missing);
}

std::string StageSql::twice() const {
  std::string list;
  for (const std::size_t key : layout_.keys())
    list += fmt::format("{}{}", list.empty() ? "" : ", ", column(key));
  return fmt::format(
      "SELECT max(n), min(n) FROM {} GROUP BY {} HAVING count(*) > 1 ORDER BY 1 "
      "LIMIT 100",
      stage(), list);
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
  const std::vector<std::size_t> keys = layout_.keys();
  const auto one = [&](std::size_t key) {
    const std::string name =
        of_stage ? column(key) : dialect_.quote_identifier(layout_.columns[key].target->name);
    return dialect_.as_text(fmt::format("{}.{}", alias, name));
  };
  if (keys.size() == 1) return one(keys.front());
  // Several parts are told apart by a bar, which is escaped within them.
  std::string result;
  for (const std::size_t key : keys) {
    result += fmt::format("{}replace(replace({}, '\\', '\\\\'), '|', '\\|')",
                          result.empty() ? "" : " || '|' || ", one(key));
  }
  return result;
}

}  // namespace bedstone::seed
