/// Alerts: what to tell whom, when checks begin to fail and when they recover.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bedstone/health.hpp"
#include "health/http.hpp"
#include "project/health.hpp"

namespace bedstone::health {

/// One failure or recovery of one check.
struct AlertEvent {
  bool recovery = false;
  HealthFinding finding;
  std::string at;
  std::string failed_since;  ///< Of a recovery.
};

/// What a message says; webhooks get it as it stands.
std::string alert_json(const HealthReport& source, const std::vector<AlertEvent>& events);
/// The same in Slack's form.
std::string alert_slack(const HealthReport& source, const std::vector<AlertEvent>& events);

/// Keeps for each webhook what it was told. Messages are sent when they are due, never more often
/// than its `every`; what comes meanwhile waits and goes together. What is not delivered is tried
/// again with growing pauses. Not thread-safe.
class Alerts {
 public:
  using Send = std::function<Result<HttpAnswer>(const Secret& url, const std::string& json)>;

  /// All but `targets` must outlive it.
  Alerts(std::vector<HealthSection::Alert> targets, Send send, const Clock& clock, Log& log);

  /// Takes in what a round of checks found.
  void note(const HealthReport& report);
  /// Sends what is due.
  void deliver();
  /// When deliver() has something to do; nullopt: nothing.
  std::optional<MonotonicTime> due() const;

 private:
  struct State {
    std::int64_t failures = 0;  ///< One after another.
    bool told = false;
    std::string since;
  };
  struct Target {
    HealthSection::Alert alert;
    std::map<std::string, State> checks;
    std::deque<AlertEvent> waiting;
    int attempts = 0;  ///< Of the message that is on its way.
    MonotonicTime next{};
  };

  void note(Target& target, const HealthFinding& finding, const std::string& at);
  void deliver(Target& target);
  void put_off(Target& target, const HttpAnswer* answer, const std::string& why);

  std::vector<Target> targets_;
  Send send_;
  const Clock& clock_;
  Log& log_;
  HealthReport source_;  ///< The newest, for project, database and host.
};

}  // namespace bedstone::health
