// What an engine refused, by field: from the constraint it names, or by asking.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "server/row_values.hpp"

namespace bedstone::server {
namespace {

bool holds(std::string_view text, std::string_view part) {
  return !part.empty() && text.find(part) != std::string_view::npos;
}

FieldError told(std::string field, std::string message, std::string hint = {}) {
  Error error(ErrorCode::kConstraintViolated, std::move(message));
  error.hint = std::move(hint);
  return {std::move(field), std::move(error)};
}

/// For one refusal. Messages may be in any language; names in them are not.
class Blame {
 public:
  Blame(db::Connection& connection, const std::string& schema, const TableView& table,
        const Error& refusal, const store::Cells& cells)
      : connection_(connection), schema_(schema), table_(table), refusal_(refusal), cells_(cells) {}

  FieldErrors find() {
    const std::string_view state = refusal_.sqlstate;
    if (state == "23505" || holds(state, "_UNIQUE") || holds(state, "_PRIMARYKEY") ||
        holds(state, "_ROWID"))
      return unique();
    if (state == "23503" || holds(state, "_FOREIGNKEY")) return reference();
    if (state == "23514" || holds(state, "_CHECK")) return check();
    if (state == "23502" || holds(state, "_NOTNULL")) return missing();
    if (state.starts_with("22") || holds(state, "MISMATCH") || holds(state, "_DATATYPE"))
      return type();
    return {};
  }

 private:
  bool is_given(std::string_view column) const {
    return std::any_of(cells_.begin(), cells_.end(),
                       [column](const auto& cell) { return cell.first == column; });
  }

  /// PostgreSQL names the constraint or the index, SQLite the columns.
  std::vector<std::string> unique_columns() const {
    std::string nearest;
    std::vector<std::string> columns;
    const auto consider = [&](const std::string& name, const std::vector<std::string>& of) {
      if (!holds(refusal_.message, '"' + name + '"') || name.size() <= nearest.size()) return;
      nearest = name;
      columns = of;
    };
    if (table_.model.primary_key)
      consider(table_.model.primary_key->name, table_.model.primary_key->columns);
    for (const schema::Key& key : table_.model.uniques)
      consider(key.name, key.columns);
    for (const schema::Index& index : table_.model.indexes) {
      std::vector<std::string> names;
      for (const schema::IndexColumn& column : index.columns) {
        if (!column.is_expression) names.push_back(column.text);
      }
      consider(index.name, names);
    }
    if (!columns.empty()) return columns;
    for (const schema::Column& column : table_.model.columns) {
      const std::string full = fmt::format("{}.{}", table_.name(), column.name);
      const auto at = refusal_.message.find(full);
      const std::size_t end = at + full.size();
      const bool whole = at != std::string::npos &&
                         (end == refusal_.message.size() || refusal_.message[end] == ',');
      if (whole) columns.push_back(column.name);
    }
    return columns;
  }

  FieldErrors unique() const {
    const std::vector<std::string> columns = unique_columns();
    FieldErrors errors;
    for (const std::string& column : columns) {
      if (!is_given(column)) continue;
      errors.push_back(told(column, columns.size() == 1
                                        ? fmt::format("another row has this {}", column)
                                        : fmt::format("another row has this combination of {}",
                                                      text::join(columns, ", "))));
    }
    return errors;
  }

  /// Whether the row is there that a foreign key wants. The names are the schema's own.
  bool is_there(const schema::ForeignKey& key, std::string_view column, const db::Value& value) {
    const db::Dialect& dialect = connection_.dialect();
    const auto targets = seed::referenced_columns(table_.schema, key);
    const auto at = std::find(key.columns.begin(), key.columns.end(), column);
    const auto index = static_cast<std::size_t>(at - key.columns.begin());
    if (index >= targets.size()) return true;
    const auto rows = connection_.query(
        fmt::format("SELECT 1 FROM {} WHERE {} = $1 LIMIT 1", dialect.qualified(schema_, key.table),
                    dialect.quote_identifier(targets[index])),
        {value});
    return !rows || !rows->empty();
  }

  FieldErrors reference() {
    FieldErrors errors;
    for (const schema::ForeignKey& key : table_.target.foreign_keys) {
      for (const auto& [column, value] : cells_) {
        const bool part =
            std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
        if (!part || std::holds_alternative<db::Null>(value) || is_there(key, column, value))
          continue;
        errors.push_back(told(column, fmt::format("there is no such row in {}", key.table)));
      }
    }
    if (!errors.empty()) return errors;
    return users();
  }

  /// Rows of other tables still refer to the one that was to go, or to change its key.
  FieldErrors users() const {
    std::vector<std::string> names;
    for (const schema::Table& other : table_.schema.tables) {
      for (const schema::ForeignKey& key : other.foreign_keys) {
        const bool ours = key.table == table_.name() && key.on_delete != "cascade" &&
                          key.on_delete != "set null" && key.on_delete != "set default";
        if (ours && std::find(names.begin(), names.end(), other.name) == names.end())
          names.push_back(other.name);
      }
    }
    if (names.empty()) return {};
    return {told("", fmt::format("rows of {} refer to this one", text::join(names, ", ")),
                 "change or delete those first")};
  }

  FieldErrors check() const {
    for (const schema::Check& check : table_.model.checks) {
      const bool named = holds(refusal_.message, '"' + check.name + '"') ||
                         refusal_.message.ends_with(": " + check.name) ||
                         holds(refusal_.message, check.expression);
      if (!named || (check.name.empty() && check.expression.empty())) continue;
      FieldErrors errors;
      for (const std::string& column :
           schema::columns_in(table_.schema.engine, table_.model, check.expression)) {
        if (is_given(column))
          errors.push_back(
              told(column, fmt::format("{} must keep to the rule {}", column, check.expression)));
      }
      return errors;
    }
    return {};
  }

  FieldErrors missing() const {
    std::string column;
    for (const schema::Column& one : table_.model.columns) {
      const bool named = holds(refusal_.message, '"' + one.name + '"') ||
                         refusal_.message.ends_with(fmt::format("{}.{}", table_.name(), one.name));
      if (named && one.name.size() > column.size()) column = one.name;
    }
    if (column.empty()) return {};
    return {told(column, fmt::format("{} needs a value", column))};
  }

  /// PostgreSQL does not say which value it could not read: each is tried alone.
  FieldErrors type() {
    FieldErrors errors;
    for (const auto& [name, value] : cells_) {
      const seed::TargetColumn* column = table_.target.find(name);
      const auto* text = std::get_if<std::string>(&value);
      if (column == nullptr || text == nullptr) continue;
      const auto read =
          connection_.query(fmt::format("SELECT CAST($1 AS {})", column->type), {*text});
      if (!read && !connection_.lost())
        errors.push_back(told(name, fmt::format("{} must be of the type {}", name, column->type)));
    }
    return errors;
  }

  db::Connection& connection_;
  const std::string& schema_;
  const TableView& table_;
  const Error& refusal_;
  const store::Cells& cells_;
};

}  // namespace

FieldErrors blame(db::Connection& connection, const std::string& schema, const TableView& table,
                  const Error& refusal, const store::Cells& cells) {
  FieldErrors errors = Blame(connection, schema, table, refusal, cells).find();
  if (errors.empty()) errors.push_back({"", refusal});
  return errors;
}

}  // namespace bedstone::server
