// Passwords and what they are made of, against published vectors and other programs' results.
#include "base/password.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/base64.hpp"
#include "base/hash.hpp"
#include "base/phc.hpp"
#include "base/random_text.hpp"

namespace bedstone {
namespace {

using base64::Dialect;
using namespace std::string_view_literals;

Secret secret(std::string_view text) {
  return Secret(std::string(text));
}

TEST(Base64, AgreesWithRfc4648) {
  EXPECT_EQ(base64::encode("", Dialect::kPadded), "");
  EXPECT_EQ(base64::encode("f", Dialect::kPadded), "Zg==");
  EXPECT_EQ(base64::encode("fo", Dialect::kPadded), "Zm8=");
  EXPECT_EQ(base64::encode("foobar", Dialect::kPadded), "Zm9vYmFy");
  EXPECT_EQ(base64::encode("\xFB\xFF", Dialect::kUnpadded), "+/8");
  EXPECT_EQ(base64::encode("\xFB\xFF", Dialect::kUrl), "-_8");
}

TEST(Base64, TakesBackOnlyWhatItWouldWrite) {
  EXPECT_EQ(base64::decode("-_8", Dialect::kUrl), "\xFB\xFF");
  EXPECT_EQ(base64::decode("", Dialect::kUrl), "");
  for (const char* bad : {"+/8", "-_8=", "-_9", "-", "-_8 ", "-_8.", " -_8", "-\n_8"})
    EXPECT_EQ(base64::decode(bad, Dialect::kUrl), std::nullopt) << bad;
  EXPECT_EQ(base64::decode("Zg==", Dialect::kPadded), "f");
  EXPECT_EQ(base64::decode("Zg", Dialect::kPadded), std::nullopt);
}

TEST(Hmac, AgreesWithRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xAA'),
                               "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

struct Stored {
  const char* what;
  const char* hash;
  bool peppered;
  bool rehash_due;
};

// Made of "correct horse", and of the pepper of forty times 'p', by argon2-cffi 21.1; the first one
// is from the tests of the reference implementation and is of "password".
constexpr char kReference[] =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
constexpr Stored kStored[] = {
    {"its defaults",
     "$argon2id$v=19$m=102400,t=2,p=8$iepQWqN+1+PesYKbCoxA2Q$NoVG916ml/d1xJ1T6I0RdQ", false, false},
    {"with a pepper",
     "$argon2id$v=19$m=19456,t=2,p=1$a5GtsoWFBl1fbhS9lwbTuA$z3vk5zb/eziqg80fa/AoBg", true, false},
};

TEST(Password, IsCheckedWhoeverHashedIt) {
  const auto reference = verify_password(kReference, secret("password"), nullptr);
  ASSERT_TRUE(reference) << reference.error().message;
  EXPECT_TRUE(reference->matches);
  EXPECT_TRUE(reference->rehash_due) << "its salt has 8 bytes";
  const Secret pepper = secret(std::string(40, 'p'));
  for (const Stored& stored : kStored) {
    const Secret* with = stored.peppered ? &pepper : nullptr;
    const Secret* without = stored.peppered ? nullptr : &pepper;
    const auto right = verify_password(stored.hash, secret("correct horse"), with);
    ASSERT_TRUE(right) << stored.what << ": " << right.error().message;
    EXPECT_TRUE(right->matches) << stored.what;
    EXPECT_EQ(right->rehash_due, stored.rehash_due) << stored.what;
    const auto wrong = verify_password(stored.hash, secret("correct horsf"), with);
    ASSERT_TRUE(wrong) << stored.what << ": " << wrong.error().message;
    EXPECT_FALSE(wrong->matches || wrong->rehash_due) << stored.what;
    EXPECT_FALSE(verify_password(stored.hash, secret("correct horse"), without)->matches);
  }
}

// shows: A5
TEST(Password, IsStoredAsASaltedHashOfTheChosenCost) {
  const Secret pepper = secret("0123456789abcdef0123456789abcdef");
  const PasswordCost more{32'768, 3};
  for (const Secret* with : {static_cast<const Secret*>(nullptr), &pepper}) {
    const auto hash = hash_password(secret("pa\0ss ä"sv), with);
    ASSERT_TRUE(hash) << hash.error().message;
    EXPECT_TRUE(hash->expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash->expose();
    EXPECT_EQ(hash->expose().size(), 97U);
    const auto check = verify_password(hash->expose(), secret("pa\0ss ä"sv), with);
    EXPECT_TRUE(check && check->matches && !check->rehash_due);
    const auto raised = verify_password(hash->expose(), secret("pa\0ss ä"sv), with, more);
    EXPECT_TRUE(raised && raised->matches && raised->rehash_due);
    EXPECT_NE(hash_password(secret("pa\0ss ä"sv), with)->expose(), hash->expose()) << "salted";
  }
  const auto hash = hash_password(secret("x"), nullptr, more);
  ASSERT_TRUE(hash) << hash.error().message;
  EXPECT_TRUE(hash->expose().starts_with("$argon2id$v=19$m=32768,t=3,p=1$")) << hash->expose();
  EXPECT_FALSE(verify_password(hash->expose(), secret("x"), nullptr)->rehash_due) << "costs more";
  EXPECT_EQ(hash_password(Secret(), nullptr).error().code, ErrorCode::kPasswordHashing);
}

TEST(Password, IsNotHashedMoreCheaplyThanAllowedNorSoThatNobodyCouldCheckIt) {
  for (const PasswordCost& cost :
       {PasswordCost{19'455, 2}, PasswordCost{19'456, 1}, PasswordCost{(1U << 20) + 1, 2},
        PasswordCost{19'456, 17}, PasswordCost{1U << 20, 5}, PasswordCost{0, 0}}) {
    const Status status = check_cost(cost);
    ASSERT_FALSE(status) << cost.memory_kib << " " << cost.passes;
    EXPECT_EQ(status.error().code, ErrorCode::kPasswordCost);
    EXPECT_FALSE(status.error().hint.empty());
    EXPECT_EQ(hash_password(secret("x"), nullptr, cost).error().code, ErrorCode::kPasswordCost);
  }
  EXPECT_TRUE(check_cost({1U << 20, 4}));
  EXPECT_TRUE(check_cost({19'456, 16}));
}

TEST(Password, IsNotCheckedAgainstWhatIsNoHashOrWouldStopTheProcess) {
  const std::string tail = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  for (const std::string& bad :
       {std::string(), std::string("secret"), "$argon2i$v=19$m=65536,t=2,p=1" + tail,
        "$argon2id$v=16$m=65536,t=2,p=1" + tail, "$argon2id$m=65536,t=2,p=1" + tail,
        "$argon2id$v=19$m=065536,t=2,p=1" + tail, "$argon2id$v=19$m=+65536,t=2,p=1" + tail,
        "$argon2id$v=19$t=2,m=65536,p=1" + tail, "$argon2id$v=19$m=65536,t=0,p=1" + tail,
        "$argon2id$v=19$m=99999999999,t=2,p=1" + tail, "$argon2id$v=19$m=65536,t=2,p=1,x=1" + tail,
        "$argon2id$v=19$m=65536,t=2,p=1" + tail + "$", "$argon2id$v=19$m=15,t=2,p=2" + tail,
        "$argon2id$v=19$m=65536,t=2,p=1" + tail + "=",
        "$argon2id$v=19$m=65536,t=2,p=1$c29t$" + tail,
        // More than is accepted: memory, passes, lanes, all together.
        "$argon2id$v=19$m=1048577,t=2,p=1" + tail, "$argon2id$v=19$m=65536,t=65,p=1" + tail,
        "$argon2id$v=19$m=65536,t=2,p=17" + tail, "$argon2id$v=19$m=1048576,t=5,p=1" + tail,
        "$argon2id$v=19$m=4294967295,t=4294967295,p=16777215" + tail}) {
    const auto check = verify_password(bad, secret("password"), nullptr);
    ASSERT_FALSE(check) << bad;
    EXPECT_EQ(check.error().code, ErrorCode::kPasswordStored) << bad;
    EXPECT_EQ((check.error().message + check.error().cause + check.error().hint).find("c29t"),
              std::string::npos);
  }
  EXPECT_EQ(to_phc(parse_phc(kReference).value()), kReference);
}

// shows: A6
TEST(Password, NeedsAPepperThatIsLongAndNotTheSample) {
  EXPECT_TRUE(check_pepper("0123456789abcdef0123456789abcdef"));
  EXPECT_TRUE(check_pepper(std::string(5000, 'k')));
  const std::string umlauts = "ääääääääääääääääääääääääääääääää";
  EXPECT_TRUE(check_pepper(umlauts));
  for (const std::string& weak :
       {std::string(), std::string("hunter2"), std::string("0123456789abcdef0123456789abcde"),
        umlauts.substr(2), std::string("your-secure-random-password-secret-minimum-32-chars"),
        std::string(" Your-Secure-Random-Password-Secret-Minimum-32-Chars\n")}) {
    const Status status = check_pepper(weak);
    ASSERT_FALSE(status) << weak;
    EXPECT_EQ(status.error().code, ErrorCode::kPasswordSecret);
    EXPECT_NE(status.error().hint.find("openssl rand"), std::string::npos);
    EXPECT_TRUE(weak.empty() || status.error().message.find(weak) == std::string::npos);
  }
}

TEST(RandomText, GeneratesPasswordsThatPeopleCanCopy) {
  std::set<std::string> seen;
  std::map<char, int> counts;
  constexpr int kRounds = 2800;
  for (int i = 0; i < kRounds; ++i) {
    const Secret password = generate_password();
    ASSERT_EQ(password.expose().size(), 20U);
    EXPECT_TRUE(seen.emplace(password.expose()).second);
    for (const char c : password.expose())
      ++counts[c];
  }
  EXPECT_EQ(counts.size(), 56U);
  for (const auto& [c, count] : counts) {
    EXPECT_EQ(std::string_view("0Oo1lI").find(c), std::string_view::npos) << c;
    // 1000 are expected, with a deviation of 31.
    EXPECT_NEAR(count, 1000, 250) << c;
  }
  EXPECT_EQ(generate_password(3).expose().size(), 12U);
  EXPECT_EQ(generate_password(64).expose().size(), 64U);
}

}  // namespace
}  // namespace bedstone
