/// RSA: other people's signatures, checked.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/result.hpp"

namespace bedstone {

/// A public key; both numbers as bytes, the most significant one first.
struct RsaKey {
  std::string modulus;
  std::string exponent;
};

/// Whether `signature` is the key owner's of `text`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC
/// 8017, 8.2), which JSON Web Tokens call RS256. Keys of less than 2048 or more than 8192 bits sign
/// nothing. Errors: kDriverMissing, when OpenSSL's library is not there.
Result<bool> verify_rs256(const RsaKey& key, std::string_view text, std::string_view signature);

}  // namespace bedstone
