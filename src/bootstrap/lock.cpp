// Waiting for the lock, whichever it is.
#include "bootstrap/lock.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/text.hpp"
#include "bootstrap/lock_kinds.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr Milliseconds kLongestPause{100};
constexpr Milliseconds kBetweenReports{5000};

Error timed_out(const LockRequest& request, const std::optional<LockHolder>& holder) {
  return Error(ErrorCode::kLockTimeout,
               fmt::format(
                   "the lock of project {} was not free within {}", request.project,
                   text::format_duration(static_cast<double>(request.timeout.count()) / 1000)))
      .because(holder ? fmt::format("it is held by {}", describe(*holder))
                      : "its holder could not be read")
      .advise(
          "wait for that process (`bedstone status` shows its step), or give more time with "
          "--lock-timeout; nothing needs to be unlocked by hand, the lock ends with its holder")
      .may_retry();
}

}  // namespace

std::string describe(const LockHolder& holder) {
  std::string text = fmt::format("process {}", holder.pid);
  if (!holder.host.empty()) text += fmt::format(" on {}", holder.host);
  if (!holder.since.empty()) text += fmt::format(", since {}", holder.since);
  if (!holder.step.empty()) text += fmt::format(", at {}", holder.step);
  return text;
}

std::string host_name() {
  std::array<char, 256> buffer{};
  return gethostname(buffer.data(), buffer.size() - 1) == 0 ? buffer.data() : "unknown";
}

Status poll_lock(const LockRequest& request, const std::function<Result<bool>()>& attempt,
                 const std::function<std::optional<LockHolder>()>& holder) {
  const Host& host = request.host;
  const Stopwatch watch(host.clock);
  std::minstd_rand random(std::random_device{}());
  Milliseconds pause{5}, next_report{150}, between_reports{1000};
  for (;;) {
    BEDSTONE_ASSIGN(const bool taken, attempt());
    if (taken) return {};
    if (watch.elapsed() >= request.timeout) return fail(timed_out(request, holder()));
    if (watch.elapsed() >= next_report) {
      const auto who = holder();
      host.log.info(who ? fmt::format("waiting for the lock, held by {}", describe(*who))
                        : std::string("waiting for the lock"));
      next_report = watch.elapsed() + between_reports;
      between_reports = std::min(between_reports * 5, kBetweenReports);
    }
    std::uniform_int_distribution<std::int64_t> jitter(pause.count() / 2, pause.count());
    if (!host.clock.sleep(Milliseconds(jitter(random)), host.cancel)) {
      return fail(Error(ErrorCode::kInterrupted, "interrupted while waiting for the lock")
                      .advise("nothing was changed; run the same command again"));
    }
    pause = std::min(kLongestPause, pause * 2);
  }
}

Result<std::unique_ptr<RunLock>> RunLock::acquire(const LockRequest& request) {
  if (request.url.engine() == db::Engine::kSqlite) return acquire_file_lock(request);
  if (request.pooled) return acquire_transaction_lock(request);
  return acquire_session_lock(request);
}

Result<std::optional<LockHolder>> lock_holder(db::Connection& connection, const db::Url& url,
                                              const std::string& project) {
  return url.engine() == db::Engine::kSqlite ? file_lock_holder(url)
                                             : session_lock_holder(connection, project);
}

}  // namespace bedstone::bootstrap
