// Numbers as text: no digit is lost, and nothing costs more than the text is long.
#include "data/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace bedstone::data {
namespace {

constexpr std::int64_t kExponentMax = 1'000'000'000'000'000;
constexpr std::size_t kDivisorDigits = 18;

std::optional<std::uint64_t> number_of(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The number behind an e; nullopt when it is beyond what is taken.
std::optional<std::int64_t> exponent_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (exponent > kExponentMax || exponent < -kExponentMax) return std::nullopt;
  return exponent;
}

}  // namespace

std::optional<Decimal> Decimal::of(const Node& node) {
  const Node::Type type = node.type();
  if (type != Node::Type::kInteger && type != Node::Type::kFloat) return std::nullopt;
  std::string_view text = node.text();
  std::string plain;
  if (text.starts_with("0o") || text.starts_with("0x")) {
    const auto number = number_of(text.substr(2), text[1] == 'o' ? 8 : 16);
    if (!number) return std::nullopt;
    plain = std::to_string(*number);
    text = plain;
  }
  Decimal decimal;
  decimal.negative_ = text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    const auto exponent = exponent_of(text.substr(e + 1));
    if (!exponent) return std::nullopt;
    decimal.exponent_ = *exponent;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  decimal.digits_ = text.substr(0, point);
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1);
    decimal.digits_ += fraction;
    decimal.exponent_ -= static_cast<std::int64_t>(fraction.size());
  }
  // .inf and .nan
  if (decimal.digits_.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  decimal.digits_.erase(0,
                        std::min(decimal.digits_.find_first_not_of('0'), decimal.digits_.size()));
  const std::size_t last = decimal.digits_.find_last_not_of('0');
  if (last == std::string::npos) return Decimal();
  decimal.exponent_ += static_cast<std::int64_t>(decimal.digits_.size() - 1 - last);
  decimal.digits_.resize(last + 1);
  return decimal;
}

bool Decimal::is_divisor() const {
  return !negative_ && !is_zero() && digits_.size() <= kDivisorDigits;
}

std::optional<std::uint64_t> Decimal::as_count() const {
  if (negative_ || exponent_ < 0 || exponent_ > 20) return std::nullopt;
  if (is_zero()) return 0;
  return number_of(digits_ + std::string(static_cast<std::size_t>(exponent_), '0'), 10);
}

bool Decimal::is_multiple_of(const Decimal& divisor) const {
  if (is_zero()) return true;
  // The last digit is no zero, so these digits are no multiple of a power of ten.
  if (exponent_ < divisor.exponent_) return false;
  const std::uint64_t by = number_of(divisor.digits_, 10).value();
  std::uint64_t rest = 0;
  for (const char digit : digits_)
    rest = (rest * 10 + static_cast<std::uint64_t>(digit - '0')) % by;
  // After 60 times, all the twos and fives that the divisor can have are used up.
  for (std::int64_t left = std::min<std::int64_t>(exponent_ - divisor.exponent_, 60); left > 0;
       --left)
    rest = rest * 10 % by;
  return rest == 0;
}

std::string Decimal::canonical() const {
  return fmt::format("{}{}e{}", negative_ ? "-" : "", digits_, exponent_);
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.is_zero() ? 0 : d.negative_ ? -1 : 1; };
  if (sign(a) != sign(b) || sign(a) == 0) return sign(a) <=> sign(b);
  const auto size = [](const Decimal& d) {
    return static_cast<std::int64_t>(d.digits_.size()) + d.exponent_;
  };
  const Decimal& low = a.negative_ ? b : a;
  const Decimal& high = a.negative_ ? a : b;
  if (size(low) != size(high)) return size(low) <=> size(high);
  // The digits begin at the same place; what is cut off at the end are zeros.
  return low.digits_.compare(high.digits_) <=> 0;
}

}  // namespace bedstone::data
