/// Child: another program, run to its end.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/cancel.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::backup {

struct ChildOptions {
  std::vector<std::string> words;  ///< The program's path, then its arguments: no secrets.
  /// All it sees of the environment.
  std::vector<std::pair<std::string, Secret>> environment;
  const CancelToken* cancel = nullptr;  ///< Fires → the program is asked to stop. May be null.
  bool keep_output = false;             ///< Otherwise its standard output goes nowhere.
};

struct ChildEnd {
  int exit_code = 0;   ///< 128+N: killed by signal N.
  std::string output;  ///< The first 64 KiB of its standard output.
  std::string errors;  ///< The last 16 KiB of its standard error.
};

/// Files it makes are its owner's alone, its standard input is empty, and it is asked to stop when
/// this process dies. kClientMissing where it cannot be started, kInterrupted.
Result<ChildEnd> run_child(const ChildOptions& options);

}  // namespace bedstone::backup
