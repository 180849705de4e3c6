/// Rows that migrations wrote, as statements that write them again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bootstrap/squash.hpp"
#include "db/connection.hpp"

namespace bedstone::bootstrap {

struct CarriedRows {
  std::vector<SquashReport::Table> tables;     ///< Those with rows.
  std::map<std::string, std::string> inserts;  ///< By table; one statement each.
  std::vector<std::string> counters;           ///< Where sequences stand.
  std::int64_t rows = 0;

  bool operator==(const CarriedRows& other) const {
    return inserts == other.inserts && counters == other.counters;
  }
};

/// Counts the rows of `tables`, and reads them where there are at most `max_rows` in all.
Result<CarriedRows> read_carried_rows(db::Connection& connection, const std::string& schema,
                                      const std::vector<std::string>& tables,
                                      std::int64_t max_rows);

}  // namespace bedstone::bootstrap
