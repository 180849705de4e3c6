/// Keys made of something else, and what tells one key from another without giving it away.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

/// Bytes of every key here.
inline constexpr std::size_t kKeyBytes = 32;

/// From the system's randomness.
Secret random_key();

/// Sixteen characters (A-Z a-z 0-9 - _) of a keyed BLAKE2b: the same for the same key, and of no
/// use for finding it. `key` has kKeyBytes.
std::string key_fingerprint(const Secret& key);

/// Argon2id over 64 MiB in 3 passes with a salt made of `salt`: some 150 ms. Errors:
/// kPasswordHashing, when there is not so much memory.
Result<Secret> key_of_passphrase(const Secret& passphrase, std::string_view salt);

/// BLAKE2b, salted and personalised, of what has 128 random bits by itself.
Secret key_of_machine(std::string_view machine_id, std::string_view salt);

}  // namespace bedstone
