// Content-defined runs of rows.
#include "seed/blocks.hpp"

#include <bit>
#include <cstring>

#include "base/base64.hpp"
#include "data/json.hpp"

namespace bedstone::seed {
namespace {

constexpr std::uint64_t kMostRows = 16;

/// Order counts.
std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state ^= value + 0x9e3779b97f4a7c15U + (state << 6U) + (state >> 2U);
  state ^= state >> 31U;
  return state * 0xbf58476d1ce4e5b9U;
}

}  // namespace

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

namespace {

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

}  // namespace

bool Blocks::add(const RowSource& source, const Row& row) {
  const std::uint64_t hash = hash_of(source, row);
  hash_ = mix(hash_, hash);
  ++rows_;
  ++in_block_;
  const bool ends = hash % kRowsPerBlock == 0 || in_block_ == kMostRows;
  if (ends) close();
  return ends;
}

void Blocks::close() {
  hashes_.push_back(hash_);
  hash_ = 0;
  in_block_ = 0;
}

void Blocks::finish() {
  if (in_block_ > 0) close();
}

std::string Blocks::to_text() const {
  return base64::encode(
      {reinterpret_cast<const char*>(hashes_.data()), hashes_.size() * sizeof(std::uint64_t)},
      base64::Dialect::kPadded);
}

KnownBlocks::KnownBlocks(std::string_view text) {
  const auto bytes = base64::decode(text, base64::Dialect::kPadded);
  if (bytes) count_ = bytes->size() / sizeof(std::uint64_t);
  slots_.resize(std::bit_ceil(2 * count_ + 2));
  for (std::size_t i = 0; i < count_; ++i) {
    std::uint64_t hash = 0;
    std::memcpy(&hash, bytes->data() + i * sizeof hash, sizeof hash);
    slots_[slot_of(hash)] = hash;
  }
}

/// Where it is, or would be put.
std::size_t KnownBlocks::slot_of(std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (hash >> 32U) & mask;
  while (slots_[slot] != 0 && slots_[slot] != hash)
    slot = (slot + 1) & mask;
  return slot;
}

bool KnownBlocks::holds(std::uint64_t hash) const {
  return hash != 0 && slots_[slot_of(hash)] == hash;
}

}  // namespace bedstone::seed
