/// libpq's pipeline mode with bounded memory on both sides.
#include "db/postgres/pipeline.hpp"

#include <deque>
#include <utility>

#include "base/text.hpp"
#include "db/postgres/errors.hpp"
#include "db/postgres/parameters.hpp"
#include "db/postgres/statement.hpp"

namespace bedstone::db::postgres {
namespace {

// set_config() with true lasts for one transaction, and unlike SET LOCAL it also works in the
// implicit transaction of a pipeline.
constexpr std::string_view kReadOnly = "SELECT set_config('transaction_read_only', 'on', true)";
constexpr std::string_view kAsynchronous = "SELECT set_config('synchronous_commit', 'off', true)";
constexpr std::string_view kSettle = "SET LOCAL synchronous_commit TO DEFAULT";

/// Statements that are under way, and the bytes of them: libpq and the server keep both in memory.
constexpr std::size_t kWindowStatements = 256;
constexpr std::size_t kWindowBytes = 1U << 20;

class Pipeline {
 public:
  Pipeline(Session& session, std::span<const Step> steps, const OnResult& on_result)
      : session_(session), pq_(session.pq()), steps_(steps), on_result_(on_result) {}

  Status run(std::size_t* failed) {
    session_.start_statement();
    if (pq_.PQenterPipelineMode(session_.get()) == 0) {
      return fail(session_.error_of(nullptr, {}));
    }
    Status status = converse();
    session_.end_statement();
    if (!status) {
      // The conversation itself broke: what is still under way can no longer be told apart.
      session_.give_up();
      status.error().connection_lost = true;
      error_ = std::move(status).error();
    } else if (pq_.PQexitPipelineMode(session_.get()) == 0) {
      session_.give_up();
    }
    if (!error_) return {};
    if (failed != nullptr && failed_step_ < steps_.size()) *failed = index_of(failed_step_);
    return fail(std::move(*error_));
  }

 private:
  struct Pending {
    std::size_t step;
    std::size_t bytes;
    bool is_parse;  ///< The answer to Parse alone, before the one to the statement.
  };

  Status converse() {
    for (;;) {
      while (may_send())
        BEDSTONE_TRY(send_next());
      const bool last = stopped() || next_ == steps_.size();
      const int sent =
          last ? pq_.PQpipelineSync(session_.get()) : pq_.PQsendFlushRequest(session_.get());
      if (sent == 0) return fail(session_.error_of(nullptr, {}));
      // Half a window stays under way, so that the server need not wait for us.
      const std::size_t keep = last ? 0 : pending_.size() / 2;
      while (pending_.size() > keep)
        BEDSTONE_TRY(receive());
      if (last) break;
    }
    if (!error_ && next_ < steps_.size()) interrupted();
    return receive_sync();
  }

  bool stopped() const { return error_.has_value() || session_.canceling(); }

  bool may_send() const {
    if (stopped() || next_ == steps_.size()) return false;
    return pending_.empty() || (pending_.size() < kWindowStatements && bytes_ < kWindowBytes);
  }

  bool same_as(std::size_t a, std::size_t b) const {
    return b < steps_.size() && steps_[a].statement.sql == steps_[b].statement.sql &&
           steps_[a].statement.params.size() == steps_[b].statement.params.size();
  }

  /// A run of equal statements is parsed once, into the unnamed prepared statement.
  Status send_next() {
    const Statement& statement = steps_[next_].statement;
    auto params = Parameters::encode(statement.params);
    if (!params) {
      error_ = std::move(params).error();
      failed_step_ = next_;
      return {};
    }
    const bool parsed = next_ > 0 && same_as(next_ - 1, next_);
    const bool repeats = same_as(next_, next_ + 1);
    const std::string sql(parsed ? std::string_view() : statement.sql);
    PGconn* raw = session_.get();
    int sent = 1;
    if (!parsed && repeats) {
      sent = pq_.PQsendPrepare(raw, "", sql.c_str(), 0, nullptr);
      if (sent == 1) push(sql.size(), true);
    }
    const std::size_t bytes = sql.size() + params->size_bytes();
    if (sent == 1 && (parsed || repeats)) {
      sent =
          pq_.PQsendQueryPrepared(raw, "", params->count(), params->values(), nullptr, nullptr, 0);
    } else if (sent == 1) {
      sent = pq_.PQsendQueryParams(raw, sql.c_str(), params->count(), nullptr, params->values(),
                                   nullptr, nullptr, 0);
    }
    if (sent == 0) return fail(session_.error_of(nullptr, statement.sql));
    push(bytes, false);
    ++next_;
    return {};
  }

  void push(std::size_t bytes, bool is_parse) {
    pending_.push_back({next_, bytes, is_parse});
    bytes_ += bytes;
  }

  /// The answer to the oldest statement under way.
  Status receive() {
    const Pending pending = pending_.front();
    const Statement& statement = steps_[pending.step].statement;
    for (;;) {
      BEDSTONE_ASSIGN(const auto result, session_.next_result());
      if (result == nullptr) break;
      const ExecStatusType status = pq_.PQresultStatus(result.get());
      if (status == PGRES_PIPELINE_ABORTED) continue;
      if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
        failed_step_ = pending.step;
        return fail(Error(ErrorCode::kSqlSyntax, "COPY cannot run in a pipeline")
                        .with_statement(text::excerpt(statement.sql)));
      }
      take(pending, result.get(), succeeded(status));
    }
    bytes_ -= pending.bytes;
    pending_.pop_front();
    if (session_.lost() && error_) return fail(*error_);
    return {};
  }

  void take(const Pending& pending, const PGresult* result, bool good) {
    const Statement& statement = steps_[pending.step].statement;
    if (!good && !error_) {
      error_ = session_.error_of(result, statement.sql);
      failed_step_ = pending.step;
    } else if (good && !error_ && steps_[pending.step].index != Step::kOurs && !pending.is_parse) {
      if (was_undone(result, statement.sql)) {
        error_ = undone_error();
        failed_step_ = pending.step;
      }
      if (on_result_) on_result_(*result);
    }
  }

  bool was_undone(const PGresult* result, std::string_view sql) const {
    const std::string_view tag = pq_.PQcmdStatus(const_cast<PGresult*>(result));
    return tag == "ROLLBACK" && control_of(sql) == Control::kCommit;
  }

  Status receive_sync() {
    BEDSTONE_ASSIGN(const auto result, session_.next_result());
    const auto status = pq_.PQresultStatus(result.get());
    if (status == PGRES_PIPELINE_SYNC) return {};
    return fail(session_.error_of(result.get(), {}));
  }

  void interrupted() {
    error_ = Error(ErrorCode::kInterrupted, "interrupted between two statements");
    failed_step_ = next_;
  }

  /// A step of ours that fails is blamed on the statement that it prepares.
  std::size_t index_of(std::size_t step) const {
    while (step + 1 < steps_.size() && steps_[step].index == Step::kOurs)
      ++step;
    return steps_[step].index == Step::kOurs ? 0 : steps_[step].index;
  }

  Session& session_;
  const LibPq& pq_;
  std::span<const Step> steps_;
  const OnResult& on_result_;
  std::deque<Pending> pending_;
  std::size_t bytes_ = 0;
  std::size_t next_ = 0;
  std::size_t failed_step_ = std::numeric_limits<std::size_t>::max();
  std::optional<Error> error_;
};

}  // namespace

std::vector<Step> with_mode(std::span<const Statement> statements, bool in_transaction,
                            const TransactionMode& mode) {
  bool settle = mode.settle && in_transaction;
  std::vector<Step> steps;
  steps.reserve(statements.size() + 2);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Control control = control_of(statements[i].sql);
    const bool alone = !in_transaction && control == Control::kNone;
    if (alone && mode.read_only) steps.push_back({{kReadOnly, {}}, Step::kOurs});
    if (control == Control::kCommit && std::exchange(settle, false)) {
      steps.push_back({{kSettle, {}}, Step::kOurs});
    }
    steps.push_back({statements[i], i});
    if (control == Control::kBegin && !in_transaction) {
      if (mode.read_only) steps.push_back({{kReadOnly, {}}, Step::kOurs});
      if (mode.asynchronous) steps.push_back({{kAsynchronous, {}}, Step::kOurs});
    }
    if (control == Control::kBegin) in_transaction = true;
    if (control == Control::kCommit || control == Control::kRollback) in_transaction = false;
  }
  return steps;
}

bool may_commit(std::span<const Statement> statements, bool in_transaction) {
  for (const Statement& statement : statements) {
    const Control control = control_of(statement.sql);
    if (control == Control::kCommit) return true;
    if (control == Control::kBegin) in_transaction = true;
    if (control == Control::kRollback) in_transaction = false;
    if (control == Control::kNone && !in_transaction && !only_reads(statement.sql)) return true;
  }
  return false;
}

Status run_pipeline(Session& session, std::span<const Step> steps, const OnResult& on_result,
                    std::size_t* failed) {
  if (steps.empty()) return {};
  return Pipeline(session, steps, on_result).run(failed);
}

}  // namespace bedstone::db::postgres
