/// Session: the settings that every migration starts from.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "db/connection.hpp"

namespace bedstone::migrate {

struct SessionSettings {
  db::Engine engine = db::Engine::kSqlite;
  std::string schema = "public";  ///< PostgreSQL: first in the search path.
  /// PostgreSQL: the role that the statements of migrations act as; may be empty. Bedstone's own
  /// statements keep the session's role.
  std::string owner;
  /// How long one attempt may wait for a table's lock: behind a waiter everybody else queues.
  std::chrono::milliseconds ddl_lock_timeout{2000};
  bool pooled = false;  ///< Settings must end with their transaction.
};

/// The statements that set a session up. Empty for SQLite. When pooled, they belong into each
/// transaction, else at the start of the session.
std::vector<std::string> prelude(const SessionSettings& settings);

/// Makes what follows act as the owner; empty where there is none. Inside a transaction it ends
/// with that.
std::vector<std::string> act_as_owner(const SessionSettings& settings, bool in_transaction);
/// Makes the rest of the transaction act as the session's own role, whoever the statements before
/// acted as; what they set for the session holds again after the transaction.
std::vector<std::string> act_as_ourselves();

/// Undoes what a migration did to the session (SET, PRAGMA, ATTACH …) and sets it up again.
Status reset_session(db::Connection& connection, const SessionSettings& settings);

/// Runs the statements one after the other in one round trip.
Status run_all(db::Connection& connection, const std::vector<std::string>& statements);

}  // namespace bedstone::migrate
