/// Replaying a schema's statements in any order their dependencies allow gives one fingerprint.
// shows: PR9
#include <algorithm>
#include <random>

#include "schema/testing.hpp"

namespace bedstone::schema::testing {
namespace {

/// A statement and the ones that must run before it.
struct Piece {
  std::string sql;
  std::vector<std::size_t> needs;
};

using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

class Project {
 public:
  Project(Engine engine, Random& random) : engine_(engine), random_(random) {
    constexpr std::size_t kTables = 6;
    for (std::size_t i = 0; i < kTables; ++i)
      add_table(i);
    if (engine == Engine::kPostgres) add_postgres_objects();
  }

  /// One order in which every statement comes behind those it needs.
  std::string shuffled() {
    std::vector<std::size_t> left(pieces_.size());
    for (std::size_t i = 0; i < left.size(); ++i)
      left[i] = i;
    std::vector<bool> done(pieces_.size());
    std::string script;
    while (!left.empty()) {
      std::shuffle(left.begin(), left.end(), random_);
      const auto next = std::find_if(left.begin(), left.end(), [&](std::size_t i) {
        return std::all_of(pieces_[i].needs.begin(), pieces_[i].needs.end(),
                           [&](std::size_t need) { return done[need]; });
      });
      done[*next] = true;
      script += (script.empty() ? "" : "\n--\n") + pieces_[*next].sql;
      left.erase(next);
    }
    return script;
  }

 private:
  std::size_t add(std::string sql, std::vector<std::size_t> needs = {}) {
    pieces_.push_back({std::move(sql), std::move(needs)});
    return pieces_.size() - 1;
  }

  void add_table(std::size_t i) {
    const std::string t = "t" + std::to_string(i);
    const std::size_t columns = 1 + pick(random_, 5);
    std::string body = "id integer PRIMARY KEY";
    for (std::size_t c = 0; c < columns; ++c) {
      body += fmt::format(", c{} {}{}{}", c, pick(random_, 2) == 0 ? "text" : "varchar(20)",
                          pick(random_, 2) == 0 ? " NOT NULL" : "",
                          pick(random_, 2) == 0 ? " DEFAULT 'x'" : "");
    }
    std::vector<std::size_t> needs;
    if (i > 0) {
      const std::size_t parent = pick(random_, i);
      body += fmt::format(", parent integer REFERENCES t{} (id)", parent);
      needs.push_back(tables_[parent]);
    }
    body += fmt::format(", CONSTRAINT {}_check CHECK (id <> {})", t, i);
    tables_.push_back(add(fmt::format("CREATE TABLE {} ({})", t, body), needs));
    for (std::size_t c = 0; c < columns; ++c) {
      if (pick(random_, 2) == 0) continue;
      add(fmt::format("CREATE {} INDEX {}_c{} ON {} (c{}{})", pick(random_, 2) == 0 ? "UNIQUE" : "",
                      t, c, t, c, pick(random_, 2) == 0 ? " DESC" : ""),
          {tables_.back()});
    }
    const std::size_t view =
        add(fmt::format("CREATE VIEW v{} AS SELECT id, c0 FROM {} WHERE id > 1", i, t),
            {tables_.back()});
    add(fmt::format("CREATE VIEW w{} AS SELECT id FROM v{}", i, i), {view});
    if (engine_ == Engine::kSqlite) {
      add(fmt::format("CREATE TRIGGER g{} AFTER INSERT ON {} BEGIN UPDATE {} SET c0 = 'y'"
                      " WHERE id = NEW.id; END",
                      i, t, t),
          {tables_.back()});
    }
    add(fmt::format("ALTER TABLE {} RENAME COLUMN c0 TO \"First\"", t), dependants_of(t));
  }

  /// Renaming comes last, so that the statements above find what they name.
  std::vector<std::size_t> dependants_of(const std::string& table) const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].sql.find(" " + table + " ") != std::string::npos) result.push_back(i);
    }
    return result;
  }

  void add_postgres_objects() {
    const std::size_t mood = add("CREATE TYPE mood AS ENUM ('sad', 'glad')");
    const std::size_t happy = add("ALTER TYPE mood ADD VALUE 'happy' AFTER 'sad'", {mood});
    add("CREATE TABLE moods (mood mood DEFAULT 'glad')", {happy});
    const std::size_t touch =
        add("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      add(fmt::format("CREATE TRIGGER g BEFORE INSERT ON t{} FOR EACH ROW EXECUTE FUNCTION touch()",
                      i),
          {touch, tables_[i]});
    }
    add("CREATE SEQUENCE numbers START 100");
    const std::size_t domain = add("CREATE DOMAIN positive AS int CHECK (VALUE > 0)");
    add("CREATE TABLE counts (n positive)", {domain});
  }

  Engine engine_;
  Random& random_;
  std::vector<Piece> pieces_;
  std::vector<std::size_t> tables_;
};

class ReplayTest : public SchemaTest {};

INSTANTIATE_TEST_SUITE_P(Engines, ReplayTest, db::testing::every_engine(),
                         db::testing::engine_in_test_name);

TEST_P(ReplayTest, AnyOrderThatDependenciesAllowGivesOneFingerprint) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Random random(seed);
    Project project(GetParam(), random);
    const std::string first_script = project.shuffled();
    const std::string first = text_of(first_script);
    for (int repetition = 0; repetition < 4; ++repetition) {
      const std::string script = project.shuffled();
      const std::string text = text_of(script);
      ASSERT_EQ(first, text) << "seed " << seed << "\n" << first_script << "\n\n" << script;
    }
  }
}

}  // namespace
}  // namespace bedstone::schema::testing
