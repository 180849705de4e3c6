// XChaCha20-Poly1305 by libsodium, and the text around it.
#include "base/seal.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "base/base64.hpp"

namespace bedstone {
namespace {

constexpr std::string_view kFormat = "enc1";
constexpr std::string_view kPrefix = "enc1.";
constexpr std::size_t kIdMax = 64;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKey = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
static_assert(kNonce == 24 && kTag == 16 && kKey == 32);

struct Parts {
  std::string_view key_id;
  std::string_view payload;
};

bool is_key_id(std::string_view id) {
  return !id.empty() && id.size() <= kIdMax && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::optional<Parts> parts_of(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || !is_key_id(text.substr(0, dot))) return std::nullopt;
  return Parts{text.substr(0, dot), text.substr(dot + 1)};
}

Status check(const SealKey& key) {
  if (!is_key_id(key.id))
    return fail(Error(ErrorCode::kSealKey, "the id of an encryption key is not one")
                    .advise("use 1 to 64 letters, digits, '_' and '-'"));
  if (key.bytes.expose().size() != kKey)
    return fail(
        Error(ErrorCode::kSealKey, fmt::format("the encryption key {} holds {} bytes instead of {}",
                                               key.id, key.bytes.expose().size(), kKey))
            .advise("`head -c 32 /dev/urandom` makes a key"));
  return {};
}

void append_field(std::string& bytes, std::string_view field) {
  for (int shift = 0; shift < 64; shift += 8)
    bytes.push_back(static_cast<char>(std::uint64_t{field.size()} >> shift & 0xFF));
  bytes += field;
}

std::string associated_data(const SealKey& key, const SealPlace& place) {
  std::string bytes;
  for (const std::string_view field : {kFormat, place.instance, place.table, place.primary_key,
                                       place.column, std::string_view(key.id)})
    append_field(bytes, field);
  return bytes;
}

const unsigned char* in(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* out(std::string& bytes, std::size_t offset = 0) {
  return reinterpret_cast<unsigned char*>(bytes.data() + offset);
}

std::string name_of(const SealPlace& place) {
  return fmt::format("the encrypted value in {}.{} of row {}", place.table, place.column,
                     place.primary_key);
}

}  // namespace

Result<std::string> seal(const SealKey& key, const SealPlace& place, std::string_view value) {
  BEDSTONE_TRY(check(key));
  const std::string around = associated_data(key, place);
  std::string sealed(kNonce + value.size() + kTag, '\0');
  randombytes_buf(sealed.data(), kNonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out(sealed, kNonce), nullptr, in(value), value.size(),
                                             in(around), around.size(), nullptr, in(sealed),
                                             in(key.bytes.expose()));
  return fmt::format("{}{}.{}", kPrefix, key.id, base64::encode(sealed, base64::Dialect::kUrl));
}

Result<Secret> unseal(const SealKey& key, const SealPlace& place, std::string_view text) {
  BEDSTONE_TRY(check(key));
  const auto parts = parts_of(text);
  const auto sealed = parts ? base64::decode(parts->payload, base64::Dialect::kUrl) : std::nullopt;
  if (!sealed || sealed->size() < kNonce + kTag)
    return fail(Error(ErrorCode::kSealMalformed, name_of(place) + " is not in the form of one")
                    .because("it was cut, changed by hand, or written by another program")
                    .advise("set it again, or restore it from a backup"));
  if (parts->key_id != key.id)
    return fail(
        Error(ErrorCode::kSealOtherKey, fmt::format("{} was encrypted with the key {}, not with {}",
                                                    name_of(place), parts->key_id, key.id))
            .advise("give the key that it was encrypted with"));
  const std::string around = associated_data(key, place);
  std::string value;
  // Short strings would live on the stack and be left there by the move.
  value.reserve(std::max<std::size_t>(sealed->size(), 32));
  value.resize(sealed->size() - kNonce - kTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(value), nullptr, nullptr, in(*sealed) + kNonce,
                                                 sealed->size() - kNonce, in(around), around.size(),
                                                 in(*sealed), in(key.bytes.expose())) != 0)
    return fail(Error(ErrorCode::kSealBroken, name_of(place) + " does not open")
                    .because("it was changed, it was moved from another row or column, or other "
                             "bytes are in use as key " +
                             key.id)
                    .advise("give the right key, or set the value again"));
  return Secret(std::move(value));
}

std::optional<std::string_view> sealed_with(std::string_view text) {
  const auto parts = parts_of(text);
  return parts ? std::optional(parts->key_id) : std::nullopt;
}

}  // namespace bedstone
