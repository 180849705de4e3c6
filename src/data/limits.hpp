/// Limits: what a document held in memory may be, at most.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bedstone::data {

struct Limits {
  std::uint64_t file_bytes = 16U << 20;  ///< Of a file; of one line where lines are read.
  std::size_t depth = 100;
  std::size_t nodes = 4'000'000;
  /// What YAML's aliases and merge keys may add.
  std::size_t alias_nodes = 1'000'000;
  std::size_t alias_bytes = 16U << 20;
};

}  // namespace bedstone::data
