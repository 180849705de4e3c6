// A thread that waits for the end or for the time.
#include "server/deadline.hpp"

namespace bedstone::server {

Deadline::Deadline(db::Connection& connection, std::chrono::milliseconds time,
                   const CancelToken* afterwards)
    : connection_(connection), afterwards_(afterwards) {
  connection_.set_cancel(&token_);
  watch_ = std::thread([this, time] {
    std::unique_lock lock(mutex_);
    if (!done_.wait_for(lock, time, [this] { return is_done_; })) token_.request();
  });
}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    is_done_ = true;
  }
  done_.notify_one();
  watch_.join();
  connection_.set_cancel(afterwards_);
}

}  // namespace bedstone::server
