/// bedstone transfer: a project's database moved into another one, of whichever engine.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

struct TransferOptions {
  std::string from;  ///< A URL; empty: the project's database.
  std::string to;
  bool dry_run = false;
  std::optional<bool> create;  ///< Make the target when it is missing.
  std::optional<Milliseconds> wait;
  std::optional<Milliseconds> lock_timeout;
  std::function<void(const Progress&)> on_progress;
};

struct TransferredTable {
  std::string table;  ///< As the target calls it; in a plan as the source does.
  std::int64_t rows = 0;
  std::string hash;       ///< Of the contents, the same on both sides; empty in a plan.
  std::string outcome;    ///< planned; moved; kept: an earlier attempt moved it.
  std::size_t group = 0;  ///< Tables of one number need one another's rows.
  double duration_seconds = 0;
};

struct TransferReport {
  bool success = false;
  bool dry_run = false;
  std::string project;
  std::string source;  ///< URLs without secrets.
  std::string source_type;
  std::string target;
  std::string target_type;
  DatabaseState target_state = DatabaseState::kUnreachable;  ///< Before.
  bool resumed = false;
  std::vector<TransferredTable> tables;  ///< In their order.
  std::int64_t rows = 0;
  std::optional<std::int64_t> settings_revision;
  std::int64_t keys = 0;       ///< Data keys of secrets that came along.
  std::int64_t seed_sets = 0;  ///< Whose ledger came along.
  std::vector<std::string> migrations_applied;
  std::vector<Error> warnings;
  std::vector<Error> errors;
  std::string run_id;  ///< In the target.
  double duration = 0;
  ExitCode exit_code = ExitCode::kFailed;
};

/// The source is read at one moment and never written. Killed at any point, the same call goes on.
TransferReport transfer(const Host& host, const ProjectOptions& project,
                        const TransferOptions& options);

/// kTransferTarget where a transfer began and did not end: whatever else is done there would mix
/// with it.
Status refuse_unfinished_transfer(db::Connection& connection, const Project& project);

}  // namespace bedstone::bootstrap
