/// Workers: the threads on which requests wait for a database.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace bedstone::server {

/// Thread-safe. What it was given before its end is done before it ends.
class Workers {
 public:
  Workers(std::size_t threads, std::size_t waiting);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False: too much waits already.
  bool submit(std::function<void()> work);

 private:
  void run();

  const std::size_t waiting_;
  std::mutex mutex_;
  std::condition_variable told_;
  std::deque<std::function<void()>> queue_;
  bool over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bedstone::server
