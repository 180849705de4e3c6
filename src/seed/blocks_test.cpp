// shows: S7
#include "seed/blocks.hpp"

#include <gtest/gtest.h>

#include "seed/changed_rows.hpp"

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
  void mark() override { mark_ = at_; }
  void back() override { at_ = mark_; }
  Field at(std::size_t) const override { return {Field::Kind::kText, texts_[at_ - 1]}; }
  Field find(std::string_view) const override { return at(0); }
  Place place(std::string_view) const override { return {}; }

 private:
  std::vector<std::string> fields_{"text"};
  std::vector<std::string> texts_;
  std::size_t at_ = 0;
  std::size_t mark_ = 0;
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
  Texts source(now);
  ChangedRows rows(source, before, {0});
  std::vector<std::uint64_t> result;
  while (const Row* const row = rows.next()) {
    EXPECT_EQ(row->at(0).text, now[static_cast<std::size_t>(rows.number()) - 1]);
    result.push_back(static_cast<std::uint64_t>(rows.number()));
  }
  EXPECT_EQ(rows.number(), static_cast<std::int64_t>(now.size()));
  EXPECT_EQ(rows.blocks().to_text(), blocks_of(now).to_text());
  return result;
}

bool has_key_twice(const std::vector<std::string>& now, const std::string& before) {
  Texts source(now);
  ChangedRows rows(source, before, {0});
  while (rows.next() != nullptr) {
  }
  const auto twice = rows.has_key_twice();
  return twice && *twice;
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
  EXPECT_LT(found.size(), 50U);
}

TEST(Blocks, StayAsTheyWereWhereRowsAreAddedOrRemovedElsewhere) {
  const std::string before = blocks_of(numbers(10'000)).to_text();
  auto now = numbers(10'000);
  now.insert(now.begin(), "first");
  now.erase(now.begin() + 7000);
  const auto found = changed(now, before);
  EXPECT_NE(std::find(found.begin(), found.end(), 1U), found.end());
  EXPECT_LT(found.size(), 100U);
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

TEST(ChangedRows, KnowOfKeysThatStandTwiceWhereverTheyStand) {
  const std::string before = blocks_of(numbers(10'000)).to_text();
  EXPECT_FALSE(has_key_twice(numbers(10'000), before));
  for (const std::size_t at : {std::size_t{0}, std::size_t{5000}, std::size_t{10'000}}) {
    auto now = numbers(10'000);
    now.insert(now.begin() + static_cast<std::ptrdiff_t>(at), "row 7000");
    EXPECT_TRUE(has_key_twice(now, before)) << at;
  }
}

}  // namespace
}  // namespace bedstone::seed
