/// Passwords as Argon2id hashes, which programs in any language can check (docs/passwords.md).
#pragma once

#include <cstdint>
#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

/// What one hash costs. The defaults are what OWASP asks for at least; less is refused.
struct PasswordCost {
  std::uint32_t memory_kib = 19'456;
  std::uint32_t passes = 2;

  static constexpr std::uint32_t kMemoryKibMax = 1U << 20;
  static constexpr std::uint32_t kPassesMax = 16;
};

/// Errors: kPasswordCost.
Status check_cost(const PasswordCost& cost);

/// `$argon2id$v=19$m=…,t=…,p=1$salt$hash` (the PHC string format) with a random salt of 16 bytes
/// and a hash of 32: of the password's bytes as they are, or, with a pepper, of the 44 characters
/// base64(HMAC-SHA-256(pepper, password)). Takes cost.memory_kib of memory and, with the defaults,
/// some 20 ms. Errors: kPasswordCost; kPasswordHashing, when there is not so much memory or the
/// password is empty.
Result<Secret> hash_password(const Secret& password, const Secret* pepper,
                             const PasswordCost& cost = {});

struct PasswordCheck {
  bool matches = false;
  /// The hash costs less to guess than `wanted` asks for: hash again, now that the password is
  /// known. Says nothing about passwords that do not match.
  bool rehash_due = false;
};

/// Whether `stored`, a PHC string of Argon2id by whatever program, is of this password. Compares in
/// constant time. Errors: kPasswordStored, when it is none or would cost more than 1 GiB, 64
/// passes, 16 lanes, or passes over 4 GiB in all; kPasswordHashing.
Result<PasswordCheck> verify_password(std::string_view stored, const Secret& password,
                                      const Secret* pepper, const PasswordCost& wanted = {});

/// Whether a text will do as pepper (PASSWORD_SECRET): at least 32 characters, and not the one that
/// everybody can read in the documents. Errors: kPasswordSecret; they do not hold the text.
Status check_pepper(std::string_view text);

}  // namespace bedstone
