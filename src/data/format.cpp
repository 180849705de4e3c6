// One grammar each, as its RFC writes it.
#include "data/format.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "base/uuid.hpp"

namespace bedstone::data {
namespace {

struct Named {
  std::string_view name;
  Format format;
  std::string_view words;
};

constexpr std::array kAsserted{
    Named{"date-time", Format::kDateTime, "a date and time like 2026-01-31T08:00:00Z"},
    Named{"date", Format::kDate, "a date like 2026-01-31"},
    Named{"email", Format::kEmail, "an e-mail address"},
    Named{"uri", Format::kUri, "a URI with a scheme, like https://example.com/"},
    Named{"uuid", Format::kUuid, "a UUID like 2ed6657d-e927-568b-95e1-2665a8aea6a2"},
    Named{"ipv4", Format::kIpv4, "an IPv4 address"},
    Named{"ipv6", Format::kIpv6, "an IPv6 address"},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_one_of(char c, std::string_view characters) {
  return characters.find(c) != std::string_view::npos;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Exactly so many digits.
bool take_number(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return false;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_date(std::string_view& text) {
  int year = 0, month = 0, day = 0;
  if (!take_number(text, 4, year) || !take(text, '-') || !take_number(text, 2, month) ||
      !take(text, '-') || !take_number(text, 2, day))
    return false;
  return std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

bool take_offset(std::string_view& text, int& minutes) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  const bool west = text.starts_with('-');
  int hour = 0, minute = 0;
  if ((!take(text, '+') && !take(text, '-')) || !take_number(text, 2, hour) || !take(text, ':') ||
      !take_number(text, 2, minute) || hour > 23 || minute > 59)
    return false;
  minutes = (hour * 60 + minute) * (west ? -1 : 1);
  return true;
}

bool is_date_time(std::string_view text) {
  int hour = 0, minute = 0, second = 0, offset = 0;
  if (!take_date(text) || (!take(text, 'T') && !take(text, 't')) || !take_number(text, 2, hour) ||
      !take(text, ':') || !take_number(text, 2, minute) || !take(text, ':') ||
      !take_number(text, 2, second) || hour > 23 || minute > 59 || second > 60)
    return false;
  if (take(text, '.')) {
    if (text.empty() || !is_digit(text.front())) return false;
    text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  }
  if (!take_offset(text, offset) || !text.empty()) return false;
  constexpr int kDay = 24 * 60;
  return second < 60 || (hour * 60 + minute - offset + kDay) % kDay == kDay - 1;
}

template <int kFamily>
bool is_address(std::string_view text) {
  std::array<unsigned char, 16> address;
  // "0000:0000:0000:0000:0000:ffff:255.255.255.255" is the longest.
  return text.size() <= 45 && text.find('\0') == std::string_view::npos &&
         inet_pton(kFamily, std::string(text).c_str(), address.data()) == 1;
}

bool is_ipv4(std::string_view text) {
  return is_address<AF_INET>(text);
}

bool is_ipv6(std::string_view text) {
  return is_address<AF_INET6>(text);
}

/// RFC 5322's atext.
bool is_atom(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
  });
}

bool is_quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\';
    if (escaped && ++i == text.size()) return false;
    if (text[i] < ' ' || text[i] > '~' || (text[i] == '"' && !escaped)) return false;
  }
  return true;
}

template <typename Part>
bool all_between(std::string_view text, char separator, Part part) {
  while (true) {
    const std::size_t end = text.find(separator);
    if (!part(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;
  const std::string_view local = text.substr(0, at);
  std::string_view domain = text.substr(at + 1);
  if (!is_quoted(local) && !all_between(local, '.', is_atom)) return false;
  if (!domain.starts_with('[')) return all_between(domain, '.', is_label);
  if (!domain.ends_with(']')) return false;
  domain = domain.substr(1, domain.size() - 2);
  return domain.starts_with("IPv6:") ? is_ipv6(domain.substr(5)) : is_ipv4(domain);
}

/// Unreserved characters, sub-delims, `more`, and bytes as %41.
bool is_made_of(std::string_view text, std::string_view more) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=") || is_one_of(c, more))
      continue;
    if (c != '%' || i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
      return false;
    i += 2;
  }
  return true;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || is_one_of(c, "+-.");
  });
}

/// vF.anything, for addresses to come.
bool is_future_address(std::string_view text) {
  if (!take(text, 'v') && !take(text, 'V')) return false;
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < text.size() &&
         std::ranges::all_of(text.substr(0, dot), is_hex) &&
         is_made_of(text.substr(dot + 1), ":") && text.find('%') == std::string_view::npos;
}

bool is_authority(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at != std::string_view::npos) {
    if (!is_made_of(text.substr(0, at), ":")) return false;
    text.remove_prefix(at + 1);
  }
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', bracket);
  const std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos && !std::ranges::all_of(text.substr(colon + 1), is_digit))
    return false;
  if (!host.starts_with('[')) return is_made_of(host, "");
  if (!host.ends_with(']')) return false;
  const std::string_view literal = host.substr(1, host.size() - 2);
  return is_ipv6(literal) || is_future_address(literal);
}

bool is_uri(std::string_view text) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos && !is_made_of(text.substr(hash + 1), ":@/?")) return false;
  text = text.substr(0, hash);
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos && !is_made_of(text.substr(question + 1), ":@/?"))
    return false;
  text = text.substr(0, question);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return false;
  text.remove_prefix(colon + 1);
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t slash = std::min(text.find('/'), text.size());
    if (!is_authority(text.substr(0, slash))) return false;
    text.remove_prefix(slash);
  }
  return is_made_of(text, ":@/");
}

bool is_date(std::string_view text) {
  return take_date(text) && text.empty();
}

}  // namespace

std::optional<Format> format_of(std::string_view name) {
  const auto* found = std::ranges::find(kAsserted, name, &Named::name);
  return found == kAsserted.end() ? std::nullopt : std::optional(found->format);
}

std::span<const std::string> known_formats() {
  static const std::vector<std::string> kNames{
      "date-time", "date",          "time", "duration",     "email",        "idn-email",
      "hostname",  "idn-hostname",  "ipv4", "ipv6",         "uri",          "uri-reference",
      "iri",       "iri-reference", "uuid", "uri-template", "json-pointer", "relative-json-pointer",
      "regex"};
  return kNames;
}

std::string_view words_of(Format format) {
  return std::ranges::find(kAsserted, format, &Named::format)->words;
}

bool has_format(std::string_view text, Format format) {
  switch (format) {
    case Format::kDateTime:
      return is_date_time(text);
    case Format::kDate:
      return is_date(text);
    case Format::kEmail:
      return is_email(text);
    case Format::kUri:
      return is_uri(text);
    case Format::kUuid:
      return parse_uuid(text).has_value();
    case Format::kIpv4:
      return is_ipv4(text);
    case Format::kIpv6:
      return is_ipv6(text);
  }
  return false;
}

}  // namespace bedstone::data
