/// PHC strings of Argon2id, as text and as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedstone {

/// `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, both in base64 without padding.
struct Argon2Hash {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::uint32_t lanes = 0;
  std::string salt;
  std::string hash;
};

std::string to_phc(const Argon2Hash& hash);

/// nullopt for other algorithms, versions, orders, spellings of numbers, for salts outside of 8 to
/// 64 bytes and hashes outside of 16 to 64, and for less memory than Argon2 takes.
std::optional<Argon2Hash> parse_phc(std::string_view text);

}  // namespace bedstone
