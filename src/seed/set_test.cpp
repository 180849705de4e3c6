// What a set's file comes to, key by key, and what is refused with which words and where.
#include "seed/set.hpp"

#include "seed/test_support.hpp"
#include "tests/support/repository.hpp"

namespace bedstone::seed {
namespace {

using Names = std::vector<std::string>;

class SetFile : public SeedFolder {};

TEST_F(SetFile, EveryKeyFindsItsWayIntoTheSet) {
  const SeedSet set = read(R"(version: 1
table: llm_models
key: [account_id, provider]
mode: update
when: [dev, test]
rows:
  - {provider: ollama, model: small}
  - {provider: openai}
defaults:
  temperature: 0.7
columns:
  model_identifier: {from: model}
ignore: model
schema:
  required: [provider]
)");
  EXPECT_EQ(set.name, "roles");
  EXPECT_EQ(set.path, path("seeds/roles.yaml"));
  EXPECT_EQ(set.shown, "seeds/roles.yaml");
  EXPECT_EQ(set.table, "llm_models");
  EXPECT_EQ(set.table_place.line, 2U);
  EXPECT_EQ(set.key, (Names{"account_id", "provider"}));
  EXPECT_EQ(set.key_place.line, 3U);
  EXPECT_EQ(set.mode, Mode::kUpdate);
  EXPECT_FALSE(set.only_if_empty);
  EXPECT_TRUE(set.ledger);
  EXPECT_EQ(set.environments, (Names{"dev", "test"}));
  EXPECT_EQ(set.engine, std::nullopt);
  EXPECT_EQ(set.from.kind, RowsFrom::Kind::kInline);
  ASSERT_NE(set.rows, nullptr);
  EXPECT_EQ(set.rows->items().size(), 2U);
  ASSERT_EQ(set.defaults.size(), 1U);
  EXPECT_EQ(set.defaults[0].first, "temperature");
  EXPECT_EQ(set.defaults[0].second.kind, Expression::Kind::kLiteral);
  EXPECT_EQ(set.defaults[0].second.node->as_number(), 0.7);
  ASSERT_EQ(set.columns.size(), 1U);
  EXPECT_EQ(set.columns[0].second.kind, Expression::Kind::kField);
  EXPECT_EQ(set.columns[0].second.text, "model");
  EXPECT_EQ(set.columns[0].second.place.line, 12U);
  EXPECT_EQ(set.ignore, Names{"model"});
  ASSERT_NE(set.schema, nullptr);
  EXPECT_NE(set.schema->find("required"), nullptr);
}

TEST_F(SetFile, WhatIsLeftOutHasItsDefault) {
  const SeedSet set = read("table: roles\nrows: []\nkey:\nwhen: ~\ncolumns:\n");
  EXPECT_EQ(set.mode, Mode::kInsert);
  EXPECT_TRUE(set.key.empty());
  EXPECT_FALSE(set.only_if_empty);
  EXPECT_TRUE(set.ledger);
  EXPECT_TRUE(set.environments.empty());
  EXPECT_TRUE(set.columns.empty());
  EXPECT_EQ(set.schema, nullptr);
  EXPECT_TRUE(set.variables.empty());
  ASSERT_NE(set.rows, nullptr);
  EXPECT_TRUE(set.rows->items().empty());
}

TEST_F(SetFile, ModesLedgerAndOnlyIfAreRead) {
  EXPECT_EQ(read("{table: t, mode: sync, rows: []}").mode, Mode::kSync);
  EXPECT_EQ(read("{table: t, mode: insert, rows: []}").mode, Mode::kInsert);
  EXPECT_TRUE(read("{table: t, only_if: empty, rows: []}").only_if_empty);
  EXPECT_FALSE(read("{table: t, ledger: off, rows: []}").ledger);
  EXPECT_FALSE(read("{table: t, ledger: false, rows: []}").ledger);
  EXPECT_TRUE(read("{table: t, ledger: on, rows: []}").ledger);
  EXPECT_EQ(read("{table: t, key: email, rows: []}").key, Names{"email"});
  EXPECT_EQ(read("{table: \"2024\", rows: []}").table, "2024");
  EXPECT_EQ(read("{table: t, when: {env: dev}, rows: []}").environments, Names{"dev"});
}

TEST_F(SetFile, PathsOfRowsCountFromTheProjectsFolder) {
  struct Row {
    std::string_view text;
    RowsFrom::Kind kind;
  };
  using Kind = RowsFrom::Kind;
  static constexpr Row kRows[] = {
      {"config/a.yaml", Kind::kYaml},  {"config/a.YML", Kind::kYaml},       {"a.json", Kind::kJson},
      {"a.ndjson", Kind::kNdjson},     {"a.jsonl", Kind::kNdjson},          {"a.csv", Kind::kCsv},
      {"../shared/a.tsv", Kind::kCsv}, {"seeds/roles.d/a.sql", Kind::kSql},
  };
  for (const Row& row : kRows) {
    const SeedSet set = read(fmt::format("table: t\nrows: {{from: {}}}\n", row.text));
    EXPECT_EQ(set.from.kind, row.kind) << row.text;
    EXPECT_EQ(set.from.path, path(row.text));
    EXPECT_EQ(set.from.shown, row.text);
    EXPECT_EQ(set.from.place.line, 2U);
    EXPECT_EQ(set.from.place.column, 14U);
    EXPECT_FALSE(set.from.optional);
    EXPECT_EQ(set.rows, nullptr);
  }
  EXPECT_EQ(read("{table: t, rows: {from: /srv/a.csv}}").from.path, "/srv/a.csv");
}

TEST_F(SetFile, OptionsOfRowsAreRead) {
  const SeedSet tree = read(
      "{table: t, rows: {from: a, format: yaml, at: '/providers/{provider}/*', optional: true}}");
  EXPECT_EQ(tree.from.kind, RowsFrom::Kind::kYaml);
  EXPECT_EQ(tree.from.at, "/providers/{provider}/*");
  EXPECT_TRUE(tree.from.optional);

  const SeedSet plain = read("{table: t, rows: {from: a.csv}}");
  EXPECT_EQ(plain.from.delimiter, ',');
  EXPECT_EQ(plain.from.encoding, "utf-8");
  EXPECT_EQ(plain.from.null, std::nullopt);
  EXPECT_TRUE(plain.from.header);

  const SeedSet csv = read(R"(table: t
rows:
  from: a.txt
  format: csv
  delimiter: ";"
  encoding: latin1
  null: NULL
  header: false
  fields: [code, name]
)");
  EXPECT_EQ(csv.from.kind, RowsFrom::Kind::kCsv);
  EXPECT_EQ(csv.from.delimiter, ';');
  EXPECT_EQ(csv.from.encoding, "latin1");
  EXPECT_EQ(csv.from.null, "NULL");
  EXPECT_FALSE(csv.from.header);
  EXPECT_EQ(csv.from.fields, (Names{"code", "name"}));

  EXPECT_EQ(read("{table: t, rows: {from: a.csv, 'null': ''}}").from.null, "");
  EXPECT_EQ(read("{table: t, rows: {from: a.tsv}}").from.delimiter, '\t');
  EXPECT_EQ(read("{table: t, rows: {from: a.tsv, delimiter: '|'}}").from.delimiter, '|');
  EXPECT_EQ(read("{table: t, rows: {from: a.csv, delimiter: tab}}").from.delimiter, '\t');
}

TEST_F(SetFile, VariablesAreExpandedInValuesOnly) {
  variables({{"TABLE", "roles"},
             {"PATH_OF_ROWS", "config/x.yaml"},
             {"MODE", "update"},
             {"ON", "yes"},
             {"TRICK", "${TABLE}"}});
  const SeedSet set = read(
      "table: ${TABLE}\nmode: ${MODE}\nledger: ${ON}\n"
      "rows: {from: \"${PATH_OF_ROWS}\", optional: \"${ON}\"}\n"
      "columns: {\"${TABLE}\": \"${TRICK} ${UNSET:-x}\"}\n");
  EXPECT_EQ(set.table, "roles");
  EXPECT_EQ(set.mode, Mode::kUpdate);
  EXPECT_TRUE(set.from.optional);
  EXPECT_EQ(set.from.path, path("config/x.yaml"));
  ASSERT_EQ(set.columns.size(), 1U);
  EXPECT_EQ(set.columns[0].first, "${TABLE}");
  EXPECT_EQ(set.columns[0].second.node->text(), "${TABLE} x");
  EXPECT_EQ(set.variables, (Names{"MODE", "ON", "PATH_OF_ROWS", "TABLE", "TRICK", "UNSET"}));
}

TEST_F(SetFile, WhatAVariableHoldsIsNeverShown) {
  variables({{"LIST", "[a, b]"}, {"NONE", "x"}, {"SECRET", "hunter2"}});
  EXPECT_EQ(refused("{table: t, mode: \"${SECRET}\", rows: \"${LIST}\"}"),
            "1:18 BED0701 mode cannot be what ${SECRET} expands to -> write one of: insert, "
            "update, sync\n"
            "1:37 BED0701 rows cannot be what ${LIST} expands to -> write a list of rows, or where "
            "they are: rows: {from: seeds/countries.csv}\n");
}

TEST_F(SetFile, TheNamesOfAllVariablesAreGathered) {
  variables({{"B", "b"}});
  const SeedSet set = read(R"(table: t
rows:
  - {name: "${B}", hash: {password: {env: Z, or: {generate: password}}}, text: {env: A}}
  - {name: x, other: {not: {env: N}}}
columns:
  c: {ref: accounts, email: {env: E}}
  d: {uuid: [name]}
)");
  EXPECT_EQ(set.variables, (Names{"A", "B", "E", "Z"}));
}

TEST_F(SetFile, EveryMistakeIsNamedWithItsPlaceAndTheWayOut) {
  struct Row {
    std::string_view text, errors;
  };
  static constexpr Row kRows[] = {
      {"", "1:1 BED0701 seeds/roles.yaml holds nothing -> begin it with table: roles\n"},
      {"just text",
       "1:1 BED0701 seeds/roles.yaml holds a single value instead of keys -> begin it with table: "
       "roles\n"},
      {"- {name: admin}\n",
       "1:1 BED0701 seeds/roles.yaml holds a list, and a seed set begins with keys -> begin it "
       "with table: roles, and put the list below rows:; or let another set name it: rows: {from: "
       "seeds/roles.yaml}\n"},
      {"table: t\nrows: [",
       "3:1 BED0102 seeds/roles.yaml is not valid YAML: did not find expected node content (while "
       "parsing a flow node that begins in line 3, column 1) -> check the quotes, colons and "
       "indentation around this place\n"},
      {"table: t\ntable: u\nrows: []",
       "2:1 BED0103 the key table stands here a second time (the first one is in line 1, column 1) "
       "-> keep one of the two\n"},
      {"version: 2\nsurprise: x",
       "1:10 BED0109 seeds/roles.yaml is of format 2, and this Bedstone knows formats up to 1 -> "
       "use a newer Bedstone; `bedstone --version` shows which one this is\n"},
      {"version: one\ntable: t\nrows: []",
       "1:10 BED0701 version cannot be the text \"one\" -> write version: 1\n"},
      {"rows: []", "1:1 BED0701 table is missing -> say whose rows these are: table: roles\n"},
      {"table: t",
       "1:1 BED0701 rows is missing -> write a list of rows, or where they are: rows: {from: "
       "seeds/countries.csv}\n"},
      {"table: 12\nrows: []",
       "1:8 BED0701 table cannot be 12 -> write the name of a table; quote it when it looks like a "
       "number\n"},
      {"table: [a]\nrows: []",
       "1:8 BED0701 table cannot be a list -> write the name of a table; quote it when it looks "
       "like a number\n"},
      {"table: t\nrow: []\nrows: []", "2:1 BED0105 there is no key row -> did you mean rows?\n"},
      {"table: t\ncompletely_else: 1\nrows: []",
       "2:1 BED0105 there is no key completely_else -> the keys here are: version, table, key, "
       "mode, only_if, ledger, when, rows, defaults, columns, ignore, schema\n"},
      {"table: t\nrows: []\nkey: []",
       "3:6 BED0701 key cannot be an empty list -> name at least one, or remove the key: key: "
       "[email]\n"},
      {"table: t\nrows: []\nkey: [a, a]",
       "3:10 BED0701 key names the same thing twice -> keep one of the two\n"},
      {"table: t\nrows: []\nkey: {a: 1}",
       "3:6 BED0701 key cannot be a mapping -> write a name or a list of names: key: [email]\n"},
      {"table: t\nrows: []\nmode: upsert",
       "3:7 BED0701 mode cannot be the text \"upsert\" -> write one of: insert, update, sync; did "
       "you mean insert?\n"},
      {"table: t\nrows: []\nmode: updat",
       "3:7 BED0701 mode cannot be the text \"updat\" -> write one of: insert, update, sync; did "
       "you mean update?\n"},
      {"table: t\nrows: []\nonly_if: full",
       "3:10 BED0701 only_if cannot be the text \"full\" -> write only_if: empty\n"},
      {"table: t\nrows: []\nmode: sync\nonly_if: empty",
       "4:10 BED0701 only_if: empty does not go with mode: sync -> remove only_if, and rows that "
       "are there already are compared; or write mode: insert\n"},
      {"table: t\nrows: []\nledger: sometimes",
       "3:9 BED0701 ledger cannot be the text \"sometimes\" -> write one of: on, off\n"},
      {"table: t\nrows: []\nmode: update\nledger: off",
       "4:9 BED0701 mode: update does not go without the ledger -> remove ledger: off; only the "
       "ledger tells an operator's values from the file's\n"},
      {"table: t\nrows: []\nwhen: {environment: dev}",
       "3:8 BED0105 there is no key when.environment -> did you mean env?\n"},
      {"table: t\nrows: []\nwhen: {}",
       "3:7 BED0701 when names no environment -> write when: dev\n"},
      {"table: t\nrows: []\nwhen: [[a]]",
       "3:8 BED0701 when cannot be a list -> write a name or a list of names: when: [dev, test]\n"},
      {"table: t\nrows: []\ncolumns: [a]",
       "3:10 BED0701 columns cannot be a list -> write columns and values: columns: {active: "
       "true}\n"},
      {"table: t\nrows: []\ndefaults: 5",
       "3:11 BED0701 defaults cannot be 5 -> write columns and values: defaults: {active: true}\n"},
      {"table: t\nrows: []\nignore: {a: b}",
       "3:9 BED0701 ignore cannot be a mapping -> write a name or a list of names: ignore: "
       "[roles]\n"},
      {"table: t\nrows: []\nschema: strict",
       "3:9 BED0701 schema cannot be the text \"strict\" -> write a JSON Schema of one row: "
       "schema: {required: [email]}\n"},
      {"table: t\nrows: seeds/a.csv",
       "2:7 BED0701 rows cannot be the text \"seeds/a.csv\" -> write a list of rows, or where they "
       "are: rows: {from: seeds/countries.csv}\n"},
      {"table: t\nrows:\n  - {a: 1}\n  - admin\n  - [a]",
       "4:5 BED0701 row 2 is a single value, and not a mapping -> write columns and values: - "
       "{name: admin}\n"
       "5:5 BED0701 row 3 is a list, and not a mapping -> write columns and values: - {name: "
       "admin}\n"},
      {"table: t\nrows: {at: /a}",
       "2:7 BED0701 rows.from is missing -> write where the rows are: rows: {from: "
       "seeds/countries.csv}; or the rows themselves as a list\n"},
      {"table: t\nrows: {form: a.csv}",
       "2:7 BED0701 rows.from is missing -> write where the rows are: rows: {from: "
       "seeds/countries.csv}; or the rows themselves as a list\n"
       "2:8 BED0105 there is no key rows.form -> did you mean from?\n"},
      {"table: t\nrows: {from: 12}",
       "2:14 BED0701 rows.from cannot be 12 -> write a path from the project's folder\n"},
      {"table: t\nrows: {from: a.txt}",
       "2:14 BED0701 what a.txt holds cannot be told from its name -> add format: one of yaml, "
       "json, ndjson, csv, sql\n"},
      {"table: t\nrows: {from: a.txt, format: xml}",
       "2:29 BED0701 rows.format cannot be the text \"xml\" -> write one of: yaml, json, ndjson, "
       "csv, sql\n"},
      {"table: t\nrows: {from: a.csv, at: /x}",
       "2:25 BED0701 rows.at is for YAML and JSON only -> remove it, or say format: when the "
       "file's name misleads\n"},
      {"table: t\nrows: {from: a.yaml, at: users/*}",
       "2:26 BED0701 rows.at cannot be this text -> write the way from the top: /users/*, or "
       "/providers/{provider}/*\n"},
      {"table: t\nrows: {from: a.yaml, delimiter: ';', header: true}",
       "2:33 BED0701 rows.delimiter is for CSV only -> remove it, or say format: when the file's "
       "name misleads\n"
       "2:46 BED0701 rows.header is for CSV only -> remove it, or say format: when the file's name "
       "misleads\n"},
      {"table: t\nrows: {from: a.csv, delimiter: ab}",
       "2:32 BED0701 rows.delimiter cannot be the text \"ab\" -> write one character in quotes, "
       "such as \";\", or tab\n"},
      {"table: t\nrows: {from: a.csv, delimiter: '\"'}",
       "2:32 BED0701 rows.delimiter cannot be this text -> write one character in quotes, such as "
       "\";\", or tab\n"},
      {"table: t\nrows: {from: a.csv, null: [a]}",
       "2:27 BED0701 rows.null cannot be a list -> write the text that stands for NULL in the "
       "file: null: NULL, or null: \"\"\n"},
      {"table: t\nrows: {from: a.csv, optional: maybe}",
       "2:31 BED0701 rows.optional cannot be the text \"maybe\" -> write true or false, without "
       "quotes\n"},
      {"table: t\nrows: {from: a.csv, fields: [a]}",
       "2:29 BED0701 rows.fields is for files whose first line is no header -> write header: false "
       "beside it; to rename fields use columns: {name: {from: title}}\n"},
      {"table: t\nrows: {from: a.csv, header: false}",
       "2:29 BED0701 a file without a header needs rows.fields -> name its columns in order: "
       "fields: [code, name]\n"},
      {"table: ${NONE}\nmode: x\nrows: []",
       "1:8 BED0107 the environment variable NONE is not set -> export NONE=…, or give it a "
       "default in roles.yaml: ${NONE:-…}\n"
       "2:7 BED0701 mode cannot be the text \"x\" -> write one of: insert, update, sync\n"},
  };
  for (const Row& row : kRows)
    EXPECT_EQ(refused(row.text), row.errors) << row.text;
}

TEST_F(SetFile, AllMistakesAreToldInTheOrderOfTheirPlaces) {
  EXPECT_EQ(refused("colums: {}\nmode: 1\nrows: {from: a.csv, at: /x, headr: true}\nledger: 3\n"),
            "1:1 BED0105 there is no key colums -> did you mean columns?\n"
            "1:1 BED0701 table is missing -> say whose rows these are: table: roles\n"
            "2:7 BED0701 mode cannot be 1 -> write one of: insert, update, sync\n"
            "3:25 BED0701 rows.at is for YAML and JSON only -> remove it, or say format: when the "
            "file's name misleads\n"
            "3:29 BED0105 there is no key rows.headr -> did you mean header?\n"
            "4:9 BED0701 ledger cannot be 3 -> write one of: on, off\n");
}

TEST_F(SetFile, TheSetsInTheDocumentationAreRead) {
  const auto page = files::read(test::repository_path("docs/seeds.md"));
  ASSERT_TRUE(page.has_value());
  constexpr std::string_view kFence = "```yaml\n";
  int sets = 0;
  for (std::size_t at = page->find(kFence); at != page->npos; at = page->find(kFence, at)) {
    at += kFence.size();
    const std::string block = page->substr(at, page->find("```", at) - at);
    at += block.size();
    if (block.find("table:") == block.npos) continue;
    EXPECT_EQ(refused(block), "read");
    ++sets;
  }
  EXPECT_EQ(sets, 2);
}

TEST_F(SetFile, FilesThatCannotBeReadAreNamed) {
  EXPECT_EQ(refused_file("seeds/none.yaml"),
            "seeds/none.yaml BED0010 seeds/none.yaml does not exist (No such file or directory) -> "
            "check the path's spelling and the folder you are in\n");
  EXPECT_EQ(refused_file("seeds/notes.txt"),
            "seeds/notes.txt BED0701 seeds/notes.txt is no seed set (sets end in .yaml, rows in "
            ".csv, .json, .ndjson or .sql) -> give it one of these endings\n");
}

}  // namespace
}  // namespace bedstone::seed
