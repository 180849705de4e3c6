// The settings of a running program: what it sees when, and what it never sees.
// shows: B3, B4, B6, B11, B15, K3
#include <atomic>
#include <thread>

#include "library/config_fixture.hpp"

namespace bedstone::testing {
namespace {

using Manager = ConfigFixture;
INSTANTIATE_TEST_SUITE_P(Engines, Manager, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(Manager, PlainSqlOfAnotherSessionIsSeenWithoutAsking) {
  const auto manager = open();
  const auto port = manager->key<std::int64_t>("a").value();
  EXPECT_EQ(manager->get(port).value(), 0);
  ASSERT_TRUE(eventually([&] { return manager->watch() != ConfigWatch::kNone; }));
  EXPECT_EQ(watch_name(manager->watch()), by_engine("file", "notification"));
  const RuntimeConfig before = manager->snapshot();
  put("a", "7");
  EXPECT_TRUE(eventually([&] { return manager->get(port).value() == 7; }));
  EXPECT_EQ(manager->snapshot().revision(), 1);
  EXPECT_EQ(number_of(before, "a"), 0) << "what was kept does not change";
  execute("DELETE FROM system_config");
  EXPECT_TRUE(eventually([&] { return manager->get(port).value() == 0; }));
  EXPECT_EQ(manager->snapshot().revision(), 2);
}

TEST_P(Manager, AReloadSeesWhatWasCommittedBefore) {
  const auto manager = open();
  for (int i = 1; i <= 20; ++i) {
    put("a", std::to_string(i));
    EXPECT_EQ(number_of(must(manager->reload()), "a"), i);
    EXPECT_EQ(number_of(manager->snapshot(), "a"), i);
  }
  EXPECT_EQ(number_of(must(manager->reload_async().get()), "a"), 20);
}

TEST_P(Manager, TheSameProjectHasTheSameManager) {
  const auto manager = open({.ttl = milliseconds(5000)});
  EXPECT_EQ(open(), manager);
  EXPECT_EQ(open({.ttl = milliseconds(5000)}), manager);
  EXPECT_EQ(ConfigManager::open_async(project_).get().value(), manager);
  const auto other = ConfigManager::open(project_, {.ttl = milliseconds(1)});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().front().code, ErrorCode::kManagerDiffers);
}

TEST_P(Manager, AChangedSuperAdminCountsAtOnce) {
  const auto manager = open();
  EXPECT_FALSE(is_super_admin(*manager, "ann@example.com"));
  put("super_admin_emails", "bob@example.com, Ann@Example.com");
  EXPECT_TRUE(eventually([&] { return is_super_admin(*manager, "ann@example.com"); }));
  EXPECT_TRUE(is_super_admin_async(manager, " ANN@example.com ").get());
  execute("DELETE FROM system_config WHERE config_key = 'super_admin_emails'");
  EXPECT_TRUE(eventually([&] { return !is_super_admin(*manager, "ann@example.com"); }));
}

TEST_P(Manager, TheLastGoodSettingsStayWhenTheNewOnesAreBad) {
  const auto manager = open();
  put("a", "5");
  ASSERT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 5; }));
  put("a", "five");
  ASSERT_TRUE(eventually([&] { return manager->snapshot().newest_revision() == 2; }));
  const RuntimeConfig kept = manager->snapshot();
  EXPECT_EQ(number_of(kept, "a"), 5);
  EXPECT_EQ(kept.revision(), 1);
  ASSERT_EQ(kept.problems().size(), 2U);
  EXPECT_EQ(kept.problems()[0].code, ErrorCode::kRevisionNotUsed);
  EXPECT_EQ(kept.problems()[1].code, ErrorCode::kSettingValue);
  put("b", "6");
  ASSERT_TRUE(eventually([&] { return manager->snapshot().newest_revision() == 3; }));
  EXPECT_EQ(number_of(manager->snapshot(), "b"), 0) << "all of a revision, or nothing";
  put("a", "8");
  ASSERT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 8; }));
  EXPECT_EQ(number_of(manager->snapshot(), "b"), 6);
  EXPECT_TRUE(manager->snapshot().problems().empty());
}

TEST_P(Manager, AStartFallsBackToTheNewestGoodRevision) {
  put("a", "5");
  put("a", "6");
  put("b", "bad");
  put("a", "-1");
  const auto manager = open();
  const RuntimeConfig config = manager->snapshot();
  EXPECT_EQ(config.revision(), 2);
  EXPECT_EQ(config.newest_revision(), 4);
  EXPECT_EQ(number_of(config, "a"), 6);
  ASSERT_FALSE(config.problems().empty());
  EXPECT_EQ(config.problems()[0].code, ErrorCode::kRevisionNotUsed);
}

TEST_P(Manager, WithoutAnyGoodRevisionAStartFailsWithAllThatIsWrong) {
  put("a", "bad");
  put("b", "bad");
  const auto manager = ConfigManager::open(project_);
  ASSERT_FALSE(manager.has_value());
  ASSERT_EQ(manager.error().size(), 2U);
  EXPECT_EQ(manager.error()[0].code, ErrorCode::kSettingValue);
  EXPECT_EQ(manager.error()[1].code, ErrorCode::kSettingValue);
}

TEST_P(Manager, WhatCountsFromAStartOnWaitsForIt) {
  put("port", "9000");
  const auto manager = open();
  EXPECT_EQ(manager->snapshot().port().value(), 9000);
  put("port", "9001");
  ASSERT_TRUE(eventually([&] { return manager->snapshot().revision() == 2; }));
  EXPECT_EQ(manager->snapshot().port().value(), 9000);
  EXPECT_EQ(manager->snapshot().restart_needed(), std::vector<std::string>{"port"});
  put("port", "9000");
  ASSERT_TRUE(eventually([&] { return manager->snapshot().revision() == 3; }));
  EXPECT_TRUE(manager->snapshot().restart_needed().empty());
}

TEST_P(Manager, WhoSubscribesIsToldWhatChanged) {
  const auto manager = open();
  std::mutex mutex;
  std::vector<ConfigChanged> told;
  auto subscription = manager->on_change([&](const ConfigChanged& changed) {
    // May read and reload here.
    EXPECT_TRUE(manager->reload().has_value());
    const std::lock_guard lock(mutex);
    told.push_back(changed);
  });
  const auto count = [&] {
    const std::lock_guard lock(mutex);
    return told.size();
  };
  must(change(db(), {{"a", "1"}, {"b", "2"}}));
  ASSERT_TRUE(eventually([&] { return count() == 1; }));
  put("a", "nonsense");
  ASSERT_TRUE(eventually([&] { return count() == 2; }));
  subscription.end();
  put("a", "3");
  ASSERT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 3; }));
  EXPECT_EQ(count(), 2U);
  EXPECT_EQ(told[0].keys, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(number_of(told[0].before, "a"), 0);
  EXPECT_EQ(number_of(told[0].after, "a"), 1);
  EXPECT_TRUE(told[1].keys.empty());
  EXPECT_FALSE(told[1].after.problems().empty());
}

TEST_P(Manager, ASubscriptionMayEndWithinItsOwnCallAndManagersToo) {
  auto manager = open();
  std::atomic<int> calls{0};
  Subscription subscription;
  std::atomic<bool> over{false};
  subscription = manager->on_change([&](const ConfigChanged&) {
    ++calls;
    subscription.end();
    manager.reset();  // The last one: its thread ends after this call.
    over = true;
  });
  put("a", "1");
  ASSERT_TRUE(eventually([&] { return over.load(); }));
  put("a", "2");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(number_of(open()->snapshot(), "a"), 2);
}

TEST_P(Manager, ASnapshotNeverMixesTwoRevisions) {
  const auto manager = open();
  const auto a = manager->key<std::int64_t>("a").value();
  const auto b = manager->key<std::int64_t>("b").value();
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::atomic<std::int64_t> seen{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      std::int64_t last = 0;
      while (!stop) {
        const RuntimeConfig config = manager->snapshot();
        const std::int64_t now = config.get(a).value();
        if (config.get(b).value() != now || now < last || config.revision() != now) ++torn;
        last = now;
        seen = now;
      }
    });
  }
  for (int i = 1; i <= 50; ++i) {
    const std::string value = std::to_string(i);
    must(change(db(), {{"a", value}, {"b", value}}));
  }
  EXPECT_TRUE(eventually([&] { return seen == 50; }));
  stop = true;
  for (auto& reader : readers)
    reader.join();
  EXPECT_EQ(torn, 0);
}

TEST_P(Manager, ManySubscribersComeAndGoWhileSettingsChange) {
  const auto manager = open();
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        auto alive = std::make_unique<std::atomic<bool>>(true);
        auto subscription = manager->on_change([&alive](const ConfigChanged& changed) {
          EXPECT_TRUE(alive && *alive) << changed.keys.size();
        });
        (void)manager->snapshot().revision();
        subscription.end();
        alive.reset();
      }
    });
  }
  for (int i = 1; i <= 30; ++i)
    put("a", std::to_string(i));
  EXPECT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 30; }));
  stop = true;
  for (auto& thread : threads)
    thread.join();
}

TEST_P(Manager, NothingShowsASecret) {
  put("api_key", "canary-secret");
  const auto manager = open();
  const RuntimeConfig config = manager->snapshot();
  EXPECT_EQ(config.secret("api_key").value().get().expose(), "canary-secret");
  std::ostringstream out;
  out << config;
  EXPECT_NE(out.str().find("api_key = ********"), std::string::npos) << out.str();
  std::string all = out.str() + config.describe();
  const auto text = config.get<std::string>("api_key");
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().code, ErrorCode::kSettingType);
  for (const Error& error : config.problems())
    all += error.message + error.cause + error.hint;
  all += text.error().message + text.error().cause + text.error().hint;
  EXPECT_EQ(all.find("canary"), std::string::npos);
}

TEST_P(Manager, BootstrapApplicationMakesReadyAndReads) {
  put("a", "3");
  const auto config = bootstrap_application(project_);
  ASSERT_TRUE(config.has_value()) << config.error().front().message;
  EXPECT_EQ(number_of(*config, "a"), 3);
  EXPECT_EQ(bootstrap_application_async(project_).get().value().port().value(), 8884);
  write("migrations/2_broken.sql", "CREATE TABEL x;");
  const auto failed = bootstrap_application(project_);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().front().code, ErrorCode::kSqlSyntax);
}

}  // namespace
}  // namespace bedstone::testing
