/// The line of a file that an error points at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bedstone/error.hpp"

namespace bedstone::cli {

struct Excerpt {
  std::string line;              ///< Tabs made spaces; cut around the column when long.
  std::size_t caret_column = 0;  ///< In columns from 0; npos: the column is not known.
};

/// Reads no further than the line. Nothing where the file is not at hand, the line does not exist,
/// it is no file of SQL or data, or the line or the one before it speaks of passwords, tokens or
/// URLs: a terminal's scroll-back and a CI log are no places for them.
std::optional<Excerpt> read_excerpt(const Place& place, std::string_view folder);

/// The pure half: a line with the column (in bytes, from 1; 0: not known), for `width` columns.
Excerpt make_excerpt(std::string_view line, std::uint32_t column, std::size_t width);
bool is_source(std::string_view path);
/// Whether a line of a file may be shown.
bool may_show(std::string_view line);

}  // namespace bedstone::cli
