/// Rows that are read one by one, in the memory of the longest.
#pragma once

#include "seed/rows.hpp"

namespace bedstone::seed {

Checked<std::unique_ptr<RowSource>> open_ndjson(const SeedSet& set);
Checked<std::unique_ptr<RowSource>> open_csv(const SeedSet& set);

}  // namespace bedstone::seed
