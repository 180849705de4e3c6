/// Heartbeat: the row in which a process says that it uses the settings, and which.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "db/connection.hpp"
#include "store/instances.hpp"

namespace bedstone::config {

/// Writes no more often than it must: at the start, after changes, once a minute while it is told
/// that somebody reads. Whoever may not write does without. Not thread-safe.
class Heartbeat {
 public:
  /// All must outlive it. `row` says who this is; its revision and problem are set later.
  Heartbeat(const Clock& clock, Log& log, std::string project, store::InstanceRow row)
      : clock_(clock), log_(log), project_(std::move(project)), row_(std::move(row)) {}

  /// What the row shall say.
  void set(std::int64_t revision, std::string problem);
  /// Somebody read the settings.
  void used();

  /// When write() has something to do; nullopt: nothing.
  std::optional<MonotonicTime> due() const { return due_; }
  /// Writes if it is time. What fails is tried again, or given up where it cannot succeed.
  void write(db::Connection& connection);
  void remove(db::Connection& connection);

 private:
  /// Records that the application runs now, or does no more.
  void note(db::Connection& connection, std::string_view what);

  const Clock& clock_;
  Log& log_;
  std::string project_;
  store::InstanceRow row_;
  std::optional<MonotonicTime> due_;
  std::optional<MonotonicTime> written_;
  bool given_up_ = false;
};

/// The row of this process, as yet without id, revision and problem. `program`: "" takes the
/// executable's name.
store::InstanceRow this_process(const std::string& program);

}  // namespace bedstone::config
