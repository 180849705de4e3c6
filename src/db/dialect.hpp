/// Dialect: what differs between the engines' SQL, without a server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/url.hpp"

namespace bedstone::db {

/// Pure and stateless; one constant per engine, safe to use from any thread.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual Engine engine() const = 0;
  /// The word in file names: "sqlite" / "postgres".
  std::string_view name() const { return engine_name(engine()); }

  /// Always quoted, embedded quotes doubled: `"Order ""x"""`.
  virtual std::string quote_identifier(std::string_view name) const = 0;
  /// A string literal for the rare statement that takes no parameter. Safe for any bytes but NUL.
  virtual std::string quote_literal(std::string_view text) const = 0;
  /// Bedstone's own tables: `"bedstone"."migrations"` / `"bedstone_migrations"`.
  virtual std::string store_table(std::string_view name) const = 0;
  /// A table of the project: `"public"."accounts"` / `"accounts"`.
  virtual std::string qualified(std::string_view schema, std::string_view table) const = 0;

  /// Whether the same statement may succeed when sent again later, by SQLSTATE or SQLite's name.
  virtual bool is_transient(std::string_view sqlstate) const = 0;

  /// Begins a transaction that will write.
  virtual std::string_view begin_write() const = 0;
  /// The current time as text in UTC with microseconds, as stored in Bedstone's tables.
  virtual std::string_view now_expression() const = 0;
};

const Dialect& dialect_of(Engine engine);

}  // namespace bedstone::db
