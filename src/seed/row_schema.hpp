/// RowSchema: a set's `schema:`, which its rows must fit before anything is written.
#pragma once

#include <optional>

#include "data/json_schema.hpp"
#include "seed/rows.hpp"

namespace bedstone::seed {

class RowSchema {
 public:
  /// Nothing where the set has no schema. kJsonSchema.
  static Checked<std::optional<RowSchema>> of(const SeedSet& set);

  /// Every rule that the row breaks, as kSeedValue at its place. Names that a path bound are fields
  /// of the row; the text of CSV is a number where the schema wants one.
  void check(const RowSource& source, const Row& row, Errors& errors) const;

 private:
  RowSchema(data::JsonSchema schema, const SeedSet& set) : schema_(std::move(schema)), set_(&set) {}
  bool wants_text(std::string_view field) const;

  data::JsonSchema schema_;
  const SeedSet* set_;
};

}  // namespace bedstone::seed
