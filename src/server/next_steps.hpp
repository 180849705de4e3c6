/// Next steps: what a person should do now, from what the database and the server say.
#pragma once

#include <string>
#include <vector>

#include "bedstone/results.hpp"
#include "server/live.hpp"
#include "server/watch.hpp"

namespace bedstone::server {

struct NextStep {
  Health level = Health::kWarn;
  std::string text;     ///< "2 migrations are pending."
  std::string advice;   ///< What helps, with the command to type; may be empty.
  std::string command;  ///< Only the command, where one is enough.
  std::string page;     ///< Of the console, where that is seen or done; may be empty.
  bool up = false;      ///< Starting `up` does it.
};

/// The most urgent first; nothing: all is well. `status` may be null.
std::vector<NextStep> next_steps(const StatusReport* status, const LiveSettings& live,
                                 const InitializationResult& last_up);

}  // namespace bedstone::server
