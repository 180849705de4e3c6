#include "bootstrap/event_patterns.hpp"

#include <gtest/gtest.h>

namespace bedstone::bootstrap {
namespace {

store::EventRow event(std::string at, std::string message, std::string run = "r1") {
  store::EventRow row;
  row.at = std::move(at);
  row.run_id = std::move(run);
  row.severity = "error";
  row.code = "BED0508";
  row.message = std::move(message);
  row.file = "migrations/2_food.sql";
  row.host = "web-1";
  return row;
}

store::RunRow run(std::string id, std::string started, std::string outcome,
                  std::string command = "up") {
  store::RunRow row;
  row.run_id = std::move(id);
  row.started_at = started;
  row.finished_at = std::move(started);
  row.outcome = std::move(outcome);
  row.command = std::move(command);
  return row;
}

// shows: D10
TEST(EventPatterns, ValuesDoNotTellErrorsApart) {
  EXPECT_EQ(normalised("row 17 of 'ada@example.org'  is\n twice"), "row # of '?' is twice");
  EXPECT_EQ(normalised("run 3f9c2a17 waited 1.5 s"), "run # waited #.# s");
  EXPECT_EQ(normalised("table2 has c3"), "table2 has c3");
  EXPECT_EQ(normalised("an open 'quote"), "an open '?'");
  EXPECT_EQ(fingerprint_of(event("a", "row 1 is bad")),
            fingerprint_of(event("b", "row 22 is bad")));
}

TEST(EventPatterns, CodePlaceAndWordsTellThemApart) {
  const store::EventRow one = event("a", "no such table: x");
  store::EventRow other = one;
  other.code = "BED0509";
  EXPECT_NE(fingerprint_of(one), fingerprint_of(other));
  other = one;
  other.file = "migrations/3_toys.sql";
  EXPECT_NE(fingerprint_of(one), fingerprint_of(other));
  other = one;
  other.statement = "DROP TABLE x";
  EXPECT_NE(fingerprint_of(one), fingerprint_of(other));
  EXPECT_NE(fingerprint_of(one), fingerprint_of(event("a", "no such column: x")));
}

TEST(EventPatterns, TheFingerprintIsTheSameInEveryVersion) {
  EXPECT_EQ(fingerprint_of(event("a", "no such table: food")).size(), 12U);
  EXPECT_EQ(fingerprint_of(event("a", "no such table: food")),
            fingerprint_of(event("z", "no such table: food", "r9")));
}

// shows: D10
TEST(EventPatterns, TheFirstSuccessAfterTheLastTimeResolves) {
  const std::vector<store::EventRow> events{event("2026-11-20T10:00:00.000000Z", "no table", "r1"),
                                            event("2026-11-20T12:00:00.000000Z", "no table", "r3")};
  const std::vector<store::RunRow> runs{run("r1", "2026-11-20T09:59:59.000000Z", "failed"),
                                        run("r2", "2026-11-20T11:00:00.000000Z", "done"),
                                        run("r3", "2026-11-20T11:59:59.000000Z", "failed"),
                                        run("r4", "2026-11-20T12:30:00.000000Z", "interrupted"),
                                        run("r5", "2026-11-20T13:00:00.000000Z", "done"),
                                        run("r6", "2026-11-20T14:00:00.000000Z", "done")};
  const auto patterns = find_patterns(events, runs);
  ASSERT_EQ(patterns.size(), 1U);
  EXPECT_EQ(patterns[0].count, 2);
  EXPECT_EQ(patterns[0].runs, (std::vector<std::string>{"r1", "r3"}));
  EXPECT_EQ(patterns[0].first_seen, events[0].at);
  EXPECT_EQ(patterns[0].last_seen, events[1].at);
  ASSERT_TRUE(patterns[0].resolution);
  EXPECT_EQ(patterns[0].resolution->run_id, "r5");
  EXPECT_DOUBLE_EQ(patterns[0].resolution->after_seconds, 3 * 3600);
}

TEST(EventPatterns, WhatWasNeverGotOverIsOpen) {
  const auto patterns = find_patterns(
      {event("2026-11-20T10:00:00Z", "no table")},
      {run("r0", "2026-11-20T08:00:00Z", "done"), run("r1", "2026-11-20T09:59:59Z", "failed")});
  ASSERT_EQ(patterns.size(), 1U);
  EXPECT_FALSE(patterns[0].resolution);
}

// shows: D10
TEST(EventPatterns, RatesCountWhatEnded) {
  const auto rates = rates_of({run("a", "1", "done"), run("b", "2", "failed"),
                               run("c", "3", "running"), run("d", "4", "done", "migrate down")});
  EXPECT_EQ(rates.at("").runs, 4);
  EXPECT_DOUBLE_EQ(rates.at("").success().value(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(rates.at("up").success().value(), 0.5);
  EXPECT_DOUBLE_EQ(rates.at("migrate down").success().value(), 1);
  EXPECT_FALSE(rates_of({}).at("").success());
}

}  // namespace
}  // namespace bedstone::bootstrap
