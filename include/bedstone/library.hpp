/// What the classes of the library share: where log lines go, and how to stop.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "bedstone/options.hpp"

namespace bedstone {

/// Stops what runs, from another thread or from a signal handler. Copies share one state.
class StopSource {
 public:
  StopSource();
  /// Async-signal-safe. The running statement is cancelled, its transaction rolled back, the lock
  /// given back; the call returns with BED0005. Fires once and for all.
  void request_stop() const noexcept;
  bool stop_requested() const noexcept;

 private:
  friend class LibraryHost;
  std::shared_ptr<class CancelToken> token_;
};

struct LibraryOptions {
  /// One finished line per call, without a secret; may be called from the threads of _async calls.
  /// Empty: no log.
  std::function<void(std::string_view line)> log;
  bool log_json = false;
  bool log_debug = false;
  StopSource stop;
};

}  // namespace bedstone
