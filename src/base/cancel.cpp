// A flag with an eventfd beside it, so that both loops and poll() see it.
#include "base/cancel.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace bedstone {

CancelToken::CancelToken() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

CancelToken::~CancelToken() {
  if (descriptor_ >= 0) close(descriptor_);
}

void CancelToken::request(int signal) noexcept {
  signal_.store(signal, std::memory_order_relaxed);
  requested_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  // A full counter means that it is readable already, which is all that is wanted.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

}  // namespace bedstone
