/// Small functions over text: splitting, trimming, nearest names, durations, UTF-8.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bedstone::text {

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string to_lower(std::string_view text);
/// "1 migration", "3 migrations".
std::string count(std::int64_t number, std::string_view noun);
/// Cuts to `limit` bytes at a character's edge and says so with "…"; white space is folded.
std::string excerpt(std::string_view text, std::size_t limit = 200);

/// The candidate a person most likely meant, or nullopt when none is near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "250ms", "60s", "5m", "1h", "2d"; a bare number counts seconds.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// "1.24 s", "18 ms", "2 min 3 s".
std::string format_duration(double seconds);
std::optional<std::int64_t> parse_integer(std::string_view text);
/// true, yes, on, 1 / false, no, off, 0, in any case.
std::optional<bool> parse_bool(std::string_view text);

/// The offset of the first byte that is not UTF-8, or nullopt.
std::optional<std::size_t> invalid_utf8(std::string_view text);
/// For terminals: width in columns of printable text, East Asian characters counted as two.
std::size_t display_width(std::string_view text);
/// A shell word, quoted only where needed.
std::string shell_quote(std::string_view text);
/// Replaces control characters, so that hostile text cannot drive a terminal.
std::string printable(std::string_view text);

}  // namespace bedstone::text
