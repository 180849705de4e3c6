/// KeyFilter: whether a key was seen, in four bytes a key; wrong, with "yes", once in a million.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace bedstone::seed {

/// A Bloom filter over hashes of eight bytes, at most 32 MiB large (then it errs more often).
class KeyFilter {
 public:
  explicit KeyFilter(std::uint64_t keys)
      : words_(std::bit_ceil(std::clamp<std::uint64_t>(keys / 2, 64, kMostWords))) {}

  void add(std::uint64_t hash) {
    each(hash, [this](std::uint64_t bit) { words_[bit / 64] |= 1ULL << (bit % 64); });
  }

  bool holds(std::uint64_t hash) const {
    bool all = true;
    each(hash, [&](std::uint64_t bit) { all = all && (words_[bit / 64] >> (bit % 64) & 1U) != 0; });
    return all;
  }

 private:
  static constexpr std::uint64_t kMostWords = (32ULL << 20U) / sizeof(std::uint64_t);
  static constexpr int kBits = 6;

  template <typename Visit>
  void each(std::uint64_t hash, Visit visit) const {
    const std::uint64_t step = (hash >> 32U | hash << 32U) | 1U;
    const std::uint64_t mask = words_.size() * 64 - 1;
    for (int i = 0; i < kBits; ++i, hash += step)
      visit(hash & mask);
  }

  std::vector<std::uint64_t> words_;
};

}  // namespace bedstone::seed
