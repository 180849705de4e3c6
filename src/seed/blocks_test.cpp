// shows: S7
#include "seed/blocks.hpp"

#include <gtest/gtest.h>

namespace bedstone::seed {
namespace {

/// Rows of one field: the texts.
class Texts final : public RowSource, public Row {
 public:
  explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  const std::vector<std::string>& fields() const override { return fields_; }
  Place field_place(std::size_t) const override { return {}; }
  Result<const Row*> next() override {
    if (at_ == texts_.size()) return nullptr;
    ++at_;
    return this;
  }
  Status rewind() override {
    at_ = 0;
    return {};
  }
  Field at(std::size_t) const override { return {Field::Kind::kText, texts_[at_ - 1]}; }
  Field find(std::string_view) const override { return at(0); }
  Place place(std::string_view) const override { return {}; }

 private:
  std::vector<std::string> fields_{"text"};
  std::vector<std::string> texts_;
  std::size_t at_ = 0;
};

Blocks blocks_of(const std::vector<std::string>& texts) {
  Texts source(texts);
  Blocks blocks;
  for (;;) {
    const auto row = source.next();
    if (*row == nullptr) break;
    blocks.add(source, **row);
  }
  blocks.finish();
  return blocks;
}

std::vector<std::string> numbers(int count) {
  std::vector<std::string> texts;
  for (int i = 1; i <= count; ++i)
    texts.push_back("row " + std::to_string(i));
  return texts;
}

/// Numbers, from 1, of the rows that have to be looked at.
std::vector<std::uint64_t> changed(const std::vector<std::string>& now, const std::string& before) {
  auto found = blocks_of(now).changed_since(before);
  std::vector<std::uint64_t> result;
  for (std::uint64_t i = 1; i <= now.size(); ++i) {
    if (found.holds(i)) result.push_back(i);
  }
  return result;
}

TEST(Blocks, OfTheSameRowsAreKnown) {
  const std::string before = blocks_of(numbers(10'000)).to_text();
  EXPECT_TRUE(changed(numbers(10'000), before).empty());
  EXPECT_EQ(blocks_of(numbers(10'000)).rows(), 10'000U);
}

TEST(Blocks, AroundAChangeAreFewAndHoldIt) {
  const std::string before = blocks_of(numbers(10'000)).to_text();
  auto now = numbers(10'000);
  now[4999] = "another";
  const auto found = changed(now, before);
  EXPECT_NE(std::find(found.begin(), found.end(), 5000U), found.end());
  EXPECT_LT(found.size(), 600U);
  EXPECT_EQ(blocks_of(now).changed_since(before).rows(), found.size());
}

TEST(Blocks, StayAsTheyWereWhereRowsAreAddedOrRemovedElsewhere) {
  const std::string before = blocks_of(numbers(10'000)).to_text();
  auto now = numbers(10'000);
  now.insert(now.begin(), "first");
  now.erase(now.begin() + 7000);
  const auto found = changed(now, before);
  EXPECT_NE(std::find(found.begin(), found.end(), 1U), found.end());
  EXPECT_LT(found.size(), 1200U);
}

TEST(Blocks, KnowRowsByTheirFieldsAndOrder) {
  const std::string before = blocks_of({"a", "b"}).to_text();
  EXPECT_TRUE(changed({"a", "b"}, before).empty());
  EXPECT_FALSE(changed({"b", "a"}, before).empty());
  EXPECT_FALSE(changed({"ab", ""}, before).empty());
}

TEST(Blocks, WithoutAnyMemoryAllRowsAreLookedAt) {
  EXPECT_EQ(changed(numbers(100), "").size(), 100U);
  EXPECT_EQ(changed(numbers(100), "not base64!").size(), 100U);
  EXPECT_TRUE(changed({}, "").empty());
}

}  // namespace
}  // namespace bedstone::seed
