/// Slow down: a start that failed again and again with the same files waits before the next try.
#pragma once

#include <optional>
#include <string>

#include "bootstrap/work.hpp"

namespace bedstone::bootstrap {

/// In meta: the digest of the files that failed last, and when they failed first.
inline constexpr std::string_view kFailing = "failing";

/// Failures that follow one another without a success between them.
struct FailureSeries {
  std::int64_t count = 0;
  std::string code;
  std::string last_at;  ///< When the last one ended.
};

/// Of runs, the newest first, as far back as `since` (ISO 8601): those of `up` that failed with
/// the newest one's code. What was interrupted counts for neither side.
FailureSeries failure_series(const std::vector<store::RunRow>& runs, const std::string& since);

/// How long after the last failure the next try may be: nothing for the first three, then 5 s,
/// doubled each time, at most 5 min. `chance` (0 to 1) adds up to a tenth, so that many do not
/// wake at once.
Milliseconds pause_after(std::int64_t failures, double chance);

/// Waits where it must, without connection and lock; true: it did, and everything is to be looked
/// at anew. kSlowedDown where that takes longer than the caller waits for locks; kInterrupted.
Result<bool> slow_down(Work& work);

/// The statement that remembers that these files failed, for record_failure().
std::optional<store::Bound> note_failing(Work& work);

/// What kSlowedDown tells: seconds until the next try may be.
std::optional<double> retry_after_seconds(const std::vector<Error>& errors);

}  // namespace bedstone::bootstrap
