/// Numbers and times as text, brought into one form. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone::transfer {

/// A decimal number as written, without what does not count: digits and the power of ten of the
/// last one. No digits: zero.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< Neither leading nor trailing zeros.
  std::int64_t exponent = 0;
};
/// nullopt: not a decimal number.
std::optional<Decimal> parse_decimal(std::string_view text);
/// The same text for the same number.
std::string canonical(const Decimal& number);

/// "12", "-3" within `bits` bits; also "12.0".
std::optional<std::int64_t> parse_whole(std::string_view text, int bits);

/// Microseconds since 1970 of "2026-11-20 09:30:00.5+01:00", with T or a blank, seconds and zone
/// optional; without a zone it is UTC. `zoned`, when given: whether there was one.
std::optional<std::int64_t> parse_timestamp(std::string_view text, bool* zoned = nullptr);
/// Days since 1970 of "2026-11-20".
std::optional<std::int64_t> parse_date(std::string_view text);
/// Microseconds since midnight of "09:30:00.5".
std::optional<std::int64_t> parse_time(std::string_view text);

/// "2026-11-20T09:30:00.500Z": milliseconds, or microseconds where they count.
std::string utc_text(std::int64_t microseconds);
/// "2026-11-20 09:30:00.5"
std::string plain_text(std::int64_t microseconds);

}  // namespace bedstone::transfer
