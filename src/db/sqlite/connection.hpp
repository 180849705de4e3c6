/// One SQLite session.
#pragma once

#include <chrono>
#include <string>

#include "db/connection.hpp"
#include "db/sqlite/handle.hpp"
#include "db/sqlite/statement.hpp"

namespace bedstone::db::sqlite {

class SqliteConnection final : public Connection {
 public:
  /// `path` is for people; ":memory:" for a database without a file.
  SqliteConnection(DatabaseHandle database, std::string path, const OpenOptions& options);

  using Connection::execute;
  using Connection::query;

  const Dialect& dialect() const override;
  const SessionInfo& session() const override { return session_; }
  Result<Rows> query(Statement statement) override;
  Result<std::int64_t> execute(Statement statement) override;
  Status run(std::span<const Statement> statements, std::size_t* failed) override;
  Status copy_in(std::string_view sql,
                 const std::function<Result<std::string_view>()>& next_chunk) override;
  Result<std::int64_t> load(const LoadTarget& target, const RowFeed& feed,
                            std::int64_t* failed) override;
  Status listen(std::string_view channel) override;
  Result<std::vector<Notification>> notifications(std::chrono::milliseconds limit,
                                                  int wake) override;
  bool in_transaction() const override;
  Status begin() override;
  Status commit() override;
  Status rollback() override;
  bool lost() const override { return false; }
  Status set_durable(bool durable) override;
  Status flush() override;
  void set_cancel(const CancelToken* cancel) override;

  /// For a new file: makes WAL its journal. SQLite answers "locked" here without asking the busy
  /// handler, so this asks again until busy_timeout is over. Returns the journal's mode.
  Result<std::string> switch_to_wal();

  /// For what this driver does with a database as a whole; no statement is running.
  sqlite3* handle() const { return database_.get(); }
  /// The Error for a call on handle() that answered `code`.
  Error failure(int code, std::string_view sql, int offset = -1) const;
  bool canceled() const { return cancel_ != nullptr && cancel_->requested(); }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  Result<std::int64_t> perform(Statement statement, Rows* rows);
  Result<std::int64_t> step_to_end(std::string_view sql, sqlite3_stmt* statement, Rows* rows);
  Status end_transaction(std::string_view sql);

  // load.cpp
  Result<std::int64_t> insert_rows(const LoadTarget& target, const RowFeed& feed,
                                   std::int64_t* failed);
  /// One row; how many it added (a trigger may refuse it silently).
  Result<std::int64_t> insert_row(sqlite3_stmt* insert, std::string_view sql,
                                  const LoadTarget& target, std::span<const LoadCell> cells);

  /// Sets PRAGMA synchronous before the first statement that may write.
  Status apply_durability();

  /// Waits a little longer with every attempt; false when the time is over or the token fired.
  bool wait_for_others(int attempt, SteadyTime since) const;
  static int on_busy(void* self, int attempt);
  static int on_progress(void* self);

  std::string path_;
  Access access_;
  std::chrono::milliseconds busy_timeout_;
  SteadyTime busy_since_;
  const CancelToken* cancel_ = nullptr;
  SessionInfo session_;
  bool durable_ = true;
  bool durability_applied_ = false;
  DatabaseHandle database_;
  StatementCache cache_;  // After the handle: statements go before their database.
};

}  // namespace bedstone::db::sqlite
