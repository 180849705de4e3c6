// Thin classes over libsodium's hashes, so that its header stays in this file.
#include "base/hash.hpp"

#include <sodium.h>

#include <new>

namespace bedstone {
namespace {

template <typename State, std::size_t N>
State* as(std::array<unsigned char, N>& bytes) {
  static_assert(sizeof(State) <= N);
  return std::launder(reinterpret_cast<State*>(bytes.data()));
}

const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string to_hex(const Digest& digest) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

Sha256::Sha256() : state_{} {
  new (state_.data()) crypto_hash_sha256_state;
  crypto_hash_sha256_init(as<crypto_hash_sha256_state>(state_));
}

void Sha256::update(std::string_view bytes) {
  crypto_hash_sha256_update(as<crypto_hash_sha256_state>(state_), data(bytes), bytes.size());
}

Digest Sha256::finish() {
  Digest digest;
  crypto_hash_sha256_final(as<crypto_hash_sha256_state>(state_), digest.data());
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return to_hex(hash.finish());
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, data(key), key.size());
  crypto_auth_hmacsha256_update(&state, data(bytes), bytes.size());
  Digest digest;
  crypto_auth_hmacsha256_final(&state, digest.data());
  sodium_memzero(&state, sizeof state);
  return digest;
}

Blake2b::Blake2b() : state_{} {
  // Chooses the AVX2 code where the processor has it; later calls return at once.
  [[maybe_unused]] const int ready = sodium_init();
  new (state_.data()) crypto_generichash_state;
  crypto_generichash_init(as<crypto_generichash_state>(state_), nullptr, 0, Digest{}.size());
}

void Blake2b::update(std::string_view bytes) {
  crypto_generichash_update(as<crypto_generichash_state>(state_), data(bytes), bytes.size());
}

void Blake2b::update_field(std::string_view bytes) {
  const std::uint64_t length = bytes.size();
  update({reinterpret_cast<const char*>(&length), sizeof length});
  update(bytes);
}

Digest Blake2b::finish() {
  Digest digest;
  crypto_generichash_final(as<crypto_generichash_state>(state_), digest.data(), digest.size());
  return digest;
}

std::uint64_t short_hash(std::string_view bytes, std::uint8_t domain) {
  // The key of the published vectors: it need not be secret, but must never change.
  std::array<unsigned char, crypto_shorthash_KEYBYTES> key = {0, 1, 2,  3,  4,  5,  6,  7,
                                                              8, 9, 10, 11, 12, 13, 14, 15};
  key.back() ^= domain;
  std::array<unsigned char, crypto_shorthash_BYTES> hash;
  crypto_shorthash(hash.data(), data(bytes), bytes.size(), key.data());
  std::uint64_t number = 0;
  for (std::size_t i = hash.size(); i-- > 0;)
    number = number << 8U | hash[i];
  return number;
}

std::string random_id() {
  std::array<unsigned char, 16> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  Digest padded{};
  std::copy(bytes.begin(), bytes.end(), padded.begin());
  return to_hex(padded).substr(0, 32);
}

}  // namespace bedstone
