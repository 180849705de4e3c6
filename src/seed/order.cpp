// References and foreign keys as arrows between sets.
#include "seed/order.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "seed/glance.hpp"
#include "seed/rows.hpp"

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

void add_foreign_keys(const SeedSet& set, const schema::Schema& schema,
                      const std::set<std::string>& fields, bool all_known, Needs& result) {
  for (const schema::Table& table : schema.tables) {
    if (table.name != set.table) continue;
    for (const schema::ForeignKey& key : table.foreign_keys) {
      const bool given =
          std::all_of(key.columns.begin(), key.columns.end(),
                      [&fields](const std::string& column) { return fields.contains(column); });
      if (given) {
        result.tables.insert(key.table);
      } else if (!all_known) {
        result.perhaps.insert(key.table);
      }
    }
  }
  result.tables.erase(set.table);
  result.perhaps.erase(set.table);
}

/// `of_file`: the fields of the file that its rows are in, once it was read.
Needs needs(const SeedSet& set, const schema::Schema& schema,
            const std::vector<std::string>* of_file = nullptr) {
  Needs result;
  std::set<std::string> fields;
  if (set.rows != nullptr) add_rows(*set.rows, set, fields, result.tables);
  if (of_file != nullptr) fields.insert(of_file->begin(), of_file->end());
  for (const std::string& ignored : set.ignore)
    fields.erase(ignored);
  for (const Expressions* list : {&set.columns, &set.defaults}) {
    add_tables(*list, result.tables);
    for (const auto& [name, expression] : *list)
      fields.insert(name);
  }
  add_foreign_keys(set, schema, fields, set.rows != nullptr || of_file != nullptr, result);
  return result;
}

class Ordering {
 public:
  Ordering(const std::vector<SeedSet>& sets, const schema::Schema& schema)
      : sets_(sets), schema_(schema), done_(sets.size(), false) {
    for (const SeedSet& set : sets)
      needs_.push_back(needs(set, schema));
  }

  std::vector<std::vector<std::size_t>> run() {
    for (std::size_t left = sets_.size(); left > 0;) {
      std::vector<std::size_t> group = next();
      for (const std::size_t one : group)
        done_[one] = true;
      left -= group.size();
      groups_.push_back(std::move(group));
    }
    return std::move(groups_);
  }

 private:
  std::vector<std::size_t> next() {
    const auto sure = [this](std::size_t i) {
      return all_done(needs_[i].tables, i) && all_done(needs_[i].perhaps, i);
    };
    if (const auto one = first(sure)) return {*one};
    if (look_into_files()) return next();
    // One set of a table may do where another of the same needs this one.
    if (const auto one = first([this](std::size_t i) { return any_done(needs_[i].tables); }))
      return {*one};
    return circle();
  }

  /// What files give, of which it was not known so far; whether there were any.
  bool look_into_files() {
    bool looked = false;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (done_[i] || needs_[i].perhaps.empty()) continue;
      looked = true;
      needs_[i].perhaps.clear();
      if (lacks_its_file(sets_[i])) continue;
      // What cannot be read is told when the set is carried out.
      if (const auto rows = open_rows(sets_[i])) {
        needs_[i] = needs(sets_[i], schema_, &(*rows)->fields());
      }
    }
    return looked;
  }

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

  bool leads_to(std::size_t from, std::size_t to) const {
    std::vector<bool> seen(sets_.size(), false);
    return leads_to(from, to, seen);
  }

  /// The first sets that lead to one another and to none but themselves.
  std::vector<std::size_t> circle() const {
    for (std::size_t start = 0; start < sets_.size(); ++start) {
      if (done_[start]) continue;
      std::vector<std::size_t> members;
      bool closed = true;
      for (std::size_t i = 0; i < sets_.size() && closed; ++i) {
        if (done_[i]) continue;
        const bool reached = i == start || leads_to(start, i);
        if (reached && i != start && !leads_to(i, start)) closed = false;
        if (reached) members.push_back(i);
      }
      if (closed) return members;
    }
    return {};
  }

  const std::vector<SeedSet>& sets_;
  const schema::Schema& schema_;
  std::vector<Needs> needs_;
  std::vector<bool> done_;
  std::vector<std::vector<std::size_t>> groups_;
};

}  // namespace

std::vector<std::vector<std::size_t>> order_sets(const std::vector<SeedSet>& sets,
                                                 const schema::Schema& schema) {
  return Ordering(sets, schema).run();
}

}  // namespace bedstone::seed
