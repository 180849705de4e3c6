/// Run records: what the store has of a run, as reports say it.
#pragma once

#include "bedstone/results.hpp"
#include "store/rows.hpp"

namespace bedstone::bootstrap {

/// Without steps and errors.
RunRecord to_record(const store::RunRow& row);

}  // namespace bedstone::bootstrap
