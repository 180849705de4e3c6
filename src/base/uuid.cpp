// Where the version and the variant go, and what fills the rest.
#include "base/uuid.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/sha1.hpp"

namespace bedstone {
namespace {

constexpr std::size_t kTextSize = 36;

bool is_dash(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Uuid marked(Uuid uuid, unsigned version) {
  uuid.bytes[6] = static_cast<unsigned char>(version << 4 | (uuid.bytes[6] & 0x0F));
  uuid.bytes[8] = static_cast<unsigned char>(0x80 | (uuid.bytes[8] & 0x3F));
  return uuid;
}

}  // namespace

std::string to_text(const Uuid& uuid) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(kTextSize);
  for (const unsigned char byte : uuid.bytes) {
    if (is_dash(text.size())) text.push_back('-');
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kTextSize; ++i) {
    if (is_dash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = digit_of(text[i]);
    if (digit < 0) return std::nullopt;
    unsigned char& byte = uuid.bytes[digits++ / 2];
    byte = static_cast<unsigned char>(byte << 4 | digit);
  }
  return uuid;
}

Uuid uuid_v4() {
  Uuid uuid;
  randombytes_buf(uuid.bytes.data(), uuid.bytes.size());
  return marked(uuid, 4);
}

Uuid uuid_v5(const Uuid& name_space, std::string_view name) {
  std::string input(name_space.bytes.begin(), name_space.bytes.end());
  input += name;
  const Sha1Digest digest = sha1(input);
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  return marked(uuid, 5);
}

Uuid uuid_v7(WallTime time) {
  const auto since = std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count();
  const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0));
  Uuid uuid;
  randombytes_buf(uuid.bytes.data(), uuid.bytes.size());
  for (std::size_t i = 0; i < 6; ++i)
    uuid.bytes[i] = static_cast<unsigned char>(milliseconds >> (40 - 8 * i));
  return marked(uuid, 7);
}

}  // namespace bedstone
