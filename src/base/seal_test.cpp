// Sealed values, against the cipher's published vector and another program's result.
#include "base/seal.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <numeric>

namespace bedstone {
namespace {

std::string from_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  std::size_t size = 0;
  EXPECT_EQ(sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                           text.data(), text.size(), nullptr, &size, nullptr),
            0);
  EXPECT_EQ(size, bytes.size());
  return bytes;
}

const unsigned char* in(const std::string& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

TEST(Seal, RestsOnTheCipherOfTheDraft) {
  // draft-irtf-cfrg-xchacha-03, A.3.1.
  const std::string key =
      from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const std::string nonce = from_hex("404142434445464748494a4b4c4d4e4f5051525354555657");
  const std::string around = from_hex("50515253c0c1c2c3c4c5c6c7");
  const std::string text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const std::string expected = from_hex(
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
      "65d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
  std::string sealed(expected.size(), '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<unsigned char*>(sealed.data()),
                                             nullptr, in(text), text.size(), in(around),
                                             around.size(), nullptr, in(nonce), in(key));
  EXPECT_EQ(sealed, expected);
}

constexpr SealPlace kPlace{"hub-7", "settings", "smtp.password", "value"};
// Made by Python with libsodium's function and a nonce of 100, 101, …
constexpr char kSealed[] =
    "enc1.k1.ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7DLBdw4xZ5vDjzghp6QD2krxblw2-H4OvIQ";

SealKey key_of(std::string id, unsigned char first = 0) {
  std::string bytes(32, '\0');
  std::iota(bytes.begin(), bytes.end(), static_cast<char>(first));
  return {std::move(id), Secret(std::move(bytes))};
}

TEST(Seal, OpensWhatAnotherProgramSealed) {
  const auto value = unseal(key_of("k1"), kPlace, kSealed);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(value->expose(), "pässword");
  EXPECT_EQ(sealed_with(kSealed), "k1");
}

TEST(Seal, OpensWhatItSealedAndNeverMakesTheSameTextTwice) {
  const SealKey key = key_of("2026-11_A");
  for (const std::string& value :
       {std::string(), std::string(1, '\0'), std::string(100'000, 'x')}) {
    const auto text = seal(key, kPlace, value);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_TRUE(text->starts_with("enc1.2026-11_A."));
    EXPECT_EQ(unseal(key, kPlace, *text)->expose(), value);
    EXPECT_NE(seal(key, kPlace, value).value(), *text);
  }
}

TEST(Seal, OpensNowhereElse) {
  const SealKey key = key_of("k1");
  for (const SealPlace& place : {SealPlace{"hub-8", "settings", "smtp.password", "value"},
                                 SealPlace{"hub-7", "setting", "ssmtp.password", "value"},
                                 SealPlace{"hub-7", "settings", "smtp.passwor", "dvalue"},
                                 SealPlace{"hub-7", "settings", "smtp.password", "previous"},
                                 SealPlace{"", "hub-7settings", "smtp.password", "value"}})
    EXPECT_EQ(unseal(key, place, kSealed).error().code, ErrorCode::kSealBroken);
  EXPECT_EQ(unseal(key_of("k1", 1), kPlace, kSealed).error().code, ErrorCode::kSealBroken);
  EXPECT_EQ(unseal(key_of("k2"), kPlace, kSealed).error().code, ErrorCode::kSealOtherKey);
}

TEST(Seal, OpensNothingThatWasChanged) {
  const SealKey key = key_of("k1");
  const std::string text = kSealed;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto value = unseal(key, kPlace, changed);
    ASSERT_FALSE(value) << i;
    EXPECT_FALSE(value.error().hint.empty());
  }
  for (const std::string& bad :
       {std::string(), std::string("enc1"), std::string("enc1..AAAA"), std::string("enc1.k1."),
        std::string("enc1.k1"), std::string("enc2") + (kSealed + 4), text + "=", text + "\n",
        "enc1." + std::string(65, 'k') + ".AAAA", text.substr(0, text.size() - 30)}) {
    EXPECT_EQ(unseal(key, kPlace, bad).error().code, ErrorCode::kSealMalformed) << bad;
  }
  EXPECT_EQ(unseal(key, kPlace, text.substr(0, text.size() - 2)).error().code,
            ErrorCode::kSealBroken);
  EXPECT_EQ(sealed_with("plain text"), std::nullopt);
}

TEST(Seal, WantsAKeyOf32Bytes) {
  EXPECT_EQ(seal({"k1", Secret(std::string("short"))}, kPlace, "x").error().code,
            ErrorCode::kSealKey);
  EXPECT_EQ(seal(key_of("k.1"), kPlace, "x").error().code, ErrorCode::kSealKey);
  EXPECT_EQ(unseal(key_of(""), kPlace, kSealed).error().code, ErrorCode::kSealKey);
}

}  // namespace
}  // namespace bedstone
