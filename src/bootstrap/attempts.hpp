/// Attempts: the same work again after a broken connection. What had been committed is read from
/// the database, never assumed.
#pragma once

#include <functional>
#include <memory>

#include "bootstrap/work.hpp"

namespace bedstone::bootstrap {

/// What became of a command, whichever way its result is shaped.
struct Verdict {
  std::vector<Error> errors;
  DatabaseState state_after = DatabaseState::kUnreachable;
  Lifecycle lifecycle = Lifecycle::kNoDatabase;
  std::vector<SchemaDifference> drift;
  bool fast_path = false;

  bool ok() const { return errors.empty(); }
};

/// One attempt: works, and says what became of it. Several errors may be found at once.
using Attempt = std::function<Errors(Work&, Verdict&)>;

/// Makes a Work and runs `attempt` on it, again as long as the connection breaks and the time given
/// for waiting lasts. Records the failure of the last one.
Verdict run_attempts(const Host& host, const Project& project, const Release& release,
                     const UpOptions& options, Account& account, const Attempt& attempt);

/// For functions that return Errors.
#define BEDSTONE_CHECK(expression)                                                       \
  do {                                                                                   \
    auto bedstone_status = (expression);                                                 \
    if (!bedstone_status) return ::bedstone::Errors{std::move(bedstone_status).error()}; \
  } while (false)

}  // namespace bedstone::bootstrap
