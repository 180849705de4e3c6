// A block is read to its end, and once more if it is news.
#include "seed/changed_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace bedstone::seed {

ChangedRows::ChangedRows(RowSource& source, std::string_view remembered,
                         std::vector<std::size_t> key_fields)
    : source_(source),
      known_(remembered),
      key_fields_(std::move(key_fields)),
      keys_(known_.count() * Blocks::kRowsPerBlock) {}

std::uint64_t ChangedRows::key_of(const Row& row) const {
  std::uint64_t hash = 0;
  for (const std::size_t index : key_fields_) {
    const Field field = row.at(index);
    const bool plain = field.kind == Field::Kind::kText;
    hash = plain ? hash_text(hash, field.text) : hash_text(hash, to_text(field));
  }
  return hash;
}

void ChangedRows::take_key(std::uint64_t key) {
  keys_.expect(key);
  std::uint64_t& place = coming_[keys_taken_++ % coming_.size()];
  if (keys_taken_ > coming_.size()) settle_key(place);
  place = key;
}

void ChangedRows::settle_key(std::uint64_t key) {
  if (keys_.add(key)) perhaps_twice_.insert(key);
}

/// The number of its rows; 0: there is none.
std::int64_t ChangedRows::read_block() {
  std::int64_t rows = 0;
  for (bool ends = false; !ends; ++rows) {
    const auto row = source_.next();
    broken_ = !row;
    if (broken_) return 0;
    if (*row == nullptr) break;
    take_key(key_of(**row));
    ends = blocks_.add(source_, **row);
  }
  blocks_.finish();
  return rows;
}

const Row* ChangedRows::next() {
  while (to_give_ == 0) {
    source_.mark();
    const std::int64_t rows = broken_ ? 0 : read_block();
    if (rows == 0) return nullptr;
    if (known_.holds(blocks_.last())) {
      number_ += rows;
    } else {
      source_.back();
      to_give_ = rows;
    }
  }
  --to_give_;
  ++number_;
  const auto row = source_.next();
  broken_ = !row;
  return row ? *row : nullptr;
}

Result<bool> ChangedRows::has_key_twice() {
  for (std::size_t i = 0; i < std::min(keys_taken_, coming_.size()); ++i)
    settle_key(coming_[i]);
  keys_taken_ = 0;
  if (perhaps_twice_.empty()) return false;
  BEDSTONE_TRY(source_.rewind());
  std::unordered_set<std::uint64_t> seen;
  for (;;) {
    BEDSTONE_ASSIGN(const Row* const row, source_.next());
    if (row == nullptr) return false;
    const std::uint64_t key = key_of(*row);
    if (perhaps_twice_.contains(key) && !seen.insert(key).second) return true;
  }
}

}  // namespace bedstone::seed
