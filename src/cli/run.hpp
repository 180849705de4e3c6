/// The command line from the words to the exit code.
#pragma once

#include <span>

namespace bedstone::cli {

/// `words` is argv without the program's name. Returns the exit code. Nothing is thrown.
int run(std::span<const char* const> words);

}  // namespace bedstone::cli
