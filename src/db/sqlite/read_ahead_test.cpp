// Rows that are read on another thread come as the feed gave them.
#include "db/sqlite/read_ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include "db/load_fixture.hpp"

namespace bedstone::db::sqlite {
namespace {

using testing::Cell;
using testing::Feed;
using testing::Kind;
using testing::Row;

Status wait_on() {
  return {};
}

/// Rows of one buffer that each overwrites, some of them larger than any batch.
Row row_of(std::int64_t number) {
  const std::size_t size = number % 4'000 == 0 ? 600'000 : static_cast<std::size_t>(number % 97);
  return {{Kind::kText, std::to_string(number)},
          {Kind::kNull},
          {Kind::kBlob, std::string(size, static_cast<char>('a' + number % 26))}};
}

TEST(ReadAhead, GivesEveryRowInItsOrder) {
  for (const std::int64_t count : {0, 1, 999, 1'000, 1'001, 50'000}) {
    Feed rows([count](std::int64_t number) -> Result<Row> {
      return number > count ? Row{} : row_of(number);
    });
    const RowFeed feed = [&rows] { return rows(); };
    ReadAhead ahead(feed);
    for (std::int64_t number = 1; number <= count; ++number) {
      const auto cells = ahead.next(wait_on);
      ASSERT_TRUE(cells.has_value());
      const Row expected = row_of(number);
      ASSERT_EQ(cells->size(), expected.size()) << number;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ((*cells)[i].kind, expected[i].kind);
        ASSERT_EQ((*cells)[i].bytes, expected[i].bytes) << number;
      }
    }
    EXPECT_TRUE(ahead.next(wait_on)->empty());
    EXPECT_EQ(rows.asked, count + 1);
  }
}

TEST(ReadAhead, AnErrorOrAnExceptionComesBehindTheRowsBeforeIt) {
  for (const bool thrown : {false, true}) {
    for (const std::int64_t last : {1, 1'500, 30'000}) {
      Feed rows([&](std::int64_t number) -> Result<Row> {
        if (number < last) return row_of(number);
        if (thrown) throw std::runtime_error("the reader broke");
        return fail(Error(ErrorCode::kFileUnreadable, "the file ends here"));
      });
      const RowFeed feed = [&rows] { return rows(); };
      ReadAhead ahead(feed);
      for (std::int64_t number = 1; number < last; ++number)
        ASSERT_TRUE(ahead.next(wait_on).has_value());
      if (thrown) {
        EXPECT_THROW((void)ahead.next(wait_on), std::runtime_error);
      } else {
        EXPECT_EQ(ahead.next(wait_on).error().code, ErrorCode::kFileUnreadable);
      }
    }
  }
}

TEST(ReadAhead, WhoWaitsForASlowFeedCanGiveUp) {
  std::atomic<bool> go{false};
  Feed rows([&](std::int64_t number) -> Result<Row> {
    if (number > 2'000) {
      while (!go)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return Row{};
    }
    return row_of(number);
  });
  const RowFeed feed = [&rows] { return rows(); };
  ReadAhead ahead(feed);
  int asked = 0;
  const auto give_up = [&]() -> Status {
    if (++asked < 3) return {};
    go = true;
    return fail(Error(ErrorCode::kInterrupted, "enough"));
  };
  Result<std::span<const LoadCell>> row = ahead.next(give_up);
  while (row && !row->empty())
    row = ahead.next(give_up);
  ASSERT_FALSE(row.has_value());
  EXPECT_EQ(row.error().code, ErrorCode::kInterrupted);
  EXPECT_EQ(asked, 3);
}

TEST(ReadAhead, MayGoWhileRowsAreStillToCome) {
  std::atomic<std::int64_t> asked = 0;
  {
    Feed rows([&](std::int64_t number) -> Result<Row> {
      ++asked;
      return row_of(number);
    });
    const RowFeed feed = [&rows] { return rows(); };
    ReadAhead ahead(feed);
    for (int i = 0; i < 5'000; ++i)
      ASSERT_TRUE(ahead.next(wait_on).has_value());
  }
  const std::int64_t at_the_end = asked;
  EXPECT_GE(at_the_end, 5'000);
  EXPECT_LT(at_the_end, 100'000) << "two batches ahead at most";
}

}  // namespace
}  // namespace bedstone::db::sqlite
