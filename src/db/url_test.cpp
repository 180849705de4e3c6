/// Database URLs, as people and other tools write them.
// shows: P27
#include "db/url.hpp"

#include <gtest/gtest.h>

#include "db/url_parts.hpp"

namespace bedstone::db {
namespace {

Url parsed(std::string_view text) {
  auto url = Url::parse(text);
  if (!url) throw std::runtime_error(url.error().message);
  return *std::move(url);
}

TEST(SqliteUrl, PathsAreTakenAsWritten) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"sqlite:data/hub.db", "data/hub.db"},
      {"sqlite:/var/lib/hub.db", "/var/lib/hub.db"},
      {"sqlite://data/hub.db", "data/hub.db"},
      {"sqlite:///var/lib/hub.db", "/var/lib/hub.db"},
      {"sqlite:////var/lib/hub.db", "/var/lib/hub.db"},
      {"sqlite3:hub.db", "hub.db"},
      {"sqlite:./a b%20c#d&e=f.db", "./a b%20c#d&e=f.db"},
      {"sqlite:file:x.db", "file:x.db"},
      {"sqlite:../über.db", "../über.db"},
      {"  sqlite:hub.db\n", "hub.db"},
  };
  for (const auto& [text, path] : kCases) {
    const Url url = parsed(text);
    EXPECT_EQ(url.engine(), Engine::kSqlite) << text;
    EXPECT_EQ(url.path(), path) << text;
    EXPECT_FALSE(url.is_memory()) << text;
    EXPECT_EQ(url.redacted(), "sqlite:" + std::string(path));
  }
}

TEST(SqliteUrl, MemoryHasManySpellings) {
  for (const std::string_view text :
       {"sqlite::memory:", "sqlite://:memory:", "sqlite:///:memory:"}) {
    const Url url = parsed(text);
    EXPECT_TRUE(url.is_memory()) << text;
    EXPECT_EQ(url.redacted(), "sqlite::memory:");
  }
  EXPECT_FALSE(parsed("sqlite:dir/:memory:").is_memory());
}

TEST(SqliteUrl, AnotherPathMakesAnotherUrl) {
  const Url url = parsed("sqlite:hub.db").with_path("/srv/hub.db");
  EXPECT_EQ(url.path(), "/srv/hub.db");
  EXPECT_EQ(url.expose(), "sqlite:/srv/hub.db");
  EXPECT_EQ(parsed("sqlite:hub.db").with_database("x").path(), "hub.db");
}

struct PostgresCase {
  std::string_view text;
  std::string_view user;
  std::string_view database;
  bool may_use_tcp;
  std::string_view redacted;
};

constexpr PostgresCase kPostgres[] = {
    {"postgresql://app:s3cret@db:5432/hub", "app", "hub", true, "postgresql://app@db:5432/hub"},
    {"postgres://app@db/hub", "app", "hub", true, "postgres://app@db/hub"},
    {"postgresql://db", "", "", true, "postgresql://db"},
    {"postgresql://", "", "", false, "postgresql://"},
    {"postgresql:///hub", "", "hub", false, "postgresql:///hub"},
    {"postgresql:///hub?host=/run/pg", "", "hub", false, "postgresql:///hub?host=/run/pg"},
    {"postgresql://%2Frun%2Fpg/hub", "", "hub", false, "postgresql://%2Frun%2Fpg/hub"},
    {"postgresql://%40abstract/hub", "", "hub", false, "postgresql://%40abstract/hub"},
    {"postgresql://a:p@[::1]:5433/hub", "a", "hub", true, "postgresql://a@[::1]:5433/hub"},
    {"postgresql://a:p@h1,h2:5433,h3/hub", "a", "hub", true, "postgresql://a@h1,h2:5433,h3/hub"},
    {"postgresql://%2Frun,h2/hub", "", "hub", true, "postgresql://%2Frun,h2/hub"},
    {"postgresql://a%3Ab:p%40ss@h/my%20db", "a:b", "my db", true, "postgresql://a%3Ab@h/my%20db"},
    {"postgresql://:s3cret@h/hub", "", "hub", true, "postgresql://h/hub"},
    {"postgresql://a:1?s3cret@h/hub", "a", "hub", true, "postgresql://a@h/hub"},
    {"postgresql://a:b:c@h/hub", "a", "hub", true, "postgresql://a@h/hub"},
    {"postgresql://h/hub?user=u&password=s3cret", "u", "hub", true, "postgresql://h/hub?user=u"},
    {"postgresql://h/hub?dbname=other", "", "other", true, "postgresql://h/hub?dbname=other"},
    {"postgresql://h/hub?sslpassword=s3cret&sslmode=require", "", "hub", true,
     "postgresql://h/hub?sslmode=require"},
    {"postgresql://h?passfile=/s3cret&options=-cx%3Ds3cret", "", "", true, "postgresql://h"},
    {"postgresql://h?connect_timeout=3", "", "", true, "postgresql://h/?connect_timeout=3"},
    {"postgresql://h/hub?pass%77ord=s3cret", "", "hub", true, "postgresql://h/hub"},
    {"postgresql:///hub?hostaddr=10.0.0.1", "", "hub", true, "postgresql:///hub?hostaddr=10.0.0.1"},
    {"postgresql:///?service=hub", "", "", true, "postgresql://"},
};

TEST(PostgresUrl, ItsPartsAreFoundAndItsSecretsHidden) {
  for (const PostgresCase& expected : kPostgres) {
    SCOPED_TRACE(expected.text);
    const Url url = parsed(expected.text);
    EXPECT_EQ(url.engine(), Engine::kPostgres);
    EXPECT_EQ(url.user(), expected.user);
    EXPECT_EQ(url.database(), expected.database);
    EXPECT_EQ(url.may_use_tcp(), expected.may_use_tcp);
    EXPECT_EQ(url.redacted(), expected.redacted);
    EXPECT_EQ(url.expose(), expected.text);
    EXPECT_EQ(url.redacted().find("s3cret"), std::string::npos);
    const Url copy = url.clone();
    EXPECT_EQ(copy.expose(), expected.text);
    EXPECT_EQ(copy.may_use_tcp(), expected.may_use_tcp);
    EXPECT_EQ(copy.user(), expected.user);
  }
}

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
  return Environment(std::move(variables));
}

TEST(PostgresUrl, WithoutAHostTheEnvironmentDecides) {
  const Url url = parsed("postgresql:///hub");
  EXPECT_FALSE(url.may_use_tcp(environment({{"PGHOST", "/run/pg"}})));
  EXPECT_TRUE(url.may_use_tcp(environment({{"PGHOST", "db"}})));
  EXPECT_TRUE(url.may_use_tcp(environment({{"PGHOST", "/run/pg,db"}})));
  EXPECT_TRUE(url.may_use_tcp(environment({{"PGHOSTADDR", "10.0.0.1"}})));
  EXPECT_TRUE(url.may_use_tcp(environment({{"PGSERVICE", "hub"}})));
  EXPECT_FALSE(parsed("postgresql:///hub?host=/run/pg")
                   .may_use_tcp(environment({{"PGHOST", "db"}, {"PGHOSTADDR", "10.0.0.1"}})));
}

TEST(PostgresUrl, ParametersAreDecodedAndTheLastOneCounts) {
  const Url url =
      parsed("postgresql://h/hub?sslmode=disable&options=-c%20a%3Db&sslmode=require&x=");
  EXPECT_EQ(url.parameter("sslmode"), "require");
  EXPECT_EQ(url.parameter("options"), "-c a=b");
  EXPECT_EQ(url.parameter("x"), "");
  EXPECT_EQ(url.parameter("absent"), "");
  EXPECT_EQ(parsed("sqlite:hub.db").parameter("sslmode"), "");
}

TEST(PostgresUrl, AnotherDatabaseKeepsEverythingElse) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"postgresql://a:p%2F@h1:1,[::2]/hub?sslmode=require",
       "postgresql://a:p%2F@h1:1,[::2]/new%20%26%20%22db%22?sslmode=require"},
      {"postgresql://", "postgresql:///new%20%26%20%22db%22"},
      {"postgresql://h:5/", "postgresql://h:5/new%20%26%20%22db%22"},
      {"postgresql://h?a=1&dbname=x&b=2", "postgresql://h/new%20%26%20%22db%22?a=1&b=2"},
      {"postgresql://h?dbname=x", "postgresql://h/new%20%26%20%22db%22"},
  };
  for (const auto& [text, expected] : kCases) {
    const Url url = parsed(text).with_database("new & \"db\"");
    EXPECT_EQ(url.expose(), expected);
    EXPECT_EQ(url.database(), "new & \"db\"");
    EXPECT_EQ(parsed(url.expose()).database(), "new & \"db\"");
  }
}

TEST(DatabaseUrl, WhatIsWrongIsExplainedWithoutRepeatingASecret) {
  constexpr std::pair<std::string_view, std::string_view> kCases[] = {
      {"", "is empty"},
      {" \n", "is empty"},
      {"s3cret", "does not begin with"},
      {"/var/lib/s3cret.db", "does not begin with"},
      {"host=db password=s3cret", "does not begin with"},
      {"mysql://app:s3cret@db/hub", "mysql://"},
      {"postgresql+asyncpg://app:s3cret@db/hub", "another program's driver"},
      {"sqlite+aiosqlite:///./hub.db", "another program's driver"},
      {"sqlite:", "names no file"},
      {"sqlite://", "names no file"},
      {"sqlite:data/", "names a folder"},
      {"sqlite:hub.db?key=s3cret", "parameters after ?"},
      {"sqlite:a\nb", "control character"},
      {"postgresql://app:s3cret\n@db/hub", "control character"},
      {"postgresql://app:s3@cret@db/hub", "more than one @"},
      {"postgresql://app:s3/cret@db/hub", "@ after the host"},
      {"postgresql://app:123/s3cret@db/hub", "@ after the host"},
      {"postgresql://app:123/x?s3cret=@db/hub", "@ after the host"},
      {"postgresql://app:s3%cret@db/hub", "the password has a %"},
      {"postgresql://app:s3cret%00@db/hub", "%00"},
      {"postgresql://app:s3cret@db%2/hub", "the host has a %"},
      {"postgresql://db:s3cret", "port"},
      {"postgresql://db:0/hub", "port"},
      {"postgresql://db:65536/hub", "port"},
      {"postgresql://db:+5/hub", "port"},
      {"postgresql://[::1/hub", "never closed"},
      {"postgresql://[]/hub", "malformed"},
      {"postgresql://[::1]x/hub", "malformed"},
      {"postgresql://db/hub?s3cret", "name=value"},
      {"postgresql://db/hub?=s3cret", "name=value"},
      {"postgresql://db/hub?a=1&&b=2", "name=value"},
      {"postgresql://db/hub?password=s3=cret", "two ="},
  };
  for (const auto& [text, message] : kCases) {
    SCOPED_TRACE(text);
    const auto url = Url::parse(text);
    ASSERT_FALSE(url.has_value());
    EXPECT_EQ(url.error().code, ErrorCode::kBadUrl);
    EXPECT_NE(url.error().message.find(message), std::string::npos) << url.error().message;
    EXPECT_FALSE(url.error().hint.empty());
    const std::string all = url.error().message + url.error().cause + url.error().hint;
    for (const std::string_view secret : {"s3cret", "cret@", "s3@", "s3/", "s3="}) {
      EXPECT_EQ(all.find(secret), std::string::npos) << all;
    }
  }
}

TEST(PercentEncoding, DecodesWhatItEncodes) {
  std::string every_byte;
  for (int i = 1; i < 256; ++i)
    every_byte += static_cast<char>(i);
  EXPECT_EQ(percent_decode(percent_encode(every_byte)), every_byte);
  EXPECT_EQ(percent_encode("az-09_.~"), "az-09_.~");
  EXPECT_EQ(percent_decode("%41%4a%6A"), "AJj");
}

}  // namespace
}  // namespace bedstone::db
