/// RunList: recorded runs page by page, as people look through them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/store.hpp"

namespace bedstone::store {

struct RunQuery {
  std::string outcome;  ///< "failed"; empty: any.
  std::string command;  ///< "up"; empty: any.
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

struct RunPage {
  std::vector<RunRow> runs;                      ///< Newest first.
  std::int64_t total = 0;                        ///< That the query leaves, not of this page.
  std::map<std::string, std::int64_t> outcomes;  ///< Of all runs: how many ended so.
  std::map<std::string, std::int64_t> commands;
};

/// Nothing where the tables are missing.
Result<RunPage> run_page(db::Connection& connection, const std::string& project,
                         const RunQuery& query);

}  // namespace bedstone::store
