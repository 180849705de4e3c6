// PostgreSQL: advisory locks, always tried and never waited for. A waiter blocked in the server
// holds a snapshot, and CREATE INDEX CONCURRENTLY by the holder would wait for it forever.
#include <fmt/format.h>
#include <unistd.h>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "bootstrap/lock_kinds.hpp"

namespace bedstone::bootstrap {
namespace {

/// "beds": tells Bedstone's advisory locks from an application's.
constexpr std::int32_t kLockClass = 0x62656473;

/// Advisory locks belong to a database; within it each project has its own.
std::int32_t lock_key(const std::string& project) {
  Sha256 hash;
  hash.update("bedstone/lock/");
  hash.update(project);
  const Digest digest = hash.finish();
  std::uint32_t key = 0;
  for (int i = 0; i < 4; ++i)
    key = key << 8 | digest[static_cast<std::size_t>(i)];
  return static_cast<std::int32_t>(key);
}

Result<bool> lock_function(db::Connection& connection, std::string_view function,
                           const std::string& project) {
  BEDSTONE_ASSIGN(
      const auto rows,
      connection.query(fmt::format("SELECT pg_catalog.{}($1::integer, $2::integer)", function),
                       {std::int64_t{kLockClass}, std::int64_t{lock_key(project)}}));
  return rows.boolean(0, 0);
}

/// What begins the application_name of who holds the lock: with its session, or with one
/// transaction of it.
constexpr std::string_view kSessionMark = "bedstone", kTransactionMark = "bedstone/transaction";

/// application_name holds at most 63 bytes.
std::string application_name(std::string_view mark, const std::string& step) {
  std::string host = host_name();
  host = host.substr(0, 20);
  const std::string name = fmt::format("{} {} {} {}", mark, host, getpid(), step);
  return text::excerpt(name, 60);
}

class SessionLock final : public RunLock {
 public:
  SessionLock(db::Connection& connection, std::string project)
      : connection_(connection), project_(std::move(project)) {}
  SessionLock(const SessionLock&) = delete;
  SessionLock& operator=(const SessionLock&) = delete;

  ~SessionLock() override {
    if (connection_.lost()) return;
    // An interrupted run must still give the lock back.
    connection_.set_cancel(nullptr);
    [[maybe_unused]] const Status undone = connection_.rollback();
    [[maybe_unused]] const auto unlocked =
        lock_function(connection_, "pg_advisory_unlock", project_);
  }

  std::string announce(const std::string& step) override {
    return fmt::format("SET application_name = {}",
                       connection_.dialect().quote_literal(application_name(kSessionMark, step)));
  }

 private:
  db::Connection& connection_;
  std::string project_;
};

class TransactionLock final : public RunLock {
 public:
  explicit TransactionLock(const LockRequest& request)
      : host_(request.host),
        connection_(request.connection),
        url_(request.url.clone()),
        project_(request.project),
        timeout_(request.timeout) {}

  /// The name ends with the transaction: the session goes to a stranger then.
  std::string announce(const std::string& step) override {
    return fmt::format(
        "SET LOCAL application_name = {}",
        connection_.dialect().quote_literal(application_name(kTransactionMark, step)));
  }

  std::function<Status()> begin_locked() override {
    return [this]() -> Status {
      const LockRequest request{host_, connection_, url_, project_, true, timeout_};
      const auto attempt = [this]() -> Result<bool> {
        BEDSTONE_TRY(connection_.begin());
        auto taken = lock_function(connection_, "pg_try_advisory_xact_lock", project_);
        if (taken && *taken) return true;
        BEDSTONE_TRY(connection_.rollback());
        return taken;
      };
      return poll_lock(request, attempt, [this]() -> std::optional<LockHolder> {
        auto holder = session_lock_holder(connection_, project_);
        return holder ? *holder : std::nullopt;
      });
    };
  }

 private:
  const Host& host_;
  db::Connection& connection_;
  db::Url url_;
  std::string project_;
  Milliseconds timeout_;
};

}  // namespace

Result<std::optional<LockHolder>> session_lock_holder(db::Connection& connection,
                                                      const std::string& project) {
  // Other roles' sessions show their process only; the rest is null for them.
  BEDSTONE_ASSIGN(
      const auto rows,
      connection.query(
          "SELECT l.pid, coalesce(a.application_name, ''), coalesce(to_char(CASE WHEN "
          "a.application_name LIKE $3 THEN a.xact_start ELSE a.backend_start END AT TIME ZONE "
          "'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), ''), coalesce(host(a.client_addr), '') FROM "
          "pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
          "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.database = (SELECT "
          "oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND "
          "l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid LIMIT 1",
          {std::int64_t{kLockClass}, std::int64_t{static_cast<std::uint32_t>(lock_key(project))},
           fmt::format("{} %", kTransactionMark)}));
  if (rows.empty()) return std::nullopt;
  LockHolder holder;
  holder.pid = rows.integer(0, 0);
  holder.since = rows.text(0, 2);
  holder.host = rows.text(0, 3);
  // "MARK HOST PID STEP", as its holder announced it.
  const auto words = text::split(rows.text(0, 1), ' ');
  if (words.size() >= 3 && (words[0] == kSessionMark || words[0] == kTransactionMark)) {
    holder.host = words[1];
    holder.pid = text::parse_integer(words[2]).value_or(holder.pid);
    if (words.size() > 3) holder.step = words[3];
  }
  return holder;
}

Result<std::unique_ptr<RunLock>> acquire_session_lock(const LockRequest& request) {
  const auto attempt = [&] {
    return lock_function(request.connection, "pg_try_advisory_lock", request.project);
  };
  BEDSTONE_TRY(poll_lock(request, attempt, [&]() -> std::optional<LockHolder> {
    auto holder = session_lock_holder(request.connection, request.project);
    return holder ? *holder : std::nullopt;
  }));
  return std::make_unique<SessionLock>(request.connection, request.project);
}

Result<std::unique_ptr<RunLock>> acquire_transaction_lock(const LockRequest& request) {
  return std::make_unique<TransactionLock>(request);
}

}  // namespace bedstone::bootstrap
