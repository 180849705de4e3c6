/// Watch: how the database is, asked no more often than it must be.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bootstrap/commands.hpp"
#include "server/live.hpp"

namespace bedstone::server {

/// Thread-safe: of many who want to know at once, one asks.
class Watch {
 public:
  /// Both must outlive it.
  Watch(const bootstrap::Host& host, const ProjectOptions& project)
      : host_(host), project_(project) {}

  /// No older than `most`, unless the database takes longer than two seconds to answer; null when
  /// it never did.
  std::shared_ptr<const StatusReport> status(Milliseconds most);
  /// What is known is over: something was changed.
  void expire();

 private:
  const bootstrap::Host& host_;
  const ProjectOptions& project_;
  std::mutex mutex_;
  std::condition_variable told_;
  bool asking_ = false;
  std::shared_ptr<const StatusReport> last_;
  MonotonicTime read_at_;
};

enum class Health { kPass, kWarn, kFail };
/// "pass", "warn", "fail"
std::string_view health_name(Health health);

/// One thing that was looked at.
struct HealthCheck {
  std::string name;  ///< "schema"
  Health health = Health::kPass;
  std::string text;  ///< Why, for people.
};

/// Whether traffic may come: the database answers, its schema is this project's, the settings can
/// be read. `started`: what `up` said at the start.
std::vector<HealthCheck> readiness(const StatusReport* status, const LiveSettings& live,
                                   const InitializationResult& started);
Health worst_of(const std::vector<HealthCheck>& checks);

}  // namespace bedstone::server
