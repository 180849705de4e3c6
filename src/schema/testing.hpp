/// What the room's tests share: a database per test and engine, schemas from SQL, diffs as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/conformance.hpp"
#include "schema/canonical.hpp"
#include "schema/diff.hpp"
#include "schema/inspect.hpp"

namespace bedstone::schema::testing {

using db::Engine;
using db::testing::must;

/// Statements separated by lines that hold only "--".
inline std::vector<std::string> statements_of(std::string_view script) {
  std::vector<std::string> result;
  while (!script.empty()) {
    const std::size_t end = std::min(script.find("\n--\n"), script.size());
    result.emplace_back(script.substr(0, end));
    script.remove_prefix(std::min(end + 4, script.size()));
  }
  return result;
}

/// Makes a schema of its own for each script: SQLite in memory, PostgreSQL as a schema of the
/// test's database, under a name that must not show in the text.
class SchemaTest : public db::testing::EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  SchemaTest() : EngineTest(GetParam()) {}

  struct Made {
    std::unique_ptr<db::Connection> connection;
    InspectOptions options;
    std::string text() const { return canonical_text(must(inspect(*connection, options))); }
  };

  Made make(std::string_view script) {
    Made made;
    if (is_sqlite()) {
      made.connection = must(db::open(must(db::Url::parse("sqlite::memory:")), {}));
    } else {
      made.connection = connect();
      made.options.schema = "made " + std::to_string(++made_);
      const std::string name = made.connection->dialect().quote_identifier(made.options.schema);
      must(made.connection->execute("CREATE SCHEMA " + name));
      must(made.connection->execute("SET search_path TO " + name));
    }
    run(*made.connection, script);
    return made;
  }

  static void run(db::Connection& connection, std::string_view script) {
    for (const std::string& sql : statements_of(script)) {
      const auto done = connection.execute(sql);
      if (!done)
        throw std::runtime_error(sql + ": " + done.error().message + " " + done.error().cause);
    }
  }

  std::string text_of(std::string_view script) { return make(script).text(); }

 private:
  int made_ = 0;
};

inline std::vector<std::string> described(std::string_view expected, std::string_view actual) {
  std::vector<std::string> lines;
  for (const SchemaDifference& difference : diff(expected, actual))
    lines.push_back(describe(difference));
  return lines;
}

}  // namespace bedstone::schema::testing
