/// Proxies: whose word about a request's origin counts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/result.hpp"
#include "server/request.hpp"

namespace bedstone::server {

/// A list of networks. IPv4 addresses are looked at as IPv6 ones that stand for them.
class TrustedProxies {
 public:
  /// "10.0.0.0/8", "192.0.2.7", "fd00::/8". kUsage.
  static Result<TrustedProxies> parse(const std::vector<std::string>& texts);

  bool contains(std::string_view address) const;
  /// Fills in whom the request comes from, by what trusted proxies say: the last address of
  /// X-Forwarded-For that is none of theirs, X-Forwarded-Proto and X-Forwarded-Host.
  void resolve(Request& request) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> address{};
    unsigned bits = 128;
  };
  std::vector<Network> networks_;
};

/// Whether an address is this machine's own.
bool is_loopback(std::string_view address);

}  // namespace bedstone::server
