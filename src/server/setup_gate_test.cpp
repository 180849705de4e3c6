// shows: K8
#include "server/setup_gate.hpp"

#include <gtest/gtest.h>

namespace bedstone::server {
namespace {

ErrorCode refusal(const SetupGate& gate, std::string_view token) {
  const Status checked = gate.check(token);
  return checked ? ErrorCode::kInternal : checked.error().code;
}

TEST(SetupGate, IsNeitherOpenNorClosedUntilItIsDecided) {
  SetupGate gate;
  EXPECT_FALSE(gate.is_decided());
  EXPECT_FALSE(gate.is_open());
  EXPECT_EQ(refusal(gate, ""), ErrorCode::kDatabaseBusy);
}

TEST(SetupGate, OpensOnceForItsTokenAndIsClosedForGood) {
  SetupGate gate;
  const auto token = gate.open();
  ASSERT_TRUE(token);
  EXPECT_TRUE(gate.is_decided() && gate.is_open());
  EXPECT_TRUE(gate.check(token->expose()));
  EXPECT_EQ(refusal(gate, "another"), ErrorCode::kSetupToken);
  gate.close("eve@example.com did it");
  EXPECT_EQ(refusal(gate, token->expose()), ErrorCode::kSetupClosed);
  EXPECT_EQ(gate.closed_by(token->expose()), "eve@example.com did it");
  EXPECT_EQ(gate.closed_by("another"), "");
  EXPECT_FALSE(gate.open());
  EXPECT_FALSE(gate.is_open());
}

}  // namespace
}  // namespace bedstone::server
