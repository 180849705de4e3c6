// Wiping what must not stay in memory.
#include "bedstone/secret.hpp"

#include <sodium.h>

namespace bedstone {

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

Secret::~Secret() {
  wipe();
}

void Secret::wipe() noexcept {
  // A short string lives inside the object, where a move leaves its bytes behind: the whole
  // capacity is cleared, not only the length.
  sodium_memzero(text_.data(), text_.capacity());
  text_.clear();
}

}  // namespace bedstone
