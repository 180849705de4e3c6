/// Threads that the library starts for itself.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <thread>
#include <utility>

namespace bedstone {

/// A thread that takes no signals: those are for the application's own threads. Throws
/// std::system_error where the system gives none.
template <typename Body>
std::thread start_thread(Body body) {
  struct Blocked {
    sigset_t before{};
    Blocked() {
      sigset_t all{};
      ::sigfillset(&all);
      ::pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    ~Blocked() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    Blocked(const Blocked&) = delete;
    Blocked& operator=(const Blocked&) = delete;
  };
  const Blocked blocked;
  return std::thread(std::move(body));
}

}  // namespace bedstone
