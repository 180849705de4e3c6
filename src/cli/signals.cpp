// The handler does only what POSIX allows in one: atomics, write() and _exit().
#include "cli/signals.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

namespace bedstone::cli {
namespace {

constexpr int kInterruptedExit = 130;

// A handler gets no argument, so this one pointer has to be reachable from everywhere.
std::atomic<CancelToken*> token_of_process{nullptr};
static_assert(std::atomic<CancelToken*>::is_always_lock_free);

constexpr std::array<int, 3> kStopSignals{SIGINT, SIGTERM, SIGHUP};

extern "C" void on_stop_signal(int signal) {
  CancelToken* token = token_of_process.load(std::memory_order_acquire);
  if (token == nullptr || token->requested()) _exit(kInterruptedExit);
  token->request(signal);
}

}  // namespace

void catch_signals(CancelToken& cancel) {
  token_of_process.store(&cancel, std::memory_order_release);
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal : kStopSignals) {
    struct sigaction before {};
    if (signal == SIGHUP && sigaction(signal, nullptr, &before) == 0 &&
        before.sa_handler == SIG_IGN) {
      continue;
    }
    sigaction(signal, &action, nullptr);
  }
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

void restore_signals() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  sigaction(SIGPIPE, &plain, nullptr);
}

}  // namespace bedstone::cli
