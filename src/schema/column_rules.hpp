/// ColumnRules: what types and checks of a table say about single columns, as far as it is simple:
/// for forms, and to tell people what is wrong with a value before the engine does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/model.hpp"

namespace bedstone::schema {

/// Rules that the engine enforces. What a check says of several columns at once, or in other words
/// than comparisons with constants, is in none.
struct ColumnRules {
  std::vector<std::string> values;     ///< One of these; empty: any.
  std::optional<std::string> minimum;  ///< A number, as it was written.
  std::optional<std::string> maximum;
  bool above_minimum = false;  ///< `minimum` itself is none.
  bool below_maximum = false;
  std::optional<std::int64_t> min_length;  ///< In characters.
  std::optional<std::int64_t> max_length;
};

ColumnRules column_rules(const Schema& schema, const Table& table, const Column& column);

/// The columns that an expression of the table mentions.
std::vector<std::string> columns_in(db::Engine engine, const Table& table,
                                    std::string_view expression);

}  // namespace bedstone::schema
