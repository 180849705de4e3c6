/// Settle: what became of a statement that ran outside of a transaction when nobody saw its end.
#pragma once

#include <string>

#include "db/connection.hpp"
#include "migrate/outline.hpp"

namespace bedstone::migrate {

/// What the catalog says before the statement runs, as text for the journal. Refuses with
/// kInvalidIndex when an invalid index that is not ours is in the way.
Result<std::string> observe(db::Connection& connection, const Unit& unit);

enum class Outcome {
  kDone,     ///< It took effect.
  kNotDone,  ///< It did not, or may be repeated without harm; leftovers of ours are gone.
};

/// Compares the catalog with `before`. Drops invalid indexes that the statement left behind, and
/// nothing else. kOutcomeUnknown when the catalog cannot tell.
Result<Outcome> settle(db::Connection& connection, const Unit& unit, const std::string& before);

/// After a statement that reported success: an index that IF NOT EXISTS passed over may be
/// invalid. kInvalidIndex then.
Status check_result(db::Connection& connection, const Unit& unit);

}  // namespace bedstone::migrate
