/// Checks: which staged rows a table's own constraints would refuse; asked for when the engine has
/// refused one, and before anything is written where nothing shall be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "db/connection.hpp"
#include "schema/model.hpp"
#include "seed/merge.hpp"

namespace bedstone::seed {

struct Refused {
  std::int64_t number = 0;  ///< Of the row, from 1.
  std::string column;       ///< The first column concerned; for its place.
  std::string message;
  std::string cause;
  std::string hint;
  std::string names_row_of;  ///< The other table, where a foreign key refused it.
};

/// All of them, up to a limit for each constraint: NOT NULL, CHECK, UNIQUE (among the rows and with
/// those that are there), and foreign keys. The plan must have been made. What a row does not give
/// is not checked. Foreign keys may lead to rows of `stages`, too.
Result<std::vector<Refused>> refused_rows(db::Connection& connection, const schema::Schema& schema,
                                          const StageSql& stage, const Stages& stages);

}  // namespace bedstone::seed
