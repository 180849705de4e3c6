/// Writes each object's line, then sorts.
#include "schema/canonical.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "schema/tidy.hpp"

namespace bedstone::schema {
namespace {

constexpr std::string_view kFormatWord = "format ";

std::unordered_set<std::string> known_names(const Schema& schema) {
  std::unordered_set<std::string> names;
  const auto add = [&](std::string_view name) { names.insert(text::to_lower(name)); };
  const auto add_all = [&](const auto& objects) {
    for (const auto& object : objects)
      add(object.name);
  };
  for (const Table& table : schema.tables) {
    add(table.name);
    add_all(table.columns);
    add_all(table.indexes);
    add_all(table.triggers);
  }
  for (const View& view : schema.views) {
    add(view.name);
    add_all(view.triggers);
  }
  return names;
}

std::string list(const std::vector<std::string>& names) {
  std::string result = "(";
  for (const std::string& name : names) {
    if (result.size() > 1) result += ", ";
    result += written(name);
  }
  return result += ")";
}

/// Whether a format knows such an object among the others.
bool is_known(std::string_view kind, int format) {
  static constexpr std::array<std::string_view, 6> kSinceTwo = {
      "range-type", "view-default",           "collation",
      "operator",   "text-search-dictionary", "text-search-configuration"};
  if (kind == "range") return format < 2;
  if (kind == "extension-type") return format < 3;
  return format >= 2 || std::find(kSinceTwo.begin(), kSinceTwo.end(), kind) == kSinceTwo.end();
}

class Writer {
 public:
  Writer(const Schema& schema, int format)
      : format_(format),
        sqlite_(schema.engine == db::Engine::kSqlite),
        tidy_(schema.engine, sqlite_ ? known_names(schema) : std::unordered_set<std::string>(),
              format >= 3) {
    if (!sqlite_) return;
    for (const Table& table : schema.tables)
      tables_.emplace(text::to_lower(table.name), &table);
  }

  std::string run(const Schema& schema) {
    for (const Table& table : schema.tables)
      write(table);
    for (const View& view : schema.views)
      write(view);
    for (const Enum& type : schema.enums) {
      std::string values;
      for (const std::string& value : type.values)
        values += (values.empty() ? "" : ", ") + quoted_text(value);
      line("enum", written(type.name), {"(" + values + ")"});
    }
    for (const Routine& routine : schema.routines) {
      line(routine.kind, fmt::format("{}({})", written(routine.name), tidy_(routine.arguments)),
           {routine.digest});
    }
    for (const Sequence& sequence : schema.sequences)
      line("sequence", written(sequence.name), {tidy_(sequence.definition)});
    for (const OtherObject& other : schema.others) {
      if (!is_known(other.kind, format_)) continue;
      line(other.kind == "extension-type" ? "type" : std::string_view(other.kind),
           member(other.relation, other.name), {tidy_(other.definition)});
    }
    return text();
  }

 private:
  static std::string member(std::string_view relation, std::string_view name) {
    if (relation.empty()) return written(name);
    return name.empty() ? written(relation) : written(relation) + "." + written(name);
  }

  void line(std::string_view kind, std::string_view object,
            std::initializer_list<std::string_view> details) {
    std::string result = fmt::format("{} {}", kind, object);
    for (const std::string_view detail : details) {
      if (detail.empty()) continue;
      result += ' ';
      result += detail;
    }
    lines_.push_back(std::move(result));
  }

  std::string text() {
    std::sort(lines_.begin(), lines_.end());
    std::string result = fmt::format("{}{}\n", kFormatWord, format_);
    for (const std::string& each : lines_)
      result.append(each) += '\n';
    return result;
  }

  void write(const Table& table) {
    const std::string_view kind = table.kind == "table" ? std::string_view() : table.kind;
    line("table", written(table.name), {kind, tidy_(table.options), tidy_(table.definition)});
    std::vector<std::string> order;
    for (const Column& column : table.columns) {
      write(table, column);
      order.push_back(column.name);
    }
    if (!order.empty()) line("column-order", written(table.name), {list(order)});
    if (table.primary_key) {
      write("primary-key", table, *table.primary_key);
    }
    for (const Key& unique : table.uniques)
      write("unique", table, unique);
    for (const ForeignKey& key : table.foreign_keys)
      write(table, key);
    for (const Check& check : table.checks) {
      line("check", member(table.name, check.name),
           {"(" + tidy_(check.expression) + ")", check.options});
    }
    for (const Index& index : table.indexes)
      write(table.name, index);
    for (const Trigger& trigger : table.triggers)
      write(table.name, trigger);
  }

  void write(const Table& table, const Column& column) {
    std::string value;
    if (column.default_expression) {
      value = "default " + tidy_.default_value(*column.default_expression);
    }
    std::string generated;
    if (column.generated) {
      generated = fmt::format("generated always as ({}) {}", tidy_(column.generated->expression),
                              column.generated->kind);
    }
    const std::string identity = column.identity.empty() || sqlite_
                                     ? column.identity
                                     : fmt::format("generated {} as identity", column.identity);
    line("column", member(table.name, column.name),
         {tidy_(column.type),
          column.collation.empty() ? "" : std::string_view("collate " + column.collation),
          column.nullable ? "" : "not null", value, identity, generated, column.options,
          format_ >= 2 ? std::string_view(column.storage) : std::string_view()});
  }

  void write(std::string_view kind, const Table& table, const Key& key) {
    line(kind, member(table.name, key.name), {list(key.columns), tidy_(key.options)});
  }

  void write(const Table& table, const ForeignKey& key) {
    std::vector<std::string> referenced = key.referenced_columns;
    std::string target = key.table;
    if (sqlite_) {
      target = as_declared(key.table, referenced);
    }
    const auto action = [](std::string_view when, const std::string& what) {
      return what.empty() || what == "no action" ? std::string()
                                                 : fmt::format("on {} {}", when, what);
    };
    line("foreign-key", member(table.name, key.name),
         {list(key.columns), "references", target, referenced.empty() ? "" : list(referenced),
          action("update", key.on_update), action("delete", key.on_delete),
          key.match.empty() ? "" : "match " + key.match, key.options});
  }

  /// SQLite keeps references in the case they were typed in.
  std::string as_declared(const std::string& table, std::vector<std::string>& columns) const {
    const auto found = tables_.find(text::to_lower(table));
    if (found == tables_.end()) return written(table);
    for (std::string& name : columns) {
      for (const Column& column : found->second->columns) {
        if (text::to_lower(column.name) == text::to_lower(name)) name = column.name;
      }
    }
    return written(found->second->name);
  }

  void write(std::string_view relation, const Index& index) {
    std::string columns;
    for (const IndexColumn& column : index.columns) {
      if (!columns.empty()) columns += ", ";
      columns += column.is_expression ? "(" + tidy_(column.text) + ")" : written(column.text);
      if (!column.order.empty()) columns += " " + column.order;
    }
    line("index", member(relation, index.name),
         {index.unique ? "unique" : "", index.method, "(" + columns + ")",
          index.included.empty() ? "" : "include " + list(index.included),
          index.predicate ? "where " + tidy_(*index.predicate) : "", tidy_(index.options),
          index.valid ? "" : "invalid"});
  }

  void write(std::string_view relation, const Trigger& trigger) {
    line("trigger", member(relation, trigger.name), {tidy_(trigger.definition), trigger.state});
  }

  void write(const View& view) {
    line(view.materialized ? "materialized-view" : "view", written(view.name),
         {tidy_(view.options), tidy_(view.definition)});
    for (const Index& index : view.indexes)
      write(view.name, index);
    for (const Trigger& trigger : view.triggers)
      write(view.name, trigger);
  }

  int format_;
  bool sqlite_;
  Tidy tidy_;
  std::unordered_map<std::string, const Table*> tables_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string canonical_text(const Schema& schema, int format) {
  return Writer(schema, format).run(schema);
}

std::string fingerprint(std::string_view canonical) {
  return sha256_hex(canonical);
}

int canonical_format(std::string_view canonical) {
  const std::string_view first = canonical.substr(0, canonical.find('\n'));
  if (first.substr(0, kFormatWord.size()) != kFormatWord) return 0;
  return static_cast<int>(text::parse_integer(first.substr(kFormatWord.size())).value_or(0));
}

}  // namespace bedstone::schema
