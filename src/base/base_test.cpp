// The ground floor's promises: text, durations, files, hashes, secrets, log lines.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/base64.hpp"
#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "base/environment.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/tree_hash.hpp"
#include "bedstone/secret.hpp"

namespace bedstone {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_ = ::testing::TempDir() + "bedstone_" + random_id();
};

TEST(Text, SuggestsTheNearestWordOnly) {
  const std::vector<std::string> words{"migrate", "status", "plan"};
  EXPECT_EQ(text::nearest("migarte", words), "migrate");
  EXPECT_EQ(text::nearest("stat", words), "status");
  EXPECT_EQ(text::nearest("xyz", words), std::nullopt);
  EXPECT_EQ(text::nearest("planning", words), "plan");
}

TEST(Text, ReadsDurationsWithUnits) {
  using std::chrono::milliseconds;
  EXPECT_EQ(text::parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(text::parse_duration("60"), milliseconds(60'000));
  EXPECT_EQ(text::parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(text::parse_duration("5m"), milliseconds(300'000));
  for (const char* bad : {"", "-1s", "5 weeks", "nan", "1e99s", "s"}) {
    EXPECT_EQ(text::parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Text, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(text::invalid_utf8("häßlich 漢字 🙂"), std::nullopt);
  EXPECT_EQ(text::invalid_utf8("ab\xC3"), 2U);
  EXPECT_EQ(text::invalid_utf8("\xED\xA0\x80"), 0U) << "surrogates are not characters";
  EXPECT_EQ(text::invalid_utf8("\xC0\xAF"), 0U) << "overlong";
}

TEST(Text, CutsLongTextAtACharacter) {
  EXPECT_EQ(text::excerpt("SELECT\n   1", 20), "SELECT 1");
  EXPECT_EQ(text::excerpt("ääää", 3), "ä…");
}

TEST(Text, TakesTheTeethOutOfControlCharacters) {
  EXPECT_EQ(text::printable("a\x1B[31mb\nc"), "a\xEF\xBF\xBD[31mb\nc");
}

TEST(Text, QuotesShellWordsOnlyWhereNeeded) {
  EXPECT_EQ(text::shell_quote("plain-1.0"), "plain-1.0");
  EXPECT_EQ(text::shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(text::shell_quote(""), "''");
}

TEST_F(Files, SaysWhatIsWrongWithAPath) {
  EXPECT_EQ(files::read(folder_ + "/none").error().code, ErrorCode::kFileMissing);
  EXPECT_EQ(files::read(folder_).error().code, ErrorCode::kNotAFile);
  ASSERT_TRUE(files::write_atomic(folder_ + "/a", "12345"));
  EXPECT_EQ(files::read(folder_ + "/a", 4).error().code, ErrorCode::kFileTooLarge);
  EXPECT_EQ(files::read(folder_ + "/a").value(), "12345");
  EXPECT_EQ(files::write_new(folder_ + "/a", "x").error().code, ErrorCode::kFileExists);
  EXPECT_EQ(files::read(folder_ + "/a").value(), "12345");
}

TEST_F(Files, PrivateFilesAreTheOwnersAlone) {
  ASSERT_TRUE(files::write_atomic(folder_ + "/secret", "x", files::Mode::kPrivate));
  const auto mode = std::filesystem::status(folder_ + "/secret").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Files, ReadsPieceByPiece) {
  ASSERT_TRUE(files::write_atomic(folder_ + "/a", "abcdef"));
  auto reader = files::Reader::open(folder_ + "/a");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->next(4).value(), "abcd");
  EXPECT_EQ(reader->next(4).value(), "ef");
  EXPECT_EQ(reader->next(4).value(), "");
}

TEST(Hash, AgreesWithPublishedVectors) {
  // FIPS 180-4, "abc".
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Blake2b blake;
  blake.update("ab");
  blake.update("c");
  // b2sum -l 256 of "abc".
  EXPECT_EQ(to_hex(blake.finish()),
            "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Hash, ShortHashesAgreeWithPublishedVectors) {
  // Aumasson and Bernstein, SipHash, appendix A, and the vectors of its reference implementation.
  EXPECT_EQ(short_hash(""), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(short_hash(std::string_view("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16", 15)),
            0xa129ca6149be45e5U);
  EXPECT_NE(short_hash("", 1), short_hash("", 0));
}

TEST(Hash, FieldsDoNotRunIntoEachOther) {
  Blake2b one, other;
  one.update_field("ab");
  one.update_field("c");
  other.update_field("a");
  other.update_field("bc");
  EXPECT_NE(one.finish(), other.finish());
}

std::string hash_of_file(const std::string& path) {
  Blake2b hash;
  EXPECT_TRUE(hash_file(hash, path).has_value());
  return to_hex(hash.finish());
}

// shows: S7
TEST_F(Files, EachByteAndTheOrderOfALongFileCountForItsHash) {
  constexpr std::size_t kSection = 1 << 20;
  std::string bytes(5 * kSection + 7, 'a');
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(i * 2654435761U >> 13U);
  const std::string path = folder_ + "/long";
  const auto hash = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return hash_of_file(path);
  };
  const std::string before = hash(bytes);
  EXPECT_EQ(hash(bytes), before);
  for (const std::size_t at : {std::size_t{0}, 2 * kSection, 3 * kSection - 1, bytes.size() - 1}) {
    std::string other = bytes;
    other[at] ^= 1;
    EXPECT_NE(hash(other), before) << at;
  }
  EXPECT_NE(hash(bytes + 'a'), before);
  EXPECT_NE(hash(bytes.substr(0, bytes.size() - 1)), before);
  EXPECT_NE(hash(bytes.substr(kSection, kSection) + bytes.substr(0, kSection) +
                 bytes.substr(2 * kSection)),
            before);
  EXPECT_EQ(hash(bytes), before);
}

TEST(Base64, TheFastCoderAgreesWithTheOtherOne) {
  constexpr auto kPadded = base64::Dialect::kPadded;
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    const std::string text = base64::encode(bytes, kPadded);
    EXPECT_EQ(base64::encode_public(bytes), text);
    EXPECT_EQ(base64::decode_public(text), bytes);
    bytes += static_cast<char>(length * 167 + 13);
  }
  for (const char* wrong : {"A", "AA", "AAA", "AB==", "AAB=", "=AAA", "A===", "AA=A",
                            "A A=", "A-A_", "====", "AAAA====", "AAA=AAAA", "\xff\xff\xff\xff"}) {
    EXPECT_EQ(base64::decode(wrong, kPadded), std::nullopt) << wrong;
    EXPECT_EQ(base64::decode_public(wrong), std::nullopt) << wrong;
  }
}

TEST(Clock, WritesTimesInUtc) {
  const WallTime time{std::chrono::microseconds(1'763'631'000'123'456)};
  EXPECT_EQ(to_iso(time), "2025-11-20T09:30:00.123456Z");
  EXPECT_EQ(to_version(time), "20251120093000");
}

TEST(Cancel, WakesASleeper) {
  CancelToken token;
  token.request(15);
  EXPECT_FALSE(system_clock().sleep(Milliseconds(60'000), &token));
  EXPECT_EQ(token.signal(), 15);
}

TEST(Log, SaysOnceWhatEveryPartComesAcross) {
  std::string lines;
  Log log(system_clock(), LogLevel::kInfo, LogFormat::kText,
          [&lines](std::string_view text) { lines += text; });
  log.warn_once("a weak key");
  log.warn_once("a weak key");
  log.warn_once("another");
  EXPECT_EQ(lines, "bedstone: warning: a weak key\nbedstone: warning: another\n");
}

TEST(Log, WritesOneJsonObjectPerLine) {
  std::string line;
  Log log(system_clock(), LogLevel::kInfo, LogFormat::kJson,
          [&line](std::string_view text) { line = text; });
  log.info("a \"quoted\"\nline \xFF", {{"rows", std::int64_t{3}}, {"table", "t"}});
  EXPECT_NE(line.find(R"("message":"a \"quoted\"\nline �","rows":3,"table":"t"})"),
            std::string::npos)
      << line;
  line.clear();
  log.debug("too quiet");
  EXPECT_EQ(line, "");
}

// shows: PR6
template <typename Type>
concept Streamable = requires(std::ostream& out, const Type& value) {
  out << value;
};
static_assert(Streamable<std::string> && fmt::is_formattable<std::string>::value);
static_assert(!Streamable<Secret> && !fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);

TEST(Secret, MovesOutWithoutLeavingACopy) {
  Secret from(std::string("hunter2"));
  const Secret to = std::move(from);
  EXPECT_EQ(to.expose(), "hunter2");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): the point of the test
}

}  // namespace
}  // namespace bedstone
