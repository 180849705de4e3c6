// Colour, alignment and wrapping.
#include "cli/render/page.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace bedstone::cli {
namespace {

/// SGR codes of ECMA-48; the eight base colours follow the reader's own theme.
constexpr std::array<std::string_view, 7> kCodes{"",         "\x1b[1m",  "\x1b[2m", "\x1b[32m",
                                                 "\x1b[33m", "\x1b[31m", "\x1b[36m"};
constexpr std::string_view kReset = "\x1b[0m";

}  // namespace

Page& Page::add(std::string_view text, Tone tone) {
  const std::string_view code = color_ ? kCodes[static_cast<std::size_t>(tone)] : "";
  if (code.empty() || text.empty()) {
    text_ += text::printable(text);
  } else {
    text_.append(code).append(text::printable(text)).append(kReset);
  }
  return *this;
}

Page& Page::end() {
  // Padding of a last, empty column is of no use to anybody.
  while (text_.ends_with(' '))
    text_.pop_back();
  text_.push_back('\n');
  return *this;
}

Page& Page::space(std::size_t columns) {
  text_.append(columns, ' ');
  return *this;
}

Page& Page::table(const std::vector<Row>& rows, std::size_t indent) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], text::display_width(row[i].text));
  }
  for (const Row& row : rows) {
    space(indent);
    bool first = true;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths[i] == 0) continue;
      if (!first) space(2);
      first = false;
      const std::size_t pad = widths[i] - text::display_width(row[i].text);
      if (row[i].right) space(pad);
      add(row[i].text, row[i].tone);
      if (!row[i].right && i + 1 < row.size()) space(pad);
    }
    end();
  }
  return *this;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string_view paragraph : text::split(text, '\n')) {
    std::string line;
    for (const std::string_view word : text::split(paragraph, ' ')) {
      if (word.empty()) continue;
      if (!line.empty() && text::display_width(line) + 1 + text::display_width(word) > width) {
        lines.push_back(std::move(line));
        line.clear();
      }
      if (!line.empty()) line.push_back(' ');
      line.append(word);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace bedstone::cli
