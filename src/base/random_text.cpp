// Characters drawn one by one, without the bias of a remainder.
#include "base/random_text.hpp"

#include <sodium.h>

#include <algorithm>

namespace bedstone {
namespace {

constexpr std::string_view kReadable = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
constexpr std::size_t kShortest = 12;

}  // namespace

Secret generate_password(std::size_t length) {
  std::string text;
  // Short strings would live on the stack and be left there by the move.
  text.reserve(std::max<std::size_t>(length, 32));
  while (text.size() < std::max(length, kShortest))
    text.push_back(kReadable[randombytes_uniform(kReadable.size())]);
  return Secret(std::move(text));
}

}  // namespace bedstone
