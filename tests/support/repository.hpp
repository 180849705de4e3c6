/// For unit tests: the repository that they were built from.
#pragma once

#include <string>
#include <string_view>

namespace bedstone::test {

/// A file of the repository, by its path in it. (`__FILE__` would not do: a compiler cache may make
/// it relative.)
std::string repository_path(std::string_view name);

}  // namespace bedstone::test
