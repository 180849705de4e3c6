// shows: B13, PR6
#include "config/transfer.hpp"

#include "config/test_support.hpp"

namespace bedstone::config {
namespace {

constexpr std::string_view kFile = R"(
settings:
  port: {type: int, default: 80}
  ratio: {type: float}
  tls: {type: bool}
  pause: {type: duration}
  limit: {type: size}
  tags: {type: list}
  limits: {type: json}
  title: {type: string}
  key: {type: string, secret: true}
  words: {type: list, secret: true}
)";

std::string json(const Settings& settings, std::string_view name, std::string_view stored) {
  return value_json(settings.find(name), stored);
}

TEST(Transfer, ValuesAreTypedJson) {
  const Settings settings = read(kFile);
  EXPECT_EQ(json(settings, "port", "81"), "81");
  EXPECT_EQ(json(settings, "ratio", "0.5"), "0.5");
  EXPECT_EQ(json(settings, "tls", "false"), "false");
  EXPECT_EQ(json(settings, "pause", "60"), "\"1m\"");
  EXPECT_EQ(json(settings, "limit", "1024"), "\"1KiB\"");
  EXPECT_EQ(json(settings, "tags", "a,b"), "[\"a\",\"b\"]");
  EXPECT_EQ(json(settings, "limits", R"({"a": [1]})"), R"({"a":[1]})");
  EXPECT_EQ(json(settings, "title", "a \"b\""), R"("a \"b\"")");
  EXPECT_EQ(json(settings, "port", "many"), "\"many\"");
  EXPECT_EQ(json(settings, "nobody", "1"), "\"1\"");
}

/// "port=81 tags=["a"] key=canary left:words", or what is wrong.
std::string imported(const Settings& settings, std::string_view text, const Secret* passphrase) {
  const ImportContent content = read_export(settings, "f", text, passphrase);
  std::string shown;
  for (const SettingEdit& edit : content.edits)
    shown += fmt::format("{}={} ", edit.key, edit.text ? edit.text->expose() : "none");
  for (const std::string& name : content.left_out)
    shown += "left:" + name + " ";
  for (const Error& error : content.errors)
    shown += fmt::format("{} {}:{} {}|", code_name(error.code), error.place.file, error.place.line,
                         error.message);
  return shown;
}

std::string document(const Secret* passphrase) {
  ExportContent content;
  content.project = "hub";
  content.revision = 7;
  content.exported_at = "2026-11-21T00:00:00Z";
  content.values.emplace_back("port", "81");
  content.values.emplace_back("tags", "[\"a\"]");
  content.secrets.emplace_back("key", Secret("canary"));
  content.secrets.emplace_back("words", Secret("[\"canary\"]"));
  auto text = write_export(content, passphrase);
  return text ? *std::move(text) : text.error().message;
}

TEST(Transfer, WhatIsWrittenIsReadBack) {
  const Settings settings = read(kFile);
  const Secret phrase("correct horse battery");
  const std::string text = document(&phrase);
  EXPECT_EQ(text.find("canary"), std::string::npos);
  EXPECT_EQ(imported(settings, text, &phrase),
            "port=81 tags=[\"a\"] key=canary words=[\"canary\"] ");
  EXPECT_NE(text, document(&phrase)) << "the salt is another one each time";
  ExportContent plain;
  plain.left_out = {"key", "words"};
  EXPECT_EQ(imported(settings, *write_export(plain, nullptr), nullptr), "left:key left:words ");
}

TEST(Transfer, EncryptedValuesOpenOnlyWhereTheyStand) {
  const Settings settings = read(kFile);
  const Secret phrase("correct horse battery");
  const Secret other("wrong horse battery");
  const Secret brief("short");
  std::string text = document(&phrase);
  EXPECT_EQ(imported(settings, text, &other),
            "port=81 tags=[\"a\"] BED0916 f:10 the passphrase is not the one of this file|");
  EXPECT_EQ(imported(settings, text, nullptr),
            "port=81 tags=[\"a\"] BED0916 f:10 the file holds 2 encrypted secrets, and no "
            "passphrase was given|");
  const auto at = text.find("\"key\": ");
  text.replace(at, 5, "\"title\"");
  EXPECT_EQ(imported(settings, text, &phrase),
            "port=81 tags=[\"a\"] words=[\"canary\"] BED0915 f:15 the encrypted value of title was "
            "changed, or moved here from another name|");
  EXPECT_EQ(document(&brief), "the passphrase has less than 12 characters");
}

TEST(Transfer, AllThatIsWrongIsTold) {
  const Settings settings = read(kFile);
  EXPECT_EQ(imported(settings,
                     "{\"schema\": \"bedstone.settings/1\",\n\"values\": {\"prot\": 1,\n\"port\": "
                     "\"x\", \"tls\": null},\n\"other\": 1,\n\"left_out\": 1}",
                     nullptr),
            "tls=none BED0903 f:2 there is no setting prot|BED0902 f:3 port cannot be "
            "\"x\"|BED0915 f:4 there is no member other|BED0915 f:5 \"left_out\" is a list of "
            "names|");
  EXPECT_EQ(imported(settings, "[]", nullptr), "BED0915 f:1 an object is wanted here|");
  EXPECT_EQ(imported(settings, "{\"schema\": \"bedstone.settings/2\"}", nullptr),
            "BED0915 f:1 \"schema\" is not \"bedstone.settings/1\"|");
  EXPECT_EQ(imported(settings, "{", nullptr).substr(0, 7), "BED0915");
}

}  // namespace
}  // namespace bedstone::config
