/// Fernet: opening what other programs encrypted in that form, so that it can be encrypted anew.
#pragma once

#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

/// Whether a text has the form of a token: base64 that begins with Fernet's version.
bool is_fernet_token(std::string_view text);

/// The specification's decryption without an age limit: AES-128-CBC behind an HMAC-SHA-256, which
/// is checked first and in constant time. `key`: 32 bytes as URL-safe base64, with or without `=`.
/// Loads OpenSSL's libcrypto at the first call. Errors: kFernetKey; kFernetToken, when the token is
/// none, was changed, or was made with another key; kDriverMissing, when libcrypto is not
/// installed. None of them holds anything of the value or the key.
Result<Secret> open_fernet(const Secret& key, std::string_view token);

}  // namespace bedstone
