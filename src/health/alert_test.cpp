// shows: D10
#include "health/alert.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "base/test_support.hpp"

namespace bedstone::health {
namespace {

/// Time that moves when it is told to.
class HandClock : public Clock {
 public:
  WallTime now() const override { return WallTime() + passed_; }
  MonotonicTime monotonic() const override { return MonotonicTime() + passed_; }
  bool sleep(Milliseconds, const CancelToken*) const override { return true; }
  void pass(Milliseconds time) { passed_ += time; }

 private:
  Milliseconds passed_{1'000'000};
};

struct Sent {
  std::string url;
  std::string json;
};

class AlertsTest : public ::testing::Test {
 protected:
  Alerts alerts(std::vector<HealthSection::Alert> targets) {
    return Alerts(
        std::move(targets),
        [this](const Secret& url, const std::string& json) -> Result<HttpAnswer> {
          sent_.push_back({std::string(url.expose()), json});
          if (broken_) {
            return fail(Error(ErrorCode::kAlertNotSent, "not delivered")
                            .because("connection refused")
                            .may_retry());
          }
          return HttpAnswer{status_, retry_after_};
        },
        clock_, log_);
  }
  static HealthSection::Alert target(std::int64_t after = 1, bool slack = false) {
    HealthSection::Alert alert;
    alert.url = Secret("https://hooks.example.org/hunter2");
    alert.after = after;
    alert.slack = slack;
    return alert;
  }
  static HealthReport report(HealthOutcome outcome, const std::string& check = "schema",
                             const std::string& evidence = "seen") {
    HealthFinding finding = pass(evidence);
    finding.id = check;
    set(finding, outcome);
    HealthReport report;
    report.project = "zoo";
    report.at = "2026-01-01T00:00:00.000000Z";
    report.findings = {finding};
    return report;
  }
  static HealthFinding pass(std::string evidence) {
    HealthFinding finding;
    finding.evidence = std::move(evidence);
    return finding;
  }
  static void set(HealthFinding& finding, HealthOutcome outcome) {
    finding.outcome = outcome;
    finding.severity = outcome == HealthOutcome::kFail ? Severity::kCritical : Severity::kInfo;
  }
  nlohmann::json last() const { return nlohmann::json::parse(sent_.back().json); }

  HandClock clock_;
  std::string lines_;
  Log log_{clock_, LogLevel::kInfo, LogFormat::kText,
           [this](std::string_view line) { lines_ += line; }};
  std::vector<Sent> sent_;
  bool broken_ = false;
  long status_ = 200;
  std::optional<std::chrono::seconds> retry_after_;
};

std::vector<HealthSection::Alert> one(HealthSection::Alert alert) {
  std::vector<HealthSection::Alert> list;
  list.push_back(std::move(alert));
  return list;
}

TEST_F(AlertsTest, TellAFailureOnceAndItsRecovery) {
  Alerts told = alerts(one(target()));
  told.note(report(HealthOutcome::kPass));
  EXPECT_FALSE(told.due());
  for (int i = 0; i < 3; ++i) {
    told.note(report(HealthOutcome::kFail));
    told.deliver();
    clock_.pass(std::chrono::minutes(2));
  }
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(last()["events"][0]["kind"], "failure");
  EXPECT_EQ(last()["events"][0]["severity"], "critical");
  told.note(report(HealthOutcome::kWarn));
  told.deliver();
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(last()["events"][0]["kind"], "recovery");
  EXPECT_EQ(last()["events"][0]["failed_since"], "2026-01-01T00:00:00.000000Z");
  told.note(report(HealthOutcome::kPass));
  told.deliver();
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(AlertsTest, TakeWhatCouldNotBeLookedAtForNothingNew) {
  Alerts told = alerts(one(target()));
  told.note(report(HealthOutcome::kFail));
  told.deliver();
  HealthReport blind = report(HealthOutcome::kPass);
  blind.findings[0].checked = false;
  told.note(blind);
  EXPECT_FALSE(told.due());
  told.note(report(HealthOutcome::kFail));
  EXPECT_FALSE(told.due());
}

TEST_F(AlertsTest, WaitForAsManyFailuresAsTheyAreAskedTo) {
  Alerts told = alerts(one(target(3)));
  for (int i = 0; i < 2; ++i)
    told.note(report(HealthOutcome::kFail));
  told.note(report(HealthOutcome::kPass));
  for (int i = 0; i < 2; ++i)
    told.note(report(HealthOutcome::kFail));
  EXPECT_FALSE(told.due());
  told.note(report(HealthOutcome::kFail));
  EXPECT_TRUE(told.due());
}

TEST_F(AlertsTest, GatherWhatComesTooSoonAndForgetWhatWentUnsaid) {
  Alerts told = alerts(one(target()));
  told.note(report(HealthOutcome::kFail, "disk"));
  told.deliver();
  ASSERT_EQ(sent_.size(), 1U);
  told.note(report(HealthOutcome::kFail, "schema"));
  told.note(report(HealthOutcome::kFail, "seeds"));
  told.note(report(HealthOutcome::kFail, "clock"));
  told.note(report(HealthOutcome::kPass, "clock"));
  told.deliver();
  EXPECT_EQ(sent_.size(), 1U);
  clock_.pass(std::chrono::seconds(61));
  told.deliver();
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(last()["events"].size(), 2U);
  EXPECT_FALSE(told.due());
}

TEST_F(AlertsTest, TryAgainWithGrowingPausesAndThenGiveUp) {
  Alerts told = alerts(one(target()));
  status_ = 503;
  told.note(report(HealthOutcome::kFail));
  told.deliver();
  told.deliver();
  EXPECT_EQ(sent_.size(), 1U);
  clock_.pass(std::chrono::milliseconds(1000));
  told.deliver();
  EXPECT_EQ(sent_.size(), 2U);
  clock_.pass(std::chrono::milliseconds(1999));
  told.deliver();
  EXPECT_EQ(sent_.size(), 2U);
  broken_ = true;
  for (int i = 0; i < 20; ++i) {
    clock_.pass(std::chrono::minutes(6));
    told.deliver();
  }
  EXPECT_EQ(sent_.size(), 12U);
  EXPECT_FALSE(told.due());
  EXPECT_NE(lines_.find("BED0972"), std::string::npos);
  EXPECT_NE(lines_.find("https://hooks.example.org/…"), std::string::npos);
  EXPECT_EQ(lines_.find("hunter2"), std::string::npos);
}

TEST_F(AlertsTest, KeepARecoveryBehindAFailureThatIsOnItsWay) {
  Alerts told = alerts(one(target()));
  broken_ = true;
  told.note(report(HealthOutcome::kFail));
  told.deliver();
  broken_ = false;
  told.note(report(HealthOutcome::kPass));
  clock_.pass(std::chrono::seconds(2));
  told.deliver();
  EXPECT_EQ(last()["events"].size(), 2U);
}

TEST_F(AlertsTest, WaitAsLongAsTheyAreTold) {
  Alerts told = alerts(one(target()));
  status_ = 429;
  retry_after_ = std::chrono::seconds(30);
  told.note(report(HealthOutcome::kFail));
  told.deliver();
  clock_.pass(std::chrono::seconds(29));
  told.deliver();
  EXPECT_EQ(sent_.size(), 1U);
  status_ = 204;
  clock_.pass(std::chrono::seconds(1));
  told.deliver();
  EXPECT_EQ(sent_.size(), 2U);
  EXPECT_FALSE(told.due());
}

TEST_F(AlertsTest, GiveUpAtOnceWhereTheyAreRefused) {
  Alerts told = alerts(one(target()));
  status_ = 404;
  told.note(report(HealthOutcome::kFail));
  told.deliver();
  EXPECT_FALSE(told.due());
  EXPECT_NE(lines_.find("it answered 404"), std::string::npos);
}

TEST_F(AlertsTest, SpeakSlacksLanguage) {
  Alerts told = alerts(one(target(1, true)));
  told.note(report(HealthOutcome::kFail, "schema", "<b> & c"));
  told.deliver();
  EXPECT_NE(last()["text"].get<std::string>().find("&lt;b&gt; &amp; c"), std::string::npos);
}

TEST_F(AlertsTest, AnAddressThatIsEmptyIsNone) {
  HealthSection::Alert empty = target();
  empty.url = Secret("");
  Alerts told = alerts(one(std::move(empty)));
  told.note(report(HealthOutcome::kFail));
  EXPECT_FALSE(told.due());
}

/// As a table that all watches of a database see.
class Wall : public AlertBoard {
 public:
  Result<std::map<std::string, std::string>> read() override { return values; }
  Result<bool> swap(const std::string& key, const std::optional<std::string>& before,
                    const std::string& after) override {
    const auto found = values.find(key);
    if (before ? found == values.end() || found->second != *before : found != values.end())
      return false;
    values[key] = after;
    return true;
  }
  std::map<std::string, std::string> values;
};

class JoinedAlertsTest : public AlertsTest {
 protected:
  JoinedAlertsTest() {
    for (int i = 0; i < 3; ++i) {
      watches_.push_back(alerts(one(target())));
      watches_.back().read(wall_);
    }
  }
  /// Each looks, and tells what is due.
  void round(HealthOutcome outcome, const std::string& check = "schema") {
    for (Alerts& watch : watches_) {
      watch.note(report(outcome, check), &wall_);
      watch.deliver(&wall_);
    }
    clock_.pass(std::chrono::seconds(61));
  }

  Wall wall_;
  std::deque<Alerts> watches_;
};

TEST_F(JoinedAlertsTest, OneOfThreeTellsAFailureAndOneItsRecovery) {
  for (int i = 0; i < 3; ++i)
    round(HealthOutcome::kFail);
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(last()["events"][0]["kind"], "failure");
  for (int i = 0; i < 3; ++i)
    round(HealthOutcome::kPass);
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(last()["events"][0]["kind"], "recovery");
  EXPECT_EQ(last()["events"][0]["failed_since"], "2026-01-01T00:00:00.000000Z");
  for (int i = 0; i < 3; ++i)
    round(HealthOutcome::kFail);
  EXPECT_EQ(sent_.size(), 3U);
  for (const auto& [key, value] : wall_.values)
    EXPECT_EQ((key + value).find("hunter2"), std::string::npos);
}

TEST_F(JoinedAlertsTest, AWatchThatBeginsWhileItFailsKnowsThatItWasTold) {
  round(HealthOutcome::kFail);
  watches_.clear();
  watches_.push_back(alerts(one(target())));
  watches_[0].read(wall_);
  round(HealthOutcome::kFail);
  EXPECT_EQ(sent_.size(), 1U);
  round(HealthOutcome::kPass);
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(last()["events"][0]["kind"], "recovery");
}

TEST_F(JoinedAlertsTest, WhatADeadTellerHadToTellIsTakenOver) {
  broken_ = true;
  watches_[0].note(report(HealthOutcome::kFail), &wall_);
  watches_[0].deliver(&wall_);
  EXPECT_EQ(sent_.size(), 1U);
  broken_ = false;
  watches_.pop_front();
  for (int i = 0; i < 2; ++i)
    round(HealthOutcome::kFail);
  EXPECT_EQ(sent_.size(), 1U);
  round(HealthOutcome::kFail);
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(last()["events"][0]["kind"], "failure");
  round(HealthOutcome::kFail);
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(JoinedAlertsTest, ATellerThatStillTriesIsNotTakenForDead) {
  status_ = 503;
  for (int i = 0; i < 5; ++i)
    round(HealthOutcome::kFail);
  const std::size_t tried = sent_.size();
  status_ = 200;
  round(HealthOutcome::kFail);
  EXPECT_EQ(sent_.size(), tried + 1);
  round(HealthOutcome::kFail);
  EXPECT_EQ(sent_.size(), tried + 1);
}

TEST_F(JoinedAlertsTest, WhatARoundFoundBeforeTheBoardChangedIsNoNews) {
  watches_[0].note(report(HealthOutcome::kFail), &wall_);
  watches_[0].deliver(&wall_);
  // It looked before the failure was told: what it found is older.
  watches_[1].note(report(HealthOutcome::kPass), &wall_);
  EXPECT_FALSE(watches_[1].due());
  watches_[1].note(report(HealthOutcome::kPass), &wall_);
  EXPECT_TRUE(watches_[1].due());
}

TEST_F(JoinedAlertsTest, WhatIsOneMachinesOwnIsToldByEach) {
  HealthReport elsewhere = report(HealthOutcome::kFail, "disk");
  elsewhere.host = "other";
  watches_[0].note(report(HealthOutcome::kFail, "disk"), &wall_);
  watches_[1].note(elsewhere, &wall_);
  EXPECT_TRUE(watches_[0].due());
  EXPECT_TRUE(watches_[1].due());
  // … but no sooner one after the other than the address wants.
  watches_[0].deliver(&wall_);
  watches_[1].deliver(&wall_);
  EXPECT_EQ(sent_.size(), 1U);
  clock_.pass(std::chrono::seconds(61));
  watches_[1].deliver(&wall_);
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(JoinedAlertsTest, WithoutABoardEachTellsByItself) {
  for (int i = 0; i < 2; ++i) {
    for (Alerts& watch : watches_) {
      watch.note(report(HealthOutcome::kFail, "connection"));
      watch.deliver();
    }
  }
  EXPECT_EQ(sent_.size(), 3U);
  // Back again: who told it tells that it is over.
  for (int i = 0; i < 5; ++i)
    round(HealthOutcome::kPass, "connection");
  EXPECT_EQ(sent_.size(), 6U);
}

TEST(ShownAddress, IsTheHostAlone) {
  EXPECT_EQ(shown_address("https://hooks.slack.com/services/T0/B0/x"), "https://hooks.slack.com/…");
  EXPECT_EQ(shown_address("https://me:hunter2@example.org:8080?token=x"),
            "https://example.org:8080/…");
  EXPECT_EQ(shown_address("nonsense"), "…");
}

}  // namespace
}  // namespace bedstone::health
