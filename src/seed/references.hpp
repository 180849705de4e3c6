/// References of staged rows that cannot be followed: nobody there, or more than one.
#pragma once

#include <vector>

#include "db/connection.hpp"
#include "seed/checks.hpp"
#include "seed/stage.hpp"

namespace bedstone::seed {

/// Rows whose reference names several rows; to be asked before StageSql::resolve(), in whose
/// subqueries PostgreSQL fails then, and SQLite takes any.
Result<std::vector<Refused>> ambiguous_references(db::Connection& connection, const StageSql& stage,
                                                  const Layout& layout);

/// Rows whose reference `index` names none, with what it names and the nearest that exists; of
/// references within a reference the innermost that leads nowhere. Not those for which one of the
/// conditions (alias s) holds; what stands in `stages` may be the nearest, too.
Result<std::vector<Refused>> dangling_references(db::Connection& connection, const StageSql& stage,
                                                 std::size_t index,
                                                 const std::vector<std::string>& but,
                                                 const Stages& stages);

}  // namespace bedstone::seed
