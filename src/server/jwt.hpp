/// Jwt: access tokens of the identity provider, taken apart and checked (RFC 7519, RFC 7515).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "bedstone/result.hpp"

namespace bedstone::server {

/// What a token says, as long as nobody checked its signature.
struct ClaimedToken {
  std::string key_id;
  std::string signed_text;  ///< What the signature is made of.
  std::string signature;
  std::string issuer;
  std::string subject;
  std::string session;
  WallTime expires{};
  WallTime not_before{};
};

/// Takes tokens that are signed with RS256, whatever else their header asks for; an audience is not
/// looked at, since the provider gives none. kTokenInvalid.
Result<ClaimedToken> read_token(std::string_view text);

/// Whether the issuer is one of these, and the time is right, give or take a minute. kTokenInvalid.
Status check_token(const ClaimedToken& token, const std::vector<std::string>& issuers,
                   WallTime now);

}  // namespace bedstone::server
