/// Parts of restoring: one for each engine. Private to bootstrap/restore*.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backup/form.hpp"
#include "bootstrap/backup_facts.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

struct RestoreTask {
  const Host& host;
  const Project& project;
  const std::string& file;
  const backup::Found& found;
  bool replace = false;
  Milliseconds wait{0};
  Milliseconds lock_timeout{0};
  const std::function<void(const Progress&)>& on_progress;
  std::string old_command;  ///< The same with --replace, to be advised.
};

struct Restored {
  Facts facts;
  std::string kept;  ///< The old database's new name, for people.
  std::vector<Error> warnings;
};

Result<Restored> restore_sqlite(const RestoreTask& task);
Result<Restored> restore_postgres(const RestoreTask& task);

/// Reads what was restored; with a manifest, compares.
Status verify(const RestoreTask& task, db::Connection& connection, Restored& restored);

/// Notes in the restored database's own tables, if it has them, what happened to it. Where the
/// server now writes down otherwise what is the same, that is from now on what is recorded.
void record_restore(const RestoreTask& task, db::Connection& connection, Restored& restored);

/// Whether the database holds nothing that somebody may want to keep.
Result<bool> is_empty(db::Connection& connection, const Project& project);

Error not_empty(const RestoreTask& task);

}  // namespace bedstone::bootstrap
