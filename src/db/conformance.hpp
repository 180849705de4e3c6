/// The fixture of the conformance suite: a database of its own for every test, in each engine.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "db/connection.hpp"

namespace bedstone::db::testing {

/// The value, or the end of the test with what the error says.
template <typename T>
T must(Result<T> result) {
  if (!result) {
    const Error& error = result.error();
    throw std::runtime_error(
        fmt::format("{} {} ({})", code_name(error.code), error.message, error.cause));
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// The error of a call that has to fail, or the end of the test.
template <typename T>
Error error_of(Result<T> result) {
  if (result) throw std::runtime_error("this should have failed");
  return std::move(result).error();
}

/// SQLite: a file in a folder of its own. PostgreSQL: a database of its own on the server that
/// BEDSTONE_TEST_POSTGRES names; without it the tests say that they were skipped.
class EngineTest : public ::testing::Test {
 protected:
  explicit EngineTest(Engine engine) : engine_(engine) {}

  void SetUp() override {
    if (engine_ == Engine::kSqlite) {
      std::string name = (std::filesystem::temp_directory_path() / "bedstone-XXXXXX").string();
      if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
      folder_ = name;
      url_ = std::make_unique<Url>(must(Url::parse("sqlite:" + folder_ + "/test.db")));
      return;
    }
    const char* server = std::getenv("BEDSTONE_TEST_POSTGRES");
    if (server == nullptr || *server == '\0') {
      GTEST_SKIP() << "BEDSTONE_TEST_POSTGRES names no PostgreSQL server";
    }
    server_ = std::make_unique<Url>(must(Url::parse(server)));
    database_ = "bedstone_test_" + random_id();
    const auto connection = must(db::open(*server_, {}));
    must(connection->execute("CREATE DATABASE " +
                             connection->dialect().quote_identifier(database_)));
    url_ = std::make_unique<Url>(server_->with_database(database_));
  }

  void TearDown() override {
    connection_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
    if (database_.empty()) return;
    const auto connection = must(db::open(*server_, {}));
    must(connection->execute(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)",
                                         connection->dialect().quote_identifier(database_))));
  }

  bool is_sqlite() const { return engine_ == Engine::kSqlite; }

  /// The text for the engine under test.
  template <typename T>
  T by_engine(T sqlite, T postgres) const {
    return is_sqlite() ? std::move(sqlite) : std::move(postgres);
  }

  std::unique_ptr<Connection> connect(OpenOptions options = {}) const {
    options.create = options.access == Access::kReadWrite;
    return must(db::open(*url_, options));
  }

  /// The test's first connection, opened on first use.
  Connection& db() {
    if (!connection_) connection_ = connect();
    return *connection_;
  }

  std::int64_t execute(std::string_view sql, std::initializer_list<Value> params = {}) {
    return must(db().execute(sql, params));
  }
  Rows query(std::string_view sql, std::initializer_list<Value> params = {}) {
    return must(db().query(sql, params));
  }
  std::int64_t number(std::string_view sql) { return query(sql).integer(0, 0, -1); }

  Engine engine_;
  std::string folder_;
  std::unique_ptr<Url> server_;
  std::unique_ptr<Url> url_;
  std::string database_;
  std::unique_ptr<Connection> connection_;
};

/// For tests that every driver passes.
class Conformance : public EngineTest, public ::testing::WithParamInterface<Engine> {
 protected:
  Conformance() : EngineTest(GetParam()) {}
};

inline auto every_engine() {
  return ::testing::Values(Engine::kSqlite, Engine::kPostgres);
}

inline std::string engine_in_test_name(const ::testing::TestParamInfo<Engine>& info) {
  return std::string(engine_name(info.param));
}

}  // namespace bedstone::db::testing
