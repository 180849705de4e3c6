/// Script: a set that is SQL, for what rows in a file cannot say.
#pragma once

#include <cstdint>

#include "db/connection.hpp"
#include "seed/set.hpp"

namespace bedstone::seed {

/// Runs the set's statements within the open transaction; returns their number. What cannot run in
/// one, or ends it, is kSeedSource, found before the first statement runs.
Result<std::int64_t> run_script(db::Connection& connection, const SeedSet& set);

}  // namespace bedstone::seed
