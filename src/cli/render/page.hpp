/// Page: text for people. All that goes in is made harmless; colour only where it is wanted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bedstone::cli {

/// What a piece of text means; the colour follows from it.
enum class Tone { kPlain, kStrong, kQuiet, kGood, kWarning, kBad, kName };

class Page {
 public:
  explicit Page(bool color) : color_(color) {}

  /// Control characters in `text` are replaced, so that hostile text cannot drive the terminal.
  Page& add(std::string_view text, Tone tone = Tone::kPlain);
  Page& line(std::string_view text = {}, Tone tone = Tone::kPlain) { return add(text, tone).end(); }
  Page& end();
  Page& space(std::size_t columns);

  struct Cell {
    std::string text;
    Tone tone = Tone::kPlain;
    bool right = false;  ///< Aligned to the right.
  };
  using Row = std::vector<Cell>;
  /// Rows with aligned columns, two spaces between them; the last column is not padded.
  Page& table(const std::vector<Row>& rows, std::size_t indent = 2);

  bool empty() const { return text_.empty(); }
  bool color() const { return color_; }
  std::string take() { return std::move(text_); }

 private:
  bool color_;
  std::string text_;
};

/// Breaks at spaces so that no line is wider than `width`; paragraphs (empty lines) stay.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace bedstone::cli
