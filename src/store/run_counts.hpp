/// Run counts: how many runs are recorded, by what became of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "db/connection.hpp"

namespace bedstone::store {

/// By outcome: "running", "done", "failed", "interrupted".
Result<std::map<std::string, std::int64_t>> run_counts(db::Connection& connection,
                                                       const std::string& project);

}  // namespace bedstone::store
