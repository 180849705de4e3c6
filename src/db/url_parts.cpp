/// Cutting PostgreSQL URLs: https://www.postgresql.org/docs/15/libpq-connect.html#id-1.7.3.8.3.6
#include "db/url_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace bedstone::db {

namespace {

constexpr std::string_view kExample = "postgresql://user:password@host:5432/database";

tl::unexpected<Error> bad(std::string message, std::string hint) {
  return fail(Error(ErrorCode::kBadUrl, std::move(message)).advise(std::move(hint)));
}

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// The byte that the three characters at `position` stand for, or nullopt.
std::optional<char> escaped_byte(std::string_view text, std::size_t position) {
  if (position + 2 >= text.size()) return std::nullopt;
  const int high = hex_value(text[position + 1]);
  const int low = hex_value(text[position + 2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

Status check_encoding(std::string_view text, std::string_view what) {
  for (std::size_t i = text.find('%'); i != text.npos; i = text.find('%', i + 1)) {
    const std::optional<char> byte = escaped_byte(text, i);
    if (!byte) {
      return bad(fmt::format(
                     "in the database URL, {} has a % that no two hexadecimal digits follow", what),
                 "write a plain % as %25");
    }
    if (*byte == '\0') {
      return bad(fmt::format("in the database URL, {} holds the forbidden byte %00", what),
                 "remove %00");
    }
  }
  return {};
}

/// Takes everything before the first of `stops` away from `rest`.
std::string_view take_until(std::string_view& rest, std::string_view stops) {
  const std::size_t end = std::min(rest.find_first_of(stops), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end);
  return taken;
}

bool take(std::string_view& rest, char expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(1);
  return true;
}

void take_credentials(std::string_view& rest, UrlParts& parts) {
  const std::size_t end = rest.find_first_of("@/");
  if (end == rest.npos || rest[end] != '@') return;
  std::string_view credentials = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  parts.has_user = true;
  parts.user = take_until(credentials, ":");
  if (take(credentials, ':')) parts.password = credentials;
}

Status take_host(std::string_view& rest, UrlParts& parts) {
  UrlParts::Host host;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == rest.npos) {
      return bad("the database URL has a [ that is never closed",
                 "write an IPv6 address as [::1], and a [ in a password as %5B");
    }
    host.name = rest.substr(0, end + 1);
    rest.remove_prefix(end + 1);
    if (host.name.size() == 2 ||
        (!rest.empty() && std::string_view(":/?,").find(rest[0]) == std::string_view::npos)) {
      return bad("the database URL's address in [ ] is malformed", "write it as [::1]:5432");
    }
  } else {
    host.name = take_until(rest, ":/?,");
  }
  if (take(rest, ':')) host.port = take_until(rest, "/?,");
  parts.hosts.push_back(host);
  return {};
}

Status check_port(std::string_view port) {
  const std::optional<std::int64_t> number = text::parse_integer(port);
  const bool digits =
      std::all_of(port.begin(), port.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
  if (port.empty() || (digits && number && *number >= 1 && *number <= 65535)) return {};
  return bad(
      "the database URL's port is not a number from 1 to 65535",
      fmt::format("write it as {}; in a password, / is %2F, : is %3A and @ is %40", kExample));
}

Status check_host(const UrlParts::Host& host) {
  if (host.name.find('@') != host.name.npos) {
    return bad("the database URL has more than one @ before the host",
               "percent-encode the password: @ is %40, : is %3A, / is %2F");
  }
  BEDSTONE_TRY(check_encoding(host.name, "the host"));
  return check_port(host.port);
}

Status take_parameters(std::string_view query, UrlParts& parts) {
  while (!query.empty()) {
    std::string_view pair = take_until(query, "&");
    static_cast<void>(take(query, '&'));
    const std::string_view name = take_until(pair, "=");
    if (name.empty() || !take(pair, '=')) {
      return bad("the database URL's part after ? is not a list of name=value pairs",
                 "write it as ?sslmode=require&connect_timeout=10; a ? in a password is %3F");
    }
    BEDSTONE_TRY(check_encoding(name, "a parameter's name"));
    if (pair.find('=') != pair.npos) {
      return bad("the database URL has a parameter with two =", "write the second = as %3D");
    }
    BEDSTONE_TRY(check_encoding(pair, "a parameter's value"));
    parts.parameters.emplace_back(name, pair);
  }
  return {};
}

/// A / in a password ends the host part for libpq, and the rest would be shown as the database.
Status check_stray_at(const UrlParts& parts, std::string_view tail) {
  if (parts.database.find('@') != parts.database.npos ||
      (!parts.has_user && tail.find('@') != tail.npos)) {
    return bad("the database URL has an @ after the host",
               "percent-encode the password: / is %2F, ? is %3F, @ is %40; an @ in the database's "
               "name or a parameter is %40 too");
  }
  return {};
}

bool is_unreserved(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

}  // namespace

std::string_view UrlParts::parameter(std::string_view name) const {
  std::string_view value;
  for (const auto& [key, candidate] : parameters) {
    if (percent_decode(key) == name) value = candidate;
  }
  return value;
}

Result<UrlParts> split_postgres_url(std::string_view text) {
  UrlParts parts;
  const std::size_t scheme_size = text.find("://") + 3;
  parts.scheme = text.substr(0, scheme_size);
  std::string_view rest = text.substr(scheme_size);

  take_credentials(rest, parts);
  do {
    BEDSTONE_TRY(take_host(rest, parts));
  } while (take(rest, ','));
  const std::string_view tail = rest;
  if (take(rest, '/')) parts.database = take_until(rest, "?");
  static_cast<void>(take(rest, '?'));

  BEDSTONE_TRY(check_stray_at(parts, tail));
  for (const UrlParts::Host& host : parts.hosts)
    BEDSTONE_TRY(check_host(host));
  BEDSTONE_TRY(check_encoding(parts.user, "the user's name"));
  BEDSTONE_TRY(check_encoding(parts.password, "the password"));
  BEDSTONE_TRY(check_encoding(parts.database, "the database's name"));
  BEDSTONE_TRY(take_parameters(rest, parts));
  return parts;
}

std::string percent_decode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::optional<char> byte = text[i] == '%' ? escaped_byte(text, i) : std::nullopt;
    result += byte.value_or(text[i]);
    if (byte) i += 2;
  }
  return result;
}

std::string percent_encode(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char byte : text) {
    if (is_unreserved(byte)) {
      result += byte;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return result;
}

}  // namespace bedstone::db
