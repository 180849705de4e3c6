// The machine's clocks and how points in time are written.
#include "base/clock.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <ctime>
#include <thread>

namespace bedstone {
namespace {

class SystemClock final : public Clock {
 public:
  WallTime now() const override { return std::chrono::system_clock::now(); }
  MonotonicTime monotonic() const override { return std::chrono::steady_clock::now(); }

  bool sleep(Milliseconds time, const CancelToken* cancel) const override {
    if (cancel == nullptr) {
      std::this_thread::sleep_for(time);
      return true;
    }
    const auto until = monotonic() + time;
    while (!cancel->requested()) {
      const auto left = std::chrono::ceil<Milliseconds>(until - monotonic());
      if (left.count() <= 0) return true;
      pollfd watched{cancel->descriptor(), POLLIN, 0};
      poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    }
    return false;
  }
};

std::tm utc(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_iso(WallTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time - whole).count();
  const std::tm t = utc(whole);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, micros);
}

std::string to_version(WallTime time) {
  const std::tm t = utc(time);
  return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                     t.tm_hour, t.tm_min, t.tm_sec);
}

}  // namespace bedstone
