#include "bootstrap/slow_down.hpp"

#include <gtest/gtest.h>

namespace bedstone::bootstrap {
namespace {

store::RunRow run(std::string started, std::string outcome, std::string code = "",
                  std::string command = "up") {
  store::RunRow row;
  row.started_at = started;
  row.finished_at = std::move(started);
  row.outcome = std::move(outcome);
  row.error_code = std::move(code);
  row.command = std::move(command);
  return row;
}

// shows: D9
TEST(SlowDown, ThePauseGrowsFromTheFourthFailureToItsBound) {
  EXPECT_EQ(pause_after(0, 0.5).count(), 0);
  EXPECT_EQ(pause_after(3, 0.5).count(), 0);
  EXPECT_EQ(pause_after(4, 0).count(), 5'000);
  EXPECT_EQ(pause_after(5, 0).count(), 10'000);
  EXPECT_EQ(pause_after(6, 0).count(), 20'000);
  EXPECT_EQ(pause_after(6, 1).count(), 22'000);
  EXPECT_EQ(pause_after(10, 0).count(), 300'000);
  EXPECT_EQ(pause_after(1'000'000, 1).count(), 300'000);
}

// shows: D9
TEST(SlowDown, OnlyTheSameFailureInARowCounts) {
  const std::vector<store::RunRow> runs{
      run("9", "running"),           run("8", "failed", "BED0508"), run("7", "interrupted"),
      run("6", "failed", "BED0508"), run("5", "failed", "BED0100"), run("4", "failed", "BED0508")};
  const FailureSeries series = failure_series(runs, "");
  EXPECT_EQ(series.count, 2);
  EXPECT_EQ(series.code, "BED0508");
  EXPECT_EQ(series.last_at, "8");
  EXPECT_EQ(failure_series(runs, "7").count, 1);
}

TEST(SlowDown, ASuccessOfAnyCommandEndsTheSeries) {
  EXPECT_EQ(
      failure_series({run("9", "done", "", "migrate repair"), run("8", "failed", "BED0508")}, "")
          .count,
      0);
  EXPECT_EQ(failure_series({run("9", "failed", "BED0508", "migrate up"),
                            run("8", "failed", "BED0508"), run("7", "done")},
                           "")
                .count,
            1);
}

TEST(SlowDown, TellsHowLong) {
  EXPECT_FALSE(retry_after_seconds({Error(ErrorCode::kUsage, "x")}));
  EXPECT_DOUBLE_EQ(
      retry_after_seconds({Error(ErrorCode::kSlowedDown, "x").while_doing("retry_after=12.5")})
          .value(),
      12.5);
}

}  // namespace
}  // namespace bedstone::bootstrap
