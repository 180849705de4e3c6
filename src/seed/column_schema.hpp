/// ColumnSchema: what a set's `schema:` says of single columns, for rows that come without a file:
/// from people.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json_schema.hpp"
#include "schema/column_rules.hpp"
#include "seed/set.hpp"
#include "seed/table.hpp"

namespace bedstone::seed {

/// Columns that the set takes from a field as it is. What other columns hold is made, and the
/// schema says nothing of it; what it says of several fields at once counts for files alone.
class ColumnSchema {
 public:
  /// Nothing where the set has no schema, or one that is broken.
  static std::optional<ColumnSchema> of(const SeedSet& set);

  /// The file that holds it, for people.
  const std::string& shown() const { return shown_; }
  /// The rules that forms can show: allowed values, bounds, lengths.
  schema::ColumnRules rules_of(const std::string& column) const;
  /// Whether each row must have it.
  bool requires_column(std::string_view column) const;
  /// What is wrong with a value ("must be at most 2"), checked as the set's rows are; empty:
  /// nothing. `text`: as people write it; nullopt: NULL.
  std::string misfit(const TargetColumn& column, const std::optional<std::string>& text) const;

 private:
  ColumnSchema(data::JsonSchema schema, const SeedSet& set);
  std::string check(const std::string& field, data::Node value) const;
  const std::string* field_of(std::string_view column) const;

  data::JsonSchema schema_;
  std::string shown_;
  std::map<std::string, std::string, std::less<>> made_;  ///< Columns and fields; "": of no field.
  std::map<std::string, schema::ColumnRules, std::less<>> rules_;  ///< By field.
  std::vector<std::string> required_;                              ///< Fields.
};

}  // namespace bedstone::seed
