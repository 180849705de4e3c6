// Names, manifests, and which client program is taken.
#include <gtest/gtest.h>

#include "backup/clients.hpp"
#include "backup/form.hpp"
#include "backup/place.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"

namespace bedstone::backup {
namespace {

std::string scratch(const std::string& name) {
  return testing::TempDir() + random_id().substr(0, 8) + name;
}

// shows: C5
TEST(Place, OnlyNamesOfItsOwnPatternAreOnesThatMayBePruned) {
  for (const char* name : {"hub-20261121T090000Z.db", "hub-20261121T090000Z-2.sql",
                           "hub-20261121T090000Z.dump", "hub-20261121T090000Z"}) {
    EXPECT_TRUE(is_default_name(name, "hub")) << name;
  }
  for (const char* name :
       {"hub.db", "hub-2.db", "hub-20261121T090000Z.db.manifest.json", "hub-20261121T09000Z.db",
        "hub-x-20261121T090000Z.db", "20261121T090000Z.db", "hub-20261121T090000Z-x.db",
        "hub-20261121T090000Z.db.1-12345678.unfinished", ""}) {
    EXPECT_FALSE(is_default_name(name, "hub")) << name;
  }
  EXPECT_TRUE(is_default_name("hub-x-20261121T090000Z.db", "hub-x"));
}

TEST(Place, TheEndingSaysWhichForm) {
  EXPECT_EQ(form_for("a.sql", db::Engine::kSqlite), Form::kSql);
  EXPECT_EQ(form_for("a.sql", db::Engine::kPostgres), Form::kSql);
  EXPECT_EQ(form_for("a.bak", db::Engine::kSqlite), Form::kFile);
  EXPECT_EQ(form_for("a.dump", db::Engine::kPostgres), Form::kArchive);
  EXPECT_EQ(form_for("a/", db::Engine::kPostgres), Form::kFolder);
  EXPECT_FALSE(form_for("a.dump", db::Engine::kSqlite).has_value());
  EXPECT_FALSE(form_for("a.zip", db::Engine::kPostgres).has_value());
}

TEST(Manifest, WhatIsWrittenIsRead) {
  Manifest manifest;
  manifest.file = "hub \"x\".db";
  manifest.project = "hub";
  manifest.bytes = 123456789012;
  manifest.checksum = "abc";
  manifest.canonical = "format 1\ntable \"a\tb\"\n";
  manifest.rows = {{"pets", 3}, {"public.\"odd\"", 0}};
  const std::string path = scratch(".json");
  ASSERT_TRUE(write_manifest(path, manifest).has_value());
  const auto read = read_manifest(path);
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->file, manifest.file);
  EXPECT_EQ(read->bytes, manifest.bytes);
  EXPECT_EQ(read->canonical, manifest.canonical);
  EXPECT_EQ(read->rows, manifest.rows);
  EXPECT_EQ(read->client_version, "");
}

TEST(Clients, WhatIsMissingOrTooOldIsNamedWithItsPackage) {
  const Environment environment = Environment::of_process();
  const auto missing = find_client("pg_nothing", 15, 15, environment);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kClientMissing);
  EXPECT_NE(missing.error().hint.find("postgresql-client-15"), std::string::npos);

  const std::string folder = scratch("-bin");
  ASSERT_TRUE(files::make_folder(folder).has_value());
  const auto put = [&folder](const std::string& name, const std::string& version) {
    return files::write_new(folder + "/" + name,
                            "#!/bin/sh\necho 'thing (PostgreSQL) " + version + "'\n",
                            files::Mode::kExecutable);
  };
  ASSERT_TRUE(put("thing", "12.3").has_value());
  const Environment own({{"PATH", folder + ":/usr/bin:/bin"}});
  const auto old = find_client("thing", 15, 15, own);
  ASSERT_FALSE(old.has_value());
  EXPECT_NE(old.error().message.find("too old: version 15"), std::string::npos);
  EXPECT_NE(old.error().cause.find("12.3"), std::string::npos);

  const std::string second = scratch("-bin"), third = scratch("-bin");
  ASSERT_TRUE(files::make_folder(second).has_value());
  ASSERT_TRUE(files::write_new(second + "/thing", "#!/bin/sh\necho 'thing (PostgreSQL) 17.1'\n",
                               files::Mode::kExecutable)
                  .has_value());
  ASSERT_TRUE(files::make_folder(third).has_value());
  ASSERT_TRUE(files::write_new(third + "/thing", "#!/bin/sh\necho 'thing (PostgreSQL) 16beta1'\n",
                               files::Mode::kExecutable)
                  .has_value());
  const Environment three({{"PATH", second + ":" + folder + ":" + third + ":/usr/bin:/bin"}});
  const auto nearest = find_client("thing", 15, 15, three);
  ASSERT_TRUE(nearest.has_value());
  EXPECT_EQ(nearest->major, 16);
}

// shows: D9
TEST(Clients, NoSecretStandsOnACommandLine) {
  const Environment environment({{"PASSWORD_SECRET", "canary-1"}, {"PGSSLMODE", "require"}});
  const auto url = db::Url::parse(
      "postgresql://us%40er:canary%2D2@[::1]:5433,db/hub?sslmode=verify-full&password=canary-3");
  ASSERT_TRUE(url.has_value());
  const auto access = access_for(*url, environment);
  ASSERT_TRUE(access.has_value());
  EXPECT_EQ(access->connection, "postgresql://us%40er@[::1]:5433,db/hub?sslmode=verify-full");
  bool password = false;
  for (const auto& [name, value] : access->environment) {
    EXPECT_NE(name, "PASSWORD_SECRET");
    if (name == "PGPASSWORD") password = value.expose() == "canary-3";
  }
  EXPECT_TRUE(password);
  const auto key = db::Url::parse("postgresql://db/hub?sslpassword=canary-4");
  ASSERT_TRUE(key.has_value());
  const auto refused = access_for(*key, environment);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message.find("canary"), std::string::npos);
}

TEST(Clients, OfALongStoryTheErrorIsTold) {
  EXPECT_EQ(
      reason_of("pg_dump: warning: x\npg_dump: error: query failed: ERROR:  permission denied "
                "for table t\npg_dump: detail: Query was: LOCK TABLE\n"),
      "permission denied for table t");
  EXPECT_EQ(reason_of("psql:a.sql:3: ERROR:  relation \"a\" exists\nLINE 1\n"),
            "relation \"a\" exists");
}

}  // namespace
}  // namespace bedstone::backup
