// Loading a project: what bedstone.yaml, overlay and environment come to, and what is refused.
#include "project/project.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace bedstone {
namespace {

using std::chrono::milliseconds;
using Variables = std::map<std::string, std::string, std::less<>>;

/// A folder with a project in it. Errors show it as DIR.
class ProjectTest : public testing::Test {
 protected:
  Checked<Project> load(const Variables& variables = {}, LoadOptions options = {}) const {
    if (options.folder.empty()) options.folder = folder_.path("hub");
    return load_project(options, Environment(variables));
  }
  Project loaded(const Variables& variables = {}, const LoadOptions& options = {}) const {
    auto project = load(variables, options);
    EXPECT_TRUE(project.has_value()) << test::render(project.error());
    return project ? *std::move(project) : Project();
  }
  std::string refused(const Variables& variables = {}, const LoadOptions& options = {}) const {
    const auto project = load(variables, options);
    if (project) return "loaded";
    std::string text = test::render(project.error());
    for (std::size_t at; (at = text.find(folder_.path())) != std::string::npos;)
      text.replace(at, folder_.path().size(), "DIR");
    return text;
  }
  void write(std::string_view name, std::string_view text) const {
    folder_.write(files::resolve("hub", name), text);
  }
  /// What is wrong with a file when a URL is there.
  std::string refused_text(std::string_view text) const {
    write("bedstone.yaml", text);
    return refused({{"DATABASE_URL", "sqlite::memory:"}});
  }
  std::string hub(std::string_view name) const { return folder_.path("hub/" + std::string(name)); }

  test::TemporaryFolder folder_;
};

TEST_F(ProjectTest, EveryKeyFindsItsWayIntoTheProject) {
  write("bedstone.yaml", R"(
version: 1
name: my-hub
database:
  url: postgresql://app:pw@db:6432/hub
  direct_url: postgresql://app:pw@db:5432/hub
  create: true
  schema: hub
  extensions: [pg_trgm, {name: vector, optional: true, schema: ext}]
  pooled: yes
  wait: 1500ms
  lock_timeout: 90
  ddl_lock_timeout: 2s
migrations: {dir: db/changes, format: bedstone, strict_order: true}
seeds: {dir: rows, auto: false}
settings: {file: config.yaml, import_env: .env, table: app_config}
drift: fail
on_failure: continue
roles: {owner: hub_owner, read_write: [hub_app], read_only: [hub_report, hub_bi]}
)");
  const Project project = loaded();
  EXPECT_EQ(project.folder, folder_.path("hub"));
  EXPECT_EQ(project.file, hub("bedstone.yaml"));
  EXPECT_EQ(project.overlay, "");
  EXPECT_EQ(project.name, "my-hub");
  EXPECT_EQ(project.database.url->redacted(), "postgresql://app@db:6432/hub");
  EXPECT_EQ(project.database.url_source, UrlSource::kFile);
  EXPECT_EQ(project.database.direct_url->redacted(), "postgresql://app@db:5432/hub");
  EXPECT_EQ(project.database.create, true);
  EXPECT_EQ(project.database.schema, "hub");
  ASSERT_EQ(project.database.extensions.size(), 2U);
  EXPECT_EQ(project.database.extensions[0].name, "pg_trgm");
  EXPECT_FALSE(project.database.extensions[0].optional);
  EXPECT_EQ(project.database.extensions[0].schema, std::nullopt);
  EXPECT_EQ(project.database.extensions[1].name, "vector");
  EXPECT_TRUE(project.database.extensions[1].optional);
  EXPECT_EQ(project.database.extensions[1].schema, "ext");
  EXPECT_EQ(project.database.extensions[1].place.line, 9U);
  EXPECT_EQ(project.database.pooled, Pooled::kYes);
  EXPECT_EQ(project.database.wait, milliseconds(1500));
  EXPECT_EQ(project.database.lock_timeout, milliseconds(90'000));
  EXPECT_EQ(project.database.ddl_lock_timeout, milliseconds(2000));
  EXPECT_EQ(project.migrations.dir, hub("db/changes"));
  EXPECT_EQ(project.migrations.dir_place.line, 14U);
  EXPECT_EQ(project.migrations.format, "bedstone");
  EXPECT_TRUE(project.migrations.strict_order);
  EXPECT_EQ(project.seeds.dir, hub("rows"));
  EXPECT_EQ(project.seeds.dir_place.line, 15U);
  EXPECT_FALSE(project.seeds.automatic);
  EXPECT_EQ(project.settings.file, hub("config.yaml"));
  EXPECT_EQ(project.settings.file_place.line, 16U);
  EXPECT_EQ(project.settings.import_env, hub(".env"));
  EXPECT_EQ(project.settings.table, "app_config");
  EXPECT_EQ(project.drift, DriftPolicy::kFail);
  EXPECT_EQ(project.on_failure, FailurePolicy::kContinue);
  EXPECT_EQ(project.roles.owner, "hub_owner");
  EXPECT_EQ(project.roles.read_write, std::vector<std::string>{"hub_app"});
  EXPECT_EQ(project.roles.read_only, (std::vector<std::string>{"hub_report", "hub_bi"}));
  EXPECT_EQ(project.roles.place.line, 19U);
}

TEST_F(ProjectTest, WhatIsLeftOutHasItsDocumentedDefault) {
  write("bedstone.yaml", "database: {url: sqlite:data/hub.db}\nseeds:\nroles:\n");
  const Project project = loaded();
  EXPECT_EQ(project.name, "hub");
  EXPECT_EQ(project.env, "");
  EXPECT_EQ(project.database.url->path(), hub("data/hub.db"));
  EXPECT_FALSE(project.database.direct_url.has_value());
  EXPECT_EQ(project.database.create, std::nullopt);
  EXPECT_EQ(project.database.schema, "public");
  EXPECT_TRUE(project.database.extensions.empty());
  EXPECT_EQ(project.database.pooled, Pooled::kAuto);
  EXPECT_EQ(project.database.wait, milliseconds(60'000));
  EXPECT_EQ(project.database.lock_timeout, milliseconds(300'000));
  EXPECT_EQ(project.database.ddl_lock_timeout, std::nullopt);
  EXPECT_EQ(project.migrations.dir, hub("migrations"));
  EXPECT_TRUE(project.migrations.dir_place.empty());
  EXPECT_EQ(project.migrations.format, std::nullopt);
  EXPECT_FALSE(project.migrations.strict_order);
  EXPECT_EQ(project.seeds.dir, hub("seeds"));
  EXPECT_TRUE(project.seeds.dir_place.empty());
  EXPECT_TRUE(project.seeds.automatic);
  EXPECT_EQ(project.settings.file, hub("settings.yaml"));
  EXPECT_TRUE(project.settings.file_place.empty());
  EXPECT_EQ(project.settings.import_env, std::nullopt);
  EXPECT_EQ(project.settings.table, "system_config");
  EXPECT_EQ(project.drift, DriftPolicy::kWarn);
  EXPECT_EQ(project.on_failure, FailurePolicy::kAbort);
  EXPECT_TRUE(project.roles.empty());
}

TEST_F(ProjectTest, DriftIsAWordOrAPolicyWithWhatOthersOwn) {
  using Patterns = std::vector<std::string>;
  write(
      "bedstone.yaml",
      "name: hub\ndatabase: {url: sqlite:a.db}\ndrift: {policy: fail, ignore: ['audit_*', a.b]}\n");
  EXPECT_EQ(loaded().drift, DriftPolicy::kFail);
  EXPECT_EQ(loaded().drift_ignore, (Patterns{"audit_*", "a.b"}));
  write("bedstone.yaml", "name: hub\ndatabase: {url: sqlite:a.db}\ndrift: {ignore: [x]}\n");
  EXPECT_EQ(loaded().drift, DriftPolicy::kWarn);
  EXPECT_EQ(loaded().drift_ignore, Patterns{"x"});
  write("bedstone.yaml", "name: hub\ndatabase: {url: sqlite:a.db}\ndrift: fail\n");
  EXPECT_EQ(loaded().drift, DriftPolicy::kFail);
  EXPECT_EQ(loaded().drift_ignore, Patterns());
  write("bedstone.dev.yaml", "drift: {ignore: [y]}\n");
  EXPECT_EQ(loaded({}, {.env = "dev"}).drift_ignore, Patterns{"y"});
}

TEST_F(ProjectTest, TheNameIsMadeOfTheFolders) {
  struct Row {
    std::string_view folder, name;
  };
  static constexpr Row kRows[] = {
      {"hub", "hub"},
      {"My App (2)", "my-app-2"},
      {"_private", "private"},
      {"Ünicode", "nicode"},
      {"---", "project"},
      {"a.b..c", "a-b-c"},
      {"data_base-1", "data_base-1"},
  };
  for (const Row& row : kRows) {
    const std::string name(row.folder);
    folder_.write(name + "/bedstone.yaml", "database: {url: sqlite:a.db}\n");
    EXPECT_EQ(loaded({}, {.folder = folder_.path(name)}).name, row.name);
    EXPECT_EQ(loaded({}, {.folder = folder_.path(name) + "/./"}).name, row.name);
  }
  const std::string longest(100, 'x');
  folder_.write(longest + "/bedstone.yaml", "database: {url: sqlite:a.db}\n");
  EXPECT_EQ(loaded({}, {.folder = folder_.path(longest)}).name, std::string(63, 'x'));
}

// shows: A6
TEST_F(ProjectTest, VariablesReachTheirKeys) {
  write("bedstone.yaml",
        "database: {url: \"${DATABASE_URL:-sqlite:data/hub.db}\", wait: \"${WAIT:-3s}\"}\n"
        "seeds: {dir: seeds, auto: \"${AUTO_SEED_DATABASE:-true}\"}\n"
        "health: {alerts: [\"${HOOK:-https://hooks.example.org}\"]}\n");
  EXPECT_EQ(loaded().database.url->path(), hub("data/hub.db"));
  EXPECT_TRUE(loaded().seeds.automatic);
  for (const char* no : {"false", "0", "no", "off"})
    EXPECT_FALSE(loaded({{"AUTO_SEED_DATABASE", no}}).seeds.automatic) << no;
  EXPECT_TRUE(loaded({{"AUTO_SEED_DATABASE", "1"}}).seeds.automatic);
  const Project project = loaded({{"DATABASE_URL", "sqlite::memory:"}, {"WAIT", "5"}});
  EXPECT_TRUE(project.database.url->is_memory());
  EXPECT_EQ(project.database.wait, milliseconds(5000));
  // Those of URLs are left out: where a release runs is no part of what is released. So are those
  // of webhooks.
  EXPECT_EQ(project.variables, (std::vector<std::string>{"AUTO_SEED_DATABASE", "WAIT"}));
}

// shows: A6
TEST_F(ProjectTest, AnOverrideBeatsTheFileAndTheFileBeatsTheEnvironment) {
  const Variables variables{{"DATABASE_URL", "sqlite:environment.db"}};
  const LoadOptions override_options{.database = "sqlite:override.db"};
  write("bedstone.yaml", "name: hub\n");
  EXPECT_EQ(loaded(variables).database.url->path(), hub("environment.db"));
  EXPECT_EQ(loaded(variables).database.url_source, UrlSource::kEnvironment);
  write("bedstone.yaml", "database: {url: sqlite:file.db}\n");
  EXPECT_EQ(loaded(variables).database.url->path(), hub("file.db"));
  EXPECT_EQ(loaded(variables).database.url_source, UrlSource::kFile);
  EXPECT_EQ(loaded(variables, override_options).database.url->path(), hub("override.db"));
  EXPECT_EQ(loaded(variables, override_options).database.url_source, UrlSource::kOverride);
  EXPECT_EQ(loaded({}, {.database = "sqlite:/abs.db"}).database.url->path(), "/abs.db");
}

TEST_F(ProjectTest, AnOverrideSilencesTheUrlsOfTheFile) {
  write("bedstone.yaml",
        "database:\n  url: ${DATABASE_URL:?none}\n  direct_url: postgresql://direct/hub\n");
  const Project project = loaded({}, {.database = "postgresql://other/hub"});
  EXPECT_EQ(project.database.url->redacted(), "postgresql://other/hub");
  EXPECT_FALSE(project.database.direct_url.has_value());
}

TEST_F(ProjectTest, CommandsThatNeedNoDatabaseLoadWithoutItsUrl) {
  const LoadOptions options{.needs_database = false};
  write("bedstone.yaml", "database: {url: \"${DATABASE_URL}\", direct_url: \"${DIRECT:?x}\"}\n");
  EXPECT_FALSE(loaded({}, options).database.url.has_value());
  EXPECT_EQ(loaded({{"DATABASE_URL", "postgresql://h/d"}}, options).database.url->redacted(),
            "postgresql://h/d");
  write("bedstone.yaml", "name: hub\n");
  EXPECT_FALSE(loaded({}, options).database.url.has_value());
  EXPECT_EQ(loaded({}, options).database.url_source, UrlSource::kNone);
}

TEST_F(ProjectTest, AnOverlayChangesWhatItNames) {
  write("bedstone.yaml",
        "name: hub\ndatabase: {url: sqlite:a.db, wait: 10s, extensions: [a, b]}\ndrift: fail\n");
  write("bedstone.production.yaml",
        "database: {url: postgresql://db/hub, extensions: [c]}\nversion: 1\n");
  const Project plain = loaded();
  EXPECT_EQ(plain.database.url->path(), hub("a.db"));
  EXPECT_EQ(project_digest_inputs(plain), std::vector<std::string>{hub("bedstone.yaml")});
  for (const Project& project :
       {loaded({}, {.env = "production"}), loaded({{"BEDSTONE_ENV", "production"}})}) {
    EXPECT_EQ(project.env, "production");
    EXPECT_EQ(project.overlay, hub("bedstone.production.yaml"));
    EXPECT_EQ(project.database.url->redacted(), "postgresql://db/hub");
    EXPECT_EQ(project.database.wait, milliseconds(10'000));
    ASSERT_EQ(project.database.extensions.size(), 1U);
    EXPECT_EQ(project.database.extensions[0].name, "c");
    EXPECT_EQ(project.drift, DriftPolicy::kFail);
    EXPECT_EQ(project_digest_inputs(project),
              (std::vector<std::string>{hub("bedstone.yaml"), hub("bedstone.production.yaml")}));
  }
  // --env beats BEDSTONE_ENV; an environment needs no overlay.
  EXPECT_EQ(loaded({{"BEDSTONE_ENV", "production"}}, {.env = "test"}).overlay, "");
}

TEST_F(ProjectTest, OnlyDevelopmentCreatesServerDatabasesUnasked) {
  write("bedstone.yaml", "name: hub\n");
  const auto may_create = [&](std::string url, std::string env) {
    return loaded({}, {.database = std::move(url), .env = std::move(env)}).may_create();
  };
  EXPECT_TRUE(may_create("sqlite:a.db", ""));
  EXPECT_TRUE(may_create("sqlite:a.db", "production"));
  EXPECT_FALSE(may_create("postgresql://h/d", ""));
  EXPECT_FALSE(may_create("postgresql://h/d", "production"));
  EXPECT_TRUE(may_create("postgresql://h/d", "development"));
  EXPECT_TRUE(may_create("postgresql://h/d", "dev"));
  write("bedstone.yaml", "database: {create: false}\n");
  EXPECT_FALSE(may_create("sqlite:a.db", "dev"));
}

TEST_F(ProjectTest, AMigrationsFolderAndAUrlAreAProject) {
  const Variables variables{{"DATABASE_URL", "sqlite:hub.db"}};
  struct Row {
    std::string_view file, dir;
  };
  static constexpr Row kRows[] = {
      {"src/main/resources/db/migration/V1__a.sql", "src/main/resources/db/migration"},
      {"supabase/migrations/1_a.sql", "supabase/migrations"},
      {"prisma/migrations/1_a/migration.sql", "prisma/migrations"},
      {"db/migrations/1_a.sql", "db/migrations"},
      {"migrations/1_a.sql", "migrations"},
  };
  // Each is preferred to those before it.
  for (const Row& row : kRows) {
    write(row.file, "");
    const Project project = loaded(variables);
    EXPECT_EQ(project.name, "hub");
    EXPECT_EQ(project.file, "");
    EXPECT_EQ(project.migrations.dir, hub(row.dir));
    EXPECT_EQ(project.seeds.dir, hub("seeds"));
    EXPECT_EQ(project.database.url->path(), hub("hub.db"));
    EXPECT_TRUE(project_digest_inputs(project).empty());
  }
  EXPECT_EQ(loaded({}, {.database = "sqlite:x.db"}).database.url->path(), hub("x.db"));
  EXPECT_EQ(refused(),
            "BED0110 no database is named (there is no bedstone.yaml, and DATABASE_URL is not set) "
            "-> export DATABASE_URL=…, or give it: --database sqlite:data/app.db\n");
}

TEST_F(ProjectTest, WhereThereIsNoProjectTheNextCommandIsNamed) {
  const Variables variables{{"DATABASE_URL", "sqlite:hub.db"}};
  EXPECT_EQ(
      refused(variables),
      "DIR/hub BED0010 DIR/hub does not exist (No such file or directory) -> check the path's "
      "spelling and the folder you are in\n");
  write("migrations/README.md", "");
  EXPECT_EQ(refused(variables),
            "BED0101 there is no project in DIR/hub (it has neither bedstone.yaml nor a folder "
            "migrations/ with .sql files) -> begin one: bedstone init DIR/hub\n");
  write("bedstone.yml", "");
  EXPECT_EQ(
      refused(variables),
      "BED0101 there is no bedstone.yaml in DIR/hub (the file there is called bedstone.yml) -> "
      "rename it: mv DIR/hub/bedstone.yml DIR/hub/bedstone.yaml\n");
  write("bedstone.yaml", "");
  EXPECT_EQ(
      refused(variables, {.folder = hub("migrations")}),
      "DIR/hub/bedstone.yaml BED0101 there is no bedstone.yaml in DIR/hub/migrations, but one "
      "in DIR/hub -> use that project: bedstone -C DIR/hub status; or begin one here: "
      "bedstone init\n");
  EXPECT_EQ(refused(variables, {.folder = hub("bedstone.yaml")}),
            "DIR/hub/bedstone.yaml BED0013 DIR/hub/bedstone.yaml is not a folder -> name the "
            "project's folder: bedstone -C DIR/hub\n");
}

TEST_F(ProjectTest, AFolderBelowAProjectIsNotTakenForOne) {
  write("bedstone.yaml", "");
  write("db/migrations/1_a.sql", "");
  const std::string here = files::current_folder();
  ASSERT_EQ(chdir(hub("db").c_str()), 0);
  const auto project = load_project({}, Environment(Variables{{"DATABASE_URL", "sqlite:hub.db"}}));
  ASSERT_EQ(chdir(here.c_str()), 0);
  ASSERT_FALSE(project.has_value());
  EXPECT_EQ(code_name(project.error()[0].code), "BED0101");
  EXPECT_NE(project.error()[0].hint.find("/hub status"), std::string::npos);
  // Naming the folder says that it is meant.
  EXPECT_EQ(loaded({{"DATABASE_URL", "sqlite:hub.db"}}, {.folder = hub("db")}).name, "db");
}

TEST_F(ProjectTest, SomethingElseInTheFilesPlaceIsNamed) {
  write("bedstone.yaml/x", "");
  EXPECT_EQ(refused(),
            "DIR/hub/bedstone.yaml BED0013 DIR/hub/bedstone.yaml is a folder -> name a file, or "
            "move what stands there out of the way\n");
}

TEST_F(ProjectTest, AMissingUrlIsNamedWithTheWaysToGiveIt) {
  EXPECT_EQ((write("bedstone.yaml", "name: hub\n"), refused()),
            "DIR/hub/bedstone.yaml BED0110 no database is named (DIR/hub/bedstone.yaml has no "
            "database.url, and DATABASE_URL is not set) -> export DATABASE_URL=…, or give it: "
            "--database sqlite:data/app.db\n");
  EXPECT_EQ((write("bedstone.yaml", "database:\n  url: ${DATABASE_URL}\n"), refused()),
            "DIR/hub/bedstone.yaml:2:8 BED0107 the environment variable DATABASE_URL is not set -> "
            "export DATABASE_URL=…, or give it a default in bedstone.yaml: ${DATABASE_URL:-…}\n");
}

TEST_F(ProjectTest, EnvironmentsAreChecked) {
  write("bedstone.yaml", "database: {url: sqlite:a.db}\n");
  write("bedstone.production.yaml", "");
  EXPECT_EQ(
      refused({}, {.env = "../etc"}),
      "BED0106 --env holds no name of an environment -> give it 1 to 63 letters, digits, _ and "
      "-: --env production\n");
  EXPECT_EQ(refused({{"BEDSTONE_ENV", "../etc"}}),
            "BED0106 BEDSTONE_ENV holds no name of an environment -> give it 1 to 63 letters, "
            "digits, _ and -: --env production\n");
  EXPECT_EQ(refused({}, {.env = "prodution"}),
            "DIR/hub/bedstone.production.yaml BED0106 the environment prodution has no overlay "
            "(bedstone.prodution.yaml does not exist, but bedstone.production.yaml does) -> use "
            "--env production, or make an empty overlay for the other name\n");
  EXPECT_EQ(
      refused({{"BEDSTONE_ENV", "prodution"}}),
      "DIR/hub/bedstone.production.yaml BED0106 the environment that BEDSTONE_ENV names has no "
      "overlay (its file does not exist, but bedstone.production.yaml does) -> use --env "
      "production, or make an empty overlay for the other name\n");
  std::filesystem::remove(hub("bedstone.yaml"));
  write("migrations/1_a.sql", "");
  EXPECT_EQ(refused({}, {.env = "production"}),
            "DIR/hub/bedstone.production.yaml BED0101 DIR/hub/bedstone.production.yaml overlays "
            "nothing: there is no bedstone.yaml beside it -> make an empty one: touch "
            "DIR/hub/bedstone.yaml\n");
}

TEST_F(ProjectTest, KeysAndValuesAreRefusedWithPlaceAndAdvice) {
  struct Row {
    std::string_view text, errors;
  };
  static constexpr Row kRows[] = {
      {"databse: {}\n", ":1:1 BED0105 there is no key databse -> did you mean database?\n"},
      {"database:\n  ur1: x\n", ":2:3 BED0105 there is no key database.ur1 -> did you mean url?\n"},
      {"url: x\n", ":1:1 BED0105 there is no key url -> it belongs elsewhere: database.url\n"},
      {"database: {drift: fail}\n",
       ":1:12 BED0105 there is no key database.drift -> it belongs elsewhere: drift\n"},
      {"drift: {polcy: fail}\n",
       ":1:9 BED0105 there is no key drift.polcy -> did you mean policy?\n"},
      {"drift: {policy: maybe}\n",
       ":1:17 BED0106 drift.policy cannot be the text \"maybe\" -> write one of: warn, fail\n"},
      {"drift: {ignore: audit}\n",
       ":1:17 BED0106 drift.ignore cannot be the text \"audit\" -> write a list of names, where * "
       "stands for any text: ignore: [audit_*, other]\n"},
      {"drift: {ignore: [a, a]}\n",
       ":1:21 BED0106 drift.ignore[1] names the same thing as an item before it -> keep one of the "
       "two\n"},
      {"seeds: {quux: 1}\n",
       ":1:9 BED0105 there is no key seeds.quux -> the keys here are: dir, auto\n"},
      {"postgres://u:hunter2@h/d: 1\n",
       ":1:1 BED0105 there is no key of this text -> the keys here are: version, name, database, "
       "migrations, seeds, settings, secrets, drift, on_failure, roles, backup, health\n"},
      {"version: 2\nnonsense: 1\n",
       ":1:10 BED0109 DIR/hub/bedstone.yaml is of format 2, and this Bedstone knows formats up to "
       "1 "
       "-> use a newer Bedstone; `bedstone --version` shows which one this is\n"},
      {"version: 0\n", ":1:10 BED0106 version cannot be 0 -> write version: 1\n"},
      {"version: one\n", ":1:10 BED0106 version cannot be the text \"one\" -> write version: 1\n"},
      {"- 1\n",
       ":1:1 BED0106 DIR/hub/bedstone.yaml holds a list instead of keys -> begin it with: version: "
       "1\n"},
      {"hunter2\n",
       ":1:1 BED0106 DIR/hub/bedstone.yaml holds a single value instead of keys -> begin it with: "
       "version: 1\n"},
      {"name: My Hub\n",
       ":1:7 BED0106 name cannot be the text \"My Hub\" -> write 1 to 63 lower-case letters, "
       "digits, _ and -, the first a letter or digit\n"},
      {"name: 12\n",
       ":1:7 BED0106 name cannot be 12 -> write 1 to 63 lower-case letters, digits, _ and -, the "
       "first a letter or digit\n"},
      {"database: postgresql://app:hunter2@db/hub\n",
       ":1:11 BED0106 database cannot be this text -> write keys below it, indented\n"},
      {"database: {url: [a]}\n",
       ":1:17 BED0106 database.url cannot be a list -> write sqlite:data/app.db, postgresql://… or "
       "${DATABASE_URL}\n"},
      {"database: {wait: soon}\n",
       ":1:18 BED0106 database.wait cannot be the text \"soon\" -> write a duration of up to 24 "
       "days, such as 250ms, 60s, 5m or 1h\n"},
      {"database: {wait: -1}\n",
       ":1:18 BED0106 database.wait cannot be -1 -> write a duration of up to 24 days, such as "
       "250ms, 60s, 5m or 1h\n"},
      {"database: {lock_timeout: 25d}\n",
       ":1:26 BED0106 database.lock_timeout cannot be the text \"25d\" -> write a duration of up "
       "to "
       "24 days, such as 250ms, 60s, 5m or 1h\n"},
      {"database: {pooled: maybe}\n",
       ":1:20 BED0106 database.pooled cannot be the text \"maybe\" -> write one of: auto, yes, "
       "no\n"},
      {"database: {schema: pg_temp}\n",
       ":1:20 BED0106 database.schema names a schema that is not for the project's objects -> "
       "choose another name, such as public; bedstone, information_schema and pg_… belong to "
       "Bedstone and PostgreSQL\n"},
      {"database: {schema: 2024}\n",
       ":1:20 BED0106 database.schema cannot be 2024 -> write a name of 1 to 63 bytes; quote it "
       "when it looks like a number\n"},
      {"database: {extensions: vector}\n",
       ":1:24 BED0106 database.extensions cannot be the text \"vector\" -> write a list: "
       "extensions: [{name: …}, …]\n"},
      {"database:\n  extensions: [a, {nam: b}, {name: a}, [c]]\n",
       ":2:19 BED0106 database.extensions[1].name is missing -> write a name of 1 to 63 bytes; "
       "quote it when it looks like a number\n"
       ":2:20 BED0105 there is no key database.extensions[1].nam -> did you mean name?\n"
       ":2:36 BED0106 database.extensions[2] names the same thing as an item before it -> keep one "
       "of the two\n"
       ":2:40 BED0106 database.extensions[3] cannot be a list -> write a name of 1 to 63 bytes; "
       "quote it when it looks like a number\n"},
      {"migrations: {format: bedstome, strict_order: yes, dir: ''}\n",
       ":1:22 BED0106 migrations.format cannot be the text \"bedstome\" -> write one of: bedstone; "
       "did "
       "you mean bedstone?\n"
       ":1:46 BED0106 migrations.strict_order cannot be the text \"yes\" -> write true or false, "
       "without quotes\n"
       ":1:56 BED0106 migrations.dir cannot be the text \"\" -> write a path; quote it when it "
       "looks like a number\n"},
      {"seeds: {auto: 'true'}\n",
       ":1:15 BED0106 seeds.auto cannot be the text \"true\" -> write true or false, without "
       "quotes\n"},
      {"roles: {read_only: hub_report}\n",
       ":1:20 BED0106 roles.read_only cannot be the text \"hub_report\" -> write a list of names: "
       "read_only: [one, another]\n"},
      {"roles: {read_write: [a, b], read_only: [b, c, c]}\n",
       ":1:47 BED0106 roles.read_only[2] names the same thing as an item before it -> keep one of "
       "the two\n"},
      {"roles: {read_write: [a, b], read_only: [b]}\n",
       ":1:41 BED0106 roles.read_only[0] stands in read_write too -> keep it in one of the two; "
       "read_write includes reading\n"},
      {"secrets: {key: hunter2}\n",
       ":1:16 BED0106 secrets.key cannot be this text -> write keys below it, indented\n"},
      {"secrets: {key: {env: 'hunter 2'}}\n",
       ":1:22 BED0106 secrets.key.env cannot be this text -> write a variable's name, without ${}: "
       "letters, digits and _\n"},
      {"secrets: {key: {command: [], timeout: soon}}\n",
       ":1:26 BED0106 secrets.key.command cannot be a list -> write a program and its arguments: "
       "command: [cat, /run/key]\n"
       ":1:39 BED0106 secrets.key.timeout cannot be the text \"soon\" -> write a duration of up "
       "to 24 days, such as 250ms, 60s, 5m or 1h\n"},
      {"secrets: {key: {file: a, env: B, machine: false}}\n",
       ":1:31 BED0106 secrets.key names two sources: file and env -> keep one of the two; where an "
       "overlay chooses another one, write null for the first there\n"},
      {"secrets: {key: {file: a, timeout: 5s}}\n",
       ":1:35 BED0106 secrets.key.timeout is for a command -> remove it\n"},
      {"secrets: {key: {credential: /run/key}}\n",
       ":1:29 BED0106 secrets.key.credential is a path -> write the credential's name, as in "
       "LoadCredential=NAME:PATH; for a path there is secrets.key.file\n"},
      {"database: {direct_url: postgresql://h/d}\n",
       ":1:24 BED0106 database.direct_url is for PostgreSQL only (it leads around a pooler, and "
       "SQLite has none) -> remove it, or write null where an overlay chooses SQLite\n"},
  };
  for (const Row& row : kRows) {
    std::string expected;
    for (std::string_view rest = row.errors; !rest.empty();) {
      const std::size_t end = rest.find('\n') + 1;
      expected.append("DIR/hub/bedstone.yaml").append(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    EXPECT_EQ(refused_text(row.text), expected) << row.text;
  }
}

TEST_F(ProjectTest, ASourceOfTheKeyIsReadWithItsPaths) {
  using Kind = Project::KeySource::Kind;
  const auto source = [&](std::string_view text) {
    write("bedstone.yaml",
          fmt::format("database: {{url: sqlite:a.db}}\nsecrets: {{key: {}}}\n", text));
    return loaded().secrets.key;
  };
  EXPECT_EQ(source("{}").kind, Kind::kNone);
  EXPECT_EQ(source("{machine: false}").kind, Kind::kNone);
  EXPECT_EQ(source("{machine: true}").kind, Kind::kMachine);
  EXPECT_EQ(source("{file: keys/hub}").text, hub("keys/hub"));
  EXPECT_EQ(source("{credential: hub.key}").kind, Kind::kCredential);
  EXPECT_EQ(source("{passphrase: {env: PHRASE}}").text, "PHRASE");
  const Project::KeySource command = source("{command: [pass, show, 7], timeout: 2s}");
  EXPECT_EQ(command.command, (std::vector<std::string>{"pass", "show", "7"}));
  EXPECT_EQ(command.timeout, std::chrono::seconds(2));
  EXPECT_EQ(command.place.line, 2U);
}

TEST_F(ProjectTest, ErrorsOfAnOverlayNameItsOwnPlaces) {
  write("bedstone.yaml",
        "database: {url: postgresql://h/d, direct_url: postgresql://h/d}\nnmae: a\n");
  write("bedstone.dev.yaml", "drift: never\nname: ${NAME}\nversion: 1\n");
  EXPECT_EQ(refused({}, {.env = "dev"}),
            "DIR/hub/bedstone.yaml:2:1 BED0105 there is no key nmae -> did you mean name?\n"
            "DIR/hub/bedstone.dev.yaml:1:8 BED0106 drift cannot be the text \"never\" -> write one "
            "of: warn, fail\n"
            "DIR/hub/bedstone.dev.yaml:2:7 BED0107 the environment variable NAME is not set -> "
            "export NAME=…, or give it a default in bedstone.dev.yaml: ${NAME:-…}\n");
  write("bedstone.yaml", "database: {url: postgresql://h/d, direct_url: postgresql://h/d}\n");
  write("bedstone.dev.yaml", "database: {url: postgresql://other/d}\n");
  EXPECT_EQ(
      refused({}, {.env = "dev"}),
      "DIR/hub/bedstone.yaml:1:47 BED0106 database.direct_url belongs to a URL that was "
      "replaced (DIR/hub/bedstone.dev.yaml has another database.url, but no direct_url of its "
      "own) -> write direct_url below url in DIR/hub/bedstone.dev.yaml too; null for none\n");
  write("bedstone.dev.yaml", "database: {url: sqlite:dev.db, direct_url: null}\n");
  EXPECT_EQ(refused({}, {.env = "dev"}), "loaded");
  write("bedstone.yaml", "a: [\n");
  write("bedstone.dev.yaml", "b: 1\nb: 2\n");
  const std::string both = refused({}, {.env = "dev"});
  EXPECT_NE(both.find("bedstone.yaml:2:1 BED0102"), std::string::npos) << both;
  EXPECT_NE(both.find("bedstone.dev.yaml:2:1 BED0103"), std::string::npos) << both;
}

TEST_F(ProjectTest, NoErrorHoldsAPasswordOrWhatAVariableHolds) {
  const Variables variables{{"DATABASE_URL", "hunter2"},
                            {"URL", "mysql://app:hunter2@db/hub"},
                            {"PG", "postgresql://app:hunter2@db:notaport/hub"},
                            {"VALUE", "hunter2 "},
                            {"BEDSTONE_ENV", ""}};
  static constexpr std::string_view kTexts[] = {
      "name: hub\n",
      "database: {url: \"${URL}\"}\n",
      "database: {url: \"${PG}\"}\n",
      "database: {url: mysql://app:hunter2@db/hub}\n",
      "database: {url: \"postgresql://app:hunter2@db:notaport/hub\"}\n",
      "database: {url: {hunter2@db: 1}, direct_url: [hunter2]}\n",
      "database: {url: sqlite:a.db, direct_url: \"${URL}\"}\n",
      "database: ${VALUE}\n",
      "name: ${VALUE}\n",
      "drift: ${VALUE}\n",
      "seeds: {auto: \"${VALUE}\"}\n",
      "database: {wait: \"${VALUE}\", pooled: \"${VALUE}\", schema: \"pg_${VALUE}\"}\n",
      "database: {extensions: [a, \"${VALUE}\", \"${VALUE}\"], url: \"${VALUE}\"}\n",
      "roles: {read_only: [\"${VALUE}\"], read_write: [\"${VALUE}\"]}\n",
      "migrations: {format: \"${VALUE}\"}\n",
      "version: ${VALUE}\n",
  };
  for (const std::string_view text : kTexts) {
    write("bedstone.yaml", text);
    const std::string errors = refused(variables);
    EXPECT_NE(errors, "loaded") << text;
    EXPECT_EQ(errors.find("hunter2"), std::string::npos) << errors;
  }
  EXPECT_EQ(refused(variables, {.database = "mysql://app:hunter2@db/hub"}).find("hunter2"),
            std::string::npos);
}

TEST_F(ProjectTest, AWrongUrlSaysWhereItCameFrom) {
  write("bedstone.yaml", "name: hub\n");
  EXPECT_TRUE(refused({{"DATABASE_URL", "x"}}).ends_with(" [reading DATABASE_URL]\n"));
  EXPECT_TRUE(refused({}, {.database = "x"}).ends_with(" [reading --database]\n"));
  write("bedstone.yaml", "database:\n  url: x\n");
  EXPECT_TRUE(refused().starts_with("DIR/hub/bedstone.yaml:2:8 BED0201 "));
  EXPECT_TRUE(refused().ends_with(" [reading database.url]\n"));
}

}  // namespace
}  // namespace bedstone
