// Drawing with carriage return and "erase to the end of the line".
#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace bedstone::cli {
namespace {

constexpr Milliseconds kRedrawInterval{50};
constexpr std::size_t kBarWidth = 20;
constexpr std::string_view kEraseLine = "\r\x1b[K";

/// Cut to `width` columns; counts bytes of one-column text exactly and is short otherwise.
std::string clip(std::string_view text, std::size_t width) {
  const std::string clean = text::printable(text);
  if (text::display_width(clean) <= width) return clean;
  return text::excerpt(clean, width > 1 ? width - 1 : 1);
}

}  // namespace

std::optional<Pace::Now> Pace::at(const Progress& progress, MonotonicTime now) {
  if (progress.unit.empty()) return std::nullopt;
  const bool same =
      progress.step == step_ && progress.subject == subject_ && progress.done >= last_done_;
  if (!same) {
    step_ = progress.step;
    subject_ = progress.subject;
    first_done_ = progress.done;
    since_ = now;
  }
  last_done_ = progress.done;
  const double seconds = std::chrono::duration<double>(now - since_).count();
  if (seconds < 1) return std::nullopt;
  Now result;
  result.per_second = static_cast<double>(progress.done - first_done_) / seconds;
  if (progress.total > progress.done && result.per_second > 0) {
    result.left_seconds = static_cast<double>(progress.total - progress.done) / result.per_second;
  }
  return result;
}

std::string pace_text(const Progress& progress, const Pace::Now& pace) {
  std::string text = fmt::format("{:.0f} {}/s", pace.per_second, progress.unit);
  if (!pace.left_seconds) return text;
  // A rough guess deserves no fraction.
  const double left = std::ceil(*pace.left_seconds);
  text += left < 100 ? fmt::format(", {:.0f} s left", left)
                     : fmt::format(", {} left", text::format_duration(left));
  return text;
}

std::string progress_line(const Progress& progress, const std::optional<Pace::Now>& pace,
                          std::size_t width) {
  std::string line;
  if (progress.total > 0) {
    const std::size_t done = std::min(progress.done, progress.total);
    const std::size_t filled = done * kBarWidth / progress.total;
    line = fmt::format("[{:#<{}}{:-<{}}] {}/{}  ", "", filled, "", kBarWidth - filled, done,
                       progress.total);
  }
  if (progress.total == 0 && !progress.unit.empty()) {
    line = fmt::format("{} {}  ", progress.done, progress.unit);
  }
  line += fmt::format("{}  {}", progress.step, progress.subject);
  if (pace) line += fmt::format("  {}", pace_text(progress, *pace));
  return clip(line, width);
}

ProgressBar::ProgressBar(const Terminal& terminal, const Clock& clock, bool enabled)
    : terminal_(terminal), clock_(clock), enabled_(enabled && terminal.interactive()) {}

ProgressBar::~ProgressBar() {
  erase();
}

void ProgressBar::show(const Progress& progress) {
  if (!enabled_) return;
  const std::lock_guard lock(mutex_);
  const MonotonicTime now = clock_.monotonic();
  const auto pace = pace_.at(progress, now);
  if (last_ && now - *last_ < kRedrawInterval) return;
  last_ = now;
  drawn_ = true;
  // The last column stays free: writing there makes some terminals wrap.
  const std::string line = progress_line(progress, pace, terminal_.width() - 1);
  terminal_.write(fmt::format("{}{}", kEraseLine, line));
}

void ProgressBar::write_above(std::string_view line) {
  const std::lock_guard lock(mutex_);
  erase_line();
  terminal_.write(line);
}

void ProgressBar::erase() {
  const std::lock_guard lock(mutex_);
  erase_line();
}

void ProgressBar::erase_line() {
  if (drawn_) terminal_.write(kEraseLine);
  drawn_ = false;
}

}  // namespace bedstone::cli
