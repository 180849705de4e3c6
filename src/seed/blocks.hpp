/// Blocks: runs of a file's rows, remembered by their hashes, so that of a long file that changed
/// in a few places only those places are looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "seed/rows.hpp"

namespace bedstone::seed {

/// A plain hash, eight bytes at a time: nobody gains by two texts that look alike.
std::uint64_t hash_text(std::uint64_t state, std::string_view text);

/// A block ends where a row's own hash says so, two rows apart on average and sixteen at the most:
/// what is added or removed in one place leaves the blocks of all others as they were. Eight bytes
/// a block.
class Blocks {
 public:
  static constexpr std::uint64_t kRowsPerBlock = 2;

  /// Whether a block ends with this row.
  bool add(const RowSource& source, const Row& row);
  /// After the last row.
  void finish();

  std::uint64_t rows() const { return rows_; }
  /// The hash of the block that ended last.
  std::uint64_t last() const { return hashes_.back(); }
  /// For the store; base64.
  std::string to_text() const;

 private:
  void close();

  std::vector<std::uint64_t> hashes_;
  std::uint64_t hash_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t in_block_ = 0;
};

/// The blocks of a result of Blocks::to_text().
class KnownBlocks {
 public:
  explicit KnownBlocks(std::string_view text);
  bool holds(std::uint64_t hash) const;
  std::size_t count() const { return count_; }

 private:
  std::size_t slot_of(std::uint64_t hash) const;

  std::vector<std::uint64_t> slots_;  ///< Half of them empty, which is zero.
  std::size_t count_ = 0;
};

}  // namespace bedstone::seed
