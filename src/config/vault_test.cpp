// A vault on a real database: locked and open, beside other vaults, while keys change.
// shows: B7, K5, K7
#include "config/vault.hpp"

#include <sys/stat.h>

#include "base/test_support.hpp"
#include "config/reseal.hpp"
#include "config/test_support.hpp"
#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::config {
namespace {

using db::testing::must;

class HeldClock : public Clock {
 public:
  WallTime now() const override { return system_clock().now(); }
  MonotonicTime monotonic() const override { return time; }
  bool sleep(Milliseconds, const CancelToken*) const override { return true; }

  MonotonicTime time;
};

class VaultTest : public db::testing::EngineTest, public ::testing::WithParamInterface<db::Engine> {
 protected:
  VaultTest() : EngineTest(GetParam()) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    connection_ = connect();
    if (!is_sqlite()) execute("CREATE SCHEMA bedstone");
    for (int layout = 0; layout < store::kLayout; ++layout) {
      for (const std::string& sql : store::upgrade(connection_->dialect(), layout))
        execute(sql);
    }
    must(write_new_key(key_file()));
  }
  void TearDown() override {
    connection_.reset();
    EngineTest::TearDown();
  }
  void execute(const std::string& sql) { must(connection_->execute(sql)); }

  std::string key_file() const { return keys_.path("hub.key"); }
  KeySurroundings around() const { return {environment_, keys_.path(), nullptr}; }
  KeySource source() const {
    KeySource source;
    source.kind = KeySource::Kind::kFile;
    source.text = key_file();
    return source;
  }
  Vault vault() {
    return {*connection_,
            {.clock = &clock_,
             .project = "hub",
             .sources = {source()},
             .around = around(),
             .salt = {},
             .has_sealed = [this]() -> Result<bool> { return has_sealed_; },
             .on_warning = {}}};
  }

  /// In a transaction of its own.
  Result<std::string> seal(Vault& vault, std::string_view value) {
    auto transaction = db::Transaction::begin(*connection_);
    if (!transaction) return fail(transaction.error());
    auto text = vault.seal(setting_place("token"), value);
    if (text) must(transaction->commit());
    return text;
  }
  static std::string opened(Vault& vault, std::string_view text) {
    const auto value = vault.unseal(setting_place("token"), text);
    return value ? std::string(value->expose()) : code_name(value.error().code);
  }
  MasterKey read_master() const { return *read_key(source(), {}, around()); }
  /// Another key in the same place.
  void replace_key() {
    ASSERT_EQ(std::remove(key_file().c_str()), 0);
    must(write_new_key(key_file()));
  }

  test::TemporaryFolder keys_;
  Environment environment_;
  HeldClock clock_;
  bool has_sealed_ = false;
  std::unique_ptr<db::Connection> connection_;
};

INSTANTIATE_TEST_SUITE_P(Engines, VaultTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(VaultTest, MakesOneKeyForAll) {
  Vault one = vault();
  Vault other = vault();
  EXPECT_EQ(*one.keyring(), nullptr);
  const auto text = seal(one, "hunter2");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(opened(other, *text), "hunter2");
  EXPECT_EQ(opened(one, *seal(other, "hunter3")), "hunter3");
  EXPECT_EQ(one.store().keys()->size(), 1U);
}

TEST_P(VaultTest, WhatWasRolledBackLeavesNothing) {
  Vault vault = this->vault();
  {
    auto transaction = db::Transaction::begin(*connection_);
    ASSERT_TRUE(vault.seal(setting_place("token"), "hunter2"));
  }
  EXPECT_EQ(vault.store().keys()->size(), 0U);
  const auto text = seal(vault, "hunter2");
  ASSERT_TRUE(text) << text.error().message;
  Vault fresh = this->vault();
  EXPECT_EQ(opened(fresh, *text), "hunter2");
}

TEST_P(VaultTest, IsLockedWithoutItsKeyAndOpenWithIt) {
  Vault first = vault();
  const auto text = seal(first, "hunter2");
  ASSERT_EQ(chmod(key_file().c_str(), 0644), 0);
  Vault vault = this->vault();
  const auto value = vault.unseal(setting_place("token"), *text);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kSecretLocked);
  EXPECT_NE(value.error().cause.find("BED0921"), std::string::npos);
  EXPECT_FALSE(seal(vault, "hunter3"));
  // A failure is remembered for a while: reading a key may take long.
  ASSERT_EQ(chmod(key_file().c_str(), 0600), 0);
  EXPECT_EQ(opened(vault, *text), "BED0926");
  clock_.time += std::chrono::seconds(11);
  EXPECT_EQ(opened(vault, *text), "hunter2");
}

TEST_P(VaultTest, NeverMakesAKeyWhereSealedValuesAre) {
  has_sealed_ = true;
  Vault vault = this->vault();
  const auto text = seal(vault, "hunter2");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kKeyringDamaged);
  EXPECT_EQ(opened(vault, "enc1.k1-aa.AAAA"), "BED0926");
  // On purpose it does, and secrets can be set again.
  const MasterKey master = read_master();
  const auto id = replace_lost_keys(*connection_, vault.store(), master, clock_);
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_TRUE(id->starts_with("k1-"));
  EXPECT_EQ(opened(vault, *seal(vault, "hunter2")), "hunter2");
  EXPECT_EQ(replace_lost_keys(*connection_, vault.store(), master, clock_).value(), "");
}

TEST_P(VaultTest, GoesOnWhileItsKeyIsChanged) {
  Vault running = vault();
  const auto text = seal(running, "hunter2");
  const MasterKey before = read_master();
  replace_key();
  const MasterKey after = read_master();
  ASSERT_EQ(rotate_master_key(*connection_, running.store(), before, after).value(), 1);
  EXPECT_EQ(rotate_master_key(*connection_, running.store(), before, after).value(), 0);
  EXPECT_EQ(opened(running, *text), "hunter2");
  EXPECT_EQ(opened(running, *seal(running, "hunter3")), "hunter3");
}

TEST_P(VaultTest, AWrongKeyChangesNothing) {
  Vault first = vault();
  const auto text = seal(first, "hunter2");
  const MasterKey before = read_master();
  replace_key();
  Vault vault = this->vault();
  EXPECT_EQ(opened(vault, *text), "BED0926");
  EXPECT_EQ(seal(vault, "hunter3").error().code, ErrorCode::kKeyWrong);
  const MasterKey wrong = read_master();
  EXPECT_EQ(rotate_master_key(*connection_, vault.store(), wrong, before).value(), 0);
  replace_key();
  EXPECT_EQ(rotate_master_key(*connection_, vault.store(), wrong, read_master()).error().code,
            ErrorCode::kKeyWrong);
  EXPECT_EQ(opened(first, *text), "hunter2");
}

TEST_P(VaultTest, ALostKeyThatIsFoundOpensItsValuesAgain) {
  Vault first = vault();
  const auto old = seal(first, "hunter2");
  const MasterKey lost = read_master();
  replace_key();
  const MasterKey master = read_master();
  ASSERT_TRUE(replace_lost_keys(*connection_, first.store(), master, clock_)->starts_with("k2-"));
  Vault vault = this->vault();
  const auto now = seal(vault, "hunter3");
  ASSERT_TRUE(now) << now.error().message;
  EXPECT_EQ(opened(vault, *now), "hunter3");
  EXPECT_EQ(opened(vault, *old), "BED0806");
  ASSERT_EQ(rotate_master_key(*connection_, vault.store(), lost, master).value(), 1);
  vault.forget();
  EXPECT_EQ(opened(vault, *old), "hunter2");
}

}  // namespace
}  // namespace bedstone::config
