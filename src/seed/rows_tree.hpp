/// Rows that stand in a tree: inline in the set, or in a YAML or JSON file.
#pragma once

#include <memory>
#include <vector>

#include "data/path.hpp"
#include "seed/rows.hpp"

namespace bedstone::seed {

/// Of `rows:`; the set must outlive the source.
std::unique_ptr<RowSource> rows_of_set(const SeedSet& set);
std::unique_ptr<RowSource> rows_of_document(std::shared_ptr<const data::Document> document,
                                            std::vector<data::Match> matches);

}  // namespace bedstone::seed
