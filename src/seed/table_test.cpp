// Tables as seeding sees them.
#include "seed/table.hpp"

#include <gtest/gtest.h>

namespace bedstone::seed {
namespace {

using db::Engine;

// shows: S7
TEST(KindOf, ComesFromTheEnginesOwnNames) {
  struct Case {
    Engine engine;
    std::string_view type;
    ColumnKind kind;
  };
  const Case cases[] = {
      {Engine::kPostgres, "integer", ColumnKind::kInteger},
      {Engine::kPostgres, "bigint", ColumnKind::kInteger},
      {Engine::kPostgres, "double precision", ColumnKind::kReal},
      {Engine::kPostgres, "numeric(10,2)", ColumnKind::kNumeric},
      {Engine::kPostgres, "boolean", ColumnKind::kBoolean},
      {Engine::kPostgres, "jsonb", ColumnKind::kJson},
      {Engine::kPostgres, "bytea", ColumnKind::kBytes},
      {Engine::kPostgres, "character varying(20)", ColumnKind::kText},
      {Engine::kPostgres, "text[]", ColumnKind::kArray},
      {Engine::kPostgres, "integer[]", ColumnKind::kArray},
      {Engine::kPostgres, "uuid", ColumnKind::kOther},
      {Engine::kPostgres, "interval", ColumnKind::kOther},
      {Engine::kPostgres, "timestamp with time zone", ColumnKind::kOther},
      {Engine::kPostgres, "vector(3)", ColumnKind::kOther},
      {Engine::kPostgres, "mood", ColumnKind::kOther},
      {Engine::kSqlite, "INTEGER", ColumnKind::kInteger},
      {Engine::kSqlite, "VARCHAR(20)", ColumnKind::kText},
      {Engine::kSqlite, "BLOB", ColumnKind::kBytes},
      {Engine::kSqlite, "Boolean", ColumnKind::kBoolean},
      {Engine::kSqlite, "JSON", ColumnKind::kJson},
      {Engine::kSqlite, "DOUBLE PRECISION", ColumnKind::kReal},
      {Engine::kSqlite, "DECIMAL(10, 2)", ColumnKind::kNumeric},
      {Engine::kSqlite, "DATETIME", ColumnKind::kOther},
      {Engine::kSqlite, "", ColumnKind::kOther},
  };
  for (const Case& one : cases)
    EXPECT_EQ(kind_of(one.engine, one.type), one.kind) << one.type;
}

schema::Schema zoo(Engine engine) {
  schema::Schema schema;
  schema.engine = engine;
  schema::Table& animals = schema.tables.emplace_back();
  animals.name = "animals";
  animals.columns = {
      {.name = "id", .type = engine == Engine::kSqlite ? "INTEGER" : "integer", .nullable = false},
      {.name = "name", .type = "text", .nullable = false, .collation = "nocase"},
      {.name = "keeper", .type = "integer"}};
  animals.primary_key = schema::Key{.columns = {"id"}};
  schema::Index& index = animals.indexes.emplace_back();
  index.unique = index.valid = true;
  index.columns = {{.text = "name"}};
  schema::Index& partial = animals.indexes.emplace_back();
  partial.unique = partial.valid = true;
  partial.columns = {{.text = "keeper"}};
  partial.predicate = "keeper > 1";
  schema::ForeignKey& key = animals.foreign_keys.emplace_back();
  key.columns = {"keeper"};
  key.table = "keepers";
  key.referenced_columns = {"number"};
  schema::Table& keepers = schema.tables.emplace_back();
  keepers.name = "keepers";
  keepers.columns = {{.name = "id", .type = "integer"}, {.name = "number", .type = "integer"}};
  keepers.primary_key = schema::Key{.columns = {"id"}};
  return schema;
}

TEST(TargetTable, KnowsWhatFillsItselfAndWhatIsUnique) {
  const auto sqlite = target_table(zoo(Engine::kSqlite), "animals", {});
  ASSERT_TRUE(sqlite.has_value());
  EXPECT_TRUE(sqlite->find("id")->has_default);  // The rowid.
  EXPECT_EQ(sqlite->find("name")->collation, "nocase");
  const auto postgres = target_table(zoo(Engine::kPostgres), "animals", {});
  ASSERT_TRUE(postgres.has_value());
  EXPECT_FALSE(postgres->find("id")->has_default);
  const std::vector<std::vector<std::string>> unique{{"id"}, {"name"}};
  EXPECT_EQ(postgres->unique_keys, unique);
  EXPECT_EQ(postgres->find("nothing"), nullptr);
}

TEST(TargetTable, AReferenceGivesWhatTheForeignKeyPointsToElseThePrimaryKey) {
  const schema::Schema schema = zoo(Engine::kPostgres);
  const auto animals = target_table(schema, "animals", {});
  const auto keepers = target_table(schema, "keepers", {});
  ASSERT_TRUE(animals.has_value() && keepers.has_value());
  EXPECT_EQ(keepers->referenced_column(*animals, "keeper"), "number");
  EXPECT_EQ(keepers->referenced_column(*animals, "name"), "id");
}

// shows: PR8
TEST(TargetTable, WhatIsMissingHasANearestOne) {
  const schema::Schema schema = zoo(Engine::kPostgres);
  const auto missing = target_table(schema, "animal", {"seeds/a.yaml", 3, 8});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kObjectMissing);
  EXPECT_EQ(missing.error().hint, "did you mean animals?");
  EXPECT_EQ(missing.error().place.line, 3U);
  const auto animals = target_table(schema, "animals", {});
  ASSERT_TRUE(animals.has_value());
  EXPECT_EQ(no_column(*animals, "nam", {}).hint, "did you mean name?");
  EXPECT_EQ(no_column(*animals, "wingspan", {}).code, ErrorCode::kSeedColumn);
}

// shows: S4
TEST(Defaults, AreConstantWhenTheySayTheSameForEveryRow) {
  for (const char* constant :
       {"0", "-1.5", "(-1)", "'x'", "'it''s'", "''", "'x'::character varying", "'{}'::jsonb",
        "true", "FALSE", "(1)::numeric", "'{}'::text[]", "1e3", "'2026-01-01'::date"}) {
    EXPECT_TRUE(is_constant(constant)) << constant;
  }
  for (const char* other :
       {"", "now()", "CURRENT_TIMESTAMP", "nextval('s'::regclass)", "'x' || 'y'", "'x", "1 + 2",
        "random()", "(1", "NULL", "'now'::text || ''", "gen_random_uuid()", "e"}) {
    EXPECT_FALSE(is_constant(other)) << other;
  }
}

}  // namespace
}  // namespace bedstone::seed
