// Sizes are counted in whole numbers throughout: a double would lose bytes beyond 2^53.
#include "config/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace bedstone::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::int64_t kKibi = 1024;
constexpr std::array kSizes{
    Unit{"b", 1},
    Unit{"kib", kKibi},
    Unit{"mib", kKibi* kKibi},
    Unit{"gib", kKibi* kKibi* kKibi},
    Unit{"tib", kKibi* kKibi* kKibi* kKibi},
    Unit{"kb", 1'000},
    Unit{"mb", 1'000'000},
    Unit{"gb", 1'000'000'000},
    Unit{"tb", 1'000'000'000'000},
};
constexpr std::array kSizeTexts{
    Unit{"TiB", kKibi* kKibi* kKibi* kKibi},
    Unit{"GiB", kKibi* kKibi* kKibi},
    Unit{"MiB", kKibi* kKibi},
    Unit{"KiB", kKibi},
};
constexpr std::array kDurationTexts{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                    Unit{"s", 1000}, Unit{"ms", 1}};

std::optional<std::int64_t> factor_of(std::string_view unit) {
  if (unit.empty()) return 1;
  const std::string name = text::to_lower(unit);
  for (const Unit& known : kSizes) {
    if (known.name == name) return known.factor;
  }
  return std::nullopt;
}

/// whole × factor + .fraction × factor, when that is a whole number.
std::optional<std::int64_t> scaled(std::int64_t whole, std::string_view fraction,
                                   std::int64_t factor) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (whole > kMost / factor) return std::nullopt;
  std::int64_t total = whole * factor;
  while (fraction.ends_with('0'))
    fraction.remove_suffix(1);
  // Within 6 digits nothing below overflows: the largest factor is 2^40.
  if (fraction.size() > 6) return std::nullopt;
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  for (const char digit : fraction) {
    numerator = numerator * 10 + (digit - '0');
    denominator *= 10;
  }
  numerator *= factor;
  if (numerator % denominator != 0) return std::nullopt;
  const std::int64_t rest = numerator / denominator;
  if (rest > kMost - total) return std::nullopt;
  return total + rest;
}

}  // namespace

std::optional<std::int64_t> parse_int(std::string_view text) {
  return text::parse_integer(text::trim(text));
}

std::optional<double> parse_float(std::string_view text) {
  text = text::trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(number)) return std::nullopt;
  return number == 0 ? 0 : number;  // Not -0, which is the same number and another text.
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  text = text::trim(text);
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  const auto whole = text::parse_integer(text.substr(0, digits));
  if (!whole) return std::nullopt;
  text.remove_prefix(digits);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = text.substr(0, text.find_first_not_of(kDigits));
    if (fraction.empty()) return std::nullopt;
    text.remove_prefix(fraction.size());
  }
  const auto factor = factor_of(text::trim(text));
  return factor ? scaled(*whole, fraction, *factor) : std::nullopt;
}

std::string float_text(double number) {
  return fmt::format("{}", number);
}

std::string duration_text(std::chrono::milliseconds duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0s";
  for (const Unit& unit : kDurationTexts) {
    if (count % unit.factor == 0) return fmt::format("{}{}", count / unit.factor, unit.name);
  }
  return fmt::format("{}ms", count);
}

std::string size_text(std::int64_t bytes) {
  for (const Unit& unit : kSizeTexts) {
    if (bytes != 0 && bytes % unit.factor == 0) {
      return fmt::format("{}{}", bytes / unit.factor, unit.name);
    }
  }
  return fmt::format("{}B", bytes);
}

}  // namespace bedstone::config
