// When a backup is due, and when it comes back by itself.
#include "bootstrap/up_backup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bootstrap/backup.hpp"
#include "db/sqlite/backup.hpp"

namespace bedstone::bootstrap {
namespace {

bool is_due(const Work& work, const std::vector<Prepared>& pending) {
  if (!work.account.backup_file.empty() || work.project.database.url->is_memory()) return false;
  // What was not there cannot be lost.
  const DatabaseState before = work.account.state_before.value_or(DatabaseState::kEmpty);
  if (before == DatabaseState::kNoDatabase || before == DatabaseState::kEmpty) return false;
  if (work.options.backup) return true;
  switch (work.project.backup_before()) {
    case BackupBefore::kAlways:
      return true;
    case BackupBefore::kDestructive:
      return std::any_of(pending.begin(), pending.end(),
                         [](const Prepared& one) { return one.outline.destructive; });
    default:
      return false;
  }
}

bool is_sqlite(const Work& work) {
  return work.connection->engine() == db::Engine::kSqlite;
}

/// Whether the migration that failed left a part of itself behind.
Result<bool> left_a_part(Work& work) {
  const std::vector<Step>& steps = work.account.steps;
  if (steps.empty() || steps.back().outcome != "failed" || !steps.back().destructive) return false;
  BEDSTONE_ASSIGN(const auto journal, work.store->journal());
  return std::any_of(journal.begin(), journal.end(), [&work](const store::JournalRow& row) {
    return row.kind != store::kUnbuilt && row.run_id == work.account.run_id && row.done;
  });
}

/// True: the database is what it was.
Result<bool> bring_back(Work& work, std::string& why_not) {
  BEDSTONE_TRY(work.connection->rollback());
  BEDSTONE_ASSIGN(const bool parted, left_a_part(work));
  if (!parted) return false;
  BEDSTONE_ASSIGN(const bool done,
                  db::sqlite::overwrite_database(*work.connection, work.account.backup_file,
                                                 work.account.backup_mark));
  if (!done) why_not = "others have written since, so it was not restored by itself";
  return done;
}

void tell_undone(Work& work) {
  Account& account = work.account;
  for (Step& step : account.steps) {
    const bool changed = step.kind == "migrate" || step.kind == "repeatable";
    if (changed && step.outcome == "done") step.outcome = "undone";
  }
  account.applied.clear();
  account.steps.push_back({.kind = "restore", .subject = account.backup_file, .outcome = "done"});
  account.backup_restored = true;
  work.host.log.warning(fmt::format("restored the database from {}", account.backup_file));
}

}  // namespace

Status back_up_before(Work& work, const std::vector<Prepared>& pending) {
  if (!is_due(work, pending)) return {};
  if (is_sqlite(work)) {
    BEDSTONE_ASSIGN(work.account.backup_mark, db::sqlite::data_version(*work.connection));
  }
  work.progress("backing up", work.project.backup.dir, 0, 0);
  BackupOptions options;
  options.on_progress = work.options.on_progress;
  const BackupResult made = backup_of(work.host, work.project, *work.connection, options);
  if (!made.success) {
    Error error = made.errors.front();
    error.context.push_back("making the backup before this run (backup.before, --backup)");
    return fail(std::move(error));
  }
  work.account.backup_file = made.file;
  work.account.steps.push_back({.kind = "backup",
                                .subject = made.file,
                                .outcome = "done",
                                .duration_seconds = made.duration});
  return {};
}

Error after_failure(Work& work, Error error) {
  const std::string& file = work.account.backup_file;
  if (file.empty() || error.connection_lost || error.code == ErrorCode::kInterrupted) return error;
  std::string why_not;
  if (is_sqlite(work)) {
    const auto back = bring_back(work, why_not);
    if (!back) why_not = fmt::format("restoring it by itself failed: {}", back.error().message);
    if (back && *back) {
      tell_undone(work);
      error.hint +=
          fmt::format("{}the database is as it was before this run: it was restored from {}",
                      error.hint.empty() ? "" : "; ", file);
      return error;
    }
  }
  error.hint += fmt::format("{}to go back to before this run: {}", error.hint.empty() ? "" : "; ",
                            restore_command(work.project, file));
  if (!why_not.empty()) error.hint += fmt::format(" ({})", why_not);
  return error;
}

}  // namespace bedstone::bootstrap
