// Content-defined runs of rows.
#include "seed/blocks.hpp"

#include <algorithm>
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
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
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
  return base64::encode_public(
      {reinterpret_cast<const char*>(hashes_.data()), hashes_.size() * sizeof(std::uint64_t)});
}

KnownBlocks::KnownBlocks(std::string_view text) {
  const auto bytes = base64::decode_public(text);
  if (bytes) hashes_.resize(bytes->size() / sizeof(std::uint64_t));
  if (!hashes_.empty())
    std::memcpy(hashes_.data(), bytes->data(), hashes_.size() * sizeof(std::uint64_t));
  slots_.resize(std::bit_ceil(2 * hashes_.size() + 2));
  for (std::size_t i = 0; i < hashes_.size(); ++i)
    slots_[slot_of(hashes_[i])] = static_cast<std::uint32_t>(i + 1);
}

/// Where it is, or would be put.
std::size_t KnownBlocks::slot_of(std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (hash >> 32U) & mask;
  while (slots_[slot] != 0 && hashes_[slots_[slot] - 1] != hash)
    slot = (slot + 1) & mask;
  return slot;
}

bool KnownBlocks::holds(std::uint64_t hash) {
  // Nearly always the next one, or the one behind a block that changed.
  constexpr std::size_t kNear = 3;
  const std::size_t end = std::min(next_ + kNear, hashes_.size());
  for (std::size_t i = next_; i < end; ++i) {
    if (hashes_[i] != hash) continue;
    next_ = i + 1;
    return true;
  }
  const std::uint32_t found = slots_[slot_of(hash)];
  if (found != 0) next_ = found;
  return found != 0;
}

}  // namespace bedstone::seed
