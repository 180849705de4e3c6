// References and foreign keys as arrows between sets.
#include "seed/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace bedstone::seed {
namespace {

void add_tables(const Expressions& expressions, std::set<std::string>& tables) {
  for (const auto& [name, expression] : expressions) {
    if (expression.kind == Expression::Kind::kReference) tables.insert(expression.text);
    add_tables(expression.parts, tables);
  }
}

std::set<std::string> needs(const SeedSet& set, const schema::Schema& schema) {
  std::set<std::string> tables;
  add_tables(set.columns, tables);
  add_tables(set.defaults, tables);
  for (const schema::Table& table : schema.tables) {
    if (table.name != set.table) continue;
    for (const schema::ForeignKey& key : table.foreign_keys)
      tables.insert(key.table);
  }
  tables.erase(set.table);
  return tables;
}

}  // namespace

Order order_sets(const std::vector<SeedSet>& sets, const schema::Schema& schema) {
  std::vector<std::set<std::size_t>> before(sets.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto tables = needs(sets[i], schema);
    for (std::size_t j = 0; j < sets.size(); ++j) {
      if (i != j && tables.contains(sets[j].table)) before[i].insert(j);
    }
  }
  Order order;
  std::vector<bool> done(sets.size(), false);
  while (order.indices.size() < sets.size()) {
    std::size_t next = sets.size();
    for (std::size_t i = 0; i < sets.size() && next == sets.size(); ++i) {
      const bool ready = std::all_of(before[i].begin(), before[i].end(),
                                     [&done](std::size_t one) { return done[one]; });
      if (!done[i] && ready) next = i;
    }
    if (next == sets.size()) {
      next = static_cast<std::size_t>(std::find(done.begin(), done.end(), false) - done.begin());
      std::string others;
      for (const std::size_t one : before[next]) {
        if (!done[one]) others += fmt::format("{}{}", others.empty() ? "" : ", ", sets[one].name);
      }
      order.circles.push_back(
          Error(ErrorCode::kSeedCycle,
                fmt::format("{} and {} need one another's rows", sets[next].name, others))
              .because("their tables refer to each other")
              .advise(
                  "let the column that closes the circle out of one set, and fill it by another "
                  "set of the same table that comes later")
              .at(sets[next].table_place));
    }
    done[next] = true;
    order.indices.push_back(next);
  }
  return order;
}

}  // namespace bedstone::seed
