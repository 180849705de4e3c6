/// Detects PgBouncer and its kin by comparing the process ids that they cannot keep consistent.
#include "db/postgres/pooler.hpp"

#include "db/postgres/connect.hpp"
#include "db/postgres/statement.hpp"

namespace bedstone::db::postgres {
namespace {

constexpr std::string_view kPid = "SELECT pg_backend_pid()";
/// Frees the server by itself: where many ask the same in a small pool, each would keep one server
/// and wait for another, for ever.
constexpr std::string_view kLetGo = "SET LOCAL idle_in_transaction_session_timeout = 1000";
/// PgBouncer hands out the server session that was used last, so that one round nearly always
/// tells; more of them meet a pool in which others are busy, too.
constexpr int kRounds = 3;
/// How long a second session may wait for a server before the question counts as answered.
constexpr std::chrono::milliseconds kPatience{2'000};

Result<std::int64_t> pid_of(Session& session) {
  Outcome outcome;
  outcome.keep_rows = true;
  BEDSTONE_TRY(run_statement(session, {kPid, {}}, outcome));
  return outcome.rows.integer(0, 0);
}

Result<std::int64_t> pid_of(Connection& connection) {
  BEDSTONE_ASSIGN(const Rows rows, connection.query(kPid));
  return rows.integer(0, 0);
}

/// Whether `other` has a server of its own, and ours stays the same. Keeps no server from anybody.
Result<bool> seems_to_keep(Connection& connection, Session& other, std::int64_t pid) {
  BEDSTONE_ASSIGN(const std::int64_t theirs, pid_of(other));
  if (theirs == pid) return false;
  BEDSTONE_ASSIGN(const std::int64_t ours, pid_of(connection));
  return ours == pid;
}

/// The same while `other` is inside a transaction, and so surely keeps the server it has.
Result<bool> keeps_its_server(Connection& connection, Session& other, std::int64_t pid) {
  Outcome ignored;
  BEDSTONE_TRY(run_statement(other, {"BEGIN", {}}, ignored));
  BEDSTONE_TRY(run_statement(other, {kLetGo, {}}, ignored));
  BEDSTONE_ASSIGN(const std::int64_t theirs, pid_of(other));
  const auto ours = pid_of(connection);
  BEDSTONE_TRY(run_statement(other, {"ROLLBACK", {}}, ignored));
  if (!ours) return fail(ours.error());
  return theirs != pid && *ours == pid;
}

}  // namespace

Result<Pooling> detect_pooling(Connection& connection, const Url& url, const OpenOptions& options) {
  BEDSTONE_ASSIGN(const std::int64_t pid, pid_of(connection));
  if (pid == connection.session().backend_pid) return Pooling::kDirect;

  BEDSTONE_ASSIGN(const auto other, connect(url, options));
  for (int round = 0; round <= kRounds; ++round) {
    other->set_deadline(std::chrono::steady_clock::now() + kPatience);
    const auto kept = round == 0 ? seems_to_keep(connection, *other, pid)
                                 : keeps_its_server(connection, *other, pid);
    if (options.cancel != nullptr && options.cancel->requested()) {
      return fail(Error(ErrorCode::kInterrupted, "interrupted while looking for a pooler"));
    }
    if (connection.lost() && !kept) return fail(kept.error());
    // An error is an answer as well: statement pooling refuses BEGIN, an exhausted pool lets wait.
    if (!kept || !*kept) return Pooling::kTransactionPooler;
  }
  return Pooling::kSessionPooler;
}

}  // namespace bedstone::db::postgres
