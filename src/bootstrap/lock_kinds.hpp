/// The three ways to hold a lock. Private to bootstrap/lock*.
#pragma once

#include "bootstrap/lock.hpp"

namespace bedstone::bootstrap {

Result<std::unique_ptr<RunLock>> acquire_file_lock(const LockRequest& request);
Result<std::optional<LockHolder>> file_lock_holder(const db::Url& url);

Result<std::unique_ptr<RunLock>> acquire_session_lock(const LockRequest& request);
Result<std::unique_ptr<RunLock>> acquire_transaction_lock(const LockRequest& request);
Result<std::optional<LockHolder>> session_lock_holder(db::Connection& connection,
                                                      const std::string& project);

/// Calls `attempt` with growing, jittered pauses until it says true, logging who is waited for.
Status poll_lock(const LockRequest& request, const std::function<Result<bool>()>& attempt,
                 const std::function<std::optional<LockHolder>()>& holder);

}  // namespace bedstone::bootstrap
