// Tables by name, and circles among them by Tarjan's algorithm.
#include "transfer/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/text.hpp"

namespace bedstone::transfer {
namespace {

/// The one of that name, else the one whose name differs in case alone: SQLite keeps it,
/// PostgreSQL folds it.
template <typename Named>
const Named* find_named(const std::vector<Named>& list, const std::string& name) {
  for (const Named& one : list)
    if (one.name == name) return &one;
  const std::string lower = text::to_lower(name);
  for (const Named& one : list)
    if (text::to_lower(one.name) == lower) return &one;
  return nullptr;
}

bool is_partition(const schema::Table& table) {
  return table.options.find("inherits ") != std::string::npos &&
         table.options.find("FOR VALUES") != std::string::npos;
}

bool is_default_partition(const schema::Table& table) {
  return table.options.find("inherits ") != std::string::npos &&
         table.options.find("DEFAULT") != std::string::npos;
}

/// Holds rows of its own.
bool holds_rows(const schema::Table& table) {
  if (table.kind == "virtual table" || table.kind == "foreign table") return false;
  return !is_partition(table) && !is_default_partition(table);
}

std::string bare(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

class Circles {
 public:
  explicit Circles(const std::vector<std::vector<std::size_t>>& needs)
      : needs_(needs), number_(needs.size(), 0), low_(needs.size(), 0), open_(needs.size(), false) {
    for (std::size_t i = 0; i < needs.size(); ++i)
      if (number_[i] == 0) visit(i);
  }
  /// What a group needs comes before it.
  std::vector<std::vector<std::size_t>> take() { return std::move(groups_); }

 private:
  // As deep as the longest chain of references.
  void visit(std::size_t one) {
    number_[one] = low_[one] = ++count_;
    stack_.push_back(one);
    open_[one] = true;
    for (const std::size_t other : needs_[one]) {
      if (number_[other] == 0) {
        visit(other);
        low_[one] = std::min(low_[one], low_[other]);
      } else if (open_[other]) {
        low_[one] = std::min(low_[one], number_[other]);
      }
    }
    if (low_[one] != number_[one]) return;
    std::vector<std::size_t> group;
    for (bool done = false; !done;) {
      const std::size_t top = stack_.back();
      stack_.pop_back();
      open_[top] = false;
      group.push_back(top);
      done = top == one;
    }
    std::sort(group.begin(), group.end());
    groups_.push_back(std::move(group));
  }

  const std::vector<std::vector<std::size_t>>& needs_;
  std::vector<std::size_t> number_;
  std::vector<std::size_t> low_;
  std::vector<bool> open_;
  std::vector<std::size_t> stack_;
  std::vector<std::vector<std::size_t>> groups_;
  std::size_t count_ = 0;
};

Error misfit(std::string message) {
  return Error(ErrorCode::kTransferSchema, std::move(message))
      .because("the project's migrations made another schema there than here")
      .advise(
          "compare the files of both engines for that migration; `bedstone schema validate` "
          "shows what no migration made");
}

Error left_out(std::string message, std::string why) {
  return Error(ErrorCode::kTransferSchema, std::move(message)).because(std::move(why));
}

/// A domain's definition begins with the type that it is made of.
std::string_view base_type(std::string_view definition) {
  for (const std::string_view next : {" collate ", " not null", " default ", " constraint "})
    definition = definition.substr(0, definition.find(next));
  return definition;
}

bool is_called(std::string_view type, const std::string& name) {
  std::string plain = bare(std::string(type));
  std::erase(plain, '"');
  return plain == name;
}

/// Domains are what they are made of, and the words of an enum are texts.
Type resolve(const schema::Schema& schema, std::string_view type) {
  if (type.ends_with("[]")) {
    Type list{Kind::kArray};
    list.element = resolve(schema, type.substr(0, type.size() - 2)).kind;
    return list;
  }
  for (const schema::Enum& one : schema.enums)
    if (is_called(type, one.name)) return {Kind::kText};
  for (const schema::OtherObject& one : schema.others) {
    if (one.kind == "domain" && is_called(type, one.name))
      return resolve(schema, base_type(one.definition));
  }
  return type_of(type);
}

ColumnRule rule_of(const schema::Schema& source, const schema::Column& from,
                   const schema::Schema& target, const schema::Column& to) {
  ColumnRule rule;
  rule.source = from.name;
  rule.target = to.name;
  rule.from = source.engine;
  rule.to = target.engine;
  if (source.engine == target.engine) {
    rule.type.kind = Kind::kStored;
  } else {
    rule.type = source.engine == db::Engine::kPostgres ? resolve(source, from.type)
                                                       : resolve(target, to.type);
  }
  if (target.engine == db::Engine::kSqlite) rule.affinity = affinity_of(to.type);
  return rule;
}

bool is_numbered(const schema::Schema& schema, const schema::Table& table,
                 const schema::Column& column) {
  if (schema.engine == db::Engine::kSqlite) return column.identity == "autoincrement";
  return !column.identity.empty() ||
         (column.default_expression && column.default_expression->find("nextval(") == 0 &&
          !table.name.empty());
}

void pair_columns(const schema::Schema& source, const schema::Table& from,
                  const schema::Schema& target, const schema::Table& to, TablePlan& plan,
                  std::vector<Error>& errors, std::vector<Error>& warnings) {
  for (const schema::Column& column : from.columns) {
    const schema::Column* const other = find_named(to.columns, column.name);
    if (column.generated && (other == nullptr || other->generated)) continue;
    if (other == nullptr) {
      errors.push_back(
          misfit(fmt::format("the target's table {} has no column {}", to.name, column.name)));
      continue;
    }
    if (other->generated) continue;
    plan.columns.push_back(rule_of(source, column, target, *other));
    if (is_numbered(target, to, *other)) plan.numbered.push_back(other->name);
  }
  for (const schema::Column& column : to.columns) {
    if (column.generated || find_named(from.columns, column.name) != nullptr) continue;
    if (!column.nullable && !column.default_expression && column.identity.empty()) {
      errors.push_back(
          misfit(fmt::format("the source's table {} has no column {}, which the "
                             "target wants a value for",
                             from.name, column.name)));
      continue;
    }
    warnings.push_back(
        left_out(fmt::format("the column {} of {} is in the target alone", column.name, to.name),
                 "it gets its default; triggers that would fill it do not run"));
  }
}

}  // namespace

std::vector<std::vector<std::string>> fill_order(const schema::Schema& schema) {
  std::vector<const schema::Table*> tables;
  std::map<std::string, std::size_t> places;
  for (const schema::Table& table : schema.tables) {
    if (!holds_rows(table)) continue;
    places[text::to_lower(table.name)] = tables.size();
    tables.push_back(&table);
  }
  std::vector<std::vector<std::size_t>> needs(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const schema::ForeignKey& key : tables[i]->foreign_keys) {
      auto found = places.find(text::to_lower(key.table));
      if (found == places.end()) found = places.find(text::to_lower(bare(key.table)));
      if (found != places.end() && found->second != i) needs[i].push_back(found->second);
    }
  }
  std::vector<std::vector<std::string>> result;
  for (const std::vector<std::size_t>& group : Circles(needs).take()) {
    std::vector<std::string>& names = result.emplace_back();
    for (const std::size_t one : group)
      names.push_back(tables[one]->name);
  }
  return result;
}

Checked<Plan> make_plan(const schema::Schema& source, const schema::Schema& target) {
  Plan plan;
  std::vector<Error> errors;
  for (const schema::Table& table : source.tables) {
    const schema::Table* const other = find_named(target.tables, table.name);
    if (holds_rows(table) && (other == nullptr || !holds_rows(*other)))
      errors.push_back(misfit(fmt::format("the target has no table {}", table.name)));
    if (table.kind == "virtual table" || table.kind == "foreign table")
      plan.warnings.push_back(
          left_out(fmt::format("the {} {} is not moved", table.kind, table.name),
                   "what it holds belongs to its module or server"));
  }
  for (const std::vector<std::string>& names : fill_order(target)) {
    Group group;
    for (const std::string& name : names) {
      const schema::Table& to = *find_named(target.tables, name);
      const schema::Table* const from = find_named(source.tables, name);
      if (from == nullptr || !holds_rows(*from)) continue;
      TablePlan& one = group.emplace_back();
      one.source = from->name;
      one.target = to.name;
      one.may_defer = names.size() > 1;
      if (from->primary_key) one.key = from->primary_key->columns;
      pair_columns(source, *from, target, to, one, errors, plan.warnings);
      if (one.columns.empty()) group.pop_back();
    }
    if (!group.empty()) plan.groups.push_back(std::move(group));
  }
  if (!errors.empty()) return fail(std::move(errors));
  return plan;
}

}  // namespace bedstone::transfer
