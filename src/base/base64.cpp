// libsodium's coder, whose time does not depend on what is coded; and one that looks up.
#include "base/base64.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace bedstone::base64 {
namespace {

int variant_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::kPadded:
      return sodium_base64_VARIANT_ORIGINAL;
    case Dialect::kUnpadded:
      return sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    case Dialect::kUrl:
      break;
  }
  return sodium_base64_VARIANT_URLSAFE_NO_PADDING;
}

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t kNoLetter = 64;

constexpr std::array<std::uint8_t, 256> values_of_letters() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoLetter);
  for (std::size_t i = 0; i < kLetters.size(); ++i)
    values[static_cast<unsigned char>(kLetters[i])] = static_cast<std::uint8_t>(i);
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = values_of_letters();

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
  return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0;
}

}  // namespace

std::string encode(std::string_view bytes, Dialect dialect) {
  const int variant = variant_of(dialect);
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), variant);
  text.pop_back();  // the NUL
  return text;
}

std::optional<std::string> decode(std::string_view text, Dialect dialect) {
  // libsodium 1.0.18 takes the byte 0xff for a letter.
  unsigned char all = 0;
  for (const char byte : text)
    all |= static_cast<unsigned char>(byte);
  if (all > 0x7f) return std::nullopt;
  std::string bytes;
  bytes.reserve(32);
  bytes.resize(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, variant_of(dialect)) != 0)
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::string encode_public(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t three =
        byte_at(bytes, i) << 16U | byte_at(bytes, i + 1) << 8U | byte_at(bytes, i + 2);
    const std::size_t letters = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t j = 0; j < letters; ++j)
      out[j] = kLetters[three >> (18U - 6U * j) & 63U];
    out += 4;
  }
  return text;
}

std::optional<std::string> decode_public(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string bytes(text.size() / 4 * 3, '\0');
  char* out = bytes.data();
  text.remove_suffix(padding);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t letters = std::min<std::size_t>(text.size() - i, 4);
    std::uint32_t three = 0;
    std::uint32_t wrong = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const std::uint32_t value =
          j < letters ? kValues[static_cast<unsigned char>(text[i + j])] : 0;
      wrong |= value;
      three = three << 6U | (value & 63U);
    }
    // What the padding cut off is zero, or this is no text of ours.
    const std::uint32_t cut = letters == 4 ? 0 : three & (letters == 3 ? 0xffU : 0xffffU);
    if ((wrong & kNoLetter) != 0 || cut != 0) return std::nullopt;
    *out++ = static_cast<char>(three >> 16U);
    *out++ = static_cast<char>(three >> 8U);
    *out++ = static_cast<char>(three);
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace bedstone::base64
