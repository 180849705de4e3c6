/// A row of the table of runs, read and named in one place.
#pragma once

#include <string_view>

#include "db/value.hpp"
#include "store/rows.hpp"

namespace bedstone::store {

/// In the order in which run_row() reads them.
inline constexpr std::string_view kRunColumns =
    "run_id, command, started_at, finished_at, outcome, host, pid, os_user, bedstone_version, "
    "state_before, state_after, duration_seconds, error_code, error_message";

RunRow run_row(const db::Rows& rows, std::size_t index);

}  // namespace bedstone::store
