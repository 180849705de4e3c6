// The command `bedstone`. Kept empty: what runs here runs before anything useful does.
#include "cli/run.hpp"

int main(int argc, char** argv) {
  const auto count = static_cast<std::size_t>(argc > 0 ? argc - 1 : 0);
  return bedstone::cli::run({argv + (count > 0 ? 1 : 0), count});
}
