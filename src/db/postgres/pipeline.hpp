/// Pipelines: many statements on their way at once, one synchronisation at the end.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "db/connection.hpp"
#include "db/postgres/session.hpp"

namespace bedstone::db::postgres {

/// What each transaction of a session is told anew.
struct TransactionMode {
  bool read_only = false;
  bool asynchronous = false;  ///< Commit without waiting for the disk.
  /// The open transaction began asynchronous, and is now to be committed durably.
  bool settle = false;
};

/// A statement of a pipeline: one of the caller's, or one that sets the mode of a transaction.
struct Step {
  static constexpr std::size_t kOurs = std::numeric_limits<std::size_t>::max();
  Statement statement;
  std::size_t index = kOurs;  ///< Among the caller's statements.
};

/// The caller's statements with those that the mode needs between them. Pure.
std::vector<Step> with_mode(std::span<const Statement> statements, bool in_transaction,
                            const TransactionMode& mode);

/// Whether something of these statements may have been committed when the session breaks amid
/// them. Pure.
bool may_commit(std::span<const Statement> statements, bool in_transaction);

/// Called with each successful result of the caller's statements.
using OnResult = std::function<void(const PGresult&)>;

/// Runs the steps in one pipeline. After the first that fails the server skips the others;
/// `failed` (may be null) becomes the index of the caller's statement that failed.
Status run_pipeline(Session& session, std::span<const Step> steps, const OnResult& on_result,
                    std::size_t* failed);

}  // namespace bedstone::db::postgres
