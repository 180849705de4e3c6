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
  /// Fastest when asked in the order in which they are known.
  bool holds(std::uint64_t hash);
  std::size_t count() const { return hashes_.size(); }

 private:
  std::size_t slot_of(std::uint64_t hash) const;

  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> slots_;  ///< One more than the index of a hash; zero, half of them.
  std::size_t next_ = 0;              ///< The index of the hash behind the one found last.
};

}  // namespace bedstone::seed
