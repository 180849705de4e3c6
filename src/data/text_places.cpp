// Line breaks and characters are counted here as libyaml counts them.
#include "data/text_places.hpp"

#include <algorithm>

namespace bedstone::data {

TextPlaces::TextPlaces(std::string_view text)
    : text_(text), ascii_(std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
      })) {}

Mark TextPlaces::mark(std::size_t line, std::size_t characters) {
  const std::size_t before = ascii_ ? characters : bytes_before(line, characters);
  return {static_cast<std::uint32_t>(line + 1), static_cast<std::uint32_t>(before + 1), 0};
}

Mark TextPlaces::mark_of_byte(std::size_t offset) {
  find_lines();
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const auto line = static_cast<std::size_t>(after - lines_.begin()) - 1;
  return {static_cast<std::uint32_t>(line + 1),
          static_cast<std::uint32_t>(offset - lines_[line] + 1), 0};
}

char TextPlaces::byte_at(const Mark& mark, std::size_t further) {
  find_lines();
  if (mark.line > lines_.size()) return '\0';
  const std::size_t offset = lines_[mark.line - 1] + mark.column - 1 + further;
  return offset < text_.size() ? text_[offset] : '\0';
}

/// The length of the line break at `i`, 0 where there is none. NEL, LS and PS break lines too
/// (YAML 1.1, chapter 5.4).
std::size_t TextPlaces::break_at(std::size_t i) const {
  const std::string_view rest = text_.substr(i, 3);
  if (rest[0] == '\n') return 1;
  if (rest[0] == '\r') return rest.starts_with("\r\n") ? 2 : 1;
  if (rest.starts_with("\xC2\x85")) return 2;
  return rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9" ? 3 : 0;
}

void TextPlaces::find_lines() {
  if (!lines_.empty()) return;
  lines_.push_back(0);
  for (std::size_t i = 0; i < text_.size();) {
    const std::size_t length = break_at(i);
    i += std::max<std::size_t>(length, 1);
    if (length > 0) lines_.push_back(i);
  }
}

/// Goes on from the last answer: a long line costs its length once, not once per node.
std::uint32_t TextPlaces::bytes_before(std::size_t line, std::size_t characters) {
  find_lines();
  if (line >= lines_.size()) return static_cast<std::uint32_t>(characters);
  if (line != last_line_ || characters < last_characters_) {
    last_line_ = line;
    last_characters_ = 0;
    last_bytes_ = 0;
  }
  for (; last_characters_ < characters; ++last_characters_) {
    std::size_t i = lines_[line] + last_bytes_;
    if (i >= text_.size()) break;
    do
      ++i;
    while (i < text_.size() && (static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80);
    last_bytes_ = i - lines_[line];
  }
  return static_cast<std::uint32_t>(last_bytes_);
}

}  // namespace bedstone::data
