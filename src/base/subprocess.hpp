/// Running another program for what it prints.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {

struct ProgramCall {
  std::vector<std::string> arguments;  ///< The program, then what it is called with; no shell.
  std::chrono::milliseconds timeout{10'000};
  std::size_t limit_bytes = 4096;       ///< Of its standard output.
  const CancelToken* cancel = nullptr;  ///< May be null.
};

struct ProgramEnd {
  Secret output;               ///< Its standard output.
  std::size_t complaints = 0;  ///< Bytes it wrote to standard error, which are dropped.
  int exit_code = -1;          ///< -1: killed by `signal`.
  int signal = 0;
  bool timed_out = false;      ///< It, and what it had started, was killed.
  bool said_too_much = false;  ///< The same, because of limit_bytes.
};

/// The program finds nothing on its standard input. Its process group is killed when the time is
/// over. Errors: kExecFailed, kInterrupted.
Result<ProgramEnd> run_program(const ProgramCall& call);

}  // namespace bedstone
