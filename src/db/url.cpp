/// Database URLs: which engine, which file or server, and what of it may be shown.
#include "db/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "db/url_parts.hpp"

namespace bedstone::db {

namespace {

constexpr std::string_view kForms =
    "write sqlite:data/app.db, sqlite::memory: or postgresql://user:password@host:5432/database";

/// Parameters of libpq that say where to connect and hold nothing to hide. All others stay unseen:
/// a newer libpq may know secrets that this list does not.
constexpr std::array<std::string_view, 11> kHarmless = {"application_name",
                                                        "channel_binding",
                                                        "connect_timeout",
                                                        "dbname",
                                                        "host",
                                                        "hostaddr",
                                                        "port",
                                                        "sslmode",
                                                        "target_session_attrs",
                                                        "user",
                                                        "load_balance_hosts"};

tl::unexpected<Error> bad(std::string message, std::string hint = std::string(kForms)) {
  return fail(Error(ErrorCode::kBadUrl, std::move(message)).advise(std::move(hint)));
}

bool is_scheme(std::string_view word) {
  return !word.empty() && word.size() <= 32 && std::all_of(word.begin(), word.end(), [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '+' || byte == '-' || byte == '.';
  });
}

tl::unexpected<Error> unknown_scheme(std::string_view text) {
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon == text.npos ? 0 : colon);
  // What has no scheme may be a password pasted into the wrong place: none of it is repeated.
  if (!is_scheme(scheme)) return bad("the database URL does not begin with sqlite: or postgresql:");
  if (const std::size_t plus = scheme.find('+'); plus != scheme.npos) {
    return bad(
        fmt::format("the database URL's scheme {}:// names another program's driver", scheme),
        fmt::format("write {} in place of {}; SQLite files are sqlite:path/from/here or "
                    "sqlite:/path/from/root",
                    scheme.substr(0, plus), scheme));
  }
  return bad(
      fmt::format("the database URL's scheme {}:// is not one that Bedstone speaks", scheme));
}

Result<std::string> sqlite_path(std::string_view rest) {
  if (rest.starts_with("//")) rest.remove_prefix(2);
  if (rest.ends_with(":memory:") && rest.find_first_not_of('/') == rest.size() - 8) {
    return std::string(":memory:");
  }
  while (rest.starts_with("//"))
    rest.remove_prefix(1);
  if (rest.empty()) return bad("the SQLite URL names no file");
  if (rest.ends_with('/')) {
    return bad(fmt::format("the SQLite URL names a folder: {}", rest),
               fmt::format("name a file in it: sqlite:{}app.db", rest));
  }
  if (const std::size_t query = rest.find('?'); query != rest.npos) {
    return bad("the SQLite URL has parameters after ?, and Bedstone takes none",
               fmt::format("write sqlite:{}", rest.substr(0, query)));
  }
  return std::string(rest);
}

/// Whether a host's name, decoded, stands for a network address: not a folder, not an abstract
/// socket, not libpq's default.
bool is_tcp(std::string_view host) {
  return !host.empty() && host[0] != '/' && host[0] != '@';
}

}  // namespace

std::string_view engine_name(Engine engine) {
  return engine == Engine::kSqlite ? "sqlite" : "postgres";
}

Result<Url> Url::parse(std::string_view text) {
  text = text::trim(text);
  if (text.empty()) return bad("the database URL is empty");
  if (std::any_of(text.begin(), text.end(),
                  [](unsigned char b) { return b < 0x20 || b == 0x7F; })) {
    return bad("the database URL holds a line break or another control character",
               "remove it, or percent-encode it where a password needs it");
  }
  Url url;
  url.text_ = Secret(std::string(text));
  for (const std::string_view scheme : {"sqlite:", "sqlite3:"}) {
    if (!text.starts_with(scheme)) continue;
    BEDSTONE_ASSIGN(url.path_, sqlite_path(text.substr(scheme.size())));
    url.memory_ = url.path_ == ":memory:";
    return url;
  }
  if (!text.starts_with("postgresql://") && !text.starts_with("postgres://")) {
    return unknown_scheme(text);
  }
  BEDSTONE_ASSIGN(const UrlParts parts, split_postgres_url(text));
  url.engine_ = Engine::kPostgres;
  url.take(parts);
  return url;
}

void Url::take(const UrlParts& parts) {
  const auto overridden = [&](std::string_view name, std::string_view plain) {
    const std::string_view value = parts.parameter(name);
    return percent_decode(value.empty() ? plain : value);
  };
  user_ = overridden("user", parts.user);
  database_ = overridden("dbname", parts.database);

  std::string hosts = percent_decode(parts.parameter("host"));
  if (hosts.empty()) {
    for (const UrlParts::Host& host : parts.hosts)
      hosts += percent_decode(host.name) + ',';
  }
  const std::string addresses = percent_decode(parts.parameter("hostaddr"));
  names_no_host_ = hosts.find_first_not_of(',') == hosts.npos && addresses.empty();
  names_tcp_host_ = !addresses.empty() || !parts.parameter("service").empty();
  for (const std::string_view host : text::split(hosts, ',')) {
    names_tcp_host_ = names_tcp_host_ || is_tcp(host);
  }
}

bool Url::may_use_tcp(const Environment& environment) const {
  if (names_tcp_host_ || !names_no_host_) return names_tcp_host_;
  if (environment.get("PGHOSTADDR") || environment.get("PGSERVICE")) return true;
  const std::string hosts = environment.get_or("PGHOST", "");
  const std::vector<std::string_view> names = text::split(hosts, ',');
  return std::any_of(names.begin(), names.end(), is_tcp);
}

Url Url::clone() const {
  Url copy;
  copy.engine_ = engine_;
  copy.memory_ = memory_;
  copy.names_tcp_host_ = names_tcp_host_;
  copy.names_no_host_ = names_no_host_;
  copy.path_ = path_;
  copy.database_ = database_;
  copy.user_ = user_;
  copy.text_ = text_.clone();
  return copy;
}

Url Url::with_path(std::string path) const {
  Url url = clone();
  url.text_ = Secret("sqlite:" + path);
  url.memory_ = path == ":memory:";
  url.path_ = std::move(path);
  return url;
}

Url Url::with_database(std::string_view name) const {
  Url url = clone();
  if (engine_ != Engine::kPostgres) return url;
  const std::string_view text = text_.expose();
  const Result<UrlParts> parts = split_postgres_url(text);
  if (!parts) return url;
  // Everything before the path stays byte for byte; it may hold credentials.
  const UrlParts::Host& last = parts->hosts.back();
  const char* end = last.port.data() != nullptr ? last.port.data() + last.port.size()
                                                : last.name.data() + last.name.size();
  std::string result(text.substr(0, static_cast<std::size_t>(end - text.data())));
  result += '/' + percent_encode(name);
  char separator = '?';
  for (const auto& [key, value] : parts->parameters) {
    if (percent_decode(key) == "dbname") continue;
    result += separator;
    result.append(key).append("=").append(value);
    separator = '&';
  }
  url.text_ = Secret(std::move(result));
  url.database_ = name;
  return url;
}

std::string Url::parameter(std::string_view name) const {
  if (engine_ != Engine::kPostgres) return {};
  const Result<UrlParts> parts = split_postgres_url(text_.expose());
  return parts ? percent_decode(parts->parameter(name)) : std::string();
}

std::string Url::redacted() const {
  if (engine_ == Engine::kSqlite) return "sqlite:" + path_;
  const Result<UrlParts> parts = split_postgres_url(text_.expose());
  if (!parts) return "postgresql://…";
  std::string result(parts->scheme);
  if (!parts->user.empty()) result.append(parts->user) += '@';
  std::string_view separator;
  for (const UrlParts::Host& host : parts->hosts) {
    result.append(separator).append(host.name);
    if (!host.port.empty()) result.append(":").append(host.port);
    separator = ",";
  }
  if (!parts->database.empty()) result.append("/").append(parts->database);
  char mark = '?';
  for (const auto& [key, value] : parts->parameters) {
    if (std::find(kHarmless.begin(), kHarmless.end(), key) == kHarmless.end()) continue;
    if (mark == '?' && parts->database.empty()) result += '/';
    result += mark;
    result.append(key).append("=").append(value);
    mark = '&';
  }
  return result;
}

}  // namespace bedstone::db
