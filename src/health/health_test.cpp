// shows: C7, D5
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/files.hpp"
#include "base/test_support.hpp"
#include "health/check.hpp"
#include "health/reach.hpp"
#include "project/keys.hpp"
#include "tests/support/repository.hpp"

namespace bedstone::health {
namespace {

TEST(Checks, HaveNamesOfTheirOwnAndAreAllTold) {
  const auto page = files::read(test::repository_path("docs/health.md"));
  ASSERT_TRUE(page.has_value());
  std::set<std::string_view> names;
  for (const Check& check : all_checks()) {
    EXPECT_TRUE(names.insert(check.id).second) << check.id;
    EXPECT_EQ(find_check(check.id), &check);
    EXPECT_TRUE(check.sqlite != nullptr || check.postgres != nullptr) << check.id;
    EXPECT_FALSE(check.title.empty()) << check.id;
    // Limits without a unit could not be told to anybody.
    const bool limited = check.limits.warn + check.limits.fail > 0;
    EXPECT_EQ(limited, check.unit != Unit::kNone) << check.id;
    EXPECT_NE(page->find("\n| `" + std::string(check.id) + "` |"), std::string::npos) << check.id;
  }
  EXPECT_EQ(find_check("migration"), nullptr);
  EXPECT_NE(unknown_check("migration").hint.find("did you mean migrations?"), std::string::npos);
}

TEST(Checks, AreTheKeysOfTheProjectFile) {
  std::set<std::string_view> keys;
  for (const Key& key : kHealthCheckKeys) {
    keys.insert(key.name);
    const Check* check = find_check(key.name);
    ASSERT_NE(check, nullptr) << key.name;
    std::optional<KeyKind> limit;
    for (const Key& one : key.keys) {
      if (one.name == "warn") limit = one.kind;
    }
    const std::optional<KeyKind> expected =
        check->unit == Unit::kSeconds   ? std::optional(KeyKind::kDuration)
        : check->unit == Unit::kPercent ? std::optional(KeyKind::kCount)
                                        : std::nullopt;
    EXPECT_EQ(limit, expected) << key.name;
  }
  EXPECT_EQ(keys.size(), all_checks().size());
}

TEST(Checks, JudgeByLimits) {
  EXPECT_EQ(judge(1, {2, 3}), HealthOutcome::kPass);
  EXPECT_EQ(judge(2, {2, 3}), HealthOutcome::kWarn);
  EXPECT_EQ(judge(3, {2, 3}), HealthOutcome::kFail);
  EXPECT_EQ(judge(9, {0, 0}), HealthOutcome::kPass);
  EXPECT_EQ(judge(9, {2, 0}), HealthOutcome::kWarn);
  EXPECT_EQ(judge(9, {0, 3}), HealthOutcome::kFail);
  HealthFinding finding = fail_with(Severity::kCritical, "gone");
  worsen(finding, HealthOutcome::kWarn);
  EXPECT_EQ(finding.severity, Severity::kCritical);
}

Project project_of(std::string_view url) {
  Project project;
  project.database.url = *db::Url::parse(url);
  return project;
}

TEST(Repairs, AreCommandsForAShell) {
  EXPECT_EQ(sql_command(project_of("sqlite:data/my app.db"), "VACUUM"),
            "sqlite3 'data/my app.db' VACUUM");
  const std::string command =
      sql_command(project_of("postgresql://app:hunter2@db/hub"), "REINDEX INDEX \"it's\"");
  EXPECT_EQ(command, "psql postgresql://app@db/hub -c 'REINDEX INDEX \"it'\\''s\"'");
}

TEST(Trace, EndsAtANameThatNobodyKnows) {
  const auto steps = trace(*db::Url::parse("postgresql://app:hunter2@no-such-host.invalid/hub"),
                           Error(ErrorCode::kHostUnknown, "unknown"), Environment());
  ASSERT_GE(steps.size(), 2U);
  EXPECT_EQ(steps[0].name, "name");
  EXPECT_EQ(steps[0].outcome, HealthOutcome::kFail);
  EXPECT_NE(steps[0].evidence.find("no-such-host.invalid"), std::string::npos);
  for (std::size_t i = 1; i < steps.size(); ++i)
    EXPECT_FALSE(steps[i].reached) << steps[i].name;
}

TEST(Trace, KnocksWhereLibpqWould) {
  const std::map<std::string, std::string, std::less<>> variables{{"PGHOST", "/no/such/folder"},
                                                                  {"PGPORT", "6000"}};
  const auto steps = trace(*db::Url::parse("postgresql:///hub"),
                           Error(ErrorCode::kConnectionRefused, "refused"), Environment(variables));
  ASSERT_GE(steps.size(), 2U);
  EXPECT_EQ(steps[0].evidence, "the socket in /no/such/folder");
  EXPECT_EQ(steps[1].name, "port");
  EXPECT_EQ(steps[1].evidence, "/no/such/folder/.s.PGSQL.6000: No such file or directory");
}

}  // namespace
}  // namespace bedstone::health
