// The path comes from CMake; only this file knows it.
#include "tests/support/repository.hpp"

namespace bedstone::test {

std::string repository_path(std::string_view name) {
  return std::string(BEDSTONE_REPOSITORY) + "/" + std::string(name);
}

}  // namespace bedstone::test
