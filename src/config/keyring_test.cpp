// The keyring without a database: what opens, what does not, and what is said then.
#include "config/keyring.hpp"

#include <gtest/gtest.h>

#include "base/derive.hpp"
#include "base/test_support.hpp"

namespace bedstone::config {
namespace {

MasterKey master() {
  Secret bytes = random_key();
  std::string fingerprint = key_fingerprint(bytes);
  return {std::move(bytes), std::move(fingerprint), "the key file hub.key"};
}

store::KeyRow writing(std::string_view instance, const MasterKey& key) {
  auto row = make_key(instance, {}, key, "2026-11-20T09:30:00Z");
  EXPECT_TRUE(row);
  row->writes = true;
  return *row;
}

// shows: B7, K5
TEST(Keyring, OpensWhatItSealedAndOnlyThere) {
  const MasterKey key = master();
  const auto ring = Keyring::open("one", {writing("one", key)}, key);
  ASSERT_TRUE(ring) << ring.error().message;
  const auto text = ring->seal(setting_place("smtp_password"), "hunter2");
  ASSERT_TRUE(text);
  EXPECT_TRUE(is_sealed(*text));
  EXPECT_EQ(ring->unseal(setting_place("smtp_password"), *text)->expose(), "hunter2");
  EXPECT_EQ(ring->unseal(setting_place("api_key"), *text).error().code, ErrorCode::kSealBroken);
  EXPECT_EQ(ring->unseal(setting_place("smtp_password"), text->substr(0, 30)).error().code,
            ErrorCode::kSealMalformed);
  EXPECT_EQ(ring->unseal(setting_place("smtp_password"), "hunter2").error().code,
            ErrorCode::kSealMalformed);
}

TEST(Keyring, KnowsAWrongKeyByItsFingerprint) {
  const MasterKey key = master();
  const MasterKey other = master();
  const auto ring = Keyring::open("one", {writing("one", key)}, other);
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().code, ErrorCode::kKeyWrong);
  EXPECT_NE(ring.error().cause.find(key.fingerprint), std::string::npos);
  EXPECT_NE(ring.error().cause.find(other.fingerprint), std::string::npos);
}

TEST(Keyring, SaysWhenItIsDamaged) {
  const MasterKey key = master();
  store::KeyRow row = writing("one", key);
  EXPECT_EQ(Keyring::open("another", {row}, key).error().code, ErrorCode::kKeyringDamaged);
  EXPECT_EQ(Keyring::open("one", {row, row}, key).error().code, ErrorCode::kKeyringDamaged);
  EXPECT_EQ(Keyring::open("one", {}, key).error().code, ErrorCode::kKeyringDamaged);
  store::KeyRow cut = row;
  cut.wrapped.resize(cut.wrapped.size() - 10);
  EXPECT_EQ(Keyring::open("one", {cut}, key).error().code, ErrorCode::kKeyringDamaged);
  store::KeyRow renamed = row;
  renamed.id = "k9-aaaa";
  EXPECT_EQ(Keyring::open("one", {renamed}, key).error().code, ErrorCode::kKeyringDamaged);
}

TEST(Keyring, IsWrappedAnewWithTheSameKeysInIt) {
  const MasterKey before = master();
  const MasterKey after = master();
  const store::KeyRow row = writing("one", before);
  const auto text = Keyring::open("one", {row}, before)->seal(setting_place("api_key"), "hunter2");
  const auto rows = rewrap("one", {row}, before, after);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(Keyring::open("one", *rows, before).error().code, ErrorCode::kKeyWrong);
  const auto ring = Keyring::open("one", *rows, after);
  ASSERT_TRUE(ring);
  EXPECT_EQ(ring->unseal(setting_place("api_key"), *text)->expose(), "hunter2");
  EXPECT_EQ(rewrap("one", {row}, after, before).error().code, ErrorCode::kKeyWrong);
}

TEST(Keyring, LeavesKeysOfALostMasterClosedAndSaysSo) {
  const MasterKey lost = master();
  const MasterKey key = master();
  store::KeyRow old = writing("one", lost);
  const auto text = Keyring::open("one", {old}, lost)->seal(setting_place("api_key"), "hunter2");
  auto row = make_key("one", {old}, key, "2026-11-20T09:30:00Z");
  EXPECT_EQ(store::key_number(row->id), 2);
  row->writes = true;
  old.writes = false;
  const auto ring = Keyring::open("one", {old, *row}, key);
  ASSERT_TRUE(ring) << ring.error().message;
  EXPECT_EQ(ring->ids(), std::vector{row->id});
  const auto value = ring->unseal(setting_place("api_key"), *text);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kSealOtherKey);
  EXPECT_NE(value.error().cause.find(lost.fingerprint), std::string::npos);
}

}  // namespace
}  // namespace bedstone::config
