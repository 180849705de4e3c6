// shows: D10
#include "server/next_steps.hpp"

#include <gtest/gtest.h>

namespace bedstone::server {
namespace {

StatusReport status_of(DatabaseState state) {
  StatusReport status;
  status.state = state;
  status.lifecycle = Lifecycle::kConfigured;
  return status;
}

InitializationResult went_well() {
  InitializationResult result;
  result.success = true;
  return result;
}

TEST(NextSteps, AreNoneWhereAllIsWell) {
  const StatusReport status = status_of(DatabaseState::kCurrent);
  EXPECT_TRUE(next_steps(&status, LiveSettings(), went_well()).empty());
}

TEST(NextSteps, SayThatTheDatabaseDoesNotAnswer) {
  const auto steps = next_steps(nullptr, LiveSettings(), went_well());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.front().command, "bedstone doctor");
  EXPECT_FALSE(steps.front().up);
}

TEST(NextSteps, CountWhatIsPending) {
  StatusReport status = status_of(DatabaseState::kBehind);
  for (const char* what : {"applied", "pending", "late"})
    status.migrations.push_back({.version = "1", .name = "x", .kind = "", .status = what});
  const auto steps = next_steps(&status, LiveSettings(), went_well());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.front().text, "2 migrations are pending.");
  EXPECT_TRUE(steps.front().up);
}

TEST(NextSteps, PutWhatIsWrongBeforeWhatIsDue) {
  StatusReport status = status_of(DatabaseState::kCurrent);
  status.seeds_due = {"tools"};
  InitializationResult failed;
  failed.errors.push_back(Error(ErrorCode::kSqlFailed, "it broke").advise("mend it"));
  const auto steps = next_steps(&status, LiveSettings(), failed);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].text, "The last `up` failed: it broke");
  EXPECT_EQ(steps[0].advice, "mend it");
  EXPECT_EQ(steps[1].text, "A seed set is due: tools.");
}

TEST(NextSteps, TellTheProblemsThatAPersonMustDecideInTheirOwnWords) {
  StatusReport status = status_of(DatabaseState::kDiverged);
  status.problems.push_back(Error(ErrorCode::kDiverged, "2 is missing").advise("bedstone x"));
  const auto steps = next_steps(&status, LiveSettings(), went_well());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps.front().text, "2 is missing");
  EXPECT_FALSE(steps.front().up);
}

}  // namespace
}  // namespace bedstone::server
