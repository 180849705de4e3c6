// SQL over the tables of seeds; the same text serves both engines.
#include "store/seeds.hpp"

#include <fmt/format.h>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace bedstone::store {
namespace {

/// Names of columns may hold anything but this.
constexpr char kSeparator = '\x1f';

std::string join(const std::vector<std::string>& names) {
  return text::join(names, std::string_view(&kSeparator, 1));
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> result;
  if (names.empty()) return result;
  for (const std::string_view one : text::split(names, kSeparator))
    result.emplace_back(one);
  return result;
}

}  // namespace

Result<std::vector<SeedSetRow>> SeedStore::sets() {
  const auto rows =
      connection_.query(fmt::format("SELECT set_name, digest, shape, columns, applied_at, run_id, "
                                    "bedstone_version FROM {} "
                                    "WHERE project = $1 ORDER BY set_name",
                                    table("seed_sets")),
                        {project_});
  std::vector<SeedSetRow> result;
  if (!rows && is_missing(rows.error())) return result;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    SeedSetRow& row = result.emplace_back();
    row.name = rows->text(i, 0);
    row.digest = rows->text(i, 1);
    row.shape = rows->text(i, 2);
    row.columns = split(rows->text(i, 3));
    row.applied_at = rows->text(i, 4);
    row.run_id = rows->text(i, 5);
    row.bedstone_version = rows->text(i, 6);
  }
  return result;
}

std::int64_t SeedStore::key_of(std::string_view set) const {
  return static_cast<std::int64_t>(short_hash(fmt::format("{}\n{}", project_, set)));
}

Result<std::string> SeedStore::blocks(std::string_view set) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection_.query(fmt::format("SELECT blocks FROM {} WHERE project = $1 AND set_name = $2",
                                    table("seed_sets")),
                        {project_, std::string(set)}));
  return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

Result<std::map<std::string, std::int64_t>> SeedStore::row_counts() {
  std::map<std::string, std::int64_t> counts;
  const auto rows = connection_.query(
      fmt::format("SELECT s.set_name, (SELECT count(*) FROM {} AS r WHERE r.set_key = s.set_key) "
                  "FROM {} AS s WHERE s.project = $1",
                  table("seed_rows"), table("seed_sets")),
      {project_});
  if (!rows && is_missing(rows.error())) return counts;
  if (!rows) return fail(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i)
    counts[std::string(rows->text(i, 0))] = rows->integer(i, 1);
  return counts;
}

Bound SeedStore::put(const SeedSetRow& row) const {
  return {
      fmt::format(
          "INSERT INTO {} (project, set_name, set_key, digest, shape, columns, blocks, "
          "applied_at, run_id, bedstone_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
          "$10) ON CONFLICT (project, set_name) DO UPDATE SET digest = excluded.digest, shape = "
          "excluded.shape, columns = excluded.columns, blocks = excluded.blocks, applied_at = "
          "excluded.applied_at, run_id = excluded.run_id, bedstone_version = "
          "excluded.bedstone_version",
          table("seed_sets")),
      {project_, row.name, key_of(row.name), row.digest, row.shape, join(row.columns), row.blocks,
       row.applied_at, row.run_id, row.bedstone_version}};
}

Bound SeedStore::forget_rows(std::string_view set) const {
  return {fmt::format("DELETE FROM {} WHERE set_key = $1", table("seed_rows")), {key_of(set)}};
}

std::vector<Bound> SeedStore::forget(std::string_view set) const {
  return {forget_rows(set),
          {fmt::format("DELETE FROM {} WHERE project = $1 AND set_name = $2", table("seed_sets")),
           {project_, std::string(set)}}};
}

}  // namespace bedstone::store
