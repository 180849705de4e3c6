/// What watches stored, as series for plots: cut into equal spans of time by the database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bootstrap/health_watch.hpp"

namespace bedstone::bootstrap {

inline constexpr std::int64_t kSeriesPointsMost = 200;
inline constexpr std::chrono::hours kSeriesPastMost{24 * 400};

struct HealthSeriesOptions {
  Milliseconds past = std::chrono::hours(24);
  std::int64_t points = 48;  ///< About so many, at most kSeriesPointsMost.
  std::string check;         ///< Only this one; empty: all.
};

/// One check over the time, on all hosts; each list has an item for each span.
struct HealthSeries {
  std::string id;
  std::vector<std::int64_t> passed;
  std::vector<std::int64_t> warned;
  std::vector<std::int64_t> failed;
  std::vector<double> mean_seconds;  ///< Below 0: nothing was checked then.
  std::vector<double> longest_seconds;
};

struct HealthSeriesReport {
  HealthHistory history;  ///< Sums and changes of the same time.
  std::string since;      ///< ISO 8601, UTC: when the first span begins.
  std::int64_t width_seconds = 0;
  std::int64_t spans = 0;
  std::vector<HealthSeries> series;  ///< By check.
  std::vector<Error> errors;
};
/// Reads only. The database sums up; what comes back does not grow with what is stored.
/// Errors: kUnknownCheck.
HealthSeriesReport health_series(const Host& host, const ProjectOptions& project,
                                 const HealthSeriesOptions& options);

}  // namespace bedstone::bootstrap
