/// The conversation with libpq until the session stands, or the reason why it does not.
#include "db/postgres/connect.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/postgres/errors.hpp"

namespace bedstone::db::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// libpq asks for Kerberos encryption first on every TCP connection, which loads some fifteen
/// libraries (3 ms) only to learn that there is no ticket. So where nobody chose a mode and there
/// cannot be a ticket, it is told not to ask. A server that demands GSSAPI authentication still
/// gets it: this setting is about encryption only.
bool may_have_kerberos_ticket() {
  return !environment("KRB5CCNAME").empty() || files::exists("/etc/krb5.conf") ||
         files::exists(fmt::format("/tmp/krb5cc_{}", ::getuid()));
}

/// What the URL says, read by libpq itself.
struct Settings {
  std::vector<std::string> hosts;
  std::vector<std::string> addresses;
  std::vector<std::string> ports;
  std::string password;
  std::string key_password;
  std::string timeout;
  std::string service;
  std::string gss_mode;

  std::size_t host_count() const {
    return std::max({hosts.size(), addresses.size(), std::size_t{1}});
  }
};

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> result;
  if (text.empty()) return result;
  for (const std::string_view part : text::split(text, ','))
    result.emplace_back(text::trim(part));
  return result;
}

/// libpq's complaint about a URL without the part that it quotes, which may hold the password.
std::string without_quotation(std::string_view message) {
  if (message.starts_with("invalid URI query parameter")) return readable(message);
  return readable(message.substr(0, message.find(": \"")));
}

Result<Settings> read_settings(const LibPq& pq, const Url& url) {
  char* complaint = nullptr;
  PQconninfoOption* options = pq.PQconninfoParse(std::string(url.expose()).c_str(), &complaint);
  if (options == nullptr) {
    Error error(ErrorCode::kBadUrl, fmt::format("libpq cannot read the URL {}", url.redacted()));
    if (complaint != nullptr) error.cause = without_quotation(complaint);
    pq.PQfreemem(complaint);
    error.hint = "correct the URL: reserved characters in names and passwords are written %XX";
    return fail(std::move(error));
  }
  Settings settings;
  for (const auto* option = options; option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view key = option->keyword;
    if (key == "host") settings.hosts = list_of(option->val);
    if (key == "hostaddr") settings.addresses = list_of(option->val);
    if (key == "port") settings.ports = list_of(option->val);
    if (key == "password") settings.password = option->val;
    if (key == "sslpassword") settings.key_password = option->val;
    if (key == "connect_timeout") settings.timeout = option->val;
    if (key == "service") settings.service = option->val;
    if (key == "gssencmode") settings.gss_mode = option->val;
  }
  pq.PQconninfoFree(options);
  if (settings.service.empty()) settings.service = environment("PGSERVICE");
  if (settings.hosts.empty() && settings.service.empty())
    settings.hosts = list_of(environment("PGHOST"));
  if (settings.ports.empty() && settings.service.empty())
    settings.ports = list_of(environment("PGPORT"));
  if (settings.timeout.empty()) settings.timeout = environment("PGCONNECT_TIMEOUT");
  return settings;
}

/// Keywords and values for PQconnectStartParams. Those before dbname (the URL, which libpq expands)
/// yield to the URL; those behind it win over it.
class Keywords {
 public:
  void add(const char* key, std::string value) {
    keys_.push_back(key);
    values_.push_back(std::move(value));
  }
  /// The views live until the next add().
  std::vector<const char*> keys() const {
    auto result = keys_;
    result.push_back(nullptr);
    return result;
  }
  std::vector<const char*> values() const {
    std::vector<const char*> result;
    for (const auto& value : values_)
      result.push_back(value.c_str());
    result.push_back(nullptr);
    return result;
  }

 private:
  std::vector<const char*> keys_;
  std::vector<std::string> values_;
};

std::string tail(const std::vector<std::string>& list, std::size_t first) {
  // A single port stands for all hosts.
  if (list.size() == 1) return list.front();
  return text::join(std::span(list).subspan(std::min(first, list.size())), ",");
}

class Connector {
 public:
  Connector(const LibPq& pq, const Url& url, const OpenOptions& options, Settings settings)
      : pq_(pq), url_(url), options_(options), settings_(std::move(settings)) {
    const auto seconds = text::parse_integer(settings_.timeout).value_or(0);
    // The user's own connect_timeout counts per host, as libpq documents it (at least 2 s);
    // ours counts for all together, and is divided among those still to try.
    if (seconds > 0) host_limit_ = std::chrono::seconds(std::max<std::int64_t>(seconds, 2));
    const auto total = host_limit_ ? *host_limit_ * static_cast<int>(settings_.host_count())
                                   : options_.connect_timeout;
    deadline_ = steady_clock::now() + total;
  }

  Result<std::unique_ptr<Session>> connect() {
    std::string earlier;
    for (std::size_t first = 0;;) {
      auto session = start(first);
      if (!session) return session;
      const Ended ended = converse(**session, first);
      if (ended.how == Ended::kConnected) return session;
      if (ended.how == Ended::kCanceled) {
        return fail(Error(ErrorCode::kInterrupted,
                          fmt::format("interrupted while connecting to {}", url_.redacted())));
      }
      const std::string message = earlier + message_of(**session, ended);
      first = ended.host + 1;
      if (ended.how == Ended::kFailed || first >= settings_.host_count()) return refuse(message);
      earlier = message + "\n";
    }
  }

 private:
  struct Ended {
    enum How { kConnected, kFailed, kTimeout, kCanceled } how;
    std::size_t host = 0;
  };

  Result<std::unique_ptr<Session>> start(std::size_t first) {
    const Keywords keywords = keywords_from(first);
    PGconn* raw = pq_.PQconnectStartParams(keywords.keys().data(), keywords.values().data(), 1);
    if (raw == nullptr) return fail(Error(ErrorCode::kInternal, "libpq is out of memory"));
    auto session = std::make_unique<Session>(pq_, raw, options_.on_notice);
    // Only so do the texts of connect failures hold the SQLSTATE.
    pq_.PQsetErrorVerbosity(raw, PQERRORS_VERBOSE);
    return session;
  }

  Keywords keywords_from(std::size_t first) const {
    Keywords keywords;
    keywords.add("application_name", options_.application_name);
    // A server that vanished without a word is noticed in about a minute, not in two hours.
    keywords.add("keepalives_idle", "30");
    keywords.add("keepalives_interval", "10");
    keywords.add("keepalives_count", "3");
    const bool chosen = !settings_.gss_mode.empty() || !settings_.service.empty() ||
                        !environment("PGGSSENCMODE").empty();
    if (!chosen && !may_have_kerberos_ticket()) keywords.add("gssencmode", "disable");
    keywords.add("dbname", std::string(url_.expose()));
    keywords.add("client_encoding", "UTF8");
    if (first > 0) {
      if (!settings_.hosts.empty()) keywords.add("host", tail(settings_.hosts, first));
      if (!settings_.addresses.empty()) keywords.add("hostaddr", tail(settings_.addresses, first));
      if (!settings_.ports.empty()) keywords.add("port", tail(settings_.ports, first));
    }
    return keywords;
  }

  /// Drives libpq until it is done or time is up. libpq leaves connect_timeout to whoever polls.
  Ended converse(const Session& session, std::size_t first) {
    PGconn* raw = session.get();
    std::size_t host = host_of(raw, first);
    auto limit = host_deadline(host);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    if (pq_.PQstatus(raw) == CONNECTION_BAD) return {Ended::kFailed, host};
    for (;;) {
      const bool writing = state == PGRES_POLLING_WRITING;
      switch (wait_for_socket(pq_.PQsocket(raw), !writing, writing, options_.cancel, limit)) {
        case Wake::kReady:
          break;
        case Wake::kCanceled:
          return {Ended::kCanceled, host};
        case Wake::kTimeout:
          return {Ended::kTimeout, host};
        case Wake::kFailed:
          return {Ended::kFailed, host};
      }
      state = pq_.PQconnectPoll(raw);
      if (state == PGRES_POLLING_OK) return {Ended::kConnected, host};
      if (state == PGRES_POLLING_FAILED) return {Ended::kFailed, host};
      if (const std::size_t now = host_of(raw, host); now != host) {
        host = now;
        limit = host_deadline(host);
      }
    }
  }

  /// Which host of the list libpq is busy with; it goes through the list in order.
  std::size_t host_of(const PGconn* raw, std::size_t from) const {
    const char* host = pq_.PQhost(raw);
    const char* port = pq_.PQport(raw);
    for (std::size_t i = from; i < settings_.hosts.size() && host != nullptr; ++i) {
      const std::string& wanted = settings_.ports.size() == 1 || i >= settings_.ports.size()
                                      ? settings_.ports.empty() ? empty_ : settings_.ports.front()
                                      : settings_.ports[i];
      if (settings_.hosts[i] != host) continue;
      if (wanted.empty() || port == nullptr || wanted == port) return i;
    }
    return from;
  }

  Deadline host_deadline(std::size_t host) const {
    const auto now = steady_clock::now();
    if (host_limit_) return std::min(deadline_, now + *host_limit_);
    const auto left =
        static_cast<int>(settings_.host_count() - std::min(host, settings_.host_count() - 1));
    return now + std::max(deadline_ - now, steady_clock::duration::zero()) / left;
  }

  std::string message_of(const Session& session, const Ended& ended) const {
    // While libpq is still trying, its message ends where the reason would stand.
    return session.message() + (ended.how == Ended::kTimeout ? "timeout expired" : "");
  }

  tl::unexpected<Error> refuse(std::string message) const {
    // A password that also is the user's or host's name must not be given away by its mask.
    const std::string shown = url_.redacted();
    for (const std::string& secret : {settings_.password, settings_.key_password}) {
      if (shown.find(secret) == std::string::npos) message = without_secret(message, secret);
    }
    const char* package = pq_.missing_package == nullptr ? nullptr : pq_.missing_package();
    return fail(connect_error({.message = std::move(message),
                               .target = shown,
                               .user = url_.user(),
                               .database = url_.database(),
                               .missing_package = package == nullptr ? "" : package}));
  }

  const LibPq& pq_;
  const Url& url_;
  const OpenOptions& options_;
  Settings settings_;
  std::optional<steady_clock::duration> host_limit_;
  steady_clock::time_point deadline_;
  std::string empty_;
};

}  // namespace

Result<std::unique_ptr<Session>> connect(const Url& url, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const LibPq pq, LibPq::load());
  BEDSTONE_ASSIGN(Settings settings, read_settings(pq, url));
  BEDSTONE_ASSIGN(auto session, Connector(pq, url, options, std::move(settings)).connect());
  pq.PQsetErrorVerbosity(session->get(), PQERRORS_DEFAULT);
  pq.PQsetnonblocking(session->get(), 1);
  session->set_cancel(options.cancel);
  return session;
}

}  // namespace bedstone::db::postgres
