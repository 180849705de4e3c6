// Content-defined runs of rows.
#include "seed/blocks.hpp"

#include <algorithm>
#include <cstring>

#include "base/base64.hpp"
#include "data/json.hpp"

namespace bedstone::seed {
namespace {

constexpr std::uint64_t kRowsPerBlock = 4;
constexpr std::uint64_t kMostRows = 256;

/// Order counts.
std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state ^= value + 0x9e3779b97f4a7c15U + (state << 6U) + (state >> 2U);
  state ^= state >> 31U;
  return state * 0xbf58476d1ce4e5b9U;
}

/// Nobody gains by two rows that look alike, so a plain hash does, eight bytes at a time.
std::uint64_t hash_text(std::uint64_t state, std::string_view text) {
  state = mix(state, text.size());
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    state = (state ^ word) * 0x9e3779b97f4a7c15U;
    state ^= state >> 32U;
    text.remove_prefix(sizeof word);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, text.data(), text.size());
  return mix(state, rest);
}

std::uint64_t hash_of(const RowSource& source, const Row& row) {
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < source.fields().size(); ++i) {
    const Field field = row.at(i);
    hash = mix(hash, static_cast<std::uint64_t>(field.kind));
    hash = field.kind == Field::Kind::kNode ? hash_text(hash, data::to_json(*field.node))
                                            : hash_text(hash, field.text);
  }
  return hash;
}

std::vector<std::uint64_t> read(std::string_view text) {
  std::vector<std::uint64_t> hashes;
  const auto bytes = base64::decode(text, base64::Dialect::kPadded);
  if (!bytes) return hashes;
  hashes.resize(bytes->size() / sizeof(std::uint64_t));
  std::memcpy(hashes.data(), bytes->data(), hashes.size() * sizeof(std::uint64_t));
  return hashes;
}

}  // namespace

void Blocks::add(const RowSource& source, const Row& row) {
  const std::uint64_t hash = hash_of(source, row);
  hash_ = mix(hash_, hash);
  ++rows_;
  ++in_block_;
  if (hash % kRowsPerBlock == 0 || in_block_ == kMostRows) close();
}

void Blocks::close() {
  blocks_.push_back({hash_, rows_});
  hash_ = 0;
  in_block_ = 0;
}

void Blocks::finish() {
  if (in_block_ > 0) close();
}

std::string Blocks::to_text() const {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(blocks_.size());
  for (const Block& block : blocks_)
    hashes.push_back(block.hash);
  std::sort(hashes.begin(), hashes.end());
  return base64::encode(
      {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(std::uint64_t)},
      base64::Dialect::kPadded);
}

Blocks::Changed Blocks::changed_since(std::string_view remembered) const {
  const std::vector<std::uint64_t> known = read(remembered);
  Changed changed;
  for (const Block& block : blocks_) {
    const bool is_known = std::binary_search(known.begin(), known.end(), block.hash);
    if (!changed.runs_.empty() && changed.runs_.back().changed == !is_known) {
      changed.runs_.back().last = block.last;
    } else {
      changed.runs_.push_back({block.last, !is_known});
    }
  }
  return changed;
}

std::uint64_t Blocks::Changed::rows() const {
  std::uint64_t rows = 0;
  std::uint64_t before = 0;
  for (const Run& run : runs_) {
    if (run.changed) rows += run.last - before;
    before = run.last;
  }
  return rows;
}

bool Blocks::Changed::holds(std::uint64_t number) {
  while (at_ < runs_.size() && runs_[at_].last < number)
    ++at_;
  return at_ == runs_.size() || runs_[at_].changed;
}

}  // namespace bedstone::seed
