/// KeyFilter: whether a key was seen, in eight bytes a key; wrong, with "yes", once in ten million.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace bedstone::seed {

/// A Bloom filter over hashes of eight bytes, at most 32 MiB large (then it errs more often). A key
/// has a bit in each word of one line, so that asking costs one access to memory.
class KeyFilter {
 public:
  explicit KeyFilter(std::uint64_t keys)
      : lines_(std::bit_ceil(std::clamp<std::uint64_t>(keys / 8, 8, kMostLines))) {}

  /// Told a few keys ahead, add() need not wait for memory.
  void expect(std::uint64_t hash) const {
    __builtin_prefetch(&lines_[index_of(spread_of(hash))], 1);
  }

  /// False: it was not there.
  bool add(std::uint64_t hash) {
    const std::uint64_t spread = spread_of(hash);
    Line& line = lines_[index_of(spread)];
    std::uint64_t bits = (spread ^ spread >> 29U) * 0xbf58476d1ce4e5b9U;
    bits ^= bits >> 32U;
    bool all = true;
    for (std::uint64_t& word : line) {
      const std::uint64_t bit = 1ULL << (bits % 64);
      all = all && (word & bit) != 0;
      word |= bit;
      bits >>= 6U;
    }
    return all;
  }

 private:
  using Line = std::array<std::uint64_t, 8>;
  static constexpr std::uint64_t kMostLines = (32ULL << 20U) / sizeof(Line);

  /// Over all bits: some say of which line, others, mixed again, of which bits.
  static std::uint64_t spread_of(std::uint64_t hash) {
    return (hash ^ hash >> 32U) * 0x9e3779b97f4a7c15U;
  }
  std::size_t index_of(std::uint64_t spread) const { return spread >> 32U & (lines_.size() - 1); }

  std::vector<Line> lines_;
};

}  // namespace bedstone::seed
