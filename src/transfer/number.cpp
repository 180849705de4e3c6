// Days by Howard Hinnant's civil-day algorithms, which std::chrono has.
#include "transfer/number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace bedstone::transfer {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kMostExponent = 100'000;

/// Reads from the front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Exactly so many digits.
  std::optional<std::int64_t> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// What stands behind the point, as microseconds; more digits than six are no time of ours.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    std::int64_t unit = kSecond;
    bool some = false;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      unit /= 10;
      if (unit == 0 && rest_.front() != '0') return std::nullopt;
      value += (rest_.front() - '0') * unit;
      rest_.remove_prefix(1);
      some = true;
    }
    return some ? std::optional(value) : std::nullopt;
  }

  std::optional<std::int64_t> date() {
    const auto year = digits(4);
    if (!year || !take('-')) return std::nullopt;
    const auto month = digits(2);
    if (!month || !take('-')) return std::nullopt;
    const auto day = digits(2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok() || *year == 0) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count();
  }
  std::optional<std::int64_t> time() {
    const auto hour = digits(2);
    if (!hour || *hour > 24 || !take(':')) return std::nullopt;
    const auto minute = digits(2);
    if (!minute || *minute > 59) return std::nullopt;
    std::int64_t value = (*hour * 3600 + *minute * 60) * kSecond;
    if (!take(':')) return value <= kDay ? std::optional(value) : std::nullopt;
    const auto second = digits(2);
    if (!second || *second > 59) return std::nullopt;
    value += *second * kSecond;
    if (take('.')) {
      const auto part = fraction();
      if (!part) return std::nullopt;
      value += *part;
    }
    return value <= kDay ? std::optional(value) : std::nullopt;
  }
  /// What to take away for UTC; nullopt: it is none.
  std::optional<std::int64_t> zone() {
    if (take('Z') || take('z')) return 0;
    const bool west = take('-');
    if (!west && !take('+')) return std::nullopt;
    const auto hours = digits(2);
    if (!hours) return std::nullopt;
    std::int64_t minutes = 0;
    if (!at_end()) {
      take(':');
      const auto read = digits(2);
      if (!read) return std::nullopt;
      minutes = *read;
    }
    const std::int64_t offset = (*hours * 3600 + minutes * 60) * kSecond;
    return west ? -offset : offset;
  }

 private:
  std::string_view rest_;
};

struct Parts {
  int year;
  unsigned month;
  unsigned day;
  std::int64_t in_day;
};

Parts parts_of(std::int64_t microseconds) {
  std::int64_t days = microseconds / kDay;
  std::int64_t in_day = microseconds % kDay;
  if (in_day < 0) {
    in_day += kDay;
    --days;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), in_day};
}

std::string joined(const Parts& parts, char between) {
  const std::int64_t seconds = parts.in_day / kSecond;
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", parts.year, parts.month, parts.day,
                     between, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal number;
  if (text.starts_with('-') || text.starts_with('+')) {
    number.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  bool some = false;
  bool behind = false;
  while (!text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'))) {
    if (text.front() == '.') {
      if (behind) return std::nullopt;
      behind = true;
    } else {
      some = true;
      number.digits += text.front();
      if (behind) --number.exponent;
    }
    text.remove_prefix(1);
  }
  if (!some) return std::nullopt;
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size() || exponent > kMostExponent ||
        exponent < -kMostExponent) {
      return std::nullopt;
    }
    number.exponent += exponent;
  }
  number.digits.erase(0, std::min(number.digits.find_first_not_of('0'), number.digits.size()));
  while (number.digits.ends_with('0')) {
    number.digits.pop_back();
    ++number.exponent;
  }
  if (number.digits.empty()) return Decimal{};
  return number;
}

std::string canonical(const Decimal& number) {
  if (number.digits.empty()) return "0";
  return fmt::format("{}{}e{}", number.negative ? "-" : "", number.digits, number.exponent);
}

std::optional<std::int64_t> parse_whole(std::string_view text, int bits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    const auto number = parse_decimal(text);
    if (!number || number->exponent < 0 || number->exponent > 18) return std::nullopt;
    const std::string plain = (number->negative ? "-" : "") +
                              (number->digits.empty() ? std::string("0") : number->digits) +
                              std::string(static_cast<std::size_t>(number->exponent), '0');
    const auto [last, bad] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (bad != std::errc() || last != plain.data() + plain.size()) return std::nullopt;
  }
  if (bits < 64) {
    const std::int64_t limit = std::int64_t{1} << (bits - 1);
    if (value >= limit || value < -limit) return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text, bool* zoned) {
  Reader reader(text);
  if (zoned != nullptr) *zoned = false;
  const auto day = reader.date();
  if (!day) return std::nullopt;
  std::int64_t value = *day * kDay;
  if (reader.at_end()) return value;
  if (!reader.take('T') && !reader.take(' ')) return std::nullopt;
  const auto time = reader.time();
  if (!time) return std::nullopt;
  value += *time;
  if (reader.at_end()) return value;
  reader.take(' ');
  const auto zone = reader.zone();
  if (!zone || !reader.at_end()) return std::nullopt;
  if (zoned != nullptr) *zoned = true;
  return value - *zone;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Reader reader(text);
  const auto day = reader.date();
  return reader.at_end() ? day : std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  Reader reader(text);
  const auto time = reader.time();
  return reader.at_end() ? time : std::nullopt;
}

std::string utc_text(std::int64_t microseconds) {
  const Parts parts = parts_of(microseconds);
  const std::int64_t fraction = parts.in_day % kSecond;
  if (fraction % 1000 == 0) return fmt::format("{}.{:03}Z", joined(parts, 'T'), fraction / 1000);
  return fmt::format("{}.{:06}Z", joined(parts, 'T'), fraction);
}

std::string plain_text(std::int64_t microseconds) {
  const Parts parts = parts_of(microseconds);
  const std::int64_t fraction = parts.in_day % kSecond;
  std::string result = joined(parts, ' ');
  if (fraction == 0) return result;
  result += fmt::format(".{:06}", fraction);
  while (result.ends_with('0'))
    result.pop_back();
  return result;
}

}  // namespace bedstone::transfer
