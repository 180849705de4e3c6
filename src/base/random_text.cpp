// Characters drawn one by one, without the bias of a remainder.
#include "base/random_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace bedstone {
namespace {

constexpr std::string_view kReadable = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kShortest = 12;

Secret draw(std::string_view letters, std::size_t length) {
  std::string text;
  // Short strings would live on the stack and be left there by the move.
  text.reserve(std::max<std::size_t>(length, 32));
  while (text.size() < std::max(length, kShortest))
    text.push_back(letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))]);
  return Secret(std::move(text));
}

}  // namespace

Secret generate_password(std::size_t length) {
  return draw(kReadable, length);
}

Secret generate_text(Letters letters, std::size_t length) {
  return draw(letters == Letters::kHex ? kHex : kUrl, length);
}

}  // namespace bedstone
