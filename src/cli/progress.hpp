/// ProgressBar: one line at the bottom of a terminal; elsewhere nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "bedstone/options.hpp"
#include "cli/terminal.hpp"

namespace bedstone::cli {

/// Used from one thread at a time. Erases itself on destruction.
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
  const Terminal& terminal_;
  const Clock& clock_;
  bool enabled_;
  bool drawn_ = false;
  std::optional<MonotonicTime> last_;
};

/// "[######------] 12/30  migrate  20261120093000_create_accounts", no wider than `width`.
std::string progress_line(const Progress& progress, std::size_t width);

}  // namespace bedstone::cli
