// SQLite: a copy by its backup API, or SQL text; both are read again before they count.
#include <fmt/format.h>
#include <unistd.h>

#include <future>

#include "backup/form.hpp"
#include "backup/place.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "bootstrap/backup_writers.hpp"
#include "db/sqlite/backup.hpp"
#include "db/sqlite/driver.hpp"
#include "db/sqlite/file.hpp"
#include "db/sqlite/script.hpp"
#include "db/sqlite/text_backup.hpp"

namespace bedstone::bootstrap {
namespace {

Error damaged(const Project& project, const std::vector<std::string>& damage) {
  return Error(ErrorCode::kBackupFailed, fmt::format("{} is damaged, and so is every copy of it",
                                                     project.database.url->redacted()))
      .because(text::join(damage, "; "))
      .advise(
          "keep the file and its -wal as they are (cp), restore an older backup, and look with "
          "`sqlite3 FILE .recover` for what is left");
}

Error orphans_note(const db::sqlite::Check& check) {
  return Error(ErrorCode::kConstraintViolated,
               fmt::format("{} in {} lack their parents", text::count(check.orphans, "row"),
                           text::join(check.orphaned, ", ")))
      .because(
          "PRAGMA foreign_key_check found them in the database; they are in the backup as well")
      .advise("look at them with: PRAGMA foreign_key_check");
}

/// Reads the copy as a whole: what was written is what a restore would find.
Status check_copy(const BackupTask& task, const std::string& copy, Written& written) {
  db::OpenOptions options;
  options.access = db::Access::kReadOnly;
  options.cancel = task.host.cancel;
  BEDSTONE_ASSIGN(const auto connection, db::sqlite::open_sealed(copy, options));
  // Nobody else has the copy, so nobody can shorten it below the mapping.
  BEDSTONE_TRY(connection->query("PRAGMA mmap_size = 4294967296"));
  BEDSTONE_ASSIGN(const auto check, db::sqlite::check_database(*connection));
  if (!check.damage.empty()) return fail(damaged(task.project, check.damage));
  if (check.orphans > 0) written.warnings.push_back(orphans_note(check));
  BEDSTONE_ASSIGN(written.facts, read_facts(*connection, task.project, {}));
  return {};
}

Status write_file(const BackupTask& task, Written& written) {
  const auto progress = [&task](std::size_t done, std::size_t total) {
    tell(task.on_progress, "copying", task.target, done, total, "pages");
  };
  BEDSTONE_TRY(db::sqlite::copy_database(task.connection, task.unfinished, progress));
  tell(task.on_progress, "checking", task.target);
  // The disk, the checksum and the checks need one another for nothing.
  auto synced =
      std::async(std::launch::async, [&task] { return db::sqlite::sync_to_disk(task.unfinished); });
  auto sum = std::async(std::launch::async, [&task] { return backup::sum_of(task.unfinished); });
  Status checked = check_copy(task, task.unfinished, written);
  auto summed = sum.get();
  BEDSTONE_TRY(synced.get());
  BEDSTONE_TRY(std::move(checked));
  BEDSTONE_ASSIGN(written.sum, std::move(summed));
  return {};
}

Status dump(const BackupTask& task) {
  BEDSTONE_ASSIGN(auto writer, files::Writer::create(task.unfinished, files::Mode::kPrivate));
  BEDSTONE_TRY(writer.write(fmt::format("{}{}\n", backup::kSqliteHead, kVersion)));
  const auto sink = [&writer](std::string_view piece) { return writer.write(piece); };
  const auto progress = [&task](std::int64_t rows) {
    tell(task.on_progress, "writing", task.target, static_cast<std::size_t>(rows), 0, "rows");
  };
  BEDSTONE_TRY(db::sqlite::dump_database(task.connection, sink, progress));
  return writer.finish();
}

/// Loads the text into a file that goes again, and compares.
Status try_out(const BackupTask& task, const Facts& facts, Written& written) {
  tell(task.on_progress, "checking", task.target);
  const std::string trial = backup::unfinished_name(task.target);
  const auto loaded = [&]() -> Status {
    BEDSTONE_TRY(files::write_new(trial, "", files::Mode::kPrivate));
    BEDSTONE_ASSIGN(auto reader, files::Reader::open(task.unfinished));
    BEDSTONE_TRY(db::sqlite::load_script({reader, task.target, task.host.cancel, {}}, trial));
    return check_copy(task, trial, written);
  }();
  ::unlink(trial.c_str());
  if (!loaded && loaded.error().code == ErrorCode::kRestoreFailed) {
    Error error = loaded.error();
    error.code = ErrorCode::kBackupFailed;
    error.message = "the database as SQL text does not load";
    error.hint = "use the file form, which copies everything as it is: bedstone backup FILE.db";
    error.place = {};
    return fail(std::move(error));
  }
  BEDSTONE_TRY(loaded);
  if (facts.rows == written.facts.rows && facts.fingerprint == written.facts.fingerprint) return {};
  return fail(Error(ErrorCode::kBackupFailed, "the database as SQL text is not the same database")
                  .because("its rows or its schema differed after loading it")
                  .advise("use the file form, which copies everything as it is: bedstone backup "
                          "FILE.db"));
}

Status write_sql(const BackupTask& task, Written& written) {
  db::Connection& connection = task.connection;
  const auto begun = connection.execute("BEGIN");
  if (!begun) return fail(begun.error());
  Status dumped = dump(task);
  auto facts = read_facts(connection, task.project, {});
  BEDSTONE_TRY(connection.rollback());
  BEDSTONE_TRY(std::move(dumped));
  if (!facts) return fail(std::move(facts).error());
  return try_out(task, *facts, written);
}

}  // namespace

Result<Written> write_sqlite(const BackupTask& task) {
  BEDSTONE_ASSIGN(const std::uint64_t bytes, db::sqlite::database_bytes(task.connection));
  // Text is tried out, which needs room for a database beside it.
  const std::uint64_t factor = task.form == backup::Form::kSql ? 2 : 1;
  BEDSTONE_TRY(backup::check_room(files::parent(task.target), factor * bytes));
  Written written;
  written.engine_version = task.connection.session().server_version_text;
  BEDSTONE_TRY(task.form == backup::Form::kSql ? write_sql(task, written)
                                               : write_file(task, written));
  return written;
}

}  // namespace bedstone::bootstrap
