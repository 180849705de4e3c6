// Line by line: fences, lists, paragraphs.
#include "cli/render/markdown.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace bedstone::cli {
namespace {

/// "- ", "1. ": the length of a list item's mark, 0 for other lines.
std::size_t mark_length(std::string_view line) {
  if (line.starts_with("- ")) return 2;
  const auto digits = line.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string_view::npos && line.substr(digits).starts_with(". ")) {
    return digits + 2;
  }
  return 0;
}

/// A line of prose. `tone` is carried from line to line, as a span may be broken by wrapping.
void add_spans(Page& page, std::string_view line, Tone& tone) {
  while (!line.empty()) {
    const auto mark = std::min(line.find('`'), line.find("**"));
    page.add(line.substr(0, mark), tone);
    if (mark == std::string_view::npos) return;
    const bool strong = line[mark] == '*';
    const Tone marked = strong ? Tone::kStrong : Tone::kName;
    tone = tone == marked ? Tone::kPlain : marked;
    line.remove_prefix(mark + (strong ? 2 : 1));
  }
}

class Renderer {
 public:
  Renderer(Page& page, std::size_t width) : page_(page), width_(width) {}

  void feed(std::string_view line) {
    if (line.starts_with("```")) {
      flush();
      in_code_ = !in_code_;
    } else if (in_code_) {
      page_.space(4).line(line, Tone::kName);
    } else if (line.empty()) {
      flush();
      page_.line();
    } else {
      const std::size_t mark = mark_length(line);
      if (mark > 0) flush();
      if (mark > 0) hanging_ = mark;
      if (!paragraph_.empty()) paragraph_.push_back(' ');
      paragraph_.append(text::trim(line));
    }
  }

  void flush() {
    if (paragraph_.empty()) return;
    bool first = true;
    Tone tone = Tone::kPlain;
    for (const std::string& line : wrap(paragraph_, width_ - hanging_)) {
      if (!first) page_.space(hanging_);
      first = false;
      if (page_.color()) {
        add_spans(page_, line, tone);
        page_.end();
      } else {
        page_.line(line);
      }
    }
    paragraph_.clear();
    hanging_ = 0;
  }

 private:
  Page& page_;
  std::size_t width_;
  std::string paragraph_;
  std::size_t hanging_ = 0;
  bool in_code_ = false;
};

}  // namespace

void add_markdown(Page& page, std::string_view text, std::size_t width) {
  Renderer renderer(page, width);
  for (const std::string_view line : text::split(text, '\n'))
    renderer.feed(line);
  renderer.flush();
}

}  // namespace bedstone::cli
