/// `rows:` of a set: a list in the set itself, or where else they are.
#pragma once

#include <string_view>

#include "base/checked.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

/// Fills `set.rows` or `set.from` from the value of `rows:`. Errors are appended.
void read_rows(const data::Node& node, std::string_view project_folder, SeedSet& set,
               Errors& errors);

}  // namespace bedstone::seed
