/// UTF-8: what begins a text, what does not belong in it, and how a character is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bedstone/error.hpp"

namespace bedstone::data {

/// The text without the byte-order mark that may begin it.
std::string_view without_byte_order_mark(std::string_view text);

/// kNotUtf8 at the first byte that is no part of a character, or nullopt. The text's first line is
/// `first_line` of the file.
std::optional<Error> check_utf8(const std::string& file, std::string_view text,
                                std::uint32_t first_line = 1);

/// Whether the text begins with the byte-order mark of UTF-16, of either order.
bool begins_like_utf16(std::string_view text);

/// Appends a character, which must be one: no half of UTF-16's pairs, none beyond U+10FFFF.
void append_utf8(std::string& out, char32_t point);

}  // namespace bedstone::data
