/// Which values of a set no report may show.
#pragma once

#include <string_view>

#include "seed/set.hpp"

namespace bedstone::seed {

/// Whether a column's name says that it holds secrets: "api_key", "password_hash", not
/// "max_tokens".
bool is_telling(std::string_view column);

/// Whether values of this column may be secret: the name says so ("api_key", "password_hash"), or
/// the set takes them from the environment.
bool is_hidden(const SeedSet& set, std::string_view column);

}  // namespace bedstone::seed
