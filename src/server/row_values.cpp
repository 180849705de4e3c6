// Values of rows, checked before the engine sees them.
#include "server/row_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "data/json.hpp"

namespace bedstone::server {
namespace {

using seed::ColumnKind;
using seed::TargetColumn;

std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// What is wrong with a value that is there; empty: nothing.
std::string misfit(const TargetColumn& column, const std::string& text) {
  switch (column.kind) {
    case ColumnKind::kInteger:
      return text::parse_integer(text) ? "" : "must be a whole number";
    case ColumnKind::kReal:
    case ColumnKind::kNumeric:
      return number_of(text) ? "" : "must be a number";
    case ColumnKind::kBoolean:
      return text::parse_bool(text) ? "" : "must be true or false";
    case ColumnKind::kJson:
      return data::parse_json("the value", text) ? "" : "must be JSON";
    default:
      return text.find('\0') == std::string::npos ? "" : "must not hold a zero byte";
  }
}

std::string beyond(const TargetColumn& column, const schema::ColumnRules& rules,
                   const std::string& text) {
  const bool listed = column.kind != ColumnKind::kBoolean && !rules.values.empty();
  if (listed && std::find(rules.values.begin(), rules.values.end(), text) == rules.values.end()) {
    return fmt::format("must be {}{}", rules.values.size() > 1 ? "one of " : "",
                       text::join(rules.values, ", "));
  }
  const auto number = number_of(text);
  const auto low = rules.minimum ? number_of(*rules.minimum) : std::nullopt;
  const auto high = rules.maximum ? number_of(*rules.maximum) : std::nullopt;
  if (number && low && (*number < *low || (rules.above_minimum && *number == *low)))
    return fmt::format("must be {} {}", rules.above_minimum ? "more than" : "at least",
                       *rules.minimum);
  if (number && high && (*number > *high || (rules.below_maximum && *number == *high)))
    return fmt::format("must be {} {}", rules.below_maximum ? "less than" : "at most",
                       *rules.maximum);
  if (rules.min_length && characters(text) < *rules.min_length) {
    return *rules.min_length == 1
               ? "must not be empty"
               : fmt::format("must have at least {} characters", *rules.min_length);
  }
  if (rules.max_length && characters(text) > *rules.max_length)
    return fmt::format("must have at most {} characters", *rules.max_length);
  return {};
}

/// What the schemas of the table's sets say; empty: one of them takes it.
std::optional<FieldError> misfit_of_schemas(const TableView& table, const TargetColumn& column,
                                            const std::optional<std::string>& text) {
  std::string why;
  std::string file;
  for (const seed::ColumnSchema& schema : table.schemas) {
    std::string one = schema.misfit(column, text);
    if (one.empty()) return std::nullopt;
    if (!why.empty()) continue;
    why = std::move(one);
    file = schema.shown();
  }
  if (why.empty()) return std::nullopt;
  Error error(ErrorCode::kConstraintViolated, fmt::format("{} {}", column.name, why));
  error.cause = fmt::format("the schema of {} says so", file);
  error.hint = fmt::format("change the value, or the schema in {}", file);
  return FieldError{column.name, std::move(error)};
}

bool required_by_schemas(const TableView& table, const std::string& column) {
  return !table.schemas.empty() &&
         std::all_of(table.schemas.begin(), table.schemas.end(),
                     [&](const auto& schema) { return schema.requires_column(column); });
}

FieldError wrong(const std::string& column, std::string_view what) {
  return {column, Error(ErrorCode::kConstraintViolated, fmt::format("{} {}", column, what))};
}

Error unusable(std::string why) {
  return Error(ErrorCode::kRequestMalformed, std::move(why))
      .advise("GET the table first: it lists columns and key");
}

/// As it is bound. What was read is compared with texts, as the engine makes them.
db::Value bound(const TargetColumn& column, const std::string& text, db::Engine engine,
                Wanted wanted) {
  const auto truth = column.kind == ColumnKind::kBoolean ? text::parse_bool(text) : std::nullopt;
  if (!truth) return text;
  if (wanted != Wanted::kRead) return *truth;
  if (engine == db::Engine::kPostgres) return std::string(*truth ? "true" : "false");
  return std::string(*truth ? "1" : "0");
}

void take(const TableView& table, const data::Entry& entry, Wanted wanted, db::Engine engine,
          RowValues& result) {
  const TargetColumn* column = table.target.find(entry.key);
  if (column == nullptr) {
    result.errors.push_back(
        {"", unusable(fmt::format("there is no such column in {}", table.name()))});
    return;
  }
  const std::string& name = column->name;
  if (table.is_hidden(name)) {
    result.errors.push_back(
        {name, unusable(fmt::format("{} holds secrets, and is not changed here", name))});
    return;
  }
  if (column->generated && wanted != Wanted::kRead) {
    result.errors.push_back({name, unusable(fmt::format("{} takes no value", name))});
    return;
  }
  const data::Node& node = entry.value;
  if (node.is_null()) {
    if (!column->nullable && wanted != Wanted::kRead)
      return result.errors.push_back(wrong(name, "needs a value"));
    if (wanted != Wanted::kRead) {
      if (auto error = misfit_of_schemas(table, *column, std::nullopt))
        return result.errors.push_back(*std::move(error));
    }
    result.cells.emplace_back(name, db::Null{});
    return;
  }
  const std::string text = node.is_scalar() ? node.text() : data::to_json(node);
  if (wanted != Wanted::kRead) {
    std::string why = misfit(*column, text);
    if (why.empty()) why = beyond(*column, table.rules_of(name), text);
    if (!why.empty()) return result.errors.push_back(wrong(name, why));
    if (auto error = misfit_of_schemas(table, *column, text))
      return result.errors.push_back(*std::move(error));
  }
  result.cells.emplace_back(name, bound(*column, text, engine, wanted));
}

}  // namespace

RowValues row_values(const TableView& table, const data::Node* given, Wanted wanted,
                     db::Engine engine) {
  RowValues result;
  if (given != nullptr) {
    for (const data::Entry& entry : given->entries())
      take(table, entry, wanted, engine, result);
  }
  if (wanted != Wanted::kAdd) return result;
  for (const TargetColumn& column : table.target.columns) {
    const bool bare = !column.nullable && !column.has_default && !TableView::is_clock(column);
    const bool needs = !column.generated && (bare || required_by_schemas(table, column.name));
    const bool is_given = given != nullptr && given->find(column.name) != nullptr;
    if (!needs || is_given) continue;
    if (table.is_hidden(column.name)) {
      result.errors.push_back(
          {"", Error(ErrorCode::kConstraintViolated,
                     fmt::format("rows of {} cannot be added here", table.name()))
                   .because(fmt::format("{} needs a secret, which is not set here", column.name))
                   .advise("add the row to a seed set, and run `bedstone seed`")});
    } else {
      result.errors.push_back(wrong(column.name, "needs a value"));
    }
  }
  return result;
}

}  // namespace bedstone::server
