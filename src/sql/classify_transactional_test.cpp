// shows: P8, P19
#include <gtest/gtest.h>

#include "sql/transactional_for_tests.hpp"

namespace bedstone::sql {
namespace {

constexpr Flavor kPg = Flavor::kPostgres;

TEST(Classify, KnowsWhatCannotRunInATransaction) {
  for (const BareStatement& test : kBare) {
    const StatementClass what = classify(test.sql, test.flavor);
    EXPECT_EQ(what.transactional, Transactional::kCannotRunInTransaction) << test.sql;
    EXPECT_EQ(what.label, test.label) << test.sql;
    EXPECT_EQ(what.idempotent, test.idempotent) << test.sql;
  }
}

TEST(Classify, LeavesEverythingElseInItsTransaction) {
  for (const auto& [flavor, sql] : kTransactional) {
    EXPECT_EQ(classify(sql, flavor).transactional, Transactional::kTransactional) << sql;
  }
}

TEST(Classify, ANewEnumValueEndsTheTransactionThatAddsIt) {
  const StatementClass what =
      classify("ALTER TYPE s.\"Mood\" ADD VALUE IF NOT EXISTS 'so''so' BEFORE 'b'", kPg);
  EXPECT_EQ(what.transactional, Transactional::kEndsTransactionUnit);
  EXPECT_EQ(what.label, "ALTER TYPE … ADD VALUE");
  EXPECT_EQ(what.name, (ObjectName{"s", "Mood"}));
  EXPECT_EQ(what.value, "so'so");
  EXPECT_TRUE(what.if_not_exists);
  EXPECT_TRUE(what.idempotent);
  EXPECT_FALSE(classify("ALTER TYPE m ADD VALUE 'a'", kPg).idempotent);
  EXPECT_EQ(classify("ALTER TYPE m RENAME VALUE 'a' TO 'b'", kPg).transactional,
            Transactional::kTransactional);
  EXPECT_EQ(classify("ALTER TYPE m ADD ATTRIBUTE value int", kPg).transactional,
            Transactional::kTransactional);
}

TEST(Classify, NamesThePartition) {
  const StatementClass what = classify("ALTER TABLE a.t DETACH PARTITION b.p CONCURRENTLY", kPg);
  EXPECT_EQ(what.name, (ObjectName{"a", "t"}));
  EXPECT_EQ(what.partition, (ObjectName{"b", "p"}));
  EXPECT_TRUE(what.concurrently);
}

}  // namespace
}  // namespace bedstone::sql
