// References and foreign keys as arrows between sets.
#include "seed/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace bedstone::seed {
namespace {

void add_tables(const Expressions& expressions, std::set<std::string>& tables) {
  for (const auto& [name, expression] : expressions) {
    if (expression.kind == Expression::Kind::kReference) tables.insert(expression.text);
    add_tables(expression.parts, tables);
    for (const Expression& other : expression.otherwise)
      add_tables({{std::string(), other}}, tables);
  }
}

/// What a set needs of other tables: for its rows to be there at all, or only where nothing better
/// is known of them.
struct Needs {
  std::set<std::string> tables;
  std::set<std::string> perhaps;
};

void add_rows(const data::Node& node, const SeedSet& set, std::set<std::string>& fields,
              std::set<std::string>& tables) {
  for (const data::Node& row : node.items()) {
    for (const data::Entry& entry : row.entries()) {
      fields.insert(entry.key);
      if (!entry.value.is_mapping()) continue;
      const auto expression = read_expression(entry.value, set.document);
      if (!expression || !*expression) continue;
      add_tables({{std::string(), **expression}}, tables);
    }
  }
}

Needs needs(const SeedSet& set, const schema::Schema& schema) {
  Needs result;
  std::set<std::string> fields;
  for (const Expressions* list : {&set.columns, &set.defaults}) {
    add_tables(*list, result.tables);
    for (const auto& [name, expression] : *list)
      fields.insert(name);
  }
  if (set.rows != nullptr) add_rows(*set.rows, set, fields, result.tables);
  for (const schema::Table& table : schema.tables) {
    if (table.name != set.table) continue;
    for (const schema::ForeignKey& key : table.foreign_keys) {
      const bool given =
          std::all_of(key.columns.begin(), key.columns.end(),
                      [&fields](const std::string& column) { return fields.contains(column); });
      // Which fields a file's rows have is known when it is read.
      if (given) {
        result.tables.insert(key.table);
      } else if (set.rows == nullptr) {
        result.perhaps.insert(key.table);
      }
    }
  }
  result.tables.erase(set.table);
  result.perhaps.erase(set.table);
  return result;
}

class Ordering {
 public:
  Ordering(const std::vector<SeedSet>& sets, const schema::Schema& schema)
      : sets_(sets), done_(sets.size(), false) {
    for (const SeedSet& set : sets)
      needs_.push_back(needs(set, schema));
  }

  Order run() {
    while (order_.indices.size() < sets_.size()) {
      auto next = first([this](std::size_t i) {
        return all_done(needs_[i].tables, i) && all_done(needs_[i].perhaps, i);
      });
      if (!next) next = first([this](std::size_t i) { return all_done(needs_[i].tables, i); });
      // One set of a table may do where another of the same needs this one.
      if (!next) next = first([this](std::size_t i) { return any_done(needs_[i].tables); });
      if (!next) next = break_circle();
      done_[*next] = true;
      order_.indices.push_back(*next);
    }
    return std::move(order_);
  }

 private:
  template <typename Ready>
  std::optional<std::size_t> first(const Ready& ready) const {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (!done_[i] && ready(i)) return i;
    }
    return std::nullopt;
  }

  bool all_done(const std::set<std::string>& tables, std::size_t but) const {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (!done_[i] && i != but && tables.contains(sets_[i].table)) return false;
    }
    return true;
  }

  bool has_done(const std::string& table, bool done) const {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (sets_[i].table == table && done_[i] == done) return true;
    }
    return false;
  }

  bool any_done(const std::set<std::string>& tables) const {
    return std::all_of(tables.begin(), tables.end(), [this](const std::string& table) {
      return has_done(table, true) || !has_done(table, false);
    });
  }

  /// Whether one set needs another, directly or by others.
  bool leads_to(std::size_t from, std::size_t to, std::vector<bool>& seen) const {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (done_[i] || seen[i] || !needs_[from].tables.contains(sets_[i].table)) continue;
      if (i == to) return true;
      seen[i] = true;
      if (leads_to(i, to, seen)) return true;
    }
    return false;
  }

  std::size_t break_circle() {
    const auto in_circle = [this](std::size_t i) {
      std::vector<bool> seen(sets_.size(), false);
      return leads_to(i, i, seen);
    };
    const std::size_t next = *first(in_circle);
    std::string others;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (done_[i] || i == next || !needs_[next].tables.contains(sets_[i].table)) continue;
      std::vector<bool> seen(sets_.size(), false);
      if (!leads_to(i, next, seen)) continue;
      others += fmt::format("{}{}", others.empty() ? "" : ", ", sets_[i].name);
    }
    order_.circles.push_back(
        Error(ErrorCode::kSeedCycle,
              fmt::format("{} and {} need one another's rows", sets_[next].name, others))
            .because("their tables refer to each other")
            .advise("take the rows that are needed first into a set of their own, without the "
                    "column that closes the circle")
            .at(sets_[next].table_place));
    return next;
  }

  const std::vector<SeedSet>& sets_;
  std::vector<Needs> needs_;
  std::vector<bool> done_;
  Order order_;
};

}  // namespace

Order order_sets(const std::vector<SeedSet>& sets, const schema::Schema& schema) {
  return Ordering(sets, schema).run();
}

}  // namespace bedstone::seed
