/// Dialect: what differs between the engines' SQL, without a server.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/url.hpp"

namespace bedstone::db {

/// Pure and stateless; constants, safe to use from any thread. Connection::dialect() fits the
/// session's server, dialect_of() a current one: they differ in hashes() alone.
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

  /// The value as text, the same in every session that ran fixed_formats().
  virtual std::string as_text(std::string_view expression) const = 0;
  /// Whether two values of one type are stored alike; NULL is like NULL. As hashes() says, for
  /// less.
  virtual std::string alike(std::string_view one, std::string_view other) const = 0;
  /// Eight bytes for each expression, one behind the other: equal values have equal bytes, NULL has
  /// a hash of its own, and none is eight zero bytes. What is hashed is what is stored: in
  /// PostgreSQL its text, so run fixed_formats() first; in SQLite value and storage class (the
  /// integer 1 is neither the real 1.0 nor the text '1'), by a function that only this driver's
  /// sessions have. The bytes are the same in every session and release; PostgreSQL's differ
  /// between server 10 and later ones, those of floating-point numbers also between 11 and later
  /// ones (other texts), and between little- and big-endian machines.
  virtual std::string hashes(std::span<const std::string> expressions) const = 0;
  /// Byte strings, as hashes() gives them, one behind the other. None may be NULL.
  virtual std::string join_bytes(std::span<const std::string> expressions) const = 0;
  /// Statements that make the text of values independent of the session's settings until the
  /// transaction's end. The names of objects (regclass …) still depend on search_path.
  virtual std::vector<std::string> fixed_formats() const = 0;
  /// Lets foreign keys wait until the transaction's end: in PostgreSQL those that are DEFERRABLE,
  /// in SQLite all.
  virtual std::string_view defer_constraints() const = 0;
  /// Looks at what waits now, so that errors come here and not with COMMIT; empty: only COMMIT
  /// does, which leaves the transaction open when it fails.
  virtual std::string_view settle_constraints() const = 0;
};

const Dialect& dialect_of(Engine engine);

}  // namespace bedstone::db
