/// CancelToken: "stop what you are doing", set from a signal handler or another thread.
#pragma once

#include <atomic>

namespace bedstone {

/// Fires once and stays fired. request() is async-signal-safe; all members are thread-safe.
class CancelToken {
 public:
  CancelToken();
  ~CancelToken();
  CancelToken(const CancelToken&) = delete;
  CancelToken& operator=(const CancelToken&) = delete;

  void request(int signal = 0) noexcept;
  bool requested() const noexcept { return requested_.load(std::memory_order_acquire); }
  /// The signal that fired it, 0 when none did.
  int signal() const noexcept { return signal_.load(std::memory_order_relaxed); }
  /// Becomes readable when the token fires; for poll().
  int descriptor() const noexcept { return descriptor_; }

 private:
  std::atomic<bool> requested_{false};
  std::atomic<int> signal_{0};
  int descriptor_;
};

}  // namespace bedstone
