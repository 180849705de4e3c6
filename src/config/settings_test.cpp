// What a file of declarations comes to, key by key; and what is refused, with which words and
// where.
#include "config/settings.hpp"

#include "base/files.hpp"
#include "config/test_support.hpp"
#include "tests/support/repository.hpp"

namespace bedstone::config {
namespace {

std::string text_of(const std::optional<Value>& value) {
  return value ? std::string(value->text().expose()) : "none";
}

TEST(SettingsFile, EveryKeyFindsItsWay) {
  const Settings settings = read(R"(version: 1
unknown: keep
settings:
  app_mode: {type: enum, values: [local, workos], default: local}
  timeout:
    type: duration
    default: 60s
    min: 1s
    max: 1h
    description: How long to wait
    group: Network
    env: {pin: TIMEOUT}
    restart: true
  api-key.v2:
    type: string
    secret: true
    generate: {kind: hex, length: 32}
    requires: {app_mode: [workos]}
    env: API_KEY
  client: {type: string, requires: {app_mode: workos, timeout: 1m}}
)");
  EXPECT_EQ(settings.shown, "settings.yaml");
  EXPECT_TRUE(settings.keep_unknown);
  ASSERT_EQ(settings.names(),
            (std::vector<std::string>{"app_mode", "timeout", "api-key.v2", "client"}));
  EXPECT_EQ(settings.declared[0].shape.choices, (std::vector<std::string>{"local", "workos"}));
  const SettingDeclaration& timeout = *settings.find("timeout");
  EXPECT_EQ(timeout.place.line, 5U);
  EXPECT_EQ(timeout.place.column, 3U);
  EXPECT_EQ(timeout.shape.type, ValueType::kDuration);
  EXPECT_EQ(text_of(timeout.fallback), "1m");
  EXPECT_EQ(text_of(timeout.shape.minimum), "1s");
  EXPECT_EQ(text_of(timeout.shape.maximum), "1h");
  EXPECT_EQ(timeout.description, "How long to wait");
  EXPECT_EQ(timeout.group, "Network");
  EXPECT_TRUE(timeout.restart);
  EXPECT_FALSE(timeout.required);
  ASSERT_TRUE(timeout.environment);
  EXPECT_EQ(timeout.environment->name, "TIMEOUT");
  EXPECT_EQ(timeout.environment->role, EnvironmentName::Role::kPin);
  const SettingDeclaration& key = *settings.find("api-key.v2");
  EXPECT_TRUE(key.secret());
  EXPECT_FALSE(key.required) << "it is made";
  ASSERT_TRUE(key.generated);
  EXPECT_EQ(key.generated->kind, Generated::Kind::kHex);
  EXPECT_EQ(key.generated->length, 32U);
  ASSERT_TRUE(key.environment);
  EXPECT_EQ(key.environment->role, EnvironmentName::Role::kSeed);
  const SettingDeclaration& client = *settings.find("client");
  EXPECT_TRUE(client.required) << "what requires something is needed then";
  ASSERT_EQ(client.conditions.size(), 2U);
  EXPECT_EQ(client.conditions[1].setting, "timeout");
  EXPECT_EQ(client.conditions[1].values.at(0).text().expose(), "1m");
  EXPECT_EQ(settings.find("nothing"), nullptr);
}

// shows: K2
TEST(SettingsFile, ZeroFalseAndTheEmptyTextAreDefaultsAndNothingIsNone) {
  const Settings settings = read(R"(settings:
  a: {type: int, default: 0}
  b: {type: bool, default: false}
  c: {type: string, default: ""}
  d: {type: list, default: []}
  e: {type: json, default: {}}
  f: {type: string, default: ~}
  g: {type: string}
)");
  std::vector<std::string> texts;
  for (const SettingDeclaration& one : settings.declared)
    texts.push_back(text_of(one.fallback));
  EXPECT_EQ(texts, (std::vector<std::string>{"0", "false", "", "[]", "{}", "none", "none"}));
}

TEST(SettingsFile, DefaultsAreReadAsTheirTypesHaveThem) {
  const auto fallback = [](std::string_view keys) {
    return text_of(one(keys).declared.at(0).fallback);
  };
  EXPECT_EQ(fallback("type: string, default: 007"), "007");
  EXPECT_EQ(fallback("type: list, default: \"a, b\""), R"(["a","b"])");
  EXPECT_EQ(fallback("type: list, items: int, default: [1, 2]"), "[1,2]");
  EXPECT_EQ(fallback("type: size, default: 1024"), "1KiB");
  EXPECT_EQ(fallback("type: json, default: {a: [1, \"2\", ~]}"), R"({"a":[1,"2",null]})");
  EXPECT_EQ(fallback("type: json, default: \"{}\""), R"("{}")");
  EXPECT_EQ(fallback("type: string, default: \"a$${B}$\""), "a${B}$");
}

// shows: B12, PR8
TEST(SettingsFile, AllMistakesAreToldInTheOrderOfTheirPlaces) {
  EXPECT_EQ(
      refused(R"(versoin: 1
unknown: forget
settings:
  port: {type: int, default: http, mim: 1}
  mode: {type: enmu}
  9lives: {type: int}
  level: {type: enum}
  key: {type: string, secret: true, default: hunter2}
  client: {type: string, requires: {mod: workos, prot: 1}}
)"),
      "1:1 BED0105 there is no key versoin -> did you mean version?\n"
      "2:10 BED0901 unknown cannot be the text \"forget\" -> write one of: refuse, keep\n"
      "4:30 BED0902 port.default cannot be \"http\" -> write a whole number\n"
      "4:36 BED0105 there is no key port.mim -> did you mean min?\n"
      "5:16 BED0901 mode.type cannot be the text \"enmu\" -> write one of: string, int, float, "
      "bool, duration, size, url, email, enum, list, json; did you mean enum?\n"
      "6:3 BED0901 a setting's name cannot be 9lives -> write letters, digits, _, - and ., "
      "the first a letter, at most 100\n"
      "7:3 BED0901 level.values is missing -> list what may be chosen: values: [local, "
      "workos]\n"
      "8:46 BED0901 key.default would be no secret: it stands in a file -> remove it; let the "
      "value be made (generate: token) or come from a variable (env: {seed: NAME})\n"
      "9:37 BED0901 client.requires names no setting: mod -> did you mean mode?\n"
      "9:50 BED0901 client.requires names no setting: prot -> did you mean port?\n");
}

TEST(SettingsFile, WhatTheRootMustBe) {
  const std::string hint =
      "begin it with settings:, and declare below it: port: {type: int, default: 8080}\n";
  EXPECT_EQ(refused(""), "1:1 BED0901 s holds nothing -> " + hint);
  EXPECT_EQ(refused("- a\n"), "1:1 BED0901 s holds a list instead of keys -> " + hint);
  EXPECT_EQ(refused("version: 1\n"),
            "1:1 BED0901 settings is missing -> declare at least one: settings: {port: {type: int, "
            "default: 8080}}\n");
  EXPECT_EQ(refused("settings: 3\n"),
            "1:11 BED0901 settings cannot be 3 -> write names and what they are: port: {type: "
            "int}\n");
  EXPECT_EQ(refused("settings: {}\n"), "read");
  EXPECT_EQ(refused("version: 2\nsettings: {}\n"),
            "1:10 BED0109 s is of format 2, and this Bedstone knows formats up to 1 -> use a newer "
            "Bedstone; `bedstone --version` shows which one this is\n");
}

struct Mistake {
  std::string_view keys;
  std::string_view told;
};

// shows: B12
TEST(SettingsFile, KeysWithoutMeaningForTheTypeAreRefused) {
  const Mistake mistakes[] = {
      {"",
       "2:3 BED0901 x.type is missing -> write one of: type: string, int, float, bool, duration, "
       "size, url, email, enum, list, json"},
      {"type: int, items: int",
       "2:25 BED0901 x.items is for lists only -> remove it, or write type: list"},
      {"type: list, items: json",
       "2:26 BED0901 x.items cannot be the text \"json\" -> write one of: string, int, float, "
       "bool, "
       "duration, size, url, email, enum"},
      {"type: string, values: [a]",
       "2:29 BED0901 x.values is for enum only -> write type: enum; for other types schema: {enum: "
       "[…]}"},
      {"type: enum, values: [a, a]",
       "2:31 BED0901 x.values names the same thing twice -> keep one of the two"},
      {"type: string, min: 1",
       "2:26 BED0901 x.min is for int, float, duration and size only -> write the rule as JSON "
       "Schema: schema: {minLength: 8}"},
      {"type: int, min: 2, max: 1",
       "2:31 BED0901 x.max is less than min -> no value fits: exchange the two"},
      {"type: int, min: two", "2:23 BED0902 x.min cannot be \"two\" -> write a whole number"},
      {"type: int, max: 9, default: 10",
       "2:35 BED0902 x.default is out of bounds -> write a whole number of at most 9"},
      {"type: bool, schema: {const: true}",
       "2:27 BED0901 x.schema is for string, int, float, url, email, enum, list and json only -> "
       "use min and max; a bool takes "
       "true "
       "and false"},
      {"type: int, secret: true",
       "2:26 BED0901 x.secret is for texts, lists of them and json only -> write type: string; a "
       "value of few possibilities is no secret"},
      {"type: string, default: \"${PORT:-1}\"",
       "2:31 BED0901 x.default holds ${, and variables count only in env -> write env: {seed: "
       "NAME} "
       "beside it; or $${ where the two characters are meant"},
      {"type: int, generate: hex",
       "2:28 BED0901 x.generate is for string only -> write type: string, or a default"},
      {"type: string, default: a, generate: hex",
       "2:43 BED0901 x.generate does not go with a default -> remove one of the two: with a "
       "default "
       "no value is ever missing"},
      {"type: string, generate: {kind: hex, length: 3}",
       "2:51 BED0901 x.generate.length cannot be 3 -> write a number from 12 to 1024"},
      {"type: string, generate: word",
       "2:31 BED0901 x.generate cannot be the text \"word\" -> write one of: password, token, hex"},
      {"type: string, env: {seed: A, pin: B}",
       "2:26 BED0901 x.env needs one of seed and pin -> write env: {seed: NAME} for a variable "
       "that "
       "is imported once, env: {pin: NAME} for one that wins over the database"},
      {"type: string, env: \"${A}\"",
       "2:26 BED0901 x.env cannot be this text -> write env: {seed: NAME} for a variable that is "
       "imported once, env: {pin: NAME} for one that wins over the database"},
      {"type: string, requires: y",
       "2:31 BED0901 x.requires is no mapping of settings -> write what must hold for it to count: "
       "requires: {app_mode: workos}"},
      {"type: string, requires: {x: a}",
       "2:32 BED0901 x.requires names itself -> write which values it may have as values:, min:, "
       "max: or schema:"},
  };
  for (const Mistake& one : mistakes) {
    EXPECT_EQ(refused(fmt::format("settings:\n  x: {{{}}}\n", one.keys)),
              std::string(one.told) + "\n")
        << one.keys;
  }
}

// shows: PR6
TEST(SettingsFile, WhatMayBeMeantAsASecretIsNotShown) {
  EXPECT_EQ(refused("settings:\n  x: {type: int, secret: yes, default: hunter2}\n"),
            "2:26 BED0901 x.secret cannot be the text \"yes\" -> write true or false, without "
            "quotes\n"
            "2:40 BED0901 x.default would be no secret: it stands in a file -> remove it; let the "
            "value be made (generate: token) or come from a variable (env: {seed: NAME})\n");
}

TEST(SettingsFile, ARuleOfASchemaThatIsNoneIsRefused) {
  EXPECT_EQ(refused("settings:\n  x: {type: string, schema: {minLenght: 1}}\n"),
            "2:30 BED0714 there is no keyword minLenght -> did you mean minLength?\n");
}

TEST(SettingsFile, DeclarationsAreCheckedAgainstOneAnother) {
  EXPECT_EQ(refused(R"(settings:
  mode: {type: enum, values: [local, workos], default: local, env: MODE}
  key: {type: string, secret: true, env: {pin: MODE}}
  x: {type: int, requires: {mode: [local, worcos]}}
  y: {type: int, requires: {key: k}}
  z: {type: int, requires: {mode: }}
)"),
            "3:3 BED0901 mode and key take one variable: MODE -> give each its own: env: {seed: "
            "NAME}\n"
            "4:43 BED0902 x.requires.mode cannot be \"worcos\" -> write one of: local, workos; did "
            "you mean workos?\n"
            "5:29 BED0901 y.requires.key is a secret, and no condition -> let both depend on a "
            "setting that may be shown\n"
            "6:35 BED0901 z.requires.mode is empty -> write the value, or a list of values, it "
            "needs\n");
}

TEST(SettingsFile, FilesThatCannotBeReadAreNamed) {
  const test::TemporaryFolder folder;
  const auto settings = read_settings(folder.path("settings.yaml"), "settings.yaml");
  ASSERT_FALSE(settings.has_value());
  EXPECT_EQ(settings.error().front().code, ErrorCode::kFileMissing);
  folder.write("settings.yaml", "settings: {a: {type: int}}\n");
  const auto read = read_settings(folder.path("settings.yaml"), "app/settings.yaml");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->declared.at(0).place.file, "app/settings.yaml");
}

TEST(SettingsFile, TheFilesInTheDocumentationAreRead) {
  const auto page = files::read(test::repository_path("docs/settings.md"));
  ASSERT_TRUE(page.has_value());
  constexpr std::string_view kFence = "```yaml\n";
  int files = 0;
  for (std::size_t at = page->find(kFence); at != page->npos; at = page->find(kFence, at)) {
    at += kFence.size();
    const std::string block = page->substr(at, page->find("```", at) - at);
    at += block.size();
    EXPECT_EQ(refused(block), "read") << block;
    ++files;
  }
  EXPECT_EQ(files, 4);
}

}  // namespace
}  // namespace bedstone::config
