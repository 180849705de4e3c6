/// Input: what a person or a program gives to a command, besides its arguments.
#pragma once

#include <string_view>

#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {

/// Standard input to its end, without the one line end that `echo` adds. Errors: kFileTooLarge
/// beyond 1 MiB.
Result<Secret> read_secret_input();
/// One line from the terminal, not shown. Errors: kInterrupted.
Result<Secret> ask_secret(Session& session, std::string_view question);

}  // namespace bedstone::cli
