// A container that is restarted in a loop must not wear out a server.
#include "bootstrap/slow_down.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "base/text.hpp"
#include "bootstrap/event_patterns.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::int64_t kFreeFailures = 3;
constexpr Milliseconds kFirstPause{5'000};
constexpr Milliseconds kLongestPause{300'000};
/// Older failures say nothing of today's server.
constexpr std::chrono::hours kWindow{1};
constexpr std::int64_t kRunsLookedAt = 40;
constexpr std::string_view kMark = "retry_after=";

struct Failing {
  std::string digest;
  std::string since;
};

Result<std::optional<Failing>> read_failing(Work& work) {
  auto value = work.store->meta(kFailing);
  if (!value && store::is_missing(value.error())) return std::nullopt;
  if (!value) return fail(std::move(value).error());
  if (!*value) return std::nullopt;
  const auto space = (*value)->find(' ');
  if (space == std::string::npos) return std::nullopt;
  return Failing{(*value)->substr(0, space), (*value)->substr(space + 1)};
}

Error slowed(const FailureSeries& series, double seconds) {
  // The newest code names the cause: it is what a person has to mend.
  return Error(ErrorCode::kSlowedDown,
               fmt::format("the last {} runs of these files failed with {}; the next may start in "
                           "{}",
                           series.count, series.code, text::format_duration(seconds)))
      .because("a program that is restarted in a loop would wear out the server")
      .advise(
          "mend the cause: `bedstone runs` and `bedstone events` show it; changed files, and "
          "--force, go at once")
      .while_doing(fmt::format("{}{:.1f}", kMark, seconds))
      .may_retry();
}

double chance() {
  std::random_device device;
  return std::uniform_real_distribution<double>(0, 1)(device);
}

Milliseconds left_of(const FailureSeries& series, WallTime now) {
  const Milliseconds pause = pause_after(series.count, chance());
  const double passed = seconds_between(series.last_at, to_iso(now));
  // Clocks of two machines differ: nobody waits longer than the whole pause.
  if (passed < 0) return pause;
  const Milliseconds gone(static_cast<std::int64_t>(passed * 1000));
  return std::clamp(pause - gone, Milliseconds(0), pause);
}

}  // namespace

FailureSeries failure_series(const std::vector<store::RunRow>& runs, const std::string& since) {
  FailureSeries series;
  for (const store::RunRow& run : runs) {
    if (run.started_at < since) break;
    if (run.outcome == "done") break;
    if (run.outcome != "failed" || (run.command != "up" && run.command != "exec")) continue;
    if (series.count == 0) {
      series.code = run.error_code;
      series.last_at = run.finished_at;
    }
    if (run.error_code != series.code) break;
    ++series.count;
  }
  return series;
}

Milliseconds pause_after(std::int64_t failures, double chance) {
  if (failures <= kFreeFailures) return Milliseconds(0);
  const std::int64_t doublings = std::min<std::int64_t>(failures - kFreeFailures - 1, 10);
  const Milliseconds pause = std::min(kFirstPause * (std::int64_t{1} << doublings), kLongestPause);
  const auto extra = static_cast<std::int64_t>(static_cast<double>(pause.count()) * 0.1 * chance);
  return std::min(pause + Milliseconds(extra), kLongestPause);
}

Result<bool> slow_down(Work& work) {
  const bool starts = work.host.command == "up" || work.host.command == "exec";
  if (work.account.slowed || work.options.force || !starts) return false;
  BEDSTONE_ASSIGN(const auto failing, read_failing(work));
  if (!failing || failing->digest != work.release.ready) return false;
  BEDSTONE_ASSIGN(const auto runs, work.store->runs(std::nullopt, kRunsLookedAt));
  const std::string window = to_iso(work.host.clock.now() - kWindow);
  const FailureSeries series = failure_series(runs, std::max(failing->since, window));
  const Milliseconds left = left_of(series, work.host.clock.now());
  if (left <= Milliseconds(0)) return false;
  const double seconds = static_cast<double>(left.count()) / 1000;
  Error told = slowed(series, seconds);
  Milliseconds patience = work.options.lock_timeout.value_or(work.project.database.lock_timeout);
  if (work.options.wait) patience = std::min(patience, *work.options.wait);
  if (left > patience) return fail(std::move(told));
  work.account.slowed = true;
  // Whoever waits holds nothing of the server's.
  work.store.reset();
  work.connection.reset();
  work.host.log.warning(fmt::format("{}: {}; waiting", code_name(told.code), told.message));
  work.account.warnings.push_back(std::move(told));
  if (!work.host.clock.sleep(left, work.host.cancel)) {
    if (auto stop = work.interruption()) return fail(*std::move(stop));
  }
  return true;
}

std::optional<store::Bound> note_failing(Work& work) {
  if (work.host.command != "up" && work.host.command != "exec") return std::nullopt;
  const auto failing = read_failing(work);
  if (!failing) return std::nullopt;
  const bool same = *failing && (*failing)->digest == work.release.ready;
  const std::string& since = same ? (*failing)->since : work.account.started_at;
  return work.store->set_meta(kFailing, work.release.ready + " " + since);
}

std::optional<double> retry_after_seconds(const std::vector<Error>& errors) {
  for (const Error& error : errors) {
    if (error.code != ErrorCode::kSlowedDown) continue;
    for (const std::string& one : error.context) {
      if (one.starts_with(kMark)) return std::strtod(one.c_str() + kMark.size(), nullptr);
    }
  }
  return std::nullopt;
}

}  // namespace bedstone::bootstrap
