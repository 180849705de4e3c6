// Signatures that the program openssl made.
// shows: B9
#include "base/rsa.hpp"

#include <gtest/gtest.h>

#include <charconv>

namespace bedstone {
namespace {

constexpr std::string_view kModulus =
    "bd1f44f765933341a9cd89be8db8c245c6e7d0b0ff4cbcf4d1062430f7eba65d9be8ebe8cab84655066805b8"
    "0f26cd58e05a4caa6ff524d70c8e9a3277f8581303dd87d15982db278773d61eb265b4027923d77a2b9d9250"
    "a0c36e3bb57c40008af52df1cafc862c241ae70941fd615ac033fc5619fc61947c129884de4c56d65aff0781"
    "e397818be03ac3e8958a7716406c7ce1c2ac08e9c1b28ac40f7f0070ea261e6a13499e261cd3623e3de94659"
    "89c44f1b191736124b172aab39a4f88699c4f9ee3c896b75a520e7083a2fac6d40e47d310ee5f51038f1dd8d"
    "6fe010a9d06e3e97ddb94c285f3e5530f2b8c3b0c7f7e604368dad1245e3277c6e40af45";
constexpr std::string_view kSignature =
    "637b40a90bc06aa579bed7a8599d22aad5f2aa1ac488e31fffe67c6e2e2e1401de815192771bf4c0f6be01c5"
    "fc365615b4141f39cd99d377926dd1c74e6145fedaa8be6e9e987d4979528b453b72b4a5c6bac50d9d3c5ecc"
    "70b31c7465b66f1f362717b7570c8f7194571e3d1570d307243b8f725f57a9ec7e512b215fe7cfe3f16088fa"
    "12687e37263f6e010343922ccf17cfe377450e8d8e5a60d949ce9568782209e9b7b3e10b3abe1047e922c16f"
    "fb2a66e526e83372726cb1da80d25205c3aa3e6955ee035f4d5ccff24139ae062749d0331d24a36a569da431"
    "a1bf64a96581be3b2e3ac051c3019cac1406e21de2e334130c70b9d068aca9e46d5bd418";
/// 1024 bits.
constexpr std::string_view kSmallModulus =
    "e1366317acc43cb8df7936ece1d342566c60053690b4bd698a860b92236e99a817a3b74af09a6141f7ab25d7"
    "25a6bf1c10dfa79433573b108b2fa303e0e042d4b0076bf6463251fe74ac7fc20238ebccb149180f502bebc7"
    "aec87aabbde5da187ed21ccfb2c482f70dd77f7f52ba8dbcadbd5d70fc19fb69bb1e83644c4b2a37";
constexpr std::string_view kSmallSignature =
    "d28e7a1f3228918557ebfe1f4e4c1d4d157aa56b900f7124f3aaf17c8645c381753cad4d11c657f49e2f8a77"
    "bd0cad9ac19eda418e88a50ce1c7fbb9be24a5aafb56705dc46185359527fb6bb4f155b96e2e13a422aa8a38"
    "3d6348c5bdc03c3ed2520cd15296a2d192901ef8dd9eb5475bed25211949f3971ab52dc00fa23d51";

std::string bytes(std::string_view hex) {
  std::string result;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    result.push_back(static_cast<char>(value));
  }
  return result;
}

bool verified(const RsaKey& key, std::string_view text, const std::string& signature) {
  const auto result = verify_rs256(key, text, signature);
  EXPECT_TRUE(result.has_value());
  return result.value_or(false);
}

TEST(Rsa, KnowsASignatureFromWhatIsNone) {
  const std::string exponent("\x01\x00\x01", 3);
  const RsaKey key{bytes(kModulus), exponent};
  const std::string signature = bytes(kSignature);
  EXPECT_TRUE(verified(key, "a text", signature));
  EXPECT_TRUE(verified({std::string(2, '\0') + key.modulus, exponent}, "a text", signature));
  EXPECT_FALSE(verified(key, "a test", signature));
  EXPECT_FALSE(verified(key, "", signature));
  EXPECT_FALSE(verified(key, "a text", ""));
  EXPECT_FALSE(verified(key, "a text", signature.substr(1)));
  EXPECT_FALSE(verified(key, "a text", std::string(256, '\0')));
  for (const std::size_t i : {0U, 100U, 255U}) {
    std::string changed = signature;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(verified(key, "a text", changed)) << i;
  }
}

TEST(Rsa, TakesNoKeyThatIsWeakOrNone) {
  const std::string exponent("\x01\x00\x01", 3);
  EXPECT_FALSE(verified({bytes(kSmallModulus), exponent}, "a text", bytes(kSmallSignature)));
  EXPECT_FALSE(verified({std::string(2000, '\x7f'), exponent}, "a text", std::string(2000, '\0')));
  for (const std::string& weak : {std::string("\x01"), std::string(), std::string("\x02"),
                                  std::string(9, '\x7f'), std::string(1, '\0')})
    EXPECT_FALSE(verified({bytes(kModulus), weak}, "a text", bytes(kSignature)));
  EXPECT_FALSE(verified({{}, {}}, "a text", {}));
}

}  // namespace
}  // namespace bedstone
