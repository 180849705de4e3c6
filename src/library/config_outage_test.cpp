// Settings while the database is away, where nothing tells of changes, and in children of fork().
// shows: B3, B4, B11, B15
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "library/config_fixture.hpp"

namespace bedstone::testing {
namespace {

/// ThreadSanitizer allows a child of a process with threads none of its own.
#ifdef __SANITIZE_THREAD__
constexpr bool kThreadsAfterFork = false;
#else
constexpr bool kThreadsAfterFork = true;
#endif

class Outage : public ConfigFixture {
 protected:
  void take_database_away() {
    connection_.reset();
    if (is_sqlite()) {
      std::filesystem::rename(folder_ + "/test.db", folder_ + "/away.db");
      return;
    }
    const auto admin = must(db::open(*server_, {}));
    must(admin->execute(fmt::format("ALTER DATABASE \"{}\" ALLOW_CONNECTIONS false", database_)));
    must(admin->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                        {database_}));
  }
  void bring_it_back() {
    if (is_sqlite()) {
      std::filesystem::rename(folder_ + "/away.db", folder_ + "/test.db");
      return;
    }
    const auto admin = must(db::open(*server_, {}));
    must(admin->execute(fmt::format("ALTER DATABASE \"{}\" ALLOW_CONNECTIONS true", database_)));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Outage, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(Outage, TheLastSettingsStayAndItRecoversByItself) {
  put("a", "1");
  const auto manager = open();
  std::vector<bool> stale;
  std::mutex mutex;
  const auto subscription = manager->on_change([&](const ConfigChanged& changed) {
    const std::lock_guard lock(mutex);
    stale.push_back(changed.after.stale_since().has_value());
  });
  ASSERT_TRUE(eventually([&] { return manager->watch() != ConfigWatch::kNone; }));
  take_database_away();
  ASSERT_TRUE(eventually([&] { return manager->snapshot().stale_since().has_value(); }));
  EXPECT_EQ(number_of(manager->snapshot(), "a"), 1);
  EXPECT_EQ(manager->snapshot().problems().back().code, ErrorCode::kSettingsStale);
  const auto reload = manager->reload();
  ASSERT_FALSE(reload.has_value());
  EXPECT_FALSE(reload.error().message.empty());
  bring_it_back();
  put("a", "2");
  ASSERT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 2; }));
  EXPECT_FALSE(manager->snapshot().stale_since().has_value());
  EXPECT_TRUE(manager->snapshot().problems().empty());
  ASSERT_TRUE(eventually([&] { return manager->watch() != ConfigWatch::kNone; }));
  put("a", "3");
  EXPECT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 3; }));
  const std::lock_guard lock(mutex);
  ASSERT_GE(stale.size(), 2U);
  EXPECT_TRUE(stale.front());
  EXPECT_FALSE(stale.back());
}

TEST_P(Outage, TablesThatVanishTakeNoSettingsAway) {
  put("a", "1");
  const auto manager = open();
  execute(by_engine("DELETE FROM bedstone_config", "DELETE FROM bedstone.config"));
  EXPECT_FALSE(manager->reload().has_value());
  EXPECT_EQ(number_of(manager->snapshot(), "a"), 1);
  EXPECT_TRUE(manager->snapshot().stale_since().has_value());
}

TEST_P(Outage, AChildOfForkReadsAndOpensItsOwnWhereTheEngineCan) {
  put("a", "1");
  const auto manager = open();
  EXPECT_EQ(number_of(manager->snapshot(), "a"), 1);
  connection_.reset();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto inherited = manager->reload();
    if (number_of(manager->snapshot(), "a") != 1) ::_exit(2);
    if (inherited || inherited.error().code != ErrorCode::kManagerForked) ::_exit(3);
    if (!kThreadsAfterFork) ::_exit(0);
    auto own = ConfigManager::open(project_);
    if (is_sqlite()) {
      const bool refused = !own && own.error().front().code == ErrorCode::kManagerForked;
      ::_exit(refused ? 0 : 6);
    }
    if (!own || *own == manager) ::_exit(4);
    if (!(*own)->reload()) ::_exit(5);
    own->reset();
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  put("a", "2");
  EXPECT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 2; }))
      << "the child took nothing away";
}

TEST_P(Outage, WhereNothingTellsOfChangesTheyAreSeenWhenTheTimeIsOver) {
  if (is_sqlite()) return;
  write("bedstone.yaml", "version: 1\nname: hub\ndatabase: {pooled: yes}\n");
  const auto manager = open({.ttl = milliseconds(400)});
  ASSERT_TRUE(eventually([&] { return manager->watch() == ConfigWatch::kRevision; }));
  put("a", "1");
  put("super_admin_emails", "ann@example.com");
  EXPECT_TRUE(is_super_admin(*manager, "ann@example.com")) << "asked, whatever the time";
  put("a", "2");
  const auto last_query = [&] {
    return std::string(query("SELECT max(query_start)::text FROM pg_stat_activity WHERE datname = "
                             "current_database() AND pid <> pg_backend_pid()")
                           .text(0, 0));
  };
  std::this_thread::sleep_for(milliseconds(600));
  const std::string before = last_query();
  std::this_thread::sleep_for(milliseconds(1200));
  EXPECT_EQ(last_query(), before) << "nobody reads, and nothing is asked";
  EXPECT_EQ(number_of(manager->snapshot(), "a"), 2) << "the first reader after that waits";
  EXPECT_NE(last_query(), before);
}

TEST_P(Outage, AnIntervalAsksWithoutReaders) {
  if (is_sqlite()) return;
  write("bedstone.yaml", "version: 1\nname: hub\ndatabase: {pooled: yes}\n");
  const auto manager = open({.poll_interval = milliseconds(50)});
  ASSERT_TRUE(eventually([&] { return manager->watch() == ConfigWatch::kRevision; }));
  put("a", "1");
  EXPECT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 1; }));
}

TEST_P(Outage, EachManagerHasARowThatGoesWithIt) {
  execute(
      fmt::format("INSERT INTO {} VALUES ('hub', 'old', 'p', 'h', 1, '0', '2020', "
                  "'2020-01-01T00:00:00.000000Z', 1, '', '')",
                  instances()));
  auto manager = open({.program = "hub-server"});
  const std::string row =
      fmt::format("SELECT program, pid, revision, problem FROM {} WHERE instance_id = '{}'",
                  instances(), manager->instance_id());
  ASSERT_TRUE(eventually([&] { return query(row).size() == 1; }));
  EXPECT_EQ(query(row).text(0, 0), "hub-server");
  EXPECT_EQ(query(row).integer(0, 1), ::getpid());
  EXPECT_TRUE(eventually([&] {
    return number(fmt::format("SELECT count(*) FROM {}", instances())) == 1;
  })) << "the old one went";
  const auto lifecycle = [&] { return get_bootstrap_state(project_).value(); };
  EXPECT_TRUE(eventually([&] { return lifecycle() == Lifecycle::kRunning; }));
  put("a", "1");
  EXPECT_TRUE(eventually([&] { return query(row).integer(0, 2) == 1; }));
  put("a", "bad");
  ASSERT_TRUE(eventually([&] { return !query(row).text(0, 3).empty(); }));
  EXPECT_EQ(query(row).integer(0, 2), 1);
  manager.reset();
  EXPECT_EQ(query(row).size(), 0U);
  EXPECT_EQ(lifecycle(), Lifecycle::kConfigured);
}

TEST_P(Outage, WithoutTheRightToWriteOnlyTheRowIsMissing) {
  if (is_sqlite()) return;
  const std::string role = database_ + "_r";
  execute(fmt::format("CREATE ROLE \"{}\" LOGIN", role));
  execute(fmt::format("GRANT USAGE ON SCHEMA bedstone TO \"{}\"", role));
  execute(fmt::format("GRANT SELECT ON ALL TABLES IN SCHEMA bedstone, public TO \"{}\"", role));
  execute(fmt::format("ALTER DATABASE \"{}\" SET role = 'none'", database_));
  std::string url(url_->expose());
  const auto at = url.find("//") + 2;
  const auto user_end = url.find('@', at);
  url.replace(at, user_end - at, role);
  project_.database = url;
  {
    const auto manager = open();
    put("a", "1");
    EXPECT_TRUE(eventually([&] { return number_of(manager->snapshot(), "a") == 1; }));
    EXPECT_EQ(number("SELECT count(*) FROM bedstone.instances"), 0);
  }
  execute(fmt::format("DROP OWNED BY \"{}\"", role));
  execute(fmt::format("DROP ROLE \"{}\"", role));
}

TEST_P(Outage, EightProcessesWriteAndReadAtOnceAndNoChangeIsLost) {
  // Forked before anything is open: SQLite's files must not be carried across fork().
  connection_.reset();
  constexpr int kProcesses = 8;
  constexpr int kEach = 10;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    const auto own = ConfigManager::open(project_);
    if (!own) ::_exit(2);
    const auto connection = connect();
    for (int done = 0; done < kEach;) {
      const auto now = (*own)->reload();
      if (!now) ::_exit(3);
      const std::string next = std::to_string(number_of(*now, "a") + 1);
      const auto changed = change(*connection, {{"a", next}, {"b", next}}, now->revision());
      if (changed) ++done;
      if (!changed && changed.error().code != ErrorCode::kConfigConflict) ::_exit(4);
      const RuntimeConfig read = (*own)->snapshot();
      if (number_of(read, "a") != number_of(read, "b")) ::_exit(5);
    }
    ::_exit(0);
  }
  const auto manager = open();
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }
  EXPECT_EQ(number("SELECT config_value FROM system_config WHERE config_key = 'a'"),
            kProcesses * kEach);
  EXPECT_TRUE(
      eventually([&] { return number_of(manager->snapshot(), "a") == kProcesses * kEach; }));
}

}  // namespace
}  // namespace bedstone::testing
