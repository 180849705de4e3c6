// Decoding: the same characters however the bytes are cut into pieces.
#include "data/encoding.hpp"

#include <gtest/gtest.h>

namespace bedstone::data {
namespace {

using namespace std::string_view_literals;

/// Decoded in pieces of so many bytes.
std::string decoded(std::string_view encoding, std::string_view bytes, std::size_t piece) {
  auto decoder = Decoder::open(encoding);
  EXPECT_TRUE(decoder.has_value()) << encoding;
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); i += piece)
    (*decoder)->decode(bytes.substr(i, piece), false, result);
  (*decoder)->decode({}, true, result);
  return result;
}

TEST(Encoding, PiecesMayEndAnywhere) {
  struct Row {
    std::string_view encoding, bytes, text;
  };
  static constexpr Row kRows[] = {
      {"utf-8",
       "gr\xC3\xB6\xC3\x9F"
       "e"sv,
       "größe"},
      {"UTF_8", "\xE9"sv, "\xE9"},
      {"latin-1",
       "gr\xF6\xDF"
       "e\x80\xFF"sv,
       "größe\u0080ÿ"},
      {"ISO-8859-1", "\xA4"sv, "¤"},
      {"cp1252", "\x80\x93\x9F\xA4\xFF"sv, "€“Ÿ¤ÿ"},
      {"windows-1252", "a\x81z"sv, "a\xFFz"},
      {"utf-16le", "a\0\xAC\x20"sv, "a€"},
      {"utf-16be", "\0a\x20\xAC"sv, "a€"},
      {"utf-16",
       "\xFF\xFE"
       "a\0"sv,
       "\uFEFF"
       "a"},
      {"utf-16", "\xFE\xFF\0a"sv,
       "\uFEFF"
       "a"},
      {"utf-16", "\0a\0b"sv, "ab"},
      {"utf-16", "a\0b\0"sv, "ab"},
      {"utf-16le", "\x3D\xD8\x00\xDE!\0"sv, "😀!"},
      {"utf-16le", "\x3D\xD8!\0"sv, "\xFF!"},
      {"utf-16le", "\x00\xDE!\0"sv, "\xFF!"},
      {"utf-16le", "\x3D\xD8\x3D\xD8\x00\xDE"sv, "\xFF😀"},
      {"utf-16le", "a\0\x3D\xD8"sv, "a\xFF"},
      {"utf-16le", "a\0b"sv, "a\xFF"},
      // By the system:
      {"shift_jis", "\x93\xFA\x96{"sv, "日本"},
      {"gb18030", "\x81\x30\x81\x30!"sv, "\u0080!"},
      {"euc-jp",
       "\xFF"
       "a"sv,
       "\xFF"
       "a"},
      {"euc-jp", "a\xC6"sv, "a\xFF"},
  };
  for (const Row& row : kRows) {
    for (const std::size_t piece : {1U, 2U, 3U, 100U})
      EXPECT_EQ(decoded(row.encoding, row.bytes, piece), row.text) << row.encoding << " " << piece;
  }
  const std::string many(100'000, '\xA5');
  EXPECT_EQ(decoded("euc-jp", many, 4099).size(), many.size() / 2 * 3);
}

TEST(Encoding, ANameThatNothingKnowsIsRefusedWithTheNearest) {
  const auto refused = [](std::string_view encoding) {
    const auto decoder = Decoder::open(encoding);
    return decoder ? "opened" : decoder.error().message + " -> " + decoder.error().hint;
  };
  EXPECT_EQ(refused("utf-17"), "there is no encoding utf-17 -> did you mean utf-16?");
  EXPECT_EQ(
      refused(""),
      "there is no encoding  -> use utf-8, utf-16, utf-16le, utf-16be, latin-1, windows-1252, "
      "or a name that iconv --list shows");
  EXPECT_NE(refused("latin2//IGNORE"), "opened");
  EXPECT_EQ(refused("latin2"), "opened");
}

}  // namespace
}  // namespace bedstone::data
