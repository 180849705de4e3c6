// Handlers of fork() and exit(), for all owners of threads together.
#include "config/process.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <vector>

namespace bedstone::config {

/// What must outlive everything: never destroyed.
struct Process {
  std::mutex mutex;
  std::vector<ThreadOwner*> owners;

  static Process& instance() {
    static auto* const kInstance = [] {
      auto* process = new Process;
      ::pthread_atfork(&before_fork, &in_parent, &in_child);
      // Registered before any owner was made: runs after the statics that hold one are gone, and
      // before those that were there earlier.
      std::atexit(&at_exit);
      return process;
    }();
    return *kInstance;
  }

  static void before_fork() {
    Process& process = instance();
    process.mutex.lock();
    for (const ThreadOwner* owner : process.owners)
      owner->mutex_.lock();
  }
  static void in_parent() {
    Process& process = instance();
    for (const ThreadOwner* owner : process.owners)
      owner->mutex_.unlock();
    process.mutex.unlock();
  }
  static void in_child();

  static void at_exit() {
    for (;;) {
      std::shared_ptr<ThreadOwner> owner;
      {
        Process& process = instance();
        const std::lock_guard lock(process.mutex);
        const auto alive = std::find_if(process.owners.begin(), process.owners.end(),
                                        [](const ThreadOwner* one) { return !one->forked(); });
        if (alive == process.owners.end()) return;
        owner = (*alive)->weak_from_this().lock();
        process.owners.erase(alive);
      }
      if (owner) owner->end_thread();
    }
  }
};

namespace {
std::atomic<std::uint32_t> forks{0};
std::atomic<bool> file_came_along{false};
}  // namespace

void Process::in_child() {
  forks.fetch_add(1, std::memory_order_relaxed);
  for (const ThreadOwner* owner : instance().owners) {
    if (owner->holds_file()) file_came_along.store(true, std::memory_order_relaxed);
  }
  in_parent();
}

std::uint32_t fork_count() noexcept {
  return forks.load(std::memory_order_relaxed);
}

bool inherited_file() noexcept {
  return file_came_along.load(std::memory_order_relaxed);
}

ThreadOwner::ThreadOwner() : born_(fork_count()) {
  Process& process = Process::instance();
  const std::lock_guard lock(process.mutex);
  process.owners.push_back(this);
}

ThreadOwner::~ThreadOwner() {
  Process& process = Process::instance();
  const std::lock_guard lock(process.mutex);
  std::erase(process.owners, this);
}

}  // namespace bedstone::config
