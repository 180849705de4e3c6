// Which files of a folder are sets, under which names, and where they count.
#include "seed/set_name.hpp"
#include "seed/test_support.hpp"

namespace bedstone::seed {
namespace {

using Names = std::vector<std::string>;

class SetFolder : public SeedFolder {
 protected:
  static Names names(const SetList& list) {
    Names names;
    for (const SeedSet& set : list.sets)
      names.push_back(set.name);
    return names;
  }
  static std::string broken(const SetList& list) {
    std::string text;
    for (const auto& [file, errors] : list.broken)
      text += file + "\n" + test::render(errors);
    return text;
  }
  void set(std::string_view file, std::string_view more = "rows: []\n") const {
    write(file, fmt::format("table: t\n{}", more));
  }
};

TEST(SetName, NumbersAndEndingsAreNoPartOfIt) {
  struct Row {
    std::string_view file, name, environment;
    std::optional<db::Engine> engine;
    RowsFrom::Kind kind;
  };
  using Kind = RowsFrom::Kind;
  static constexpr Row kRows[] = {
      {"seeds/10-roles.yaml", "roles", "", {}, Kind::kYaml},
      {"10_roles.yml", "roles", "", {}, Kind::kYaml},
      {"010. roles.YAML", "roles", "", {}, Kind::kYaml},
      {"roles.yaml", "roles", "", {}, Kind::kYaml},
      {"3d_models.yaml", "3d_models", "", {}, Kind::kYaml},
      {"2024.csv", "2024", "", {}, Kind::kCsv},
      {"10-.yaml", "10-", "", {}, Kind::kYaml},
      {"10-llm-models.csv", "llm-models", "", {}, Kind::kCsv},
      {"roles.dev.yaml", "roles", "dev", {}, Kind::kYaml},
      {"20-roles.prod.csv", "roles", "prod", {}, Kind::kCsv},
      {"search.sqlite.sql", "search", "", db::Engine::kSqlite, Kind::kSql},
      {"search.postgres.sql", "search", "", db::Engine::kPostgres, Kind::kSql},
      {"a.ndjson", "a", "", {}, Kind::kNdjson},
      {"a.jsonl", "a", "", {}, Kind::kNdjson},
      {"a.json", "a", "", {}, Kind::kJson},
      {"a.tsv", "a", "", {}, Kind::kCsv},
  };
  for (const Row& row : kRows) {
    const auto name = parse_set_name(row.file);
    ASSERT_TRUE(name.has_value() && name->has_value()) << row.file;
    EXPECT_EQ((*name)->name, row.name) << row.file;
    EXPECT_EQ((*name)->environment, row.environment) << row.file;
    EXPECT_EQ((*name)->engine, row.engine) << row.file;
    EXPECT_EQ((*name)->kind, row.kind) << row.file;
  }
}

TEST(SetName, OtherFilesAreNoSetsAndUnclearNamesAreRefused) {
  for (const std::string_view file : {"README.md", "roles", ".gitignore", ".yaml", "roles.yaml~"}) {
    const auto name = parse_set_name(file);
    ASSERT_TRUE(name.has_value()) << file;
    EXPECT_FALSE(name->has_value()) << file;
  }
  const auto refused = [](std::string_view file) {
    const auto name = parse_set_name(file);
    return name ? std::string("read") : test::render({name.error()});
  };
  EXPECT_EQ(refused("seeds/a.b.c.yaml"),
            "seeds/a.b.c.yaml BED0701 seeds/a.b.c.yaml has too many points in its name (a file is "
            "named NAME.yaml, or NAME.ENVIRONMENT.yaml when it is for one environment) -> write _ "
            "or - instead of the first ones\n");
  EXPECT_EQ(
      refused("seeds/roles..yaml"),
      "seeds/roles..yaml BED0701 seeds/roles..yaml has no name (a file is named NAME.yaml, or "
      "NAME.ENVIRONMENT.yaml when it is for one environment) -> give it one: roles.yaml\n");
  EXPECT_EQ(refused("seeds/.dev.yaml"),
            "seeds/.dev.yaml BED0701 seeds/.dev.yaml has no name (a file is named NAME.yaml, or "
            "NAME.ENVIRONMENT.yaml when it is for one environment) -> give it one: roles.yaml\n");
}

TEST_F(SetFolder, AMissingFolderHoldsNoSets) {
  const SetList sets = list();
  EXPECT_TRUE(sets.sets.empty());
  EXPECT_TRUE(sets.broken.empty());
}

// shows: E6
TEST_F(SetFolder, EveryFileIsASetInTheOrderOfTheirNames) {
  set("seeds/20-accounts.yaml");
  set("seeds/10-roles.yaml");
  write("seeds/countries.csv", "code\nde\n");
  write("seeds/README.md", "# Seeds\n");
  set("seeds/deeper/other.yaml");
  EXPECT_EQ(names(list()), (Names{"roles", "accounts", "countries"}));
  set("seeds/15-tools.yaml");
  EXPECT_EQ(names(list()), (Names{"roles", "tools", "accounts", "countries"}));
}

TEST_F(SetFolder, ADataFileThatStandsAloneIsASetOfItsTable) {
  write("seeds/10-countries.csv", "code\nde\n");
  write("seeds/cities.tsv", "name\tcode\n");
  write("seeds/search.sqlite.sql", "select 1;");
  const SetList found = list();
  ASSERT_EQ(found.sets.size(), 3U) << broken(found);
  const SeedSet& csv = found.sets[0];
  EXPECT_EQ(csv.name, "countries");
  EXPECT_EQ(csv.table, "countries");
  EXPECT_EQ(csv.mode, Mode::kInsert);
  EXPECT_EQ(csv.from.kind, RowsFrom::Kind::kCsv);
  EXPECT_EQ(csv.from.path, path("seeds/10-countries.csv"));
  EXPECT_EQ(csv.from.shown, "seeds/10-countries.csv");
  EXPECT_EQ(csv.from.delimiter, ',');
  EXPECT_EQ(csv.table_place.file, "seeds/10-countries.csv");
  EXPECT_EQ(csv.rows, nullptr);
  EXPECT_EQ(found.sets[1].from.delimiter, '\t');
  EXPECT_EQ(found.sets[2].engine, db::Engine::kSqlite);
  EXPECT_EQ(found.sets[2].from.kind, RowsFrom::Kind::kSql);
}

TEST_F(SetFolder, AFileThatASetTakesItsRowsFromIsNone) {
  set("seeds/10-lands.yaml", "rows: {from: seeds/countries.csv}\n");
  write("seeds/countries.csv", "code\nde\n");
  set("seeds/20-models.yaml", "rows: {from: ./seeds/../seeds/data.yaml}\n");
  write("seeds/data.yaml", "- {name: a}\n");
  set("seeds/30-dev.dev.yaml", "rows: {from: seeds/dev_rows.json}\n");
  write("seeds/dev_rows.json", "[]");
  const SetList found = list();
  EXPECT_EQ(names(found), (Names{"lands", "models"})) << broken(found);
  EXPECT_EQ(broken(found), "");
  ASSERT_EQ(found.elsewhere.size(), 1U);
  EXPECT_EQ(found.elsewhere[0].first, "dev");
}

TEST_F(SetFolder, WhileASetCannotBeReadNoDataFileIsTakenForOne) {
  write("seeds/10-lands.yaml", "table: [");
  write("seeds/countries.csv", "code\nde\n");
  set("seeds/20-roles.yaml");
  const SetList found = list();
  EXPECT_EQ(names(found), Names{"roles"});
  EXPECT_EQ(
      broken(found),
      "seeds/10-lands.yaml\n"
      "seeds/10-lands.yaml:2:1 BED0102 seeds/10-lands.yaml is not valid YAML: did not find "
      "expected node content (while parsing a flow node that begins in line 2, column 1) -> check "
      "the quotes, colons and indentation around this place\n"
      "seeds/countries.csv\n"
      "seeds/countries.csv BED0708 seeds/countries.csv is left out for now (seeds/10-lands.yaml "
      "may take its rows from it, and cannot be read) -> mend seeds/10-lands.yaml first\n");
}

TEST_F(SetFolder, ABrokenSetLeavesTheOthersAlone) {
  set("seeds/10-roles.yaml", "row: []\n");
  set("seeds/20-tools.yaml");
  write("seeds/countries.csv", "code\nde\n");
  write("seeds/a.b.c.yaml", "table: x\n");
  const SetList found = list();
  EXPECT_EQ(names(found), (Names{"tools", "countries"}));
  EXPECT_EQ(broken(found),
            "seeds/10-roles.yaml\n"
            "seeds/10-roles.yaml:1:1 BED0701 rows is missing -> write a list of rows, or where "
            "they are: rows: {from: seeds/countries.csv}\n"
            "seeds/10-roles.yaml:2:1 BED0105 there is no key row -> did you mean rows?\n"
            "seeds/a.b.c.yaml\n"
            "seeds/a.b.c.yaml BED0701 seeds/a.b.c.yaml has too many points in its name (a file is "
            "named NAME.yaml, or NAME.ENVIRONMENT.yaml when it is for one environment) -> write _ "
            "or - instead of the first ones\n");
}

TEST_F(SetFolder, SetsCountWhereTheirNameOrWhenSays) {
  set("seeds/roles.dev.yaml");
  set("seeds/roles.prod.yaml");
  set("seeds/samples.yaml", "when: [dev, test]\nrows: []\n");
  set("seeds/tools.yaml");
  write("seeds/people.test.csv", "name\n");
  EXPECT_EQ(names(list()), Names{"tools"});
  env_ = "dev";
  const SetList dev = list();
  EXPECT_EQ(names(dev), (Names{"roles", "samples", "tools"}));
  EXPECT_EQ(dev.sets[0].environments, Names{"dev"});
  ASSERT_EQ(dev.elsewhere.size(), 2U);
  EXPECT_EQ(dev.elsewhere[0].first, "people");
  EXPECT_EQ(dev.elsewhere[0].second, Names{"test"});
  EXPECT_EQ(dev.elsewhere[1].first, "roles");
  EXPECT_EQ(dev.elsewhere[1].second, Names{"prod"});
  env_ = "test";
  EXPECT_EQ(names(list()), (Names{"people", "samples", "tools"}));
  EXPECT_EQ(broken(list()), "");
}

TEST_F(SetFolder, VariablesOfSetsThatDoNotCountMayBeUnset) {
  set("seeds/samples.dev.yaml", "rows: [{name: \"${SAMPLE_NAME}\"}]\n");
  EXPECT_EQ(broken(list()), "");
  env_ = "dev";
  EXPECT_EQ(
      broken(list()),
      "seeds/samples.dev.yaml\n"
      "seeds/samples.dev.yaml:2:16 BED0107 the environment variable SAMPLE_NAME is not set -> "
      "export SAMPLE_NAME=…, or give it a default in samples.dev.yaml: ${SAMPLE_NAME:-…}\n");
  variables({{"HERE", "dev"}, {"NONE", "x"}, {"SAMPLE_NAME", "Ada"}});
  EXPECT_EQ(names(list()), Names{"samples"});
  set("seeds/more.yaml", "when: ${HERE}\nrows: []\n");
  EXPECT_EQ(names(list()), (Names{"more", "samples"}));
}

TEST_F(SetFolder, WhenAndAFilesNameMustMeet) {
  set("seeds/a.dev.yaml", "when: [dev, test]\nrows: []\n");
  set("seeds/b.dev.yaml", "when: prod\nrows: []\n");
  EXPECT_EQ(broken(list()),
            "seeds/b.dev.yaml\n"
            "seeds/b.dev.yaml:2:7 BED0701 the set counts nowhere: its file's name says dev, and "
            "when does not -> rename the file, or remove when:\n");
  env_ = "test";
  EXPECT_TRUE(names(list()).empty());
  env_ = "dev";
  EXPECT_EQ(names(list()), Names{"a"});
}

TEST_F(SetFolder, TwoSetsOfOneNameAreRefusedWhereTheyMeet) {
  set("seeds/10-roles.yaml");
  write("seeds/20-roles.csv", "name\n");
  set("seeds/tools.yaml");
  const SetList found = list();
  EXPECT_EQ(names(found), Names{"tools"});
  EXPECT_EQ(broken(found),
            "seeds/20-roles.csv\n"
            "seeds/20-roles.csv BED0702 two seed sets are called roles (seeds/10-roles.yaml and "
            "seeds/20-roles.csv) -> rename one of them; a set's name is its file's without number "
            "and ending\n");
}

TEST_F(SetFolder, OneNameInTwoEnvironmentsOrEnginesIsOneSet) {
  set("seeds/roles.dev.yaml");
  set("seeds/10-roles.prod.yaml");
  write("seeds/search.sqlite.sql", "select 1;");
  write("seeds/search.postgres.sql", "select 1;");
  env_ = "dev";
  EXPECT_EQ(names(list()), (Names{"roles", "search", "search"}));
  EXPECT_EQ(broken(list()), "");
  // Broken as it is, it is known to be for another environment, and in nobody's way by its name.
  write("seeds/roles.test.yaml", "table: [");
  const SetList found = list();
  EXPECT_EQ(names(found), Names{"roles"});
  EXPECT_EQ(broken(found),
            "seeds/roles.test.yaml\n"
            "seeds/roles.test.yaml:2:1 BED0102 seeds/roles.test.yaml is not valid YAML: did not "
            "find expected node content (while parsing a flow node that begins in line 2, column "
            "1) -> check the quotes, colons and indentation around this place\n"
            "seeds/search.postgres.sql\n"
            "seeds/search.postgres.sql BED0708 seeds/search.postgres.sql is left out for now "
            "(seeds/roles.test.yaml may take its rows from it, and cannot be read) -> mend "
            "seeds/roles.test.yaml first\n"
            "seeds/search.sqlite.sql\n"
            "seeds/search.sqlite.sql BED0708 seeds/search.sqlite.sql is left out for now "
            "(seeds/roles.test.yaml may take its rows from it, and cannot be read) -> mend "
            "seeds/roles.test.yaml first\n");
}

}  // namespace
}  // namespace bedstone::seed
