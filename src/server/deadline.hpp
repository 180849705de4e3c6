/// Deadline: what a session does longer than a time is stopped.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/cancel.hpp"
#include "db/connection.hpp"

namespace bedstone::server {

/// From its beginning to its end; a statement that runs when the time is over fails with
/// kInterrupted, and so does each one after it.
class Deadline {
 public:
  /// `afterwards`: the token that the session has again at the end. The session must outlive it.
  Deadline(db::Connection& connection, std::chrono::milliseconds time,
           const CancelToken* afterwards);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool over() const { return token_.requested(); }

 private:
  db::Connection& connection_;
  const CancelToken* afterwards_;
  CancelToken token_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::thread watch_;
};

}  // namespace bedstone::server
