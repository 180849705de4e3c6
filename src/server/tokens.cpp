// Random texts, and hashes of them.
#include "server/tokens.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/random_text.hpp"

namespace bedstone::server {
namespace {

constexpr std::size_t kLength = 43;

bool is_url_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

Secret new_token() {
  return generate_text(Letters::kUrl, kLength);
}

bool is_token(std::string_view text) {
  return text.size() == kLength && std::all_of(text.begin(), text.end(), is_url_letter);
}

std::string hash_of(std::string_view token) {
  return sha256_hex(token);
}

std::string csrf_of(std::string_view session_token) {
  const Digest digest = hmac_sha256(session_token, "bedstone csrf");
  return base64::encode({reinterpret_cast<const char*>(digest.data()), digest.size()},
                        base64::Dialect::kUrl);
}

bool same(std::string_view one, std::string_view other) {
  // Hashes under a key of the moment: where they differ tells nothing about the texts.
  const std::string key = random_id();
  return hmac_sha256(key, one) == hmac_sha256(key, other);
}

bool is_signed(std::string_view signature, std::string_view key, std::string_view body) {
  constexpr std::string_view kKind = "sha256=";
  if (!signature.starts_with(kKind)) return false;
  return same(signature.substr(kKind.size()), to_hex(hmac_sha256(key, body)));
}

}  // namespace bedstone::server
