// Writing tables.
#include "server/table_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "base/text.hpp"
#include "seed/hide.hpp"
#include "server/json_text.hpp"

namespace bedstone::server {
namespace {

std::string_view kind_name(seed::ColumnKind kind) {
  switch (kind) {
    case seed::ColumnKind::kInteger:
      return "integer";
    case seed::ColumnKind::kReal:
    case seed::ColumnKind::kNumeric:
      return "number";
    case seed::ColumnKind::kBoolean:
      return "boolean";
    case seed::ColumnKind::kJson:
      return "json";
    case seed::ColumnKind::kText:
      return "text";
    default:
      return "other";
  }
}

bool is_unique(const seed::TargetTable& table, const std::string& column) {
  return std::any_of(table.unique_keys.begin(), table.unique_keys.end(),
                     [&](const auto& key) { return key.size() == 1 && key.front() == column; });
}

/// The first column that people would call a row by.
std::string label_of(const seed::TargetTable& table, const std::string& otherwise) {
  constexpr std::array<std::string_view, 7> kNames{"email", "name", "title",       "label",
                                                   "slug",  "code", "display_name"};
  const auto usable = [](const seed::TargetColumn& column) {
    return column.kind == seed::ColumnKind::kText && !seed::is_telling(column.name);
  };
  for (const bool unique : {true, false}) {
    for (const std::string_view name : kNames) {
      const seed::TargetColumn* column = table.find(name);
      if (column == nullptr || !usable(*column)) continue;
      if (!unique || is_unique(table, column->name)) return column->name;
    }
  }
  return otherwise;
}

std::string rules_json(const TableView& table, const seed::TargetColumn& column, JsonObject one) {
  const schema::ColumnRules& rules = table.rules_of(column.name);
  const bool listed = column.kind != seed::ColumnKind::kBoolean && !rules.values.empty();
  one.raw("values", listed ? json_list(rules.values) : "null");
  one.text_or_null("minimum", rules.minimum.value_or(""));
  one.text_or_null("maximum", rules.maximum.value_or(""));
  one.flag("above_minimum", rules.above_minimum).flag("below_maximum", rules.below_maximum);
  one.raw("min_length", rules.min_length ? fmt::format("{}", *rules.min_length) : "null");
  one.raw("max_length", rules.max_length ? fmt::format("{}", *rules.max_length) : "null");
  return one.str();
}

std::string column_json(const TableView& table, const seed::TargetColumn& column,
                        const schema::Column& model) {
  const auto key = table.key();
  JsonObject one;
  one.text("name", column.name).text("type", column.type).text("kind", kind_name(column.kind));
  one.flag("nullable", column.nullable).flag("has_default", column.has_default);
  one.text_or_null("default", model.default_expression.value_or(""));
  one.flag("generated", column.generated).flag("hidden", table.is_hidden(column.name));
  one.flag("clock", TableView::is_clock(column));
  one.flag("key", std::find(key.begin(), key.end(), column.name) != key.end());
  one.flag("unique", is_unique(table.target, column.name));
  const auto reference = reference_view(table, column.name);
  JsonObject to;
  if (reference) {
    to.text("table", reference->table).text("column", reference->column);
    to.text("label", reference->label);
  }
  one.raw("references", reference ? to.str() : "null");
  return rules_json(table, column, std::move(one));
}

}  // namespace

std::optional<ReferenceView> reference_view(const TableView& table, std::string_view column) {
  const schema::ForeignKey* key = table.reference_of(column);
  if (key == nullptr) return std::nullopt;
  const auto target = seed::target_table(table.schema, key->table, {});
  const auto columns = seed::referenced_columns(table.schema, *key);
  if (!target || columns.size() != 1) return std::nullopt;
  return ReferenceView{key->table, columns.front(), label_of(*target, columns.front())};
}

std::string columns_json(const TableView& table) {
  std::vector<std::string> all;
  for (const seed::TargetColumn& column : table.target.columns) {
    for (const schema::Column& model : table.model.columns) {
      if (model.name == column.name) all.push_back(column_json(table, column, model));
    }
  }
  return json_array(all);
}

std::string value_json(const TableView& table, const seed::TargetColumn& column,
                       std::optional<std::string_view> value) {
  if (!value) return "null";
  if (table.is_hidden(column.name)) return "\"********\"";
  if (column.kind == seed::ColumnKind::kBoolean) {
    const auto truth = text::parse_bool(*value);
    if (truth) return *truth ? "true" : "false";
  }
  // Beyond this JavaScript loses digits.
  const bool exact = column.kind == seed::ColumnKind::kInteger && value->size() <= 15 &&
                     text::parse_integer(*value).has_value();
  return exact ? std::string(*value) : json_quote(*value);
}

std::string rows_json(const TableView& table, const seed::RowPage& page) {
  std::vector<std::string> all;
  const auto& columns = table.target.columns;
  for (std::size_t i = 0; i < page.size(); ++i) {
    JsonObject one;
    for (std::size_t j = 0; j < columns.size(); ++j)
      one.raw(columns[j].name, value_json(table, columns[j], page.rows.at(page.at(i), j)));
    all.push_back(one.str());
  }
  return json_array(all);
}

std::string origins_json(const seed::RowPage& page) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const seed::RowOrigin& origin = page.origins[page.at(i)];
    JsonObject one;
    one.text("origin", seed::origin_name(origin.origin)).texts("edited", origin.edited);
    one.text_or_null("set", origin.set).text_or_null("row_key", origin.key);
    all.push_back(one.str());
  }
  return json_array(all);
}

std::string referring_json(const TableView& table) {
  std::vector<std::string> all;
  for (const schema::Table& other : table.schema.tables) {
    for (const schema::ForeignKey& key : other.foreign_keys) {
      if (key.table != table.name()) continue;
      JsonObject one;
      one.text("table", other.name).texts("columns", key.columns);
      all.push_back(one.text("on_delete", key.on_delete).str());
    }
  }
  return json_array(all);
}

Response refused(const FieldErrors& errors) {
  std::vector<std::string> all;
  for (const FieldError& one : errors) {
    const std::string error = json_error(one.error);
    all.push_back(one.field.empty() ? error : with_member(error, "field", json_quote(one.field)));
  }
  const Error& first = errors.front().error;
  Response response =
      json_response(fmt::format("{{\"error\": {}, \"errors\": {}}}", all.front(), json_array(all)),
                    status_of(first.code));
  // What does not fit the table is the caller's to mend.
  const bool misfit = first.code == ErrorCode::kConstraintViolated ||
                      (response.status == 500 && !first.sqlstate.empty());
  if (misfit) response.status = 422;
  return response;
}

}  // namespace bedstone::server
