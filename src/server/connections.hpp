/// Connections: who is connected, and until when what they are doing must be done.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "server/limits.hpp"

namespace bedstone::server {

/// What a connection is doing.
enum class Phase { kHeaders, kBody, kWork, kAnswer, kStream, kIdle };

/// One connection. Belongs to the table.
struct Client {
  int descriptor = -1;
  std::string address;
  Phase phase = Phase::kHeaders;
  MonotonicTime deadline;
};

/// Counts by address, and ends what takes too long: one byte now and then keeps no connection.
/// Thread-safe.
class Connections {
 public:
  Connections(const Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}

  /// Whether one more of this address is too many.
  bool is_full(const std::string& address) const;
  /// `limited`: one too many of its address is shut down at once.
  Client* open(int descriptor, std::string address, bool limited = true);
  void close(Client* client);
  void enter(Client* client, Phase phase);

  /// Shuts down those whose time is over; how many.
  std::size_t sweep();
  std::size_t size() const;
  /// In the middle of a request.
  std::size_t busy() const;
  /// So many were ended by sweep() since the start.
  std::size_t ended() const;

 private:
  const Clock& clock_;
  const Limits& limits_;
  mutable std::mutex mutex_;
  std::set<Client*> clients_;
  std::map<std::string, std::size_t> by_address_;
  std::size_t ended_ = 0;
};

}  // namespace bedstone::server
