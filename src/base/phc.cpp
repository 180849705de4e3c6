// Strict both ways: what is parsed is what would have been written.
#include "base/phc.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/base64.hpp"

namespace bedstone {
namespace {

constexpr std::string_view kHead = "$argon2id$v=19$";
constexpr std::size_t kTextMax = 256;

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

/// Decimal digits without sign and leading zeros.
bool take_number(std::string_view& text, std::uint32_t& number) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return false;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool decode(std::string_view text, std::size_t least, std::string& bytes) {
  auto decoded = base64::decode(text, base64::Dialect::kUnpadded);
  if (!decoded || decoded->size() < least || decoded->size() > 64) return false;
  bytes = *std::move(decoded);
  return true;
}

}  // namespace

std::string to_phc(const Argon2Hash& hash) {
  return fmt::format("{}m={},t={},p={}${}${}", kHead, hash.memory_kib, hash.passes, hash.lanes,
                     base64::encode(hash.salt, base64::Dialect::kUnpadded),
                     base64::encode(hash.hash, base64::Dialect::kUnpadded));
}

std::optional<Argon2Hash> parse_phc(std::string_view text) {
  Argon2Hash hash;
  if (text.size() > kTextMax || !take(text, kHead) || !take(text, "m=") ||
      !take_number(text, hash.memory_kib) || !take(text, ",t=") ||
      !take_number(text, hash.passes) || !take(text, ",p=") || !take_number(text, hash.lanes) ||
      !take(text, "$"))
    return std::nullopt;
  const std::size_t dollar = text.find('$');
  if (dollar == std::string_view::npos || !decode(text.substr(0, dollar), 8, hash.salt) ||
      !decode(text.substr(dollar + 1), 16, hash.hash))
    return std::nullopt;
  // RFC 9106, 3.1.
  if (hash.memory_kib / 8 < hash.lanes) return std::nullopt;
  return hash;
}

}  // namespace bedstone
