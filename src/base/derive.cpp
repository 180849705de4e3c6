// Argon2id and BLAKE2b by libsodium.
#include "base/derive.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

#include "base/base64.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kMemory = std::size_t{64} << 20;
constexpr unsigned long long kPasses = 3;
// Each use has its own, of BLAKE2b's 16 bytes; changing one changes every key.
constexpr std::string_view kFingerprint = "bedstone key id1";
constexpr std::string_view kPassphrase = "bedstone phrase1";
constexpr std::string_view kMachine = "bedstone machin1";
static_assert(kFingerprint.size() == crypto_generichash_blake2b_PERSONALBYTES);
static_assert(kPassphrase.size() == crypto_generichash_blake2b_PERSONALBYTES);
static_assert(kMachine.size() == crypto_generichash_blake2b_PERSONALBYTES);

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// On the heap whatever its length, so that a Secret can take it over.
std::string hashed(std::size_t size, std::string_view bytes, std::string_view key,
                   const unsigned char* salt, std::string_view personal) {
  std::string hash;
  hash.reserve(kKeyBytes);
  hash.resize(size);
  crypto_generichash_blake2b_salt_personal(reinterpret_cast<unsigned char*>(hash.data()), size,
                                           in(bytes), bytes.size(), key.empty() ? nullptr : in(key),
                                           key.size(), salt, in(personal));
  return hash;
}

}  // namespace

Secret random_key() {
  std::string bytes(kKeyBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return Secret(std::move(bytes));
}

std::string key_fingerprint(const Secret& key) {
  return base64::encode(hashed(12, {}, key.expose(), nullptr, kFingerprint), base64::Dialect::kUrl);
}

Result<Secret> key_of_passphrase(const Secret& passphrase, std::string_view salt) {
  const std::string mixed =
      hashed(crypto_pwhash_argon2id_SALTBYTES, salt, {}, nullptr, kPassphrase);
  std::string key(kKeyBytes, '\0');
  if (crypto_pwhash_argon2id(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                             passphrase.expose().data(), passphrase.expose().size(), in(mixed),
                             kPasses, kMemory, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
    return fail(Error(ErrorCode::kPasswordHashing,
                      "no key could be derived from the passphrase: there are no 64 MiB of memory")
                    .advise("give the process more memory, or keep the key in a file"));
  return Secret(std::move(key));
}

Secret key_of_machine(std::string_view machine_id, std::string_view salt) {
  const std::string mixed =
      hashed(crypto_generichash_blake2b_SALTBYTES, salt, {}, nullptr, kMachine);
  return Secret(hashed(kKeyBytes, machine_id, {}, in(mixed), kMachine));
}

}  // namespace bedstone
