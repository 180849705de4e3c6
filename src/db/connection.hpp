/// Connection: one session with one database. The narrow seam that everything above stands on.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.hpp"
#include "bedstone/result.hpp"
#include "db/dialect.hpp"
#include "db/load.hpp"
#include "db/url.hpp"
#include "db/value.hpp"

namespace bedstone::db {

/// One statement with its parameters; views must outlive the call they are given to.
struct Statement {
  std::string_view sql;
  std::span<const Value> params = {};
};

enum class Access { kReadWrite, kReadOnly };

struct OpenOptions {
  Access access = Access::kReadWrite;
  /// SQLite: make the file (owner-only, WAL) when it is missing. PostgreSQL: ignored.
  bool create = false;
  /// Shown to others: application_name.
  std::string application_name = "bedstone";
  std::chrono::milliseconds connect_timeout{10'000};
  /// SQLite: how long a statement waits for another process's transaction.
  std::chrono::milliseconds busy_timeout{10'000};
  /// Fires → the running statement is cancelled and returns kInterrupted. May be null.
  const CancelToken* cancel = nullptr;
  /// Warnings and notices of the server, one line each. May be empty.
  std::function<void(std::string_view)> on_notice;
};

/// What the server said about itself when the session began; filled without a round trip of its
/// own.
struct SessionInfo {
  int server_version = 0;  ///< 150020 for PostgreSQL 15.20; 3040001 for SQLite 3.40.1.
  int backend_pid =
      0;  ///< As the handshake said it; behind PgBouncer it is the proxy's. 0: SQLite.
  std::string server_version_text;
};

/// What a session said with NOTIFY.
struct Notification {
  std::string channel;
  std::string payload;
};

/// The guide for a new driver: every function here is exercised by db/conformance_test.cpp.
///
/// Move through unique_ptr; single-threaded. Destruction closes the session and rolls back what is
/// open. Parameters are written `$1`, `$2`, … in both engines. Errors carry SQLSTATE (SQLite: the
/// result code's name), the classified code of docs/errors/sql.md, retryable, connection_lost.
/// Where the engine tells the position of an error, `place.line` and `place.column` count from the
/// start of the statement as sent (1-based, file empty): the caller adds where the statement
/// stands.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual const Dialect& dialect() const = 0;
  Engine engine() const { return dialect().engine(); }
  virtual const SessionInfo& session() const = 0;

  /// One statement; rows it returns are all held in memory.
  virtual Result<Rows> query(Statement statement) = 0;
  Result<Rows> query(std::string_view sql, std::initializer_list<Value> params = {}) {
    return query(Statement{sql, {params.begin(), params.size()}});
  }

  /// One statement whose rows, if any, are dropped. Returns the number of rows it changed.
  virtual Result<std::int64_t> execute(Statement statement) = 0;
  Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> params = {}) {
    return execute(Statement{sql, {params.begin(), params.size()}});
  }

  /// Several statements in order, in as few round trips as the engine allows (PostgreSQL: a
  /// pipeline). After the first that fails none of the later ones has taken effect, and
  /// `failed`, when given, is its index. They may include BEGIN and COMMIT, but not COPY. Rows are
  /// dropped. A failure leaves an open transaction open (and, in PostgreSQL, aborted): call
  /// rollback().
  virtual Status run(std::span<const Statement> statements, std::size_t* failed = nullptr) = 0;

  /// COPY … FROM stdin. `next_chunk` returns successive pieces of data and an empty view at the
  /// end. SQLite answers kSqlSyntax.
  virtual Status copy_in(std::string_view sql,
                         const std::function<Result<std::string_view>()>& next_chunk) = 0;

  /// Adds rows as fast as the engine can (PostgreSQL: COPY; SQLite: one statement, compiled once).
  /// Returns their number: all of them or, after a failure, none. An error of the feed is returned
  /// as it is. After a failure the transaction is as after any failed statement; `failed`, when
  /// given, is then the row's number from 1, where the engine blames one, or 0. The feed must not
  /// use the connection.
  virtual Result<std::int64_t> load(const LoadTarget& target, const RowFeed& feed,
                                    std::int64_t* failed = nullptr) = 0;

  /// From now on what others NOTIFY on the channel comes to this session, until it ends. Behind a
  /// pooler that lends sessions it never does. SQLite answers kSqlSyntax.
  virtual Status listen(std::string_view channel) = 0;
  /// Waits, sending nothing, until something came on a channel, `wake` (-1: none) can be read, the
  /// session's token fires, or the time is over. To be called outside a transaction. Returns what
  /// came, in order: nothing in the other cases; a lost connection is an error. SQLite answers
  /// kSqlSyntax.
  virtual Result<std::vector<Notification>> notifications(std::chrono::milliseconds limit,
                                                          int wake) = 0;

  virtual bool in_transaction() const = 0;
  /// Opens a transaction that will write (SQLite: BEGIN IMMEDIATE).
  virtual Status begin() = 0;
  /// A connection that breaks in here gives outcome_unknown.
  virtual Status commit() = 0;
  /// Does nothing without an open transaction. A lost connection is not an error here.
  virtual Status rollback() = 0;

  /// Whether the session is known to be broken.
  virtual bool lost() const = 0;

  /// From now on every commit survives a crash of the machine (true, the default), or commits
  /// may be lost with it in reverse order (false). Cheap in both engines.
  virtual Status set_durable(bool durable) = 0;
  /// Makes everything committed so far durable.
  virtual Status flush() = 0;

  /// Passing null removes it. Must outlive the connection or be replaced.
  virtual void set_cancel(const CancelToken* cancel) = 0;
};

/// Opens a session. Errors are those of docs/errors/connection.md; `retryable` marks those that
/// heal by waiting. Loads libpq on the first PostgreSQL URL.
Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options);

/// For programs that are Bedstone's alone, before the first open(): turns off what the engines
/// count for the whole process (SQLite's memory statistics cost 4 % of a run). A library must not.
void tune_process();

/// A transaction that rolls back when dropped.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace bedstone::db
