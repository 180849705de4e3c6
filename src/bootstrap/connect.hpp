/// Connect: waiting for a database, and making it where it is missing and may be made.
#pragma once

#include <memory>
#include <string_view>

#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

struct ConnectRequest {
  const db::Url& url;
  db::Access access = db::Access::kReadWrite;
  bool create = false;  ///< Make the database when it is missing.
  Milliseconds wait{0};
  Milliseconds busy_timeout{10'000};  ///< SQLite: for another process's transaction.
  /// What makes a missing database, for the error's hint.
  std::string_view create_with = "`bedstone up --create` (or database.create: true)";
};

struct Connected {
  std::unique_ptr<db::Connection> connection;
  bool created = false;  ///< This process made the database.
};

/// Tries with growing pauses as long as waiting can heal what is wrong. Errors: those of
/// docs/errors/connection.md; kInterrupted.
Result<Connected> connect(const Host& host, const ConnectRequest& request);

/// Whether an error of connect() means exit code 4.
bool is_unreachable(ErrorCode code);

}  // namespace bedstone::bootstrap
