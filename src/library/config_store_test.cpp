// ConfigStore as a program sees it.
#include "bedstone/config_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "bedstone/bedstone.hpp"
#include "config/key_source.hpp"
#include "db/conformance.hpp"

namespace bedstone {
namespace {
using db::Engine;

constexpr std::string_view kSettings = R"(
configured_when: {app_mode: [local, workos]}
settings:
  app_mode: {type: enum, values: [unconfigured, local, workos], default: unconfigured}
  bind_address: {type: string, default: 127.0.0.1}
  port: {type: int, default: 8884, min: 1, max: 65535}
  allowed_origins: {type: list, items: url, default: []}
  enable_hsts: {type: bool, default: false}
  csp_report_uri: {type: url}
  counter: {type: int, default: 0}
  workos_client_id: {type: string, requires: {app_mode: workos}}
  workos_api_key: {type: string, secret: true, requires: {app_mode: workos}}
  workos_cookie_password:
    {type: string, secret: true, requires: {app_mode: workos}, generate: {kind: token, length: 64}}
)";

class ConfigStoreTest : public db::testing::EngineTest,
                        public ::testing::WithParamInterface<Engine> {
 protected:
  ConfigStoreTest() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    project_.folder = project_folder_;
    project_.database = std::string(url_->expose());
    write("bedstone.yaml", "name: hub\nsecrets: {key: {file: hub.key}}\n");
    ASSERT_TRUE(config::write_new_key(files::resolve(project_folder_, "hub.key")));
    write("settings.yaml", kSettings);
    write("migrations/1_pets.sql", "CREATE TABLE pets (id integer PRIMARY KEY);\n");
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
  void initialize() {
    const InitializationResult made = DatabaseInitializer(project_).initialize();
    ASSERT_TRUE(made.success) << made.errors.front().message;
  }
  ConfigStore store() const { return ConfigStore(project_); }
  /// "2: port added ->8885 …", or the errors' codes and messages.
  static std::string told(const ConfigChangeResult& result) {
    std::string text;
    for (const Error& error : result.errors)
      text += fmt::format("{} {}|", code_name(error.code), error.message);
    if (!result.success) return text;
    for (const SettingChanged& one : result.settings) {
      text += fmt::format(" {} {} {}>{}", one.name, one.effect, one.before.value_or("-"),
                          one.after.value_or("-"));
    }
    return fmt::format("{}:{}", result.revision, text);
  }
  std::string stored(const std::string& key) {
    const auto rows = query("SELECT config_value FROM system_config WHERE config_key = $1", {key});
    return rows.empty() ? "none" : std::string(rows.text(0, 0));
  }

  std::string project_folder_ = ::testing::TempDir() + "bedstone_" + random_id();
  ProjectOptions project_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ConfigStoreTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

// shows: B5, K2
TEST_P(ConfigStoreTest, ReadsAndWrites) {
  initialize();
  const ConfigStore store = this->store();
  EXPECT_EQ(*store.get("port"), "8884");
  EXPECT_EQ(*store.get("csp_report_uri"), std::nullopt);
  EXPECT_EQ(*store.get("csp_report_uri", "https://fallback.example"), "https://fallback.example");
  EXPECT_EQ(told(store.set("port", "8885", {.by = "ada", .reason = "moved"})),
            "1: port added ->8885");
  EXPECT_EQ(*store.get("port"), "8885");
  EXPECT_EQ(told(store.set("enable_hsts", "0")), "2: enable_hsts added ->false");
  EXPECT_EQ(*store.get("enable_hsts", "true"), "false");
  EXPECT_EQ(told(store.unset("port")), "3: port removed 8885>-");
  EXPECT_EQ(*store.get_async("port").get(), "8884");
  EXPECT_EQ(store.get("prot").error().code, ErrorCode::kUnknownSetting);
  const ConfigHistory history = store.history("port");
  ASSERT_EQ(history.entries.size(), 2U);
  EXPECT_EQ(history.entries.at(1).by, "ada");
  EXPECT_EQ(history.entries.at(1).reason, "moved");
}

// shows: B5
TEST_P(ConfigStoreTest, BeforeTheFirstStartThereAreDefaults) {
  if (!is_sqlite()) {
    EXPECT_EQ(told(store().set("port", "1")),
              "BED0910 the database has no place for settings yet|");
  }
  EXPECT_EQ(*store().get("port"), "8884");
  EXPECT_FALSE(store().show().provided);
  EXPECT_FALSE(store().set_async("port", "1").get().success);
}

// shows: B5, B7, K6, PR6
TEST_P(ConfigStoreTest, SecretsAreEncryptedAndHandedOutAsSecrets) {
  initialize();
  const ConfigStore store = this->store();
  EXPECT_EQ(told(store.set("workos_api_key", Secret("sk-canary"))),
            "1: workos_api_key added ->********");
  EXPECT_EQ(stored("workos_api_key").find("enc1."), 0U);
  EXPECT_EQ(store.get("workos_api_key").error().code, ErrorCode::kSecretNotShown);
  EXPECT_EQ((*store.get_secret("workos_api_key"))->expose(), "sk-canary");
  const std::string sealed = stored("workos_api_key");
  EXPECT_EQ(told(store.set("workos_api_key", Secret("sk-canary"))),
            "1: workos_api_key unchanged ********>********");
  EXPECT_EQ(stored("workos_api_key"), sealed);
  EXPECT_EQ(told(store.set("workos_api_key", "********")),
            "BED0907 what was given for workos_api_key is a mask or encrypted, not the secret|");
  EXPECT_EQ(store.set("port", "1", {.secret = true}).errors.front().code, ErrorCode::kSettingValue);
  for (const SettingState& one : store.show().settings) {
    if (one.name == "workos_api_key") {
      EXPECT_EQ(one.value, "********");
    }
  }
}

// shows: B5, B12
TEST_P(ConfigStoreTest, WhatDependsOnOneAnotherIsChangedAtOnce) {
  initialize();
  const ConfigStore store = this->store();
  EXPECT_EQ(told(store.set_app_mode("workos")),
            "BED0904 workos_client_id has no value, and must have one while app_mode is "
            "workos|BED0904 workos_api_key has no value, and must have one while app_mode is "
            "workos|");
  EXPECT_FALSE(store.show().configured);
  ConfigChanges changes;
  changes.set("app_mode", "workos").set("workos_client_id", "client_1");
  changes.set_secret("workos_api_key", Secret("sk-canary"));
  EXPECT_EQ(told(store.change(std::move(changes))),
            "1: app_mode added ->workos workos_client_id added ->client_1 workos_api_key added "
            "->******** workos_cookie_password made ->********");
  EXPECT_EQ(*store.get_app_mode(), "workos");
  EXPECT_TRUE(store.show().configured);
  EXPECT_EQ(store.validate().exit_code, ExitCode::kDone);
  EXPECT_EQ(store.reset({.reason = "again"}).revision, 2);
  EXPECT_EQ(*store.get_app_mode(), "unconfigured");
  EXPECT_EQ(number("SELECT count(*) FROM system_config"), 0);
  EXPECT_EQ(store.rollback(1).settings.size(), 4U);
  EXPECT_EQ((*store.get_secret("workos_api_key"))->expose(), "sk-canary");
}

// shows: B5
TEST_P(ConfigStoreTest, ACookiePasswordIsMadeOnce) {
  initialize();
  const ConfigStore store = this->store();
  auto first = store.get_or_generate_cookie_password_async();
  auto second = store.get_or_generate_cookie_password_async();
  const auto one = first.get();
  const auto other = second.get();
  ASSERT_TRUE(one) << one.error().message;
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_EQ(one->expose().size(), 64U);
  EXPECT_EQ(one->expose(), other->expose());
  EXPECT_EQ(store.history("workos_cookie_password").entries.size(), 1U);
  EXPECT_EQ(store.get_or_generate_cookie_password("csp_report_uri").error().code,
            ErrorCode::kSettingMissing);
  EXPECT_EQ(store.get_or_generate_cookie_password("cookie").error().code,
            ErrorCode::kUnknownSetting);
}

// shows: B5
TEST_P(ConfigStoreTest, TheNetworkIsReadAndWrittenAsOne) {
  initialize();
  const ConfigStore store = this->store();
  NetworkConfig wanted;
  wanted.bind_address = "0.0.0.0";
  wanted.port = 9000;
  wanted.allowed_origins = {"https://a.example", "https://b.example"};
  wanted.enable_hsts = true;
  EXPECT_EQ(store.set_network_config(wanted).revision, 1);
  const auto read = store.get_network_config();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->bind_address, "0.0.0.0");
  EXPECT_EQ(read->port, 9000);
  EXPECT_EQ(read->allowed_origins, wanted.allowed_origins);
  EXPECT_EQ(read->enable_hsts, true);
  EXPECT_EQ(read->csp_report_uri, std::nullopt);
  NetworkConfig bad;
  bad.port = 70000;
  bad.csp_report_uri = "nowhere";
  EXPECT_EQ(store.set_network_config(bad).errors.size(), 2U);
}

// shows: B5, B6, K3
TEST_P(ConfigStoreTest, NoUpdateIsLost) {
  initialize();
  constexpr int kThreads = 4;
  constexpr int kRounds = 5;
  const auto count = [this] {
    const ConfigStore store = this->store();
    for (int done = 0; done < kRounds;) {
      const ConfigReport seen = store.show();
      std::int64_t value = 0;
      for (const SettingState& one : seen.settings)
        if (one.name == "counter") value = std::stoll(*one.value);
      const ConfigChangeResult result =
          store.set("counter", std::to_string(value + 1), {.if_revision = seen.revision});
      if (result.success) ++done;
      ASSERT_TRUE(result.success || result.exit_code == ExitCode::kPersonNeeded)
          << result.errors.front().message << result.errors.front().cause;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back(count);
  for (std::thread& one : threads)
    one.join();
  EXPECT_EQ(stored("counter"), std::to_string(kThreads * kRounds));
  EXPECT_EQ(store().history("counter").entries.size(), std::size_t{kThreads * kRounds});
}

// shows: B13
TEST_P(ConfigStoreTest, ValuesMoveFromOneDatabaseToAnother) {
  initialize();
  const ConfigStore store = this->store();
  ConfigChanges changes;
  changes.set("app_mode", "workos").set("workos_client_id", "c").set("port", "8885");
  changes.set_secret("workos_api_key", Secret("sk-canary"));
  ASSERT_TRUE(store.change(std::move(changes)).success);
  const ConfigExport plain = store.export_json();
  EXPECT_EQ(plain.values, 3);
  EXPECT_EQ(plain.left_out, (std::vector<std::string>{"workos_api_key", "workos_cookie_password"}));
  EXPECT_NE(plain.text.find("\"port\": 8885"), std::string::npos) << plain.text;
  const Secret phrase("correct horse battery");
  const ConfigExport whole = store.export_json(&phrase);
  ASSERT_TRUE(whole.errors.empty()) << whole.errors.front().message;
  EXPECT_EQ(whole.secrets, 2);
  EXPECT_EQ(whole.text.find("canary"), std::string::npos);
  const Secret brief("short");
  EXPECT_EQ(store.export_json(&brief).errors.front().code, ErrorCode::kConfigPassphrase);

  ASSERT_TRUE(store.reset().success);
  const ConfigChangeResult lean = store.import_json(plain.text);
  EXPECT_TRUE(lean.success) << lean.errors.front().message;
  ASSERT_EQ(lean.warnings.size(), 1U);
  EXPECT_EQ(lean.warnings.front().message, "workos_api_key has no value yet");
  EXPECT_EQ(store.import_json(whole.text).errors.front().code, ErrorCode::kConfigPassphrase);
  const Secret other("another passphrase");
  EXPECT_EQ(store.import_json(whole.text, &other).errors.front().message,
            "the passphrase is not the one of this file");
  const ConfigChangeResult full = store.import_json(whole.text, &phrase);
  ASSERT_TRUE(full.success) << full.errors.front().message;
  EXPECT_EQ((*store.get_secret("workos_api_key"))->expose(), "sk-canary");
  EXPECT_EQ(store.import_json(whole.text, &phrase).revision, full.revision);
  EXPECT_EQ(told(store.import_json(R"({"schema": "bedstone.settings/1", "values": {"port": null,
    "counter": 0}})")),
            fmt::format("{}: port removed 8885>- counter added ->0", full.revision + 1));
  ASSERT_TRUE(store
                  .import_json(R"({"schema": "bedstone.settings/1",
    "values": {"app_mode": "local"}, "left_out": ["workos_api_key"]})",
                               nullptr, true)
                  .success);
  EXPECT_EQ(number("SELECT count(*) FROM system_config"), 2);
}

// shows: B12, B13
TEST_P(ConfigStoreTest, AllThatIsWrongInADocumentIsToldWithItsPlace) {
  initialize();
  const ConfigChangeResult result = store().import_json(
      "{\"schema\": \"bedstone.settings/1\",\n \"values\": {\n  \"prot\": 1,\n  \"port\": "
      "\"many\",\n"
      "  \"app_mode\": \"workos\"}}");
  ASSERT_EQ(result.errors.size(), 4U);
  EXPECT_EQ(result.errors[0].place.line, 3U);
  EXPECT_EQ(result.errors[1].place.line, 4U);
  EXPECT_EQ(result.errors[2].code, ErrorCode::kSettingMissing);
  EXPECT_EQ(store().show().revision, 0);
  for (const std::string_view text : {"", "[]", "{}", "{\"schema\": \"other\"}", "{\"schema\":"}) {
    EXPECT_EQ(store().import_json(text).errors.front().code, ErrorCode::kConfigFile) << text;
  }
}

}  // namespace
}  // namespace bedstone
