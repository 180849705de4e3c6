// Argon2id by libsodium, what goes into it, and what is taken from strings that others wrote.
#include "base/password.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/phc.hpp"
#include "base/text.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kSalt = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t kHash = 32;
constexpr int kPepperCharacters = 32;
// The pepper that the documents show, which somebody will copy.
constexpr std::string_view kSamplePepper = "your-secure-random-password-secret-minimum-32-chars";

// What a stored string may make this process do. libsodium's own presets and argon2-cffi's fit.
constexpr std::uint32_t kStoredMemoryKib = 1U << 20;
constexpr std::uint32_t kStoredPasses = 64;
constexpr std::uint32_t kStoredLanes = 16;
constexpr std::uint64_t kStoredWorkKib = 4U << 20;

Secret peppered(const Secret& password, const Secret* pepper) {
  if (pepper == nullptr) return password.clone();
  Digest digest = hmac_sha256(pepper->expose(), password.expose());
  Secret text(base64::encode({reinterpret_cast<const char*>(digest.data()), digest.size()},
                             base64::Dialect::kPadded));
  sodium_memzero(digest.data(), digest.size());
  return text;
}

bool affordable(const Argon2Hash& hash) {
  return hash.memory_kib <= kStoredMemoryKib && hash.passes <= kStoredPasses &&
         hash.lanes <= kStoredLanes &&
         std::uint64_t{hash.memory_kib} * hash.passes <= kStoredWorkKib;
}

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Fills hash.hash from its other members, which have one lane and a salt of kSalt bytes. False
/// when there is too little memory.
bool compute(Argon2Hash& hash, const Secret& input) {
  return crypto_pwhash_argon2id(reinterpret_cast<unsigned char*>(hash.hash.data()),
                                hash.hash.size(), input.expose().data(), input.expose().size(),
                                in(hash.salt), hash.passes, std::size_t{hash.memory_kib} * 1024,
                                crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0;
}

/// Whether the hash is of this input; nullopt when there is too little memory.
std::optional<bool> matches(const Argon2Hash& hash, const Secret& input) {
  if (hash.lanes == 1 && hash.salt.size() == kSalt) {
    Argon2Hash again = hash;
    if (!compute(again, input)) return std::nullopt;
    return sodium_memcmp(again.hash.data(), hash.hash.data(), hash.hash.size()) == 0;
  }
  const std::string text = to_phc(hash);
  if (crypto_pwhash_argon2id_str_verify(text.c_str(), input.expose().data(),
                                        input.expose().size()) == 0)
    return true;
  // It says the same of a wrong password and of too little memory.
  const std::unique_ptr<char[]> probe(new (std::nothrow) char[std::size_t{hash.memory_kib} * 1024]);
  if (!probe) return std::nullopt;
  // Or the compiler would leave out the allocation.
  *static_cast<volatile char*>(probe.get()) = 0;
  return false;
}

Error no_memory(std::uint32_t memory_kib) {
  return Error(ErrorCode::kPasswordHashing, "a password could not be hashed")
      .because(fmt::format("Argon2id needs {} MiB of memory and did not get them",
                           (memory_kib + 1023) / 1024))
      .advise("give the process more memory, or let fewer hash at once");
}

Error cost_error(std::string_view what, std::uint32_t given, std::uint32_t least,
                 std::uint32_t most) {
  return Error(ErrorCode::kPasswordCost,
               fmt::format("hashing passwords with {} {} is not done here", given, what))
      .advise(fmt::format("choose from {} to {}", least, most));
}

}  // namespace

Status check_cost(const PasswordCost& cost) {
  const PasswordCost least;
  if (cost.memory_kib < least.memory_kib || cost.memory_kib > PasswordCost::kMemoryKibMax)
    return fail(cost_error("KiB of memory", cost.memory_kib, least.memory_kib,
                           PasswordCost::kMemoryKibMax));
  // What is hashed here must be within what is accepted when it comes back.
  const std::uint32_t most = std::min<std::uint32_t>(
      PasswordCost::kPassesMax, static_cast<std::uint32_t>(kStoredWorkKib / cost.memory_kib));
  if (cost.passes < least.passes || cost.passes > most)
    return fail(cost_error("passes", cost.passes, least.passes, most));
  return {};
}

Result<Secret> hash_password(const Secret& password, const Secret* pepper,
                             const PasswordCost& cost) {
  BEDSTONE_TRY(check_cost(cost));
  if (password.empty())
    return fail(Error(ErrorCode::kPasswordHashing, "an empty password is not hashed")
                    .advise("give one, or let one be generated"));
  // Chooses the vector code that the processor has; later calls return at once.
  if (sodium_init() < 0)
    return fail(Error(ErrorCode::kInternal, "the cryptographic library does not start"));
  Argon2Hash hash{cost.memory_kib, cost.passes, 1, std::string(kSalt, '\0'),
                  std::string(kHash, '\0')};
  randombytes_buf(hash.salt.data(), kSalt);
  if (!compute(hash, peppered(password, pepper))) return fail(no_memory(cost.memory_kib));
  return Secret(to_phc(hash));
}

Result<PasswordCheck> verify_password(std::string_view stored, const Secret& password,
                                      const Secret* pepper, const PasswordCost& wanted) {
  const auto hash = parse_phc(stored);
  if (!hash)
    return fail(Error(ErrorCode::kPasswordStored, "a stored password is not an Argon2id hash")
                    .because("it does not have the form $argon2id$v=19$m=…,t=…,p=…$salt$hash")
                    .advise("let the user set a new password"));
  if (!affordable(*hash))
    return fail(Error(ErrorCode::kPasswordStored, "a stored password hash costs too much to check")
                    .because(fmt::format("it asks for {} KiB of memory, {} passes and {} lanes",
                                         hash->memory_kib, hash->passes, hash->lanes))
                    .advise("look who could write it, and let the user set a new password"));
  if (sodium_init() < 0)
    return fail(Error(ErrorCode::kInternal, "the cryptographic library does not start"));
  const auto same = matches(*hash, peppered(password, pepper));
  if (!same) return fail(no_memory(hash->memory_kib));
  PasswordCheck check{.matches = *same};
  check.rehash_due = check.matches && (hash->memory_kib < wanted.memory_kib ||
                                       hash->passes < wanted.passes || hash->salt.size() < kSalt);
  return check;
}

Status check_pepper(std::string_view text) {
  const auto refuse = [](std::string sentence) {
    return fail(Error(ErrorCode::kPasswordSecret, std::move(sentence))
                    .advise("`openssl rand -base64 48` makes a good one; keep it with the backups, "
                            "since no password can be checked without it"));
  };
  if (text::to_lower(text::trim(text)) == kSamplePepper)
    return refuse("PASSWORD_SECRET is the sample from the documents, which everybody can read");
  const auto characters = std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
  if (characters < kPepperCharacters)
    return refuse(fmt::format("PASSWORD_SECRET is shorter than {} characters", kPepperCharacters));
  return {};
}

}  // namespace bedstone
