// shows: B5, B6, B7, B12, K2, K4, K5, K6
#include "config/editor.hpp"

#include "base/seal.hpp"
#include "config/test_support.hpp"
#include "db/conformance.hpp"
#include "store/tables.hpp"

namespace bedstone::config {
namespace {

using db::testing::must;

constexpr std::string_view kFile = R"(
settings:
  mode: {type: enum, values: [none, local, workos], default: none}
  port: {type: int, default: 80, min: 1, max: 65535}
  timeout: {type: duration, default: 60s}
  title: {type: string}
  tls: {type: bool, default: false}
  host: {type: string, required: true}
  pinned: {type: int, default: 1, env: {pin: PINNED}}
  client: {type: string, requires: {mode: workos}}
  key: {type: string, secret: true, requires: {mode: workos}}
  cookie: {type: string, secret: true, requires: {mode: workos}, generate: {kind: token, length: 40}}
  token: {type: string, secret: true, schema: {minLength: 4}}
)";

class EditorTest : public db::testing::EngineTest,
                   public ::testing::WithParamInterface<db::Engine> {
 protected:
  EditorTest() : EngineTest(GetParam()), settings_(read(kFile)) {}

  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    connection_ = connect();
    if (!is_sqlite()) execute("CREATE SCHEMA bedstone");
    for (int layout = 0; layout < store::kLayout; ++layout) {
      for (const std::string& sql : store::upgrade(connection_->dialect(), layout))
        execute(sql);
    }
    table_.emplace(*connection_, "hub", store::ConfigPlace{"public"});
    must(connection_->begin());
    must(table_->provide());
    must(connection_->commit());
  }
  void TearDown() override {
    connection_.reset();
    EngineTest::TearDown();
  }

  using Pairs = std::vector<std::pair<std::string, std::optional<std::string>>>;
  static EditRequest request(const Pairs& pairs) {
    EditRequest made;
    made.by = "ann";
    made.reason = "why";
    for (const auto& [key, text] : pairs)
      made.edits.push_back({key, text ? std::optional(Secret(*text)) : std::nullopt});
    return made;
  }

  Checked<EditResult> edit(const EditRequest& request) {
    Editor editor({*connection_, settings_, *table_, environment_, unseal_, seal_});
    return editor.edit(request);
  }
  /// "1: port added >81, …", or the errors' codes and messages.
  std::string outcome(const EditRequest& request) {
    auto result = edit(request);
    std::string text;
    if (!result) {
      for (const Error& error : result.error())
        text += fmt::format("{} {}|", code_name(error.code), error.message);
      return text;
    }
    for (const EditedSetting& one : result->settings) {
      text += fmt::format(" {} {} {}>{}", one.key, effect_name(one.effect),
                          one.before.value_or("-"), one.after.value_or("-"));
    }
    return fmt::format("{}:{}", result->revision, text);
  }
  std::string edited(const Pairs& pairs) { return outcome(request(pairs)); }
  std::string stored(const std::string& key) {
    for (const store::ConfigRow& row : must(table_->read()).rows)
      if (row.key == key) return row.value;
    return "none";
  }
  /// Reads what plain SQL would find of a secret, opened.
  std::string opened(const std::string& key) {
    const auto text = unseal_(key, stored(key));
    return text ? std::string(text->expose()) : "locked";
  }

  static Environment pinning() {
    return Environment(std::map<std::string, std::string, std::less<>>{{"PINNED", "7"}});
  }

  Settings settings_;
  Environment environment_;
  SealKey key_{"k1", Secret(std::string(32, 'k'))};
  Seal seal_ = [this](std::string_view name, std::string_view value) {
    return bedstone::seal(key_, {"i", "settings", name, "value"}, value);
  };
  Unseal unseal_ = [this](std::string_view name, std::string_view sealed) {
    return bedstone::unseal(key_, {"i", "settings", name, "value"}, sealed);
  };
  std::optional<store::ConfigTable> table_;
};

INSTANTIATE_TEST_SUITE_P(Engines, EditorTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(EditorTest, ValuesAreStoredInTheirCanonicalForm) {
  EXPECT_EQ(edited({{"port", " 81 "}, {"timeout", "120s"}}),
            "1: port added ->81 timeout added ->2m");
  EXPECT_EQ(stored("timeout"), "2m");
  EXPECT_EQ(edited({{"timeout", "120"}}), "1: timeout unchanged 2m>2m");
  EXPECT_EQ(edited({{"port", "82"}, {"timeout", std::nullopt}}),
            "2: port changed 81>82 timeout removed 2m>-");
  EXPECT_EQ(edited({{"timeout", std::nullopt}}), "2: timeout unchanged ->-");
  const auto history = must(table_->history("port", 9));
  EXPECT_EQ(history.at(0).changed_by, "ann");
  EXPECT_EQ(history.at(0).reason, "why");
}

TEST_P(EditorTest, ZeroFalseAndTheEmptyTextAreValues) {
  EXPECT_EQ(edited({{"tls", "0"}, {"title", ""}}), "1: tls added ->false title added ->");
  EXPECT_EQ(stored("tls"), "false");
  EXPECT_EQ(stored("title"), "");
  EXPECT_EQ(edited({{"title", ""}}), "1: title unchanged >");
}

TEST_P(EditorTest, AllThatIsWrongIsToldAndNothingIsWritten) {
  environment_ = pinning();
  EXPECT_EQ(
      edited({{"prot", "1"},
              {"port", "0"},
              {"pinned", "2"},
              {"token", "****"},
              {"title", "good"},
              {"mode", "workos"}}),
      "BED0903 there is no setting prot|BED0902 port is out of bounds|BED0908 pinned is pinned "
      "by the variable PINNED|BED0907 what was given for token is a mask or encrypted, not the "
      "secret|BED0904 client has no value, and must have one while mode is workos|BED0904 key "
      "has no value, and must have one while mode is workos|");
  EXPECT_EQ(must(table_->read()).rows.size(), 0U);
  EXPECT_EQ(must(table_->read()).revision, 0);
  EXPECT_EQ(edited({{"port", "1"}, {"port", "2"}}), "BED0002 port is named twice|");
}

TEST_P(EditorTest, WhatDependsOnOneAnotherIsSetAtOnce) {
  EXPECT_EQ(edited({{"mode", "workos"}, {"client", "c"}, {"key", "hunter2"}}),
            "1: mode added ->workos client added ->c key added ->******** cookie made ->********");
  EXPECT_EQ(opened("key"), "hunter2");
  EXPECT_EQ(opened("cookie").size(), 40U);
  EXPECT_EQ(edited({{"client", std::nullopt}}),
            "BED0904 client has no value, and must have one while mode is workos|");
  EXPECT_EQ(edited({{"client", std::nullopt}, {"mode", "local"}}),
            "2: client removed c>- mode changed workos>local");
  const std::string before = opened("cookie");
  EXPECT_EQ(edited({{"mode", "workos"}, {"client", "d"}, {"cookie", std::nullopt}}),
            "3: mode changed local>workos client added ->d cookie made ********>********");
  EXPECT_NE(opened("cookie"), before);
}

TEST_P(EditorTest, AnUnchangedSecretKeepsItsText) {
  edited({{"token", "hunter2"}});
  const std::string sealed = stored("token");
  EXPECT_TRUE(sealed_with(sealed));
  EXPECT_EQ(edited({{"token", "hunter2"}}), "1: token unchanged ********>********");
  EXPECT_EQ(stored("token"), sealed);
  EXPECT_EQ(edited({{"token", sealed}}),
            "BED0907 what was given for token is a mask or encrypted, not the secret|");
  EXPECT_EQ(edited({{"token", "abc"}}), "BED0902 token breaks the rule minLength of its schema|");
}

TEST_P(EditorTest, APartlyMaskedSecretIsRefusedAndAnOpenTextIsNot) {
  edited({{"token", "hunter2"}});
  for (const char* text : {"hun…er2", "sk-...abcd", "hu*****", "••••er2"}) {
    EXPECT_EQ(edited({{"token", text}}),
              "BED0907 what was given for token is a mask or encrypted, not the secret|")
        << text;
  }
  EXPECT_EQ(opened("token"), "hunter2");
  EXPECT_EQ(edited({{"title", "sk-…abcd"}}), "2: title added ->sk-…abcd");
}

TEST_P(EditorTest, AValueIsMadeAnewWhenAsked) {
  edited({{"mode", "workos"}, {"client", "c"}, {"key", "hunter2"}});
  const std::string before = opened("cookie");
  const auto making = [this](const Pairs& pairs) {
    EditRequest made = request(pairs);
    for (SettingEdit& one : made.edits)
      one.generate = true;
    return outcome(made);
  };
  EXPECT_EQ(making({{"cookie", std::nullopt}}), "2: cookie made ********>********");
  EXPECT_NE(opened("cookie"), before);
  EXPECT_EQ(opened("cookie").size(), 40U);
  environment_ = pinning();
  EXPECT_EQ(making({{"key", std::nullopt}, {"pinned", std::nullopt}}),
            "BED0902 key has no rule that a value is made by|BED0908 pinned is pinned by the "
            "variable PINNED|");
}

TEST_P(EditorTest, ASecretThatDoesNotOpenCanBeReplaced) {
  edited({{"token", "hunter2"}});
  key_.bytes = Secret(std::string(32, 'x'));
  EXPECT_EQ(opened("token"), "locked");
  EXPECT_EQ(edited({{"port", "81"}}), "2: port added ->81");
  EXPECT_EQ(edited({{"token", "hunter3"}}), "3: token changed ********>********");
  EXPECT_EQ(opened("token"), "hunter3");
}

TEST_P(EditorTest, ASecretInTheClearIsSealedWhenItIsSaved) {
  execute("INSERT INTO system_config (config_key, config_value) VALUES ('token', 'hunter2')");
  EXPECT_EQ(edited({{"token", "hunter2"}}), "2: token changed ********>********");
  EXPECT_EQ(opened("token"), "hunter2");
}

TEST_P(EditorTest, WhatPlainSqlBrokeStopsNothingElse) {
  execute(
      "INSERT INTO system_config (config_key, config_value) VALUES ('port', 'many'), ('gone', "
      "'1')");
  EXPECT_EQ(edited({{"title", "x"}}), "3: title added ->x");
  EXPECT_EQ(edited({{"gone", std::nullopt}}), "4: gone removed 1>-");
  EXPECT_EQ(edited({{"gone", std::nullopt}}), "BED0903 there is no setting gone|");
  EXPECT_EQ(edited({{"port", "81"}}), "5: port changed many>81");
}

TEST_P(EditorTest, WhatIsRequiredMayBeMissingWhileAnApplicationIsSetUp) {
  EXPECT_EQ(edited({{"host", "h"}}), "1: host added ->h");
  EXPECT_EQ(edited({{"host", std::nullopt}}), "BED0904 host has no value|");
  EditRequest lax = request({{"host", std::nullopt}, {"mode", "workos"}});
  lax.may_lack = true;
  EXPECT_EQ(outcome(lax), "2: host removed h>- mode added ->workos cookie made ->********");
}

TEST_P(EditorTest, PinnedSettingsCanBeLeftOut) {
  environment_ = pinning();
  EditRequest lax = request({{"pinned", "3"}, {"port", "81"}});
  lax.skip_pinned = true;
  EXPECT_EQ(outcome(lax), "1: pinned pinned ->- port added ->81");
  EXPECT_EQ(stored("pinned"), "none");
  environment_ = Environment();
  EXPECT_EQ(edited({{"pinned", "3"}}), "2: pinned added ->3");
  environment_ = pinning();
  EXPECT_EQ(edited({{"pinned", std::nullopt}}), "3: pinned removed 3>-");
}

TEST_P(EditorTest, UndeclaredSettingsAreTextsWhereTheyAreKept) {
  settings_ = read("unknown: keep\nsettings:\n  port: {type: int}\n");
  EXPECT_EQ(edited({{"my.note", " x "}}), "1: my.note added -> x ");
  EditRequest secret = request({{"other", "hunter2"}});
  secret.edits.front().secret = true;
  EXPECT_EQ(outcome(secret), "2: other added ->********");
  EXPECT_EQ(opened("other"), "hunter2");
  EXPECT_EQ(edited({{"other", "hunter3"}}), "3: other changed ********>********");
  EXPECT_EQ(opened("other"), "hunter3");
  EXPECT_EQ(edited({{"my note", "x"}}), "BED0902 a setting cannot be called \"my note\"|");
  EditRequest declared = request({{"port", "1"}});
  declared.edits.front().secret = true;
  EXPECT_EQ(outcome(declared), "BED0902 port is not declared as a secret|");
}

TEST_P(EditorTest, ADryRunWritesNothing) {
  EditRequest dry = request({{"token", "hunter2"}, {"port", "81"}});
  dry.dry_run = true;
  EXPECT_EQ(outcome(dry), "0: token added ->******** port added ->81");
  EXPECT_EQ(must(table_->read()).rows.size(), 0U);
}

TEST_P(EditorTest, AChangeMeanwhileIsNotOverwritten) {
  edited({{"port", "81"}});
  edited({{"port", "82"}});
  EditRequest late = request({{"port", "82"}});
  late.expected = 1;
  EXPECT_EQ(outcome(late), "BED0906 port was changed meanwhile|");
  late.expected = 2;
  EXPECT_EQ(outcome(late), "2: port unchanged 82>82");
}

TEST_P(EditorTest, SavedIsWhatIsReadBack) {
  if (is_sqlite()) {
    execute("CREATE TRIGGER spoil BEFORE INSERT ON system_config BEGIN SELECT RAISE(IGNORE); END");
  } else {
    execute(
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.config_value := "
        "'1'; RETURN new; END $$");
    execute(
        "CREATE TRIGGER spoil BEFORE INSERT ON system_config FOR EACH ROW EXECUTE FUNCTION "
        "spoil()");
  }
  EXPECT_EQ(edited({{"port", "81"}}), "BED0909 port was written, and holds something else|");
}

TEST_P(EditorTest, WhatGoesAlongIsPartOfTheChange) {
  Editor editor({*connection_, settings_, *table_, environment_, unseal_, seal_});
  EXPECT_FALSE(must(editor.settle(*table_)));
  EXPECT_TRUE(editor.edit(request({{"host", "h"}, {"port", "81"}})));
  EXPECT_TRUE(must(editor.settle(*table_)));
  int calls = 0;
  const auto refuse = [&]() -> Status {
    ++calls;
    EXPECT_TRUE(connection_->in_transaction());
    EXPECT_EQ(must(table_->revision()), 2);
    return fail(Error(ErrorCode::kDatabaseIo, "no"));
  };
  EXPECT_TRUE(editor.edit(request({{"port", "81"}}), refuse));
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(editor.edit(request({{"port", "82"}}), refuse));
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(must(editor.settle(*table_)));
  EXPECT_EQ(edited({{"port", "81"}}), "1: port unchanged 81>81");
}

TEST_P(EditorTest, ADatabaseWithoutTheTableSaysSo) {
  execute("DELETE FROM " + connection_->dialect().store_table("config"));
  EXPECT_EQ(edited({{"port", "81"}}), "BED0910 the database has no place for settings yet|");
}

TEST(Masks, AreNoSecrets) {
  for (const std::string_view mask : {"********", "***", "••••", " ●●●● ", "·····", "enc1.k1.AAAA"})
    EXPECT_TRUE(is_mask(mask)) << mask;
  for (const std::string_view text : {"", "*", "**", "a****", "hunter2", "•"})
    EXPECT_FALSE(is_mask(text)) << text;
}

}  // namespace
}  // namespace bedstone::config
