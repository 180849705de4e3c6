/// Process: what fork() and the process's end mean for threads that watch databases.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

namespace bedstone::config {

/// How often this process's ancestors forked since the program began: a child sees another number
/// than its parent. Costs no system call.
std::uint32_t fork_count() noexcept;

/// Whether this is a child of a process that had a file of SQLite open in a thread of its own when
/// it forked. SQLite's own state in this process then speaks of locks that it does not hold.
bool inherited_file() noexcept;

/// Somebody with a thread. Its lock is free in a child of fork(); at the process's end, before
/// static objects go, its thread is ended. Always held by a shared_ptr.
class ThreadOwner : public std::enable_shared_from_this<ThreadOwner> {
 public:
  ThreadOwner(const ThreadOwner&) = delete;
  ThreadOwner& operator=(const ThreadOwner&) = delete;

  /// Whether this is a child of the process that made it.
  bool forked() const noexcept { return born_ != fork_count(); }
  /// Whether its thread has a file of SQLite open. Asked with the lock held, at fork().
  virtual bool holds_file() const = 0;
  /// May be called more than once, and from the thread itself.
  virtual void end_thread() = 0;

 protected:
  ThreadOwner();
  virtual ~ThreadOwner();

  /// Held for moments only, and never while calling anybody.
  mutable std::mutex mutex_;

 private:
  friend struct Process;
  const std::uint32_t born_;
};

}  // namespace bedstone::config
