// Asking the system about a descriptor.
#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace bedstone::cli {
namespace {

bool wants_color(bool interactive, ColorChoice choice, const Environment& environment) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  // https://no-color.org: present and not empty, whatever its value.
  if (!environment.get_or("NO_COLOR", "").empty()) return false;
  return interactive && environment.get_or("TERM", "dumb") != "dumb";
}

}  // namespace

Terminal::Terminal(int descriptor, ColorChoice choice, const Environment& environment)
    : descriptor_(descriptor),
      interactive_(isatty(descriptor) == 1),
      color_(wants_color(interactive_, choice, environment)) {}

void Terminal::write(std::string_view text) const {
  while (!text.empty()) {
    const auto written = ::write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool Terminal::attended() const {
  return interactive_ && tcgetpgrp(descriptor_) == getpgrp() && getsid(0) != 1;
}

std::size_t Terminal::width() const {
  winsize size{};
  if (!interactive_ || ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::size_t Terminal::prose_width() const {
  return interactive_ ? std::clamp<std::size_t>(width(), 60, 96) : 90;
}

}  // namespace bedstone::cli
