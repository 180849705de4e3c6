/// ChangedRows: of a long file that changed in a few places, the rows around them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "seed/blocks.hpp"
#include "seed/key_filter.hpp"

namespace bedstone::seed {

/// Reads a source that streams, once, and gives the rows of those blocks that `remembered`, a
/// result of Blocks::to_text(), does not have.
class ChangedRows {
 public:
  ChangedRows(RowSource& source, std::string_view remembered, std::vector<std::size_t> key_fields);

  /// Null at the end, which is also where a row cannot be read.
  const Row* next();
  /// The number in the file of the row that next() gave; at the end, of the last row.
  std::int64_t number() const { return number_; }
  /// At the end: whether a row could not be read.
  bool broken() const { return broken_; }
  /// At the end: whether a key stands twice in the file, be it in rows that were given or not.
  /// Reads the source once more if that may be.
  Result<bool> has_key_twice();
  /// At the end: of the file as it is now.
  Blocks& blocks() { return blocks_; }

 private:
  std::uint64_t key_of(const Row& row) const;
  std::int64_t read_block();
  void take_key(std::uint64_t key);
  void settle_key(std::uint64_t key);

  RowSource& source_;
  KnownBlocks known_;
  Blocks blocks_;
  std::vector<std::size_t> key_fields_;
  KeyFilter keys_;
  std::array<std::uint64_t, 16> coming_{};  ///< Keys on their way into the filter.
  std::size_t keys_taken_ = 0;
  std::unordered_set<std::uint64_t> perhaps_twice_;
  std::int64_t number_ = 0;
  bool broken_ = false;
  std::int64_t to_give_ = 0;  ///< Rows of a block that was read and is read again.
};

}  // namespace bedstone::seed
