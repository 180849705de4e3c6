// From the live schema to what seeding needs of a table.
#include "seed/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace bedstone::seed {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

ColumnKind postgres_kind(std::string_view type) {
  if (type.ends_with("[]")) return ColumnKind::kArray;
  if (type == "integer" || type == "bigint" || type == "smallint") return ColumnKind::kInteger;
  if (type == "real" || type == "double precision") return ColumnKind::kReal;
  if (type.starts_with("numeric")) return ColumnKind::kNumeric;
  if (type == "boolean") return ColumnKind::kBoolean;
  if (type == "json" || type == "jsonb") return ColumnKind::kJson;
  if (type == "bytea") return ColumnKind::kBytes;
  if (type == "text" || type.starts_with("character")) return ColumnKind::kText;
  return ColumnKind::kOther;
}

/// https://www.sqlite.org/datatype3.html §3.1, and two names that say more than their affinity.
ColumnKind sqlite_kind(std::string_view declared) {
  const std::string type = text::to_lower(declared);
  if (holds(type, "bool")) return ColumnKind::kBoolean;
  if (holds(type, "json")) return ColumnKind::kJson;
  if (holds(type, "int")) return ColumnKind::kInteger;
  if (holds(type, "char") || holds(type, "clob") || holds(type, "text")) return ColumnKind::kText;
  if (holds(type, "blob")) return ColumnKind::kBytes;
  if (holds(type, "real") || holds(type, "floa") || holds(type, "doub")) return ColumnKind::kReal;
  if (holds(type, "dec") || holds(type, "num")) return ColumnKind::kNumeric;
  return ColumnKind::kOther;
}

bool is_rowid(db::Engine engine, const schema::Table& table, const schema::Column& column) {
  return engine == db::Engine::kSqlite && table.primary_key &&
         table.primary_key->columns.size() == 1 &&
         table.primary_key->columns.front() == column.name &&
         text::to_lower(column.type) == "integer";
}

}  // namespace

ColumnKind kind_of(db::Engine engine, std::string_view type) {
  return engine == db::Engine::kSqlite ? sqlite_kind(type) : postgres_kind(type);
}

const TargetColumn* TargetTable::find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [column](const auto& one) { return one.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::optional<std::string> TargetTable::referenced_column(const TargetTable& referring,
                                                          std::string_view column) const {
  for (const schema::ForeignKey& key : referring.foreign_keys) {
    if (key.table != name) continue;
    const auto at = std::find(key.columns.begin(), key.columns.end(), column);
    if (at == key.columns.end()) continue;
    const auto index = static_cast<std::size_t>(at - key.columns.begin());
    const auto& targets = key.referenced_columns.empty() ? primary_key : key.referenced_columns;
    if (index < targets.size()) return targets[index];
  }
  if (primary_key.size() == 1) return primary_key.front();
  return std::nullopt;
}

bool is_constant(std::string_view expression) {
  const std::string_view whole = text::trim(expression);
  std::size_t at = 0;
  if (whole.starts_with('\'')) {
    for (at = 1; at < whole.size(); ++at) {
      if (whole[at] != '\'') continue;
      if (at + 1 == whole.size() || whole[at + 1] != '\'') break;
      ++at;
    }
    if (at == whole.size()) return false;
    ++at;
  } else {
    const bool open = whole.starts_with('(');
    at = open ? 1 : 0;
    while (at < whole.size() && std::string_view(" ()").find(whole[at]) == std::string_view::npos &&
           whole[at] != ':')
      ++at;
    const std::string word = text::to_lower(whole.substr(open ? 1 : 0, at - (open ? 1 : 0)));
    const bool number = !word.empty() && word.find_first_of("0123456789") != std::string::npos &&
                        word.find_first_not_of("+-0123456789.e") == std::string::npos;
    if (!number && word != "true" && word != "false") return false;
    if (open) {
      if (at == whole.size() || whole[at] != ')') return false;
      ++at;
    }
  }
  const std::string_view rest = whole.substr(at);
  // '{}'::jsonb, 'x'::character varying(20), '{}'::text[]
  return rest.empty() ||
         (rest.starts_with("::") &&
          rest.find_first_not_of(
              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ .,\"[]()", 2) ==
              std::string_view::npos);
}

Result<TargetTable> target_table(const schema::Schema& schema, std::string_view name,
                                 const Place& place) {
  const auto found = std::find_if(schema.tables.begin(), schema.tables.end(),
                                  [name](const auto& table) { return table.name == name; });
  if (found == schema.tables.end()) {
    std::vector<std::string> names;
    for (const schema::Table& table : schema.tables)
      names.push_back(table.name);
    Error error(ErrorCode::kObjectMissing, fmt::format("there is no table {}", name));
    const auto near = text::nearest(name, names);
    error.hint = near ? fmt::format("did you mean {}?", *near)
                      : "a migration makes tables; seeds only fill them";
    return fail(std::move(error).at(place.file, place.line, place.column));
  }
  TargetTable table;
  table.name = found->name;
  const bool strict = schema.engine == db::Engine::kSqlite && holds(found->options, "strict");
  for (const schema::Column& column : found->columns) {
    TargetColumn& one = table.columns.emplace_back();
    one.name = column.name;
    // ANY keeps values as they are in strict tables alone; elsewhere a column of no type does.
    one.type = strict && text::to_lower(column.type) == "any" ? "" : column.type;
    one.kind = kind_of(schema.engine, column.type);
    one.nullable = column.nullable;
    one.has_default = column.default_expression.has_value() || !column.identity.empty() ||
                      is_rowid(schema.engine, *found, column);
    one.generated = column.generated.has_value();
    if (column.default_expression && is_constant(*column.default_expression)) {
      one.constant_default =
          schema.engine == db::Engine::kSqlite
              ? *column.default_expression
              : fmt::format("CAST({} AS {})", *column.default_expression, column.type);
    }
    one.collation = column.collation;
    one.identity_always = column.identity == "always";
  }
  if (found->primary_key) {
    table.primary_key = found->primary_key->columns;
    table.unique_keys.push_back(table.primary_key);
  }
  for (const schema::Key& key : found->uniques)
    table.unique_keys.push_back(key.columns);
  for (const schema::Index& index : found->indexes) {
    const bool plain =
        index.unique && index.valid && !index.predicate &&
        std::none_of(index.columns.begin(), index.columns.end(),
                     [](const schema::IndexColumn& column) { return column.is_expression; });
    if (!plain) continue;
    std::vector<std::string>& columns = table.unique_keys.emplace_back();
    for (const schema::IndexColumn& column : index.columns)
      columns.push_back(column.text);
  }
  table.foreign_keys = found->foreign_keys;
  return table;
}

std::vector<std::string> referenced_columns(const schema::Schema& schema,
                                            const schema::ForeignKey& key) {
  for (const schema::Table& table : schema.tables) {
    if (table.name != key.table) continue;
    if (!key.referenced_columns.empty()) return key.referenced_columns;
    return table.primary_key ? table.primary_key->columns : std::vector<std::string>();
  }
  return {};
}

Error no_column(const TargetTable& table, std::string_view column, const Place& place) {
  std::vector<std::string> names;
  for (const TargetColumn& one : table.columns)
    names.push_back(one.name);
  const auto near = text::nearest(column, names);
  return Error(ErrorCode::kSeedColumn, fmt::format("{} has no column {}", table.name, column))
      .advise(near ? fmt::format("did you mean {}?", *near)
                   : fmt::format("its columns are {}; what is no column is listed under `ignore:`",
                                 text::join(names, ", ")))
      .at(place.file, place.line, place.column);
}

}  // namespace bedstone::seed
