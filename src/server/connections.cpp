// Deadlines of connections.
#include "server/connections.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <memory>

namespace bedstone::server {
namespace {

/// Long enough to mean "no end".
constexpr std::chrono::hours kNever{24 * 365};

Milliseconds time_for(Phase phase, const Limits& limits) {
  switch (phase) {
    case Phase::kHeaders:
      return limits.header_time;
    case Phase::kBody:
      return limits.body_time;
    case Phase::kAnswer:
      return limits.answer_time;
    case Phase::kIdle:
      return limits.idle_time;
    case Phase::kWork:
    case Phase::kStream:
      break;
  }
  return kNever;
}

}  // namespace

bool Connections::is_full(const std::string& address) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_address_.find(address);
  return found != by_address_.end() && found->second >= limits_.connections_per_address;
}

Client* Connections::open(int descriptor, std::string address, bool limited) {
  auto client = std::make_unique<Client>();
  client->descriptor = descriptor;
  client->address = std::move(address);
  client->deadline = clock_.monotonic() + limits_.header_time;
  const std::lock_guard lock(mutex_);
  const std::size_t count = ++by_address_[client->address];
  // Threads that accept at the same moment all were told that there is room.
  if (limited && count > limits_.connections_per_address) ::shutdown(descriptor, SHUT_RDWR);
  return *clients_.insert(client.release()).first;
}

void Connections::close(Client* client) {
  const std::lock_guard lock(mutex_);
  const std::unique_ptr<Client> owned(client);
  clients_.erase(client);
  const auto found = by_address_.find(client->address);
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
}

void Connections::enter(Client* client, Phase phase) {
  if (client == nullptr) return;
  const MonotonicTime deadline = clock_.monotonic() + time_for(phase, limits_);
  const std::lock_guard lock(mutex_);
  client->phase = phase;
  client->deadline = deadline;
}

std::size_t Connections::sweep() {
  const MonotonicTime now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  std::size_t ended = 0;
  for (Client* client : clients_) {
    if (now < client->deadline) continue;
    // The library's own thread sees the end, and takes the connection away.
    ::shutdown(client->descriptor, SHUT_RDWR);
    client->deadline = now + kNever;
    ++ended;
  }
  ended_ += ended;
  return ended;
}

std::size_t Connections::size() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

std::size_t Connections::busy() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(clients_.begin(), clients_.end(), [](const Client* client) {
        return client->phase == Phase::kBody || client->phase == Phase::kWork ||
               client->phase == Phase::kAnswer;
      }));
}

std::size_t Connections::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace bedstone::server
