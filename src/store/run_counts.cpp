// Counting runs; the same text serves both engines.
#include "store/run_counts.hpp"

#include <fmt/format.h>

namespace bedstone::store {

Result<std::map<std::string, std::int64_t>> run_counts(db::Connection& connection,
                                                       const std::string& project) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection.query(
          fmt::format("SELECT outcome, count(*) FROM {} WHERE project = $1 GROUP BY outcome",
                      connection.dialect().store_table("runs")),
          {project}));
  std::map<std::string, std::int64_t> counts;
  for (std::size_t i = 0; i < rows.size(); ++i)
    counts.emplace(rows.text(i, 0), rows.integer(i, 1));
  return counts;
}

}  // namespace bedstone::store
