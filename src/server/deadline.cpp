// A thread that waits for the end or for the time.
#include "server/deadline.hpp"

#include <system_error>

#include "base/threads.hpp"

namespace bedstone::server {

Deadline::Deadline(db::Connection& connection, std::chrono::milliseconds time,
                   const CancelToken* afterwards)
    : connection_(connection), afterwards_(afterwards) {
  connection_.set_cancel(&token_);
  try {
    watch_ = start_thread([this, time] {
      std::unique_lock lock(mutex_);
      if (!done_.wait_for(lock, time, [this] { return is_done_; })) token_.request();
    });
  } catch (const std::system_error&) {
    // A machine without a thread to spare: the statement takes as long as it takes.
  }
}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
  }
  done_.notify_one();
  if (watch_.joinable()) watch_.join();
  connection_.set_cancel(afterwards_);
}

}  // namespace bedstone::server
