// https://github.com/fernet/spec: version, time, initialisation vector, ciphertext, HMAC.
#include "base/fernet.hpp"

#include <sodium.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <optional>
#include <string>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/libcrypto.hpp"

namespace bedstone {
namespace {

constexpr char kVersion = '\x80';
constexpr std::size_t kBlock = 16;
constexpr std::size_t kTag = 32;
constexpr std::size_t kHeader = 1 + 8 + kBlock;
constexpr std::size_t kHalfKey = 16;

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Padding may be left out, as some programs do.
std::optional<std::string> decode(std::string_view text) {
  while (text.ends_with('='))
    text.remove_suffix(1);
  return base64::decode(text, base64::Dialect::kUrl);
}

/// The few functions that decrypting takes.
struct Crypto {
  using Context = void;
  Context* (*new_context)() = nullptr;
  void (*free_context)(Context*) = nullptr;
  const void* (*aes_128_cbc)() = nullptr;
  int (*begin)(Context*, const void* cipher, void* engine, const unsigned char* key,
               const unsigned char* vector) = nullptr;
  int (*update)(Context*, unsigned char* out, int* out_size, const unsigned char* in,
                int size) = nullptr;
  int (*finish)(Context*, unsigned char* out, int* out_size) = nullptr;
};

Result<Crypto> load() {
  Crypto crypto;
  Libcrypto library("Fernet values are decrypted with OpenSSL 3");
  library.find("EVP_CIPHER_CTX_new", crypto.new_context)
      .find("EVP_CIPHER_CTX_free", crypto.free_context)
      .find("EVP_aes_128_cbc", crypto.aes_128_cbc)
      .find("EVP_DecryptInit_ex", crypto.begin)
      .find("EVP_DecryptUpdate", crypto.update)
      .find("EVP_DecryptFinal_ex", crypto.finish);
  BEDSTONE_TRY(library.check());
  return crypto;
}

Error no_token(std::string why) {
  return Error(ErrorCode::kFernetToken, "a Fernet token does not open")
      .because(std::move(why))
      .advise("give the token whole, and the key that it was made with");
}

Result<Secret> decrypt(const Crypto& crypto, std::string_view key, std::string_view vector,
                       std::string_view ciphertext) {
  const std::unique_ptr<Crypto::Context, void (*)(Crypto::Context*)> context(crypto.new_context(),
                                                                             crypto.free_context);
  std::string value;
  // Short strings would live on the stack and be left there by the move.
  value.reserve(std::max<std::size_t>(ciphertext.size() + kBlock, 32));
  value.resize(ciphertext.size() + kBlock);
  auto* const out = reinterpret_cast<unsigned char*>(value.data());
  int size = 0;
  int last = 0;
  if (context == nullptr ||
      crypto.begin(context.get(), crypto.aes_128_cbc(), nullptr, in(key), in(vector)) != 1 ||
      crypto.update(context.get(), out, &size, in(ciphertext),
                    static_cast<int>(ciphertext.size())) != 1 ||
      crypto.finish(context.get(), out + size, &last) != 1) {
    sodium_memzero(value.data(), value.size());
    return fail(no_token("its padding is wrong, although nobody changed it"));
  }
  const auto whole = static_cast<std::size_t>(size) + static_cast<std::size_t>(last);
  sodium_memzero(value.data() + whole, value.size() - whole);
  value.resize(whole);
  return Secret(std::move(value));
}

}  // namespace

bool is_fernet_token(std::string_view text) {
  const auto bytes = text.starts_with("gAAAAA") ? decode(text) : std::nullopt;
  return bytes && bytes->size() >= kHeader + kBlock + kTag;
}

Result<Secret> open_fernet(const Secret& key, std::string_view token) {
  auto key_bytes = decode(key.expose());
  const Secret bytes(key_bytes ? *std::move(key_bytes) : std::string());
  if (bytes.expose().size() != 2 * kHalfKey)
    return fail(Error(ErrorCode::kFernetKey, "this is no Fernet key")
                    .because("a Fernet key is 32 bytes as URL-safe base64: 44 characters")
                    .advise("give what Fernet.generate_key() made"));
  const auto whole = decode(token);
  if (!whole || whole->size() < kHeader + kBlock + kTag || whole->front() != kVersion ||
      (whole->size() - kHeader - kTag) % kBlock != 0 || whole->size() > INT_MAX)
    return fail(no_token("it has not the form of one: it was cut, or is something else"));
  const std::string_view text(*whole);
  const std::string_view signed_part = text.substr(0, text.size() - kTag);
  const Digest expected = hmac_sha256(bytes.expose().substr(0, kHalfKey), signed_part);
  if (sodium_memcmp(expected.data(), text.data() + signed_part.size(), kTag) != 0)
    return fail(no_token("it was changed, or made with another key"));
  BEDSTONE_ASSIGN(const Crypto crypto, load());
  return decrypt(crypto, bytes.expose().substr(kHalfKey), text.substr(9, kBlock),
                 signed_part.substr(kHeader));
}

}  // namespace bedstone
