/// Clock: the only source of time, so that tests can hold it still.
#pragma once

#include <chrono>
#include <string>

#include "base/cancel.hpp"

namespace bedstone {

using Milliseconds = std::chrono::milliseconds;
using WallTime = std::chrono::system_clock::time_point;
using MonotonicTime = std::chrono::steady_clock::time_point;

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual MonotonicTime monotonic() const = 0;
  /// Sleeps; returns false at once when `cancel` (may be null) fires.
  virtual bool sleep(Milliseconds time, const CancelToken* cancel) const = 0;
};

const Clock& system_clock();

/// "2026-11-20T09:30:00.123456Z".
std::string to_iso(WallTime time);
/// "20261120093000": the version of a migration made now.
std::string to_version(WallTime time);

/// Measures from construction.
class Stopwatch {
 public:
  explicit Stopwatch(const Clock& clock) : clock_(clock), start_(clock.monotonic()) {}
  double seconds() const {
    return std::chrono::duration<double>(clock_.monotonic() - start_).count();
  }
  Milliseconds elapsed() const {
    return std::chrono::duration_cast<Milliseconds>(clock_.monotonic() - start_);
  }

 private:
  const Clock& clock_;
  MonotonicTime start_;
};

}  // namespace bedstone
