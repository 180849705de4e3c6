// UUIDs and the SHA-1 below them, against RFC 9562 and FIPS 180.
#include "base/uuid.hpp"

#include <gtest/gtest.h>

#include "base/sha1.hpp"

namespace bedstone {
namespace {

std::string hex(const Sha1Digest& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

TEST(Sha1, AgreesWithPublishedVectorsAndAtTheEdgesOfBlocks) {
  EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hex(sha1(std::string(1'000'000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
  // sha1sum of so many letters a.
  EXPECT_EQ(hex(sha1(std::string(55, 'a'))), "c1c8bbdc22796e28c0e15163d20899b65621d65a");
  EXPECT_EQ(hex(sha1(std::string(56, 'a'))), "c2db330f6083854c99d4b5bfb6e8f29f201be699");
  EXPECT_EQ(hex(sha1(std::string(63, 'a'))), "03f09f5b158a7a8cdad920bddc29b81c18a551f5");
  EXPECT_EQ(hex(sha1(std::string(64, 'a'))), "0098ba824b5c16427bd7a1122a5a442a25ec644d");
  EXPECT_EQ(hex(sha1(std::string(119, 'a'))), "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56");
}

TEST(Uuid, OfANameIsWhatOthersMakeOfIt) {
  EXPECT_EQ(to_text(uuid_v5(kUuidNamespaceDns, "www.example.com")),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2")
      << "RFC 9562, A.4";
  EXPECT_EQ(to_text(uuid_v5(kUuidNamespaceUrl, "https://example.com/ä")),
            "afdef7ba-7312-5e42-ac2d-ed60cef58139")
      << "Python's uuid5()";
}

TEST(Uuid, IsReadInItsOneFormOnly) {
  const auto uuid = parse_uuid("6BA7B810-9dad-11d1-80b4-00c04fd430c8");
  EXPECT_EQ(uuid, kUuidNamespaceDns);
  for (const char* bad :
       {"", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b8109dad11d180b400c04fd430c8",
        "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "6ba7b810-9dad-11d1-80b4_00c04fd430c8",
        "{6ba7b810-9dad-11d1-80b4-00c04fd430c}", "6ba7b810-9dad-11d1-80b4-00c04fd430c8 "})
    EXPECT_EQ(parse_uuid(bad), std::nullopt) << bad;
}

void expect_version(const Uuid& uuid, char version) {
  const std::string text = to_text(uuid);
  EXPECT_EQ(text[14], version) << text;
  EXPECT_NE(std::string_view("89ab").find(text[19]), std::string_view::npos) << text;
  EXPECT_EQ(parse_uuid(text), uuid);
}

TEST(Uuid, SaysItsVersionAndIsNeverTheSameTwice) {
  const WallTime time{Milliseconds(1'645'557'742'000)};
  for (int i = 0; i < 100; ++i) {
    expect_version(uuid_v4(), '4');
    expect_version(uuid_v7(time), '7');
    EXPECT_NE(uuid_v4(), uuid_v4());
    EXPECT_NE(uuid_v7(time), uuid_v7(time));
  }
}

TEST(Uuid, OfATimeBeginsWithIt) {
  EXPECT_EQ(to_text(uuid_v7(WallTime{Milliseconds(0x017F22E279B0)})).substr(0, 15),
            "017f22e2-79b0-7")
      << "RFC 9562, A.6";
  EXPECT_EQ(to_text(uuid_v7(WallTime{Milliseconds(-5)})).substr(0, 15), "00000000-0000-7");
}

}  // namespace
}  // namespace bedstone
