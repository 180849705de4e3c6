// SQLite: a new file beside the old one, read to its end, then put in its place.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "backup/place.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/backup_writers.hpp"
#include "bootstrap/exchange_sqlite.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/restore_parts.hpp"
#include "db/sqlite/backup.hpp"
#include "db/sqlite/driver.hpp"
#include "db/sqlite/file.hpp"
#include "db/sqlite/script.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr Milliseconds kPatience{2000};

/// The database that stands in the way, if any.
struct Old {
  bool there = false;
  bool keep = false;                           ///< It holds something.
  std::unique_ptr<db::Connection> connection;  ///< Null also where SQLite cannot read it.
};

struct stat facts_of(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) facts.st_ino = 0;
  return facts;
}

bool same_file(const std::string& one, const std::string& other) {
  const struct stat a = facts_of(one), b = facts_of(other);
  return a.st_ino != 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

Result<Old> look_at_old(const RestoreTask& task, const std::string& path) {
  Old old;
  BEDSTONE_ASSIGN(const auto state, db::sqlite::look_at(path));
  old.there = state != db::sqlite::FileState::kMissing;
  if (state != db::sqlite::FileState::kFilled) return old;
  db::OpenOptions options;
  options.busy_timeout = kPatience;
  options.cancel = task.host.cancel;
  auto opened = db::open(*task.project.database.url, options);
  if (opened) {
    const auto empty = is_empty(**opened, task.project);
    if (!empty && empty.error().code == ErrorCode::kDatabaseBusy) return fail(empty.error());
    old.keep = !empty || !*empty;
    if (empty) old.connection = *std::move(opened);
  } else {
    // Whatever it is: restoring is the way out of a file that SQLite cannot read.
    old.keep = true;
  }
  if (old.keep && !task.replace) return fail(not_empty(task));
  return old;
}

Status copy_file(const RestoreTask& task, const std::string& fresh) {
  db::OpenOptions options;
  options.access = db::Access::kReadOnly;
  options.cancel = task.host.cancel;
  // What another program copied together with its -wal is read with it; ours stands alone, and
  // nothing may appear beside it.
  const bool has_wal = files::exists(task.file + "-wal");
  const db::Url& url = *task.project.database.url;
  BEDSTONE_ASSIGN(const auto source, has_wal ? db::open(url.with_path(task.file), options)
                                             : db::sqlite::open_sealed(task.file, options));
  const auto progress = [&task](std::size_t done, std::size_t total) {
    tell(task.on_progress, "copying", task.file, done, total, "pages");
  };
  BEDSTONE_ASSIGN(const std::uint64_t bytes, db::sqlite::database_bytes(*source));
  BEDSTONE_TRY(backup::check_room(files::parent(fresh), bytes));
  return db::sqlite::copy_database(*source, fresh, progress);
}

Status load_text(const RestoreTask& task, const std::string& fresh) {
  BEDSTONE_TRY(files::write_new(fresh, "", files::Mode::kPrivate));
  BEDSTONE_ASSIGN(auto reader, files::Reader::open(task.file));
  const auto progress = [&task](std::uint64_t bytes) {
    tell(task.on_progress, "loading", task.file, bytes, 0, "bytes");
  };
  return db::sqlite::load_script({reader, task.file, task.host.cancel, progress}, fresh);
}

Error damaged(const std::string& file, const std::vector<std::string>& damage) {
  return Error(ErrorCode::kBackupDamaged, fmt::format("{} is damaged", file))
      .because(text::join(damage, "; "))
      .advise("copy it again from where it was kept, or take an older backup")
      .at(file);
}

Status check_fresh(const RestoreTask& task, const std::string& fresh, Restored& restored) {
  db::OpenOptions options;
  options.access = db::Access::kReadOnly;
  options.cancel = task.host.cancel;
  BEDSTONE_ASSIGN(const auto connection, db::sqlite::open_sealed(fresh, options));
  auto check = db::sqlite::check_database(*connection);
  if (!check) {
    if (check.error().code == ErrorCode::kInterrupted) return fail(check.error());
    return fail(damaged(task.file, {check.error().message}));
  }
  if (!check->damage.empty()) return fail(damaged(task.file, check->damage));
  if (check->orphans > 0) {
    restored.warnings.push_back(
        Error(ErrorCode::kConstraintViolated,
              fmt::format("{} in {} lack their parents", text::count(check->orphans, "row"),
                          text::join(check->orphaned, ", ")))
            .because("PRAGMA foreign_key_check found them; they came with the backup")
            .advise("look at them with: PRAGMA foreign_key_check"));
  }
  return verify(task, *connection, restored);
}

/// One more session with the new file, which ends with its journal taken into it.
Status note_in(const RestoreTask& task, const std::string& fresh, Restored& restored) {
  BEDSTONE_ASSIGN(const auto connection,
                  db::open(task.project.database.url->with_path(fresh), db::OpenOptions{}));
  record_restore(task, *connection, restored);
  return {};
}

Error opened_meanwhile(const std::string& aside, const std::vector<std::string>& users) {
  return Error(ErrorCode::kDatabaseInUse,
               fmt::format("{} opened the old database while it was replaced",
                           text::join(users, ", ")))
      .because(fmt::format("it goes on with {}", aside))
      .advise("restart it; what it wrote since is in that file");
}

bool stops(const Error& error) {
  return error.code == ErrorCode::kDatabaseInUse || error.code == ErrorCode::kInterrupted ||
         error.code == ErrorCode::kDatabaseBusy;
}

Status put_in_place(const RestoreTask& task, Old old, const std::string& fresh,
                    const std::string& path, Restored& restored) {
  if (!old.there) {
    // Journals without their database are of no use to anybody.
    BEDSTONE_TRY(move_journals(path, name_aside(task.host, path, "before-restore")));
    return backup::put_in_place(fresh, path);
  }
  take_rights(path, fresh);
  if (old.connection) {
    const Status closed = db::sqlite::close_alone(old.connection, path);
    if (!closed && stops(closed.error())) return closed;
    // A damaged one goes aside with what stands in its journals.
    old.connection.reset();
  }
  if (const auto users = db::sqlite::users_of_file(path); !users.empty()) {
    return fail(in_use(path, users));
  }
  const std::string aside = name_aside(task.host, path, "before-restore");
  BEDSTONE_TRY(exchange(fresh, path, aside));
  if (const auto users = db::sqlite::users_of_file(aside); !users.empty()) {
    restored.warnings.push_back(opened_meanwhile(aside, users));
  } else if (!old.keep) {
    ::unlink(aside.c_str());
    return {};
  }
  restored.kept = aside;
  return {};
}

}  // namespace

Result<Restored> restore_sqlite(const RestoreTask& task) {
  const db::Url& url = *task.project.database.url;
  BEDSTONE_TRY(files::make_folder(files::parent(url.path())));
  const std::string path = db::sqlite::real_path(url.path());
  if (same_file(task.file, path)) {
    return fail(Error(ErrorCode::kUsage, fmt::format("{} is the database itself", task.file))
                    .advise("name a backup"));
  }
  // The file's lock needs no session; what must be handed in is one of nothing.
  BEDSTONE_ASSIGN(const auto nothing, db::open(url.with_path(":memory:"), db::OpenOptions{}));
  BEDSTONE_ASSIGN(const auto lock, RunLock::acquire({task.host, *nothing, url, task.project.name,
                                                     false, task.lock_timeout}));
  lock->announce("restore");
  BEDSTONE_ASSIGN(Old old, look_at_old(task, path));
  // Sooner than after a long copy.
  if (const auto users = db::sqlite::users_of_file(path); !users.empty()) {
    return fail(in_use(path, users));
  }
  backup::remove_unfinished(path);
  const std::string fresh = backup::unfinished_name(path);
  Restored restored;
  auto done = [&]() -> Status {
    BEDSTONE_TRY(task.found.form == backup::Form::kFile ? copy_file(task, fresh)
                                                        : load_text(task, fresh));
    BEDSTONE_TRY(check_fresh(task, fresh, restored));
    BEDSTONE_TRY(note_in(task, fresh, restored));
    BEDSTONE_TRY(db::sqlite::sync_to_disk(fresh));
    return put_in_place(task, std::move(old), fresh, path, restored);
  }();
  if (!done) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      ::unlink((fresh + suffix).c_str());
    return fail(std::move(done).error());
  }
  return restored;
}

}  // namespace bedstone::bootstrap
