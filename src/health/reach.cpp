// Names, ports, the server's first byte; what lies behind them only the failed attempt can tell.
#include "health/reach.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/url_parts.hpp"

namespace bedstone::health {
namespace {

constexpr int kPatienceMs = 3000;

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

struct Host {
  std::string name;  ///< Or a socket's folder.
  std::string port = "5432";
  bool is_socket() const { return name.starts_with('/') || name.starts_with('@'); }
  std::string socket_path() const { return fmt::format("{}/.s.PGSQL.{}", name, port); }
};

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> parts;
  for (const std::string_view part : text::split(text, ','))
    parts.emplace_back(part);
  return parts;
}

/// Where libpq would look, as far as the URL and the environment say.
std::vector<Host> hosts_of(const db::Url& url, const Environment& environment) {
  const auto parts = db::split_postgres_url(url.expose());
  std::vector<Host> hosts;
  if (!parts) return hosts;
  for (const db::UrlParts::Host& one : parts->hosts) {
    Host host;
    host.name = db::percent_decode(one.name);
    if (host.name.starts_with('[') && host.name.ends_with(']'))
      host.name = host.name.substr(1, host.name.size() - 2);
    if (!one.port.empty()) host.port = one.port;
    hosts.push_back(std::move(host));
  }
  std::string names = url.parameter("hostaddr");
  if (names.empty()) names = url.parameter("host");
  const bool unnamed =
      std::all_of(hosts.begin(), hosts.end(), [](const Host& host) { return host.name.empty(); });
  if (unnamed && names.empty()) names = environment.get_or("PGHOST", "/var/run/postgresql");
  if (!names.empty()) {
    const Host like = hosts.empty() ? Host() : hosts.front();
    hosts.clear();
    for (const std::string& name : listed(names))
      hosts.push_back({name, like.port});
  }
  std::string ports = url.parameter("port");
  if (ports.empty() && std::all_of(parts->hosts.begin(), parts->hosts.end(),
                                   [](const db::UrlParts::Host& one) { return one.port.empty(); }))
    ports = environment.get_or("PGPORT", "");
  if (!ports.empty()) {
    const std::vector<std::string> all = listed(ports);
    for (std::size_t i = 0; i < hosts.size(); ++i)
      hosts[i].port = all[std::min(i, all.size() - 1)];
  }
  return hosts;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

std::string address_text(const addrinfo& one) {
  std::array<char, NI_MAXHOST> text{};
  ::getnameinfo(one.ai_addr, one.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return text.data();
}

/// 0 or an errno.
int connect_within(int socket, const sockaddr* address, socklen_t length) {
  if (::connect(socket, address, length) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waited{socket, POLLOUT, 0};
  const int ready = ::poll(&waited, 1, kPatienceMs);
  if (ready == 0) return ETIMEDOUT;
  if (ready < 0) return errno;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

/// The server's first byte after a request for TLS: 'S', 'N' or 'E'; 0 when there was none.
char greet(int socket) {
  static constexpr std::array<unsigned char, 8> kRequest{0, 0, 0, 8, 4, 210, 22, 47};
  if (::send(socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(kRequest.size())) {
    return 0;
  }
  pollfd waited{socket, POLLIN, 0};
  if (::poll(&waited, 1, kPatienceMs) <= 0) return 0;
  char answer = 0;
  return ::recv(socket, &answer, 1, 0) == 1 ? answer : '\0';
}

HealthStep good(std::string name, std::string evidence) {
  HealthStep step;
  step.name = std::move(name);
  step.evidence = std::move(evidence);
  return step;
}

HealthStep bad(std::string name, std::string evidence, std::string advice = {},
               std::string repair = {}) {
  HealthStep step = good(std::move(name), std::move(evidence));
  step.outcome = HealthOutcome::kFail;
  step.advice = std::move(advice);
  step.repair = std::move(repair);
  return step;
}

HealthStep not_reached(std::string name) {
  HealthStep step = good(std::move(name), "");
  step.reached = false;
  return step;
}

/// The failed attempt itself, as a step.
HealthStep told(std::string name, const Error& error) {
  std::string evidence = fmt::format("{} {}", code_name(error.code), error.message);
  if (!error.cause.empty()) evidence += ": " + text::excerpt(error.cause, 300);
  return bad(std::move(name), std::move(evidence), error.hint,
             "bedstone explain " + code_name(error.code));
}

/// What one knock at a port or a socket found.
struct Knock {
  bool open = false;
  char greeting = 0;
  std::string evidence;
};

Knock knock(int family, const sockaddr* address, socklen_t length, const std::string& where) {
  const Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  Knock result;
  const int error = socket.get() < 0 ? errno : connect_within(socket.get(), address, length);
  if (error != 0) {
    result.evidence = fmt::format("{}: {}", where, std::strerror(error));
    return result;
  }
  result.open = true;
  result.evidence = where + " takes connections";
  result.greeting = greet(socket.get());
  return result;
}

Knock knock_at_socket(const Host& host) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = host.socket_path();
  if (path.size() >= sizeof address.sun_path) return {false, 0, path + ": the path is too long"};
  std::copy(path.begin(), path.end(), address.sun_path);
  return knock(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, path);
}

class PostgresTrace {
 public:
  PostgresTrace(const db::Url& url, const Error& error, const Environment& environment)
      : url_(url), error_(error), hosts_(hosts_of(url, environment)) {}

  std::vector<HealthStep> steps() && {
    if (error_.code == ErrorCode::kDriverMissing) return {told("driver", error_)};
    find();
    if (!failed_) reach();
    if (!failed_) server();
    if (!failed_) tls();
    enter();
    return std::move(steps_);
  }

 private:
  void add(HealthStep step) {
    failed_ = failed_ || step.outcome == HealthOutcome::kFail;
    steps_.push_back(std::move(step));
  }

  void find() {
    std::vector<std::string> found, lost;
    for (const Host& host : hosts_) {
      if (host.is_socket()) {
        sockets_.push_back(host);
        found.push_back(fmt::format("the socket in {}", host.name));
        continue;
      }
      addrinfo hints{};
      hints.ai_socktype = SOCK_STREAM;
      addrinfo* list = nullptr;
      const int result = ::getaddrinfo(host.name.c_str(), host.port.c_str(), &hints, &list);
      Addresses addresses(result == 0 ? list : nullptr);
      if (result != 0) {
        lost.push_back(fmt::format("{}: {}", host.name, ::gai_strerror(result)));
        continue;
      }
      found.push_back(fmt::format("{} is {}", host.name, address_text(*addresses)));
      resolved_.emplace_back(host, std::move(addresses));
    }
    if (found.empty()) {
      return add(bad("name", lost.empty() ? "the URL names no server" : text::join(lost, "; "),
                     "check the host in the URL for slips, and that this machine can look names up",
                     hosts_.empty() || lost.empty()
                         ? ""
                         : "getent hosts " + text::shell_quote(hosts_.front().name)));
    }
    found.insert(found.end(), lost.begin(), lost.end());
    add(good("name", text::join(found, "; ")));
  }

  void take(Knock one, std::vector<std::string>& seen) {
    seen.push_back(one.evidence);
    if (one.open && !open_) {
      open_ = true;
      greeting_ = one.greeting;
    }
  }

  void reach() {
    std::vector<std::string> seen;
    for (const Host& host : sockets_)
      take(knock_at_socket(host), seen);
    for (const auto& [host, addresses] : resolved_) {
      for (const addrinfo* one = addresses.get(); one != nullptr && !open_; one = one->ai_next) {
        take(knock(one->ai_family, one->ai_addr, one->ai_addrlen,
                   fmt::format("{} port {}", address_text(*one), host.port)),
             seen);
      }
    }
    if (open_) return add(good("port", seen.back()));
    const Host& first = hosts_.front();
    add(bad("port", text::join(seen, "; "),
            "start the server, or check host and port; a timeout speaks of a firewall, a refusal "
            "of a server that is not there or listens elsewhere (listen_addresses)",
            fmt::format("pg_isready -h {} -p {}", text::shell_quote(first.name), first.port)));
  }

  void server() {
    if (greeting_ == 'S' || greeting_ == 'N') return add(good("server", "PostgreSQL answers"));
    if (greeting_ == 'E' || error_.code == ErrorCode::kServerStarting)
      return add(told("server", error_));
    add(bad("server", "what takes connections there does not answer as PostgreSQL does",
            "check the port: another program may listen on it; a proxy may have no server behind "
            "it"));
  }

  void tls() {
    if (error_.code == ErrorCode::kTlsFailed) return add(told("tls", error_));
    const std::string mode = url_.parameter("sslmode");
    if (greeting_ == 'S') return add(good("tls", "the server offers TLS"));
    add(good("tls", mode.empty() ? "the server offers no TLS, and the URL does not ask for it"
                                 : fmt::format("the server offers no TLS; sslmode={}", mode)));
  }

  /// What only the attempt itself can tell.
  void enter() {
    for (const char* name : {"port", "server", "tls"}) {
      if (failed_ && std::none_of(steps_.begin(), steps_.end(),
                                  [&](const HealthStep& step) { return step.name == name; })) {
        steps_.push_back(not_reached(name));
      }
    }
    if (failed_) {
      for (const char* name : {"credentials", "database", "rights"})
        steps_.push_back(not_reached(name));
      return;
    }
    if (error_.code == ErrorCode::kAuthenticationFailed) {
      steps_.push_back(told("credentials", error_));
      steps_.push_back(not_reached("database"));
      steps_.push_back(not_reached("rights"));
      return;
    }
    const bool missing = error_.code == ErrorCode::kDatabaseMissing;
    const bool forbidden = error_.sqlstate == "42501";
    if (!missing && !forbidden) {
      steps_.push_back(told("session", error_));
      return;
    }
    steps_.push_back(good("credentials", "the server took them"));
    steps_.push_back(missing ? told("database", error_)
                             : good("database", "the database is there"));
    steps_.push_back(missing ? not_reached("rights") : told("rights", error_));
  }

  const db::Url& url_;
  const Error& error_;
  std::vector<Host> hosts_;
  std::vector<Host> sockets_;
  std::vector<std::pair<Host, Addresses>> resolved_;
  std::vector<HealthStep> steps_;
  bool failed_ = false;
  bool open_ = false;
  char greeting_ = 0;
};

std::vector<HealthStep> trace_file(const db::Url& url, const Error& error) {
  std::vector<HealthStep> steps;
  const auto end = [&](std::initializer_list<const char*> rest) {
    for (const char* name : rest)
      steps.push_back(not_reached(name));
    return std::move(steps);
  };
  const std::string parent = files::parent(url.path());
  const std::string folder = parent.empty() ? "." : parent;
  if (!files::is_folder(folder)) {
    steps.push_back(bad("folder", folder + " is not there",
                        "check the path in the URL; `bedstone up --create` makes folder and file",
                        "mkdir -p " + text::shell_quote(folder)));
    return end({"file", "rights", "format"});
  }
  steps.push_back(good("folder", folder + " is there"));
  struct stat info {};
  if (::stat(url.path().c_str(), &info) != 0) {
    const bool denied = errno == EACCES;
    steps.push_back(bad(
        "file", fmt::format("{}: {}", url.path(), std::strerror(errno)),
        denied ? "let this user search the folder" : error.hint,
        denied ? "chmod u+x " + text::shell_quote(folder) : std::string("bedstone up --create")));
    return end({"rights", "format"});
  }
  if (!S_ISREG(info.st_mode)) {
    steps.push_back(bad("file", url.path() + " is no file", error.hint));
    return end({"rights", "format"});
  }
  steps.push_back(good("file", fmt::format("{} is there, {} bytes", url.path(), info.st_size)));
  if (::access(url.path().c_str(), R_OK) != 0) {
    steps.push_back(bad("rights",
                        fmt::format("user {} may not read it: mode {:04o}, owner {}", ::geteuid(),
                                    info.st_mode & 07777U, info.st_uid),
                        "run as its owner, or give this user the right",
                        "chmod u+r " + text::shell_quote(url.path())));
    return end({"format"});
  }
  const bool damaged =
      error.code == ErrorCode::kNotADatabase || error.code == ErrorCode::kDatabaseCorrupt;
  steps.push_back(damaged ? good("rights", "this user may read it") : told("rights", error));
  if (!damaged) return end({"format"});
  steps.push_back(told("format", error));
  return steps;
}

}  // namespace

std::vector<HealthStep> trace(const db::Url& url, const Error& error,
                              const Environment& environment) {
  if (url.engine() == db::Engine::kSqlite) return trace_file(url, error);
  return PostgresTrace(url, error, environment).steps();
}

}  // namespace bedstone::health
