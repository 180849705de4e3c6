/// Decimal: a number exactly as it is written, however many digits it has.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "data/node.hpp"

namespace bedstone::data {

/// sign × digits × 10^exponent, with neither a leading nor a trailing zero among the digits; none
/// at all for zero. So 1, 1.0, 10e-1 and 0x1 are one value.
class Decimal {
 public:
  /// Of an integer or a float; nullopt for everything else, for .inf and .nan, for octal and
  /// hexadecimal numbers beyond 64 bits, and for exponents beyond 10^15 either way.
  static std::optional<Decimal> of(const Node& node);

  bool is_zero() const { return digits_.empty(); }
  /// Whether nothing stands behind the point.
  bool is_whole() const { return exponent_ >= 0; }
  /// Whether it is above zero with at most 18 digits, and so can be asked for multiples.
  bool is_divisor() const;
  /// nullopt unless whole, not negative, and within 64 bits.
  std::optional<std::uint64_t> as_count() const;
  /// Whether this is a whole number of times `divisor`, which is_divisor().
  bool is_multiple_of(const Decimal& divisor) const;

  /// The same text for the same value.
  std::string canonical() const;

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

 private:
  bool negative_ = false;
  std::string digits_;
  std::int64_t exponent_ = 0;
};

}  // namespace bedstone::data
