/// Database URLs: sqlite:path, sqlite::memory:, postgresql://… with every libpq parameter.
#pragma once

#include <string>
#include <string_view>

#include "base/environment.hpp"
#include "bedstone/result.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::db {

enum class Engine { kSqlite, kPostgres };

struct UrlParts;

/// "sqlite" / "postgres".
std::string_view engine_name(Engine engine);

/// A parsed URL. Pure: neither file nor network is touched, and libpq is not needed.
/// Accepted: `sqlite:relative/path.db`, `sqlite:/abs`, `sqlite://relative`, `sqlite:///abs` (as
/// other tools write them; `sqlite3:` is the same), `sqlite::memory:`, `postgresql://` and
/// `postgres://` with any number of hosts, percent-encoding and parameters.
class Url {
 public:
  static Result<Url> parse(std::string_view text);

  Url(Url&&) = default;
  Url& operator=(Url&&) = default;
  Url clone() const;

  Engine engine() const { return engine_; }
  bool is_memory() const { return memory_; }
  /// SQLite: the path as written. Relative paths mean "from the project's folder".
  const std::string& path() const { return path_; }
  /// SQLite: the same URL with another path.
  Url with_path(std::string path) const;
  /// PostgreSQL: the database's name, decoded; empty when the URL leaves it to libpq.
  const std::string& database() const { return database_; }
  Url with_database(std::string_view name) const;
  /// PostgreSQL: the user's name, decoded; may be empty.
  const std::string& user() const { return user_; }
  /// PostgreSQL: whether any host may be reached over TCP (false: unix sockets only). Where the URL
  /// names no host, libpq takes it from PGHOST, PGHOSTADDR or PGSERVICE: give it the environment.
  bool may_use_tcp(const Environment& environment = {}) const;
  /// PostgreSQL: the value of a parameter in the query part, decoded; empty when absent.
  std::string parameter(std::string_view name) const;

  /// For people: no password, and only parameters known to be harmless.
  /// "postgresql://app@db:5432/hub".
  std::string redacted() const;
  /// For libpq; holds the password.
  std::string_view expose() const { return text_.expose(); }

 private:
  Url() = default;
  void take(const UrlParts& parts);

  Engine engine_ = Engine::kSqlite;
  bool memory_ = false;
  bool names_tcp_host_ = false;
  bool names_no_host_ = false;
  std::string path_;
  std::string database_;
  std::string user_;
  Secret text_;
};

}  // namespace bedstone::db
