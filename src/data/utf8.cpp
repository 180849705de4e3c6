// What begins a text, what does not belong in it, and how a character is written.
#include "data/utf8.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "data/text_places.hpp"

namespace bedstone::data {

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

bool begins_like_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

std::optional<Error> check_utf8(const std::string& file, std::string_view text,
                                std::uint32_t first_line) {
  const auto offset = text::invalid_utf8(text);
  if (!offset) return std::nullopt;
  const Mark mark = TextPlaces(text).mark_of_byte(*offset);
  const auto byte = static_cast<unsigned char>(text[*offset]);
  return Error(ErrorCode::kNotUtf8, fmt::format("{} is not UTF-8", file))
      .because(fmt::format("the byte 0x{:02X} at offset {} begins no character", byte, *offset))
      .advise(fmt::format("convert it: iconv -f {1} -t utf-8 {0} -o {0}.utf8",
                          text::shell_quote(file), begins_like_utf16(text) ? "utf-16" : "latin1"))
      .at(file, mark.line + first_line - 1, mark.column);
}

void append_utf8(std::string& out, char32_t point) {
  const auto byte = [&out](char32_t bits) { out.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0 | point >> 6);
    byte(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    byte(0xE0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  } else {
    byte(0xF0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3F));
    byte(0x80 | (point >> 6 & 0x3F));
    byte(0x80 | (point & 0x3F));
  }
}

}  // namespace bedstone::data
