// Trying again after the connection broke.
#include "bootstrap/attempts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/seeding.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr int kAttempts = 8;

bool worth_another(const Errors& errors, const Host& host) {
  if (host.cancel != nullptr && host.cancel->requested()) return false;
  return std::any_of(errors.begin(), errors.end(),
                     [](const Error& error) { return error.connection_lost; });
}

/// Migrations of this run whose COMMIT was answered to nobody are in the history all the same.
void adopt_committed(Work& work) {
  Account& account = work.account;
  for (const store::MigrationRow& row : work.seen.history) {
    if (row.run_id != account.run_id) continue;
    std::string label = row.kind == store::kRepeatable ? "repeatable/" + row.version
                        : row.name.empty()             ? row.version
                                           : fmt::format("{}_{}", row.version, row.name);
    if (std::find(account.applied.begin(), account.applied.end(), label) != account.applied.end()) {
      continue;
    }
    account.steps.push_back({.kind = row.kind == store::kRepeatable ? "repeatable" : "migrate",
                             .subject = label,
                             .detail = "committed although the connection broke",
                             .outcome = "done",
                             .duration_seconds = row.duration_seconds});
    account.applied.push_back(std::move(label));
  }
}

}  // namespace

Verdict run_attempts(const Host& host, const Project& project, const Release& release,
                     const UpOptions& options, Account& account, const Attempt& attempt) {
  for (int number = 1;; ++number) {
    Verdict verdict;
    Work work(host, project, release, options, account);
    verdict.errors = attempt(work, verdict);
    if (number > 1) {
      adopt_committed(work);
      settle_generated(work);
    }
    if (verdict.ok()) return verdict;
    if (number < kAttempts && worth_another(verdict.errors, host)) {
      host.log.warning(
          fmt::format("{}; connecting again to see what was done", verdict.errors.front().message));
      // A server that restarts refuses at first; connect() waits for it.
      host.clock.sleep(Milliseconds(50 * number), host.cancel);
      continue;
    }
    work.record_failure(verdict.errors);
    // Where nobody can look any more, the application is where it was.
    verdict.lifecycle = account.lifecycle_before.value_or(Lifecycle::kNoDatabase);
    if (work.connection && !work.connection->lost()) {
      // What stays done decides the state that is left behind.
      work.connection->set_cancel(nullptr);
      if (const Status looked = work.look(); looked) {
        verdict.state_after = work.seen.state;
        verdict.lifecycle = lifecycle_of(work.seen, work.application);
      }
    }
    return verdict;
  }
}

}  // namespace bedstone::bootstrap
