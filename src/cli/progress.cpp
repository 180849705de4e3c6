// Drawing with carriage return and "erase to the end of the line".
#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

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

std::string progress_line(const Progress& progress, std::size_t width) {
  std::string line;
  if (progress.total > 0) {
    const std::size_t done = std::min(progress.done, progress.total);
    const std::size_t filled = done * kBarWidth / progress.total;
    line = fmt::format("[{:#<{}}{:-<{}}] {}/{}  ", "", filled, "", kBarWidth - filled, done,
                       progress.total);
  }
  line += fmt::format("{}  {}", progress.step, progress.subject);
  return clip(line, width);
}

ProgressBar::ProgressBar(const Terminal& terminal, const Clock& clock, bool enabled)
    : terminal_(terminal), clock_(clock), enabled_(enabled && terminal.interactive()) {}

ProgressBar::~ProgressBar() {
  erase();
}

void ProgressBar::show(const Progress& progress) {
  if (!enabled_) return;
  const MonotonicTime now = clock_.monotonic();
  if (last_ && now - *last_ < kRedrawInterval) return;
  last_ = now;
  drawn_ = true;
  // The last column stays free: writing there makes some terminals wrap.
  const std::string line = progress_line(progress, terminal_.width() - 1);
  terminal_.write(fmt::format("{}{}", kEraseLine, line));
}

void ProgressBar::write_above(std::string_view line) {
  erase();
  terminal_.write(line);
}

void ProgressBar::erase() {
  if (drawn_) terminal_.write(kEraseLine);
  drawn_ = false;
}

}  // namespace bedstone::cli
