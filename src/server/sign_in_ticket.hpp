/// SignInTicket: what a browser keeps while its user signs in elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::server {

/// One sign-in that was begun.
struct SignInTicket {
  std::string state;      ///< What the provider hands back.
  Secret verifier;        ///< PKCE: RFC 7636.
  std::string return_to;  ///< return_path().
  WallTime until{};
};

SignInTicket new_ticket(std::string_view return_to, WallTime now);
/// RFC 7636, 4.2: S256.
std::string challenge_of(const Secret& verifier);

/// Encrypted, so that nobody who sees the cookie can finish the sign-in. `key`: any secret text.
Result<std::string> seal_ticket(const SignInTicket& ticket, const Secret& key);
/// kRequestForged: it was not made with this key, was changed, or is over.
Result<SignInTicket> open_ticket(std::string_view text, const Secret& key, WallTime now);

/// "__Host-bedstone-sign-in", or "bedstone-sign-in" where there is no TLS.
std::string_view ticket_cookie(bool secure);
/// Set-Cookie; an empty text takes it away.
std::string ticket_line(std::string_view text, bool secure);

/// A path of this server that a browser may be sent to, with its query; "/" for all else, above
/// all for whatever could lead to another one.
std::string return_path(std::string_view asked);

}  // namespace bedstone::server
