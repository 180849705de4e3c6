/// RunLock: one process changes a project's database at a time, and it frees itself when that dies.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bedstone/results.hpp"
#include "bootstrap/commands.hpp"
#include "db/connection.hpp"

namespace bedstone::bootstrap {

struct LockRequest {
  const Host& host;
  db::Connection& connection;
  const db::Url& url;
  std::string project;
  bool pooled = false;
  Milliseconds timeout{300'000};
};

/// Held from acquire() to destruction. In PostgreSQL it is an advisory lock of the connection
/// that does the work, so it lasts until the server ends what an orphaned session still runs; in
/// SQLite an flock on a file beside the database. Behind a pooler nothing is held: begin_locked()
/// takes the lock in each transaction.
class RunLock {
 public:
  /// Waits, telling who holds the lock. kLockTimeout, kLockUnavailable, kInterrupted.
  static Result<std::unique_ptr<RunLock>> acquire(const LockRequest& request);
  virtual ~RunLock() = default;

  /// Tells waiters what is being done; returns a statement that must be sent for it, or "".
  virtual std::string announce(const std::string& step) = 0;
  /// Empty, or what must begin each transaction.
  virtual std::function<Status()> begin_locked() { return {}; }
};

/// Who holds the lock, if anybody; reads only.
Result<std::optional<LockHolder>> lock_holder(db::Connection& connection, const db::Url& url,
                                              const std::string& project);

/// "process 4711 on web-1, since 2026-11-20T09:30:00Z, at 20261120093000_create_accounts"
std::string describe(const LockHolder& holder);

/// This machine's name.
std::string host_name();

}  // namespace bedstone::bootstrap
