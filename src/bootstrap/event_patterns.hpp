/// Event patterns: errors that are alike, and how each was got over. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/events.hpp"

namespace bedstone::bootstrap {

/// The first run that succeeded after a pattern was seen last.
struct Resolution {
  std::string run_id;
  std::string at;  ///< When it ended.
  std::string command;
  std::string host;
  double after_seconds = 0;        ///< From the first time it was seen.
  std::vector<std::string> steps;  ///< "migrate 2_food": what that run did.
};

struct ErrorPattern {
  std::string fingerprint;  ///< 12 hexadecimal digits.
  std::string severity;     ///< error, warning.
  std::string code;
  std::string message;  ///< The newest of them, as what follows.
  std::string cause;
  std::string hint;
  std::string file;
  std::int64_t line = 0;
  std::string statement;
  std::string first_seen;
  std::string last_seen;
  std::int64_t count = 0;
  std::vector<std::string> runs;   ///< Ids, the oldest first.
  std::vector<std::string> hosts;  ///< Each once, sorted.
  std::vector<std::string> times;  ///< Of each time, the oldest first.
  std::optional<Resolution> resolution;
};

/// How runs ended.
struct Rates {
  std::int64_t runs = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t interrupted = 0;
  /// Of those that ended: done / (done + failed + interrupted). Nothing: none did.
  std::optional<double> success() const;
};

/// What does not tell two errors of one kind apart taken out: numbers, quoted values, ids, the
/// width of blanks.
std::string normalised(std::string_view text);
/// The same for the same code, file, normalised message and statement, on every machine and in
/// every version.
std::string fingerprint_of(const store::EventRow& event);

/// The pattern that was seen last comes first. `runs` are all of the time, the oldest first.
std::vector<ErrorPattern> find_patterns(const std::vector<store::EventRow>& events,
                                        const std::vector<store::RunRow>& runs);

/// By command, and all together under "".
std::map<std::string, Rates> rates_of(const std::vector<store::RunRow>& runs);

/// Seconds since 1970 of an ISO time; nothing where it is none.
std::optional<double> seconds_of(const std::string& iso);
/// From one ISO time to another; 0 where one of them is none.
double seconds_between(const std::string& from, const std::string& to);

}  // namespace bedstone::bootstrap
