/// Daemon: connections, requests and answers on the wire; what they mean is somebody else's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "server/connections.hpp"
#include "server/limits.hpp"
#include "server/request.hpp"
#include "server/response.hpp"

namespace bedstone::server {

struct DaemonOptions {
  std::string host;  ///< A name or an address.
  std::int64_t port = 0;
  std::string certificate;  ///< PEM; empty: no TLS.
  std::string key;
  Limits limits;
};

/// Who answers.
struct Answerer {
  /// On the connection's thread: may not wait for anything. nullopt: `answer` has to.
  std::function<std::optional<Response>(Request&)> quick;
  /// On a worker's thread.
  std::function<Response(Request&)> answer;
  /// The last step of every answer, those of refusals included: headers, log.
  std::function<void(const Request&, Response&)> finish;
  /// Whether an address is a proxy's that may have any number of connections.
  std::function<bool(const std::string& address)> is_trusted;
};

/// Listens from start() on. Everything that is malformed, too large or too slow is answered or cut
/// off here, and never gets to the Answerer.
class Daemon {
 public:
  /// kAddressTaken, kAddressUnusable, kTlsUnusable.
  static Result<std::unique_ptr<Daemon>> start(const Clock& clock, Log& log, DaemonOptions options,
                                               Answerer answerer);
  virtual ~Daemon() = default;

  virtual std::int64_t port() const = 0;
  virtual const Connections& connections() const = 0;
  /// Takes no more connections, and waits until the requests in flight are answered, as long as
  /// the limits allow.
  virtual void drain() = 0;
};

}  // namespace bedstone::server
