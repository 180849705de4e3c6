/// TextPlaces: from what libyaml counts (lines, characters) to what people are shown (lines,
/// bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "data/node.hpp"

namespace bedstone::data {

/// Places in a text, which must outlive it. Not const: it remembers its last answer.
class TextPlaces {
 public:
  explicit TextPlaces(std::string_view text);

  /// The mark of a line and a column, both from 0, the column in characters.
  Mark mark(std::size_t line, std::size_t characters);
  Mark mark_of_byte(std::size_t offset);
  /// The byte `further` bytes behind a mark, or NUL behind the end.
  char byte_at(const Mark& mark, std::size_t further = 0);
  bool ascii() const { return ascii_; }

 private:
  std::size_t break_at(std::size_t i) const;
  void find_lines();
  std::uint32_t bytes_before(std::size_t line, std::size_t characters);

  std::string_view text_;
  bool ascii_;
  std::vector<std::size_t> lines_;
  std::size_t last_line_ = 0, last_characters_ = 0, last_bytes_ = 0;
};

}  // namespace bedstone::data
