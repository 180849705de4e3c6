// Asking SQLite what its foreign keys would say.
#include "migrate/foreign_keys.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::migrate {
namespace {

constexpr std::string_view kDangling =
    "FROM main.sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND "
    "NOT EXISTS (SELECT 1 FROM main.sqlite_schema p WHERE p.type = 'table' AND lower(p.name) = "
    "lower(f.\"table\"))";

Error orphans(db::Connection& connection, std::int64_t more, const std::string& shown) {
  std::string example;
  const auto rows =
      connection.query("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 1");
  if (rows && !rows->empty()) {
    example = fmt::format("; row {} of {} has none in {}", rows->text(0, 1), rows->text(0, 0),
                          rows->text(0, 2));
  }
  return Error(ErrorCode::kForeignKeyViolated, fmt::format("{} leaves {} without their parents",
                                                           shown, text::count(more, "more row")))
      .because(fmt::format("it drops a table that others refer to{}", example))
      .advise(
          "this was rolled back; keep the parents' keys when a table is rebuilt, or delete or "
          "repoint the children in the same migration")
      .at(shown);
}

Error dangling(db::Connection& connection, const std::string& shown) {
  std::string which = "a table refers to one that is gone";
  const auto rows =
      connection.query(fmt::format("SELECT m.name, f.\"table\" {} ORDER BY 1 LIMIT 1", kDangling));
  if (rows && !rows->empty()) {
    which = fmt::format("{} refers to {}, which is not there any more", rows->text(0, 0),
                        rows->text(0, 1));
  }
  return Error(ErrorCode::kForeignKeyViolated,
               fmt::format("{} leaves a reference to a table that it drops", shown))
      .because(which + ": it could take no row while foreign keys are on")
      .advise(
          "this was rolled back; to rebuild a table make the new one under another name, copy the "
          "rows, drop the old one, and rename the new one: renaming the old one takes the "
          "references with it")
      .at(shown);
}

Error cascade(const std::string& table, std::string_view child, std::string_view action) {
  const bool deletes = action == "CASCADE";
  return Error(ErrorCode::kForeignKeyViolated, fmt::format("dropping {} would {} rows of {}", table,
                                                           deletes ? "delete" : "change", child))
      .because(fmt::format("they refer to it ON DELETE {}, and the migration turns foreign keys on",
                           action))
      .advise(
          "this was rolled back; remove PRAGMA foreign_keys from the migration, and the rows stay "
          "as they are; if they shall go, say so before: DELETE FROM, or UPDATE");
}

}  // namespace

Result<Loose> count_loose(db::Connection& connection) {
  BEDSTONE_ASSIGN(const auto rows,
                  connection.query(fmt::format("SELECT (SELECT count(*) FROM "
                                               "pragma_foreign_key_check), (SELECT count(*) {})",
                                               kDangling)));
  return Loose{rows.integer(0, 0), rows.integer(0, 1)};
}

Status check_loose(db::Connection& connection, const Loose& before, const std::string& shown) {
  BEDSTONE_ASSIGN(const Loose now, count_loose(connection));
  if (now.rows > before.rows) return fail(orphans(connection, now.rows - before.rows, shown));
  if (now.references > before.references) return fail(dangling(connection, shown));
  return {};
}

Status check_drop(db::Connection& connection, const sql::StatementClass& what) {
  BEDSTONE_ASSIGN(const auto enforced, connection.query("PRAGMA foreign_keys"));
  if (enforced.empty() || enforced.integer(0, 0) == 0) return {};
  BEDSTONE_ASSIGN(
      const auto references,
      connection.query("SELECT m.name, f.\"from\", f.on_delete FROM main.sqlite_schema m JOIN "
                       "pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND "
                       "lower(f.\"table\") = lower($1) AND lower(m.name) <> lower($1) AND "
                       "f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT') ORDER BY 1",
                       {what.name.name}));
  const db::Dialect& dialect = connection.dialect();
  for (std::size_t i = 0; i < references.size(); ++i) {
    BEDSTONE_ASSIGN(const auto rows, connection.query(fmt::format(
                                         "SELECT EXISTS (SELECT 1 FROM {} WHERE {} IS NOT NULL)",
                                         dialect.qualified("main", references.text(i, 0)),
                                         dialect.quote_identifier(references.text(i, 1)))));
    if (rows.boolean(0, 0)) {
      return fail(cascade(what.name.name, references.text(i, 0), references.text(i, 2)));
    }
  }
  return {};
}

}  // namespace bedstone::migrate
