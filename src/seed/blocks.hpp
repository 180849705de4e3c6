/// Blocks: runs of a file's rows, remembered by their hashes, so that of a long file that changed
/// in a few places only those places are looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "seed/rows.hpp"

namespace bedstone::seed {

/// A block ends where a row's own hash says so, four rows apart on average: what is added or
/// removed in one place leaves the blocks of all others as they were. Eight bytes a block.
class Blocks {
 public:
  void add(const RowSource& source, const Row& row);
  /// After the last row.
  void finish();

  std::uint64_t rows() const { return rows_; }
  /// For the store; base64.
  std::string to_text() const;

  /// Which rows (numbered from 1, asked for in order) belong to blocks that `remembered`, a result
  /// of to_text(), does not have.
  class Changed {
   public:
    bool holds(std::uint64_t number);
    /// How many rows there are to look at.
    std::uint64_t rows() const;
    /// From the first row again.
    void rewind() { at_ = 0; }

   private:
    friend class Blocks;
    struct Run {
      std::uint64_t last = 0;
      bool changed = false;
    };
    std::vector<Run> runs_;
    std::size_t at_ = 0;
  };
  Changed changed_since(std::string_view remembered) const;

 private:
  void close();

  struct Block {
    std::uint64_t hash = 0;
    std::uint64_t last = 0;  ///< The number of its last row.
  };
  std::vector<Block> blocks_;
  std::uint64_t hash_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t in_block_ = 0;
};

}  // namespace bedstone::seed
