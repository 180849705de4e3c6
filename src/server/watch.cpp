// The state of the database for probes, metrics and pages.
#include "server/watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bedstone::server {
namespace {

constexpr std::chrono::seconds kPatience{2};

HealthCheck of_schema(const StatusReport& status) {
  const std::string_view state = state_name(status.state);
  switch (status.state) {
    case DatabaseState::kCurrent:
      return {"schema", Health::kPass, ""};
    case DatabaseState::kAhead:
    case DatabaseState::kDrifted:
      return {"schema", Health::kWarn, fmt::format("the database is {}", state)};
    default:
      return {"schema", Health::kFail, fmt::format("the database is {}", state)};
  }
}

HealthCheck of_settings(const StatusReport& status, const LiveSettings& live) {
  if (!live.open) return {"settings", Health::kFail, "the settings were not read yet"};
  if (status.lifecycle == Lifecycle::kUnconfigured)
    return {"settings", Health::kWarn, "the application is not configured"};
  const auto& problems = live.config.problems();
  const bool locked = std::any_of(problems.begin(), problems.end(), [](const Error& problem) {
    return problem.code == ErrorCode::kSettingMissing;
  });
  if (locked) return {"settings", Health::kFail, problems.front().message};
  if (!problems.empty()) return {"settings", Health::kWarn, problems.front().message};
  return {"settings", Health::kPass, ""};
}

}  // namespace

std::shared_ptr<const StatusReport> Watch::status(Milliseconds most) {
  std::unique_lock lock(mutex_);
  const MonotonicTime now = host_.clock.monotonic();
  if (last_ && now - read_at_ <= most) return last_;
  if (asking_) {
    told_.wait_for(lock, kPatience, [this] { return !asking_; });
    return last_;
  }
  asking_ = true;
  lock.unlock();
  auto report = std::make_shared<const StatusReport>(bootstrap::status(host_, project_));
  lock.lock();
  asking_ = false;
  last_ = std::move(report);
  read_at_ = host_.clock.monotonic();
  told_.notify_all();
  return last_;
}

void Watch::expire() {
  const std::lock_guard lock(mutex_);
  read_at_ = MonotonicTime();
}

std::string_view health_name(Health health) {
  switch (health) {
    case Health::kPass:
      return "pass";
    case Health::kWarn:
      return "warn";
    case Health::kFail:
      break;
  }
  return "fail";
}

std::vector<HealthCheck> readiness(const StatusReport* status, const LiveSettings& live,
                                   const InitializationResult& started) {
  const bool away = status == nullptr || status->state == DatabaseState::kUnreachable ||
                    status->state == DatabaseState::kNoDatabase;
  if (away) {
    const bool why = status != nullptr && !status->problems.empty();
    return {{"database", Health::kFail,
             why ? status->problems.front().message : "the database does not answer"}};
  }
  std::vector<HealthCheck> checks{{"database", Health::kPass, ""}};
  checks.push_back(of_schema(*status));
  const bool due = !status->seeds_due.empty();
  checks.push_back({"seeds", due ? Health::kWarn : Health::kPass,
                    due ? fmt::format("the seed set {} is due", status->seeds_due.front()) : ""});
  checks.push_back(of_settings(*status, live));
  if (!started.success && !started.errors.empty())
    checks.push_back({"up", Health::kFail, started.errors.front().message});
  else if (!started.degraded.empty())
    checks.push_back({"up", Health::kWarn, started.degraded.front()});
  return checks;
}

Health worst_of(const std::vector<HealthCheck>& checks) {
  Health worst = Health::kPass;
  for (const HealthCheck& check : checks)
    worst = std::max(worst, check.health);
  return worst;
}

}  // namespace bedstone::server
