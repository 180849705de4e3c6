/// Rows of one object stand together: each reader goes on with the last object while its name
/// stays.
#include "schema/assemble.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/text.hpp"
#include "schema/sqlite_ddl.hpp"

namespace bedstone::schema {
namespace {

using db::Rows;

std::string string_at(const Rows& rows, std::size_t row, std::size_t column) {
  return std::string(rows.text(row, column));
}

std::optional<std::string> optional_at(const Rows& rows, std::size_t row, std::size_t column) {
  const auto text = rows.at(row, column);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

class Assembler {
 public:
  Assembler(db::Engine engine, const CatalogRows& rows, const InspectOptions& options)
      : rows_(rows), options_(options) {
    schema_.engine = engine;
  }

  Schema run() {
    read_relations();
    read_columns();
    read_constraints();
    read_indexes();
    read_triggers();
    read_the_rest();
    for (const auto& [table, definition] : create_tables_)
      add_clauses(schema_.tables[table], definition);
    return std::move(schema_);
  }

 private:
  /// SQLite tells the table of a trigger as it was typed there.
  std::string key_of(std::string_view name) const {
    return schema_.engine == db::Engine::kSqlite ? text::to_lower(name) : std::string(name);
  }

  bool wanted(std::string_view name) const { return !options_.exclude || !options_.exclude(name); }

  void read_relations() {
    const Rows& rows = rows_.relations;
    schema_.tables.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string_view kind = rows.text(i, 0);
      std::string name = string_at(rows, i, 1);
      if (!wanted(name)) continue;
      if (kind == "view" || kind == "materialized view") {
        views_.emplace(key_of(name), schema_.views.size());
        View& view = schema_.views.emplace_back();
        view.name = std::move(name);
        view.materialized = kind != "view";
        view.definition = string_at(rows, i, 2);
        view.options = string_at(rows, i, 3);
        continue;
      }
      const std::size_t number = schema_.tables.size();
      tables_.emplace(key_of(name), number);
      Table& table = schema_.tables.emplace_back();
      table.name = std::move(name);
      table.kind = kind;
      table.options = string_at(rows, i, 3);
      if (kind == "virtual table") {
        table.definition = string_at(rows, i, 2);
      } else if (const auto definition = rows.at(i, 2)) {
        create_tables_.emplace_back(number, *definition);
      }
    }
  }

  Table* table(std::string_view name) {
    if (last_table_ != nullptr && last_table_->name == name) return last_table_;
    const auto found = tables_.find(key_of(name));
    return last_table_ = found == tables_.end() ? nullptr : &schema_.tables[found->second];
  }

  View* view(std::string_view name) {
    const auto found = views_.find(key_of(name));
    return found == views_.end() ? nullptr : &schema_.views[found->second];
  }

  /// Null when what it belongs to was left out.
  std::vector<Index>* indexes_of(std::string_view relation) {
    if (Table* found = table(relation)) return &found->indexes;
    if (View* found = view(relation)) return &found->indexes;
    return nullptr;
  }

  std::vector<Trigger>* triggers_of(std::string_view relation) {
    if (Table* found = table(relation)) return &found->triggers;
    if (View* found = view(relation)) return &found->triggers;
    return nullptr;
  }

  void read_columns() {
    const Rows& rows = rows_.columns;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Table* owner = table(rows.text(i, 0));
      if (owner == nullptr) continue;
      Column& column = owner->columns.emplace_back();
      column.name = string_at(rows, i, 1);
      column.type = string_at(rows, i, 2);
      column.nullable = !rows.boolean(i, 3);
      column.default_expression = optional_at(rows, i, 4);
      column.identity = string_at(rows, i, 5);
      if (!rows.is_null(i, 6)) column.generated = {string_at(rows, i, 6), string_at(rows, i, 7)};
      column.collation = string_at(rows, i, 8);
      column.storage = string_at(rows, i, 11);
      if (!rows.is_null(i, 10)) note_number(*owner, rows.integer(i, 10));
      const std::int64_t position = rows.integer(i, 9);
      if (position <= 0) continue;
      if (!owner->primary_key) owner->primary_key.emplace();
      std::vector<std::string>& key = owner->primary_key->columns;
      key.resize(std::max(key.size(), static_cast<std::size_t>(position)));
      key[static_cast<std::size_t>(position) - 1] = column.name;
    }
  }

  void read_constraints() {
    const Rows& rows = rows_.constraints;
    std::size_t i = 0;
    while (i < rows.size()) {
      std::size_t end = i + 1;
      while (end < rows.size() && rows.text(end, 0) == rows.text(i, 0) &&
             rows.text(end, 1) == rows.text(i, 1)) {
        ++end;
      }
      if (Table* owner = table(rows.text(i, 0))) add_constraint(*owner, i, end);
      i = end;
    }
  }

  void add_constraint(Table& owner, std::size_t begin, std::size_t end) {
    const Rows& rows = rows_.constraints;
    const std::string_view kind = rows.text(begin, 3);
    if (kind == "check") {
      owner.checks.push_back(
          {string_at(rows, begin, 2), string_at(rows, begin, 10), string_at(rows, begin, 11)});
      return;
    }
    std::vector<std::string> columns;
    for (std::size_t i = begin; i < end; ++i)
      columns.push_back(string_at(rows, i, 4));
    if (kind != "foreign key") {
      Key key{string_at(rows, begin, 2), std::move(columns), string_at(rows, begin, 11)};
      if (kind == "primary key") {
        owner.primary_key = std::move(key);
      } else {
        owner.uniques.push_back(std::move(key));
      }
      return;
    }
    ForeignKey& key = owner.foreign_keys.emplace_back();
    key.name = string_at(rows, begin, 2);
    key.columns = std::move(columns);
    key.table = string_at(rows, begin, 5);
    for (std::size_t i = begin; i < end; ++i) {
      if (!rows.is_null(i, 6)) key.referenced_columns.push_back(string_at(rows, i, 6));
    }
    key.on_update = string_at(rows, begin, 7);
    key.on_delete = string_at(rows, begin, 8);
    if (rows.text(begin, 9) != "none") key.match = string_at(rows, begin, 9);
    key.options = string_at(rows, begin, 11);
  }

  void read_indexes() {
    const Rows& rows = rows_.indexes;
    std::size_t i = 0;
    while (i < rows.size()) {
      std::size_t end = i + 1;
      while (end < rows.size() && rows.text(end, 1) == rows.text(i, 1))
        ++end;
      add_index(i, end);
      i = end;
    }
  }

  void add_index(std::size_t begin, std::size_t end) {
    const Rows& rows = rows_.indexes;
    const std::string_view relation = rows.text(begin, 0);
    const std::string_view origin = rows.text(begin, 2);
    std::vector<Index>* owner = indexes_of(relation);
    if (owner == nullptr || origin == "primary key") return;
    if (origin == "unique") {
      Key& key = table(relation)->uniques.emplace_back();
      for (std::size_t i = begin; i < end; ++i)
        key.columns.push_back(string_at(rows, i, 5));
      return;
    }
    if (!wanted(rows.text(begin, 1))) return;
    IndexClauses clauses;
    if (const auto definition = rows.at(begin, 13)) clauses = read_create_index(*definition);
    Index& index = owner->emplace_back();
    index.name = string_at(rows, begin, 1);
    index.unique = rows.boolean(begin, 3);
    index.method = string_at(rows, begin, 4);
    for (std::size_t i = begin; i < end; ++i) {
      const std::string name = index_column_name(i);
      if (rows.boolean(i, 9)) {
        index.included.push_back(name);
        continue;
      }
      IndexColumn& column = index.columns.emplace_back();
      column.is_expression = name.empty();
      column.text = column.is_expression ? string_at(rows, i, 7) : name;
      if (column.is_expression && i - begin < clauses.items.size()) {
        column.text = clauses.items[i - begin];
      }
      column.order = string_at(rows, i, 8);
    }
    index.predicate = clauses.predicate ? clauses.predicate : optional_at(rows, begin, 10);
    index.valid = rows.boolean(begin, 11);
    index.options = string_at(rows, begin, 12);
  }

  /// That the last column of `owner` has this number in its table.
  void note_number(const Table& owner, std::int64_t number) {
    numbers_.resize(schema_.tables.size());
    std::vector<std::size_t>& columns = numbers_[table_number(owner)];
    columns.resize(std::max(columns.size(), static_cast<std::size_t>(number) + 1));
    columns[static_cast<std::size_t>(number)] = owner.columns.size();
  }

  std::size_t table_number(const Table& owner) const {
    return static_cast<std::size_t>(&owner - schema_.tables.data());
  }

  /// Empty for an expression.
  std::string index_column_name(std::size_t row) {
    const Rows& rows = rows_.indexes;
    if (!rows.is_null(row, 5) || rows.is_null(row, 6)) return string_at(rows, row, 5);
    const Table* owner = table(rows.text(row, 0));
    const auto number = static_cast<std::size_t>(rows.integer(row, 6));
    if (owner == nullptr || table_number(*owner) >= numbers_.size()) return {};
    const std::vector<std::size_t>& columns = numbers_[table_number(*owner)];
    if (number >= columns.size() || columns[number] == 0) return {};
    return owner->columns[columns[number] - 1].name;
  }

  void read_triggers() {
    const Rows& rows = rows_.triggers;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<Trigger>* owner = triggers_of(rows.text(i, 0));
      if (owner == nullptr || !wanted(rows.text(i, 1))) continue;
      owner->push_back({string_at(rows, i, 1), string_at(rows, i, 2), string_at(rows, i, 3)});
    }
  }

  void read_the_rest() {
    for (std::size_t i = 0; i < rows_.enums.size(); ++i) {
      const std::string_view name = rows_.enums.text(i, 0);
      if (!wanted(name)) continue;
      if (schema_.enums.empty() || schema_.enums.back().name != name) {
        schema_.enums.push_back({std::string(name), {}});
      }
      if (!rows_.enums.is_null(i, 1)) {
        schema_.enums.back().values.push_back(string_at(rows_.enums, i, 1));
      }
    }
    for (std::size_t i = 0; i < rows_.routines.size(); ++i) {
      if (!wanted(rows_.routines.text(i, 1))) continue;
      schema_.routines.push_back({string_at(rows_.routines, i, 0), string_at(rows_.routines, i, 1),
                                  string_at(rows_.routines, i, 2),
                                  string_at(rows_.routines, i, 3)});
    }
    for (std::size_t i = 0; i < rows_.sequences.size(); ++i) {
      const auto owner = rows_.sequences.at(i, 2);
      if ((owner && table(*owner) == nullptr) || !wanted(rows_.sequences.text(i, 0))) continue;
      schema_.sequences.push_back(
          {string_at(rows_.sequences, i, 0), string_at(rows_.sequences, i, 1)});
    }
    for (std::size_t i = 0; i < rows_.others.size(); ++i) {
      const auto relation = rows_.others.at(i, 1);
      const bool orphan = relation && table(*relation) == nullptr && view(*relation) == nullptr;
      if (orphan || !wanted(rows_.others.text(i, 2))) continue;
      schema_.others.push_back({string_at(rows_.others, i, 0), string_at(rows_.others, i, 1),
                                string_at(rows_.others, i, 2), string_at(rows_.others, i, 3)});
    }
  }

  const CatalogRows& rows_;
  const InspectOptions& options_;
  Schema schema_;
  std::unordered_map<std::string, std::size_t> tables_;
  std::unordered_map<std::string, std::size_t> views_;
  /// By table and column number: where the column is in its table, from 1.
  std::vector<std::vector<std::size_t>> numbers_;
  Table* last_table_ = nullptr;
  std::vector<std::pair<std::size_t, std::string_view>> create_tables_;
};

}  // namespace

Schema assemble(db::Engine engine, const CatalogRows& rows, const InspectOptions& options) {
  return Assembler(engine, rows, options).run();
}

}  // namespace bedstone::schema
