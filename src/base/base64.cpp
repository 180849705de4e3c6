// libsodium's coder, whose time does not depend on what is coded.
#include "base/base64.hpp"

#include <sodium.h>

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

}  // namespace bedstone::base64
