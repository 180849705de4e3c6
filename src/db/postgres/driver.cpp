/// Connection over libpq: transactions, durability, and what a lost session leaves behind.
#include "db/postgres/driver.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/postgres/connect.hpp"
#include "db/postgres/copy.hpp"
#include "db/postgres/dialect.hpp"
#include "db/postgres/errors.hpp"
#include "db/postgres/load.hpp"
#include "db/postgres/pipeline.hpp"
#include "db/postgres/session.hpp"
#include "db/postgres/statement.hpp"

namespace bedstone::db::postgres {
namespace {

/// A commit that waits for the disk makes all earlier ones durable too, as the log is written in
/// order. But the server only waits when the transaction has a number *and* wrote to the log
/// (RecordTransactionCommit in xact.c), so neither an empty transaction nor one that merely asks
/// for its number will do. A transactional logical message does both, in one round trip, and
/// every role may send one. Values above "off" (remote_apply …) are kept.
constexpr std::string_view kFlush =
    "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') "
    "WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true), "
    "pg_logical_emit_message(true, 'bedstone', '')";

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(std::unique_ptr<Session> session, bool read_only)
      : session_(std::move(session)), read_only_(read_only) {
    const LibPq& pq = session_->pq();
    const char* version = pq.PQparameterStatus(session_->get(), "server_version");
    info_.server_version = pq.PQserverVersion(session_->get());
    info_.backend_pid = pq.PQbackendPID(session_->get());
    info_.server_version_text = version == nullptr ? "" : version;
  }

  const Dialect& dialect() const override { return dialect_for(info_.server_version); }
  const SessionInfo& session() const override { return info_; }

  Result<Rows> query(Statement statement) override {
    Outcome outcome;
    outcome.keep_rows = true;
    BEDSTONE_TRY(single(statement, outcome));
    return std::move(outcome.rows);
  }

  Result<std::int64_t> execute(Statement statement) override {
    Outcome outcome;
    BEDSTONE_TRY(single(statement, outcome));
    return outcome.changed;
  }

  Status run(std::span<const Statement> statements, std::size_t* failed) override {
    BEDSTONE_TRY(usable());
    const bool inside = in_transaction();
    const auto steps = with_mode(statements, inside, mode());
    unflushed_ = unflushed_ || asynchronous_;
    const Status status = run_pipeline(*session_, steps, {}, failed);
    if (!inside) transaction_is_asynchronous_ = asynchronous_;
    return told(status, may_commit(statements, inside));
  }

  Status copy_in(std::string_view sql,
                 const std::function<Result<std::string_view>()>& next_chunk) override {
    BEDSTONE_TRY(usable());
    const bool inside = in_transaction();
    return told(postgres::copy_in(*session_, sql, next_chunk), !inside);
  }

  Result<std::int64_t> load(const LoadTarget& target, const RowFeed& feed,
                            std::int64_t* failed) override {
    if (failed != nullptr) *failed = 0;
    BEDSTONE_TRY(usable());
    if (in_transaction() || (!read_only_ && !asynchronous_)) {
      const bool committing = !in_transaction();
      auto loaded = postgres::load(*session_, target, feed, failed);
      if (loaded) return loaded;
      return fail(told(fail(std::move(loaded).error()), committing).error());
    }
    // Only a transaction carries what the session wants of it.
    BEDSTONE_ASSIGN(Transaction transaction, Transaction::begin(*this));
    BEDSTONE_ASSIGN(const std::int64_t rows, postgres::load(*session_, target, feed, failed));
    BEDSTONE_TRY(transaction.commit());
    return rows;
  }

  Status listen(std::string_view channel) override {
    const std::string sql = "LISTEN " + dialect().quote_identifier(channel);
    BEDSTONE_TRY(usable());
    Outcome outcome;
    return told(run_statement(*session_, {sql, {}}, outcome), false);
  }

  Result<std::vector<Notification>> notifications(std::chrono::milliseconds limit,
                                                  int wake) override {
    BEDSTONE_TRY(usable());
    BEDSTONE_ASSIGN(auto heard, session_->hear(std::chrono::steady_clock::now() + limit, wake));
    std::vector<Notification> result;
    for (Heard& one : heard)
      result.push_back({std::move(one.channel), std::move(one.payload)});
    return result;
  }

  bool in_transaction() const override {
    if (lost()) return false;
    const auto state = session_->pq().PQtransactionStatus(session_->get());
    return state == PQTRANS_INTRANS || state == PQTRANS_INERROR;
  }

  Status begin() override {
    BEDSTONE_TRY(usable());
    std::string sql = read_only_ ? "BEGIN READ ONLY" : "BEGIN";
    if (asynchronous_) sql += "; SET LOCAL synchronous_commit = off";
    Outcome outcome;
    BEDSTONE_TRY(told(run_control(*session_, sql, outcome), false));
    transaction_is_asynchronous_ = asynchronous_;
    unflushed_ = unflushed_ || asynchronous_;
    return {};
  }

  Status commit() override {
    BEDSTONE_TRY(usable());
    // Whoever asked for durable commits after the transaction began means this one too.
    const std::string_view sql =
        mode().settle ? "SET LOCAL synchronous_commit TO DEFAULT; COMMIT" : "COMMIT";
    Outcome outcome;
    BEDSTONE_TRY(told(run_control(*session_, sql, outcome), true));
    if (outcome.tag == "ROLLBACK") return fail(undone_error());
    return {};
  }

  Status rollback() override {
    if (!in_transaction()) return {};
    Outcome outcome;
    const Status status = told(run_control(*session_, "ROLLBACK", outcome), false);
    // When the session is gone, the server has rolled back by itself.
    return lost() ? Status() : status;
  }

  bool lost() const override { return session_->lost(); }

  Status set_durable(bool durable) override {
    asynchronous_ = !durable;
    return {};
  }

  Status flush() override {
    if (!unflushed_) return {};
    BEDSTONE_TRY(usable());
    if (in_transaction()) {
      return fail(Error(ErrorCode::kInternal, "flush() was called within a transaction"));
    }
    Outcome outcome;
    BEDSTONE_TRY(told(run_statement(*session_, {kFlush, {}}, outcome), false));
    unflushed_ = false;
    return {};
  }

  void set_cancel(const CancelToken* cancel) override { session_->set_cancel(cancel); }

 private:
  TransactionMode mode() const {
    return {.read_only = read_only_,
            .asynchronous = asynchronous_,
            .settle = transaction_is_asynchronous_ && !asynchronous_};
  }

  /// Nothing is sent on a broken session, nor after the token has fired.
  Status usable() const {
    if (lost()) return fail(lost_error(session_->message(), {}));
    if (!session_->cancel_requested()) return {};
    return fail(Error(ErrorCode::kInterrupted, "interrupted before the statement was sent"));
  }

  Status single(const Statement& statement, Outcome& outcome) {
    BEDSTONE_TRY(usable());
    const bool inside = in_transaction();
    const bool committing = may_commit({&statement, 1}, inside);
    if (!read_only_ || inside) {
      BEDSTONE_TRY(told(run_statement(*session_, statement, outcome), committing));
    } else {
      const auto steps = with_mode({&statement, 1}, inside, mode());
      const OnResult keep = [&](const PGresult& result) { outcome.add(session_->pq(), &result); };
      BEDSTONE_TRY(told(run_pipeline(*session_, steps, keep, nullptr), false));
    }
    if (outcome.tag == "ROLLBACK" && control_of(statement.sql) == Control::kCommit) {
      return fail(undone_error());
    }
    return {};
  }

  /// Adds what only the connection knows: whether the break left something undecided.
  static Status told(Status status, bool committing) {
    if (!status && status.error().connection_lost && committing) {
      status.error().outcome_unknown = true;
      status.error().retryable = false;
      if (status.error().cause.empty())
        status.error().cause = "the session ended before the answer";
    }
    return status;
  }

  std::unique_ptr<Session> session_;
  SessionInfo info_;
  const bool read_only_;
  bool asynchronous_ = false;
  bool transaction_is_asynchronous_ = false;
  bool unflushed_ = false;
};

}  // namespace

Result<std::unique_ptr<Connection>> open(const Url& url, const OpenOptions& options) {
  BEDSTONE_ASSIGN(auto session, connect(url, options));
  return std::make_unique<PostgresConnection>(std::move(session),
                                              options.access == Access::kReadOnly);
}

}  // namespace bedstone::db::postgres
