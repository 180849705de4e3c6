/// For tests of settings in a running program: a project with settings and a database of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"
#include "db/conformance.hpp"
#include "store/config_table.hpp"

namespace bedstone::testing {

using db::Engine;
using db::testing::must;
using std::chrono::milliseconds;

/// Waits until `holds`, ten seconds at most.
template <typename Holds>
bool eventually(Holds holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

class ConfigFixture : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  ConfigFixture() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    project_.folder = project_folder_;
    project_.database = std::string(url_->expose());
    write("bedstone.yaml", "version: 1\nname: hub\n");
    write("migrations/1_notes.sql", "CREATE TABLE notes (id integer PRIMARY KEY);\n");
    write("settings.yaml", R"(
settings:
  app_mode: {type: enum, values: [unconfigured, local, workos], default: unconfigured}
  greeting: {type: string, default: hello, env: {pin: BEDSTONE_TEST_GREETING}}
  a: {type: int, default: 0, min: 0, max: 1000000}
  b: {type: int, default: 0}
  port: {type: int, default: 8884, min: 1, max: 65535, restart: true}
  super_admin_emails: {type: list, items: email, default: []}
  api_key: {type: string, secret: true}
)");
    const InitializationResult made = DatabaseInitializer(project_).initialize();
    ASSERT_TRUE(made.success) << made.errors.front().message;
    provide();
  }
  void TearDown() override {
    std::filesystem::remove_all(project_folder_);
    EngineTest::TearDown();
  }

  void write(const std::string& name, std::string_view text) {
    const std::string path = files::resolve(project_folder_, name);
    ASSERT_TRUE(files::make_folder(files::parent(path)));
    ASSERT_TRUE(files::write_atomic(path, text));
  }
  void provide() {
    store::ConfigTable table(db(), "hub", {"public", "system_config"});
    must(db().begin());
    must(table.provide());
    must(db().commit());
  }
  /// As an operator does it.
  void put(std::string_view key, std::string_view value) {
    execute(
        "INSERT INTO system_config (config_key, config_value) VALUES ($1, $2) ON CONFLICT "
        "(config_key) DO UPDATE SET config_value = excluded.config_value",
        {std::string(key), std::string(value)});
  }
  /// As Bedstone does it: several keys as one revision.
  static Result<std::int64_t> change(db::Connection& connection,
                                     const std::vector<store::ConfigChange>& changes,
                                     std::optional<std::int64_t> expected = {}) {
    store::ConfigTable table(connection, "hub", {"public", "system_config"});
    must(connection.begin());
    auto done = table.change(changes, "ann", "because", expected);
    must(done ? connection.commit() : connection.rollback());
    return done;
  }
  std::shared_ptr<ConfigManager> open(const ManagerOptions& options = {}) {
    auto manager = ConfigManager::open(project_, options);
    if (!manager) {
      throw std::runtime_error(manager.error().front().message + ": " +
                               manager.error().front().cause);
    }
    return *std::move(manager);
  }
  static std::int64_t number_of(const RuntimeConfig& config, std::string_view name) {
    return config.get<std::int64_t>(name).value();
  }
  std::string instances() {
    return by_engine<std::string>("bedstone_instances", "bedstone.instances");
  }

  std::string project_folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

}  // namespace bedstone::testing
