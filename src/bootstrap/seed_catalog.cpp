// Sets, their tables, and their ledgers.
#include "bootstrap/seed_catalog.hpp"

#include <algorithm>
#include <iterator>

#include "base/clock.hpp"
#include "bootstrap/release.hpp"
#include "bootstrap/seeding.hpp"
#include "schema/inspect.hpp"
#include "seed/glance.hpp"

namespace bedstone::bootstrap {
namespace {

std::string_view mode_name(const seed::SeedSet& set) {
  if (set.from.kind == seed::RowsFrom::Kind::kSql) return "script";
  switch (set.mode) {
    case seed::Mode::kUpdate:
      return "update";
    case seed::Mode::kSync:
      return "sync";
    default:
      return "insert";
  }
}

const store::SeedSetRow* find(const std::vector<store::SeedSetRow>& known,
                              const std::string& name) {
  const auto row = std::find_if(known.begin(), known.end(),
                                [&name](const auto& other) { return other.name == name; });
  return row == known.end() ? nullptr : &*row;
}

}  // namespace

SeedSetStatus status_of_set(const seed::SeedSet& set, const std::vector<store::SeedSetRow>& known,
                            const std::vector<std::string>* due) {
  SeedSetStatus one;
  one.set = set.name;
  one.table = set.table;
  one.file = set.shown;
  one.mode = mode_name(set);
  one.status = "new";
  if (seed::lacks_its_file(set)) one.missing_file = set.from.shown;
  const store::SeedSetRow* row = find(known, set.name);
  if (row == nullptr) return one;
  const bool is_due = due == nullptr || std::find(due->begin(), due->end(), set.name) != due->end();
  one.status = is_due ? "changed" : "applied";
  one.applied_at = row->applied_at;
  one.run_id = row->run_id;
  return one;
}

Result<SeedCatalog> seed_catalog(const Host& host, const Project& project,
                                 db::Connection& connection) {
  SeedCatalog catalog;
  BEDSTONE_ASSIGN(const Release release, read_release(project, host.environment));
  BEDSTONE_ASSIGN(SeedPlan plan, read_seeds(project, release, host.environment));
  store::SeedStore seeds(connection, project.name);
  BEDSTONE_ASSIGN(const auto known, seeds.sets());
  BEDSTONE_ASSIGN(const auto due, due_sets(connection, project, plan));
  BEDSTONE_ASSIGN(catalog.schema, schema::inspect(connection, {project.database.schema, {}}));
  const seed::Surroundings around{host.environment, connection.engine(), project.folder,
                                  project.name, to_iso(host.clock.now())};
  for (const seed::SeedSet& set : plan.list.sets) {
    if (set.table.empty()) continue;
    SeededSet& one = catalog.sets.emplace_back();
    one.status = status_of_set(set, known, &due);
    one.secret = seed::secret_columns(set);
    one.schema = seed::ColumnSchema::of(set);
    if (const store::SeedSetRow* row = find(known, set.name))
      one.ledger = seed::row_ledger(set, *row, catalog.schema, around, seeds.key_of(set.name));
  }
  for (auto& [file, broken] : plan.list.broken)
    std::move(broken.begin(), broken.end(), std::back_inserter(catalog.errors));
  return catalog;
}

}  // namespace bedstone::bootstrap
