/// Terminal: where text goes, and what may be done there.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/environment.hpp"

namespace bedstone::cli {

enum class ColorChoice { kAuto, kAlways, kNever };

/// An output of the process. Writing to one whose reader is gone is no error.
class Terminal {
 public:
  Terminal(int descriptor, ColorChoice choice, const Environment& environment);

  void write(std::string_view text) const;
  int descriptor() const { return descriptor_; }
  bool interactive() const { return interactive_; }
  bool color() const { return color_; }
  /// Whether somebody sits at it: a terminal whose foreground job we are, and not that of a
  /// container's own process, which is recorded like any log.
  bool attended() const;
  /// In columns; 80 where nobody says.
  std::size_t width() const;
  /// For paragraphs: wide lines are hard to read.
  std::size_t prose_width() const;

 private:
  int descriptor_;
  bool interactive_;
  bool color_;
};

}  // namespace bedstone::cli
