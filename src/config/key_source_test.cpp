// Where keys come from, and which of them are refused.
#include "config/key_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <numeric>

#include "base/base64.hpp"
#include "base/derive.hpp"
#include "base/test_support.hpp"

namespace bedstone::config {
namespace {

using Kind = KeySource::Kind;
using Variables = std::map<std::string, std::string, std::less<>>;

std::string some_key(unsigned char first = 0) {
  std::string bytes(kKeyBytes, '\0');
  std::iota(bytes.begin(), bytes.end(), static_cast<char>(first));
  return bytes;
}

std::string base64_of(const std::string& bytes) {
  return base64::encode(bytes, base64::Dialect::kPadded);
}

class Sources : public ::testing::Test {
 protected:
  std::string write_key(std::string_view name, std::string_view text, mode_t mode = 0600) {
    folder.write(name, text);
    EXPECT_EQ(chmod(folder.path(name).c_str(), mode), 0);
    return folder.path(name);
  }

  KeySurroundings around() {
    return {environment, folder.path(), nullptr, folder.path("machine-id")};
  }

  /// The fingerprint, or the error.
  std::string read(const KeySource& source) {
    const auto key = read_key(source, salts, around());
    return key ? key->fingerprint : test::render({key.error()});
  }

  static KeySource source(Kind kind, std::string text) {
    KeySource made;
    made.kind = kind;
    made.text = std::move(text);
    return made;
  }
  static KeySource command(std::vector<std::string> arguments) {
    KeySource made;
    made.kind = Kind::kCommand;
    made.command = std::move(arguments);
    made.timeout = std::chrono::milliseconds(500);
    return made;
  }

  test::TemporaryFolder folder;
  Environment environment;
  KeySalts salts{"instance-1", std::nullopt};
  const std::string fingerprint = key_fingerprint(Secret(some_key()));
};

TEST(Key, IsThirtyTwoBytesOrTheirText) {
  const std::string bytes = some_key();
  for (const std::string& text :
       {bytes, base64_of(bytes), base64_of(bytes) + "\r\n",
        std::string("000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n"),
        base64::encode(bytes, base64::Dialect::kUrl), std::string(" ") + base64_of(bytes)}) {
    const auto key = parse_key(text);
    ASSERT_TRUE(key) << text;
    EXPECT_EQ(key->expose(), bytes);
  }
}

TEST(Key, IsNoPassword) {
  for (const std::string& text :
       {std::string(), std::string("hunter2"), std::string(32, 'x'), std::string(32, '\0'),
        std::string("0123456789abcdef0123456789abcdef"), some_key() + "\n", some_key().substr(1),
        std::string(64, '0'), base64_of("correct horse battery staple 32!"),
        base64_of(some_key()).substr(1), std::string(64, 'g')})
    EXPECT_FALSE(parse_key(text)) << text;
}

// shows: B7
TEST_F(Sources, ReadAFileThatOnlyItsOwnerReads) {
  EXPECT_EQ(read(source(Kind::kFile, write_key("raw", some_key()))), fingerprint);
  EXPECT_EQ(read(source(Kind::kFile, write_key("text", base64_of(some_key()) + "\n", 0400))),
            fingerprint);
  std::filesystem::create_symlink("raw", folder.path("link"));
  EXPECT_EQ(read(source(Kind::kFile, folder.path("link"))), fingerprint);
}

TEST_F(Sources, RefuseAFileThatOthersRead) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0644U, 0660U}) {
    const std::string told = read(source(Kind::kFile, write_key("key", some_key(), mode)));
    EXPECT_NE(told.find("BED0921"), std::string::npos) << told;
    EXPECT_NE(told.find("chmod 600"), std::string::npos) << told;
  }
}

TEST_F(Sources, RefuseWhatIsNoFileAndWhatIsNoKey) {
  EXPECT_NE(read(source(Kind::kFile, folder.path())).find("BED0921"), std::string::npos);
  EXPECT_NE(read(source(Kind::kFile, "/dev/zero")).find("BED0921"), std::string::npos);
  EXPECT_NE(read(source(Kind::kFile, folder.path("gone"))).find("BED0920"), std::string::npos);
  const std::string told = read(source(Kind::kFile, write_key("key", "hunter2-hunter2")));
  EXPECT_NE(told.find("BED0921"), std::string::npos) << told;
  EXPECT_EQ(told.find("hunter2"), std::string::npos) << told;
}

TEST_F(Sources, ReadCredentialsAndVariables) {
  write_key("hub.key", some_key(), 0440);
  environment = Environment(Variables{{"CREDENTIALS_DIRECTORY", folder.path()},
                                      {"KEY", base64_of(some_key())},
                                      {"BAD", "hunter2"}});
  EXPECT_EQ(read(source(Kind::kCredential, "hub.key")), fingerprint);
  EXPECT_NE(read(source(Kind::kCredential, "other.key")).find("BED0920"), std::string::npos);
  EXPECT_EQ(read(source(Kind::kVariable, "KEY")), fingerprint);
  EXPECT_NE(read(source(Kind::kVariable, "NONE")).find("BED0920"), std::string::npos);
  const std::string told = read(source(Kind::kVariable, "BAD"));
  EXPECT_NE(told.find("BED0921"), std::string::npos) << told;
  EXPECT_EQ(told.find("hunter2"), std::string::npos) << told;
}

TEST_F(Sources, RunACommandWithoutAShell) {
  write_key("key", some_key());
  EXPECT_EQ(read(command({"cat", folder.path("key")})), fingerprint);
  folder.write("print", "#!/bin/sh\nexec cat \"$0.key\"\n");
  chmod(folder.path("print").c_str(), 0700);
  write_key("print.key", base64_of(some_key()));
  EXPECT_EQ(read(command({"./print"})), fingerprint);
  EXPECT_NE(read(command({"cat $HOME"})).find("BED0018"), std::string::npos);
}

TEST_F(Sources, ShowNothingOfWhatACommandSays) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"echo hunter2", "BED0921"},
      {"echo hunter2 >&2; exit 3", "it ended with 3; it wrote 8 bytes to standard error"},
      {"echo hunter2 >&2; sleep 9", "it took longer than"},
      {"kill -9 $$", "signal 9"},
      {"head -c 5000 /dev/zero", "more than 4096 bytes"}};
  for (const auto& [script, told] : cases) {
    const std::string text = read(command({"sh", "-c", script}));
    EXPECT_NE(text.find(told), std::string::npos) << text;
    EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  }
}

TEST_F(Sources, DeriveAKeyOfAPassphrase) {
  environment =
      Environment(Variables{{"PHRASE", "correct horse battery staple"}, {"SHORT", "abc"}});
  const std::string first = read(source(Kind::kPassphrase, "PHRASE"));
  EXPECT_EQ(first.size(), 16U);
  EXPECT_EQ(first, read(source(Kind::kPassphrase, "PHRASE")));
  salts.instance = "instance-2";
  EXPECT_NE(first, read(source(Kind::kPassphrase, "PHRASE")));
  EXPECT_NE(read(source(Kind::kPassphrase, "SHORT")).find("BED0921"), std::string::npos);
}

TEST_F(Sources, DeriveAKeyOfTheMachineWithTheSettingsSalt) {
  EXPECT_NE(read(source(Kind::kMachine, "")).find("BED0920"), std::string::npos);
  folder.write("machine-id", "0123456789abcdef0123456789abcdef\n");
  const std::string first = read(source(Kind::kMachine, ""));
  EXPECT_EQ(first,
            key_fingerprint(key_of_machine("0123456789abcdef0123456789abcdef", "instance-1")));
  salts.setting = "pepper";
  const std::string second = read(source(Kind::kMachine, ""));
  EXPECT_NE(first, second);
  // Wrapped before the setting had a value.
  EXPECT_EQ(read_key(source(Kind::kMachine, ""), salts, around(), first)->fingerprint, first);
  EXPECT_EQ(read_key(source(Kind::kMachine, ""), salts, around(), "other")->fingerprint, second);
  // Wrapped before the setting got another value.
  salts.setting = "salt";
  EXPECT_NE(read_key(source(Kind::kMachine, ""), salts, around(), second)->fingerprint, second);
  salts.former = {"other", "pepper"};
  EXPECT_EQ(read_key(source(Kind::kMachine, ""), salts, around(), second)->fingerprint, second);
  salts.setting.reset();
  EXPECT_EQ(read_key(source(Kind::kMachine, ""), salts, around(), second)->fingerprint, second);
  EXPECT_TRUE(is_weak(source(Kind::kMachine, "")));
  EXPECT_EQ(key_warning(source(Kind::kMachine, ""))->code, ErrorCode::kKeyWeak);
  EXPECT_FALSE(key_warning(source(Kind::kFile, "key")));
}

TEST_F(Sources, ThatDisagreeAreRefused) {
  const std::string file = write_key("key", some_key());
  write_key("bedstone.key", some_key(9));
  environment =
      Environment(Variables{{"BEDSTONE_KEY_FILE", file}, {"BEDSTONE_KEY", base64_of(some_key())}});
  auto sources = key_sources({}, around());
  ASSERT_EQ(sources.size(), 2U);
  EXPECT_EQ(read_keys(sources, salts, around())->fingerprint, fingerprint);
  environment = Environment(Variables{{"BEDSTONE_KEY_FILE", file},
                                      {"BEDSTONE_KEY", base64_of(some_key())},
                                      {"CREDENTIALS_DIRECTORY", folder.path()}});
  sources = key_sources(source(Kind::kFile, file), around());
  ASSERT_EQ(sources.size(), 3U);
  const auto key = read_keys(sources, salts, around());
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kKeySources);
  EXPECT_NE(key.error().message.find("bedstone.key"), std::string::npos);
}

TEST_F(Sources, AreTheMachineWhereNothingElseIsSaid) {
  ASSERT_EQ(key_sources({}, around()).size(), 1U);
  EXPECT_EQ(key_sources({}, around()).front().kind, Kind::kMachine);
  EXPECT_EQ(key_sources(source(Kind::kVariable, "KEY"), around()).front().kind, Kind::kVariable);
}

TEST_F(Sources, AreNamedOnACommandLine) {
  EXPECT_EQ(parse_key_source("machine")->kind, Kind::kMachine);
  EXPECT_EQ(parse_key_source("env:KEY")->text, "KEY");
  EXPECT_EQ(parse_key_source("passphrase:KEY")->kind, Kind::kPassphrase);
  EXPECT_EQ(parse_key_source("credential:hub.key")->kind, Kind::kCredential);
  EXPECT_EQ(parse_key_source("file:key")->text, "key");
  EXPECT_EQ(parse_key_source("/etc/key")->kind, Kind::kFile);
  const auto refused = parse_key_source("hunter2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(test::render({refused.error()}).find("hunter2"), std::string::npos);
}

TEST_F(Sources, WriteANewKeyOnceAndForItsOwner) {
  const std::string path = folder.path("new.key");
  ASSERT_TRUE(write_new_key(path));
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  EXPECT_EQ(read(source(Kind::kFile, path)).size(), 16U);
  EXPECT_EQ(write_new_key(path).error().code, ErrorCode::kFileExists);
}

}  // namespace
}  // namespace bedstone::config
