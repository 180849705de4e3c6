/// ProgressBar: one line at the bottom of a terminal; elsewhere nothing.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "bedstone/options.hpp"
#include "cli/terminal.hpp"

namespace bedstone::cli {

/// How fast what has a unit goes on.
class Pace {
 public:
  struct Now {
    double per_second = 0;
    std::optional<double> left_seconds;  ///< Where the total is known.
  };
  /// Nothing during the first second of a step, and for what has no unit.
  std::optional<Now> at(const Progress& progress, MonotonicTime now);

 private:
  std::string step_;
  std::string subject_;
  std::size_t first_done_ = 0;
  std::size_t last_done_ = 0;
  MonotonicTime since_{};
};

/// May be used from any thread: the log's lines come from all of them. Erases itself on
/// destruction.
class ProgressBar {
 public:
  /// `enabled` is overruled where `terminal` is none.
  ProgressBar(const Terminal& terminal, const Clock& clock, bool enabled);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  bool enabled() const { return enabled_; }
  /// Draws at most twenty times a second.
  void show(const Progress& progress);
  /// Writes a line above the bar.
  void write_above(std::string_view line);
  void erase();

 private:
  void erase_line();  ///< Under the mutex.

  const Terminal& terminal_;
  const Clock& clock_;
  bool enabled_;
  std::mutex mutex_;
  bool drawn_ = false;
  std::optional<MonotonicTime> last_;
  Pace pace_;
};

/// "[######------] 12/30  migrate  20261120093000_create_accounts", no wider than `width`.
std::string progress_line(const Progress& progress, const std::optional<Pace::Now>& pace,
                          std::size_t width);
/// "85000 rows/s, 10 s left"
std::string pace_text(const Progress& progress, const Pace::Now& pace);

}  // namespace bedstone::cli
