/// Listen: a socket that takes connections.
#pragma once

#include <cstdint>
#include <string>

#include "bedstone/result.hpp"

struct sockaddr;

namespace bedstone::server {

/// An open descriptor, bound to the first address that the name has. kAddressTaken,
/// kAddressUnusable.
Result<int> listen_on(const std::string& host, std::int64_t port);
/// The port of a socket: of use where 0 was asked for.
std::int64_t port_of(int socket);
/// "127.0.0.1", "2001:db8::1"; an IPv4 address within an IPv6 one is shown as IPv4. "?" of others.
std::string address_text(const sockaddr* address);

}  // namespace bedstone::server
