// A queue with an end, and threads that empty it.
#include "server/workers.hpp"

namespace bedstone::server {

Workers::Workers(std::size_t threads, std::size_t waiting) : waiting_(waiting) {
  for (std::size_t i = 0; i < threads; ++i)
    threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  told_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

bool Workers::submit(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (over_ || queue_.size() >= waiting_) return false;
    queue_.push_back(std::move(work));
  }
  told_.notify_one();
  return true;
}

void Workers::run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      told_.wait(lock, [this] { return over_ || !queue_.empty(); });
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
  }
}

}  // namespace bedstone::server
