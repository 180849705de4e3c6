// PostgreSQL: psql or pg_restore in one transaction, into the empty database or into a new one that
// then takes the old one's name.
#include <fmt/format.h>

#include "backup/clients.hpp"
#include "base/text.hpp"
#include "bootstrap/backup_writers.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/restore_parts.hpp"
#include "bootstrap/target.hpp"
#include "db/postgres/admin.hpp"

namespace bedstone::bootstrap {
namespace {

db::OpenOptions admin_options(const Host& host) {
  db::OpenOptions options;
  options.application_name = "bedstone restore";
  options.cancel = host.cancel;
  return options;
}

/// pg_restore must know what pg_dump wrote; text is read by any psql.
Result<backup::Client> find_loader(const RestoreTask& task, int server_major) {
  const bool sql = task.found.form == backup::Form::kSql;
  int oldest = 1;
  if (!sql && task.found.manifest) {
    const std::string& version = task.found.manifest->client_version;
    oldest = static_cast<int>(
        text::parse_integer(version.substr(0, version.find_first_not_of("0123456789")))
            .value_or(1));
  }
  return backup::find_client(sql ? "psql" : "pg_restore", std::max(server_major, oldest), oldest,
                             task.host.environment);
}

Error not_loaded(const RestoreTask& task, const backup::Client& client,
                 const backup::ChildEnd& end) {
  std::string reason = backup::reason_of(end.errors);
  if (reason.empty()) reason = fmt::format("{} ended with {}", client.path, end.exit_code);
  std::string hint = "look at the cause; the database was left as it was";
  if (reason.find("role ") != reason.npos && reason.find("does not exist") != reason.npos) {
    hint = "create that role first, or restore on the server that the backup comes from";
  } else if (reason.find("must be owner") != reason.npos ||
             reason.find("permission denied") != reason.npos ||
             reason.find("must be able to SET ROLE") != reason.npos ||
             reason.find("must be member of role") != reason.npos) {
    hint = "restore as the role that owns the objects, or as an administrator";
  } else if (reason.find("unsupported version") != reason.npos) {
    hint = "install newer client programs: apt-get install postgresql-client";
  }
  return Error(ErrorCode::kRestoreFailed, fmt::format("{} could not be restored", task.file))
      .because(std::move(reason))
      .advise(std::move(hint));
}

Status load_into(const RestoreTask& task, const backup::Client& client, const db::Url& url) {
  tell(task.on_progress, "loading", task.file);
  BEDSTONE_ASSIGN(auto access, backup::access_for(url, task.host.environment));
  backup::ChildOptions options;
  if (task.found.form == backup::Form::kSql) {
    options.words = {client.path,
                     "--no-psqlrc",
                     "--quiet",
                     "--no-password",
                     "--set=ON_ERROR_STOP=1",
                     "--single-transaction",
                     fmt::format("--file={}", task.file),
                     fmt::format("--dbname={}", access.connection)};
  } else {
    options.words = {client.path,
                     "--no-password",
                     "--exit-on-error",
                     "--single-transaction",
                     fmt::format("--dbname={}", access.connection),
                     task.file};
  }
  options.environment = std::move(access.environment);
  options.cancel = task.host.cancel;
  BEDSTONE_ASSIGN(const auto end, backup::run_child(options));
  if (end.exit_code != 0) return fail(not_loaded(task, client, end));
  return {};
}

Error in_use(const db::Url& url, const std::vector<std::string>& sessions) {
  return Error(ErrorCode::kDatabaseInUse, fmt::format("the database {} is in use", url.database()))
      .because(text::join(sessions, ", "))
      .advise("stop what is connected, then run the same command again");
}

Error behind_a_pooler(const db::Url& url) {
  return Error(ErrorCode::kRestoreFailed,
               fmt::format("{} is behind a pooler in transaction mode", url.redacted()))
      .because("a restore needs sessions of the server's own")
      .advise("give the way around it in bedstone.yaml: database.direct_url");
}

Result<Restored> load_and_verify(const RestoreTask& task, const backup::Client& client,
                                 const db::Url& url) {
  BEDSTONE_TRY(load_into(task, client, url));
  BEDSTONE_ASSIGN(auto opened, connect(task.host, {url, db::Access::kReadWrite, false, task.wait}));
  Restored restored;
  BEDSTONE_TRY(verify(task, *opened.connection, restored));
  record_restore(task, *opened.connection, restored);
  return restored;
}

/// Into the database itself: whatever fails is undone by the server, up to the last comparison.
Result<Restored> fill(const RestoreTask& task, const backup::Client& client, const db::Url& url) {
  auto restored = load_and_verify(task, client, url);
  if (!restored && restored.error().code == ErrorCode::kRestoreMismatch) {
    restored.error().hint += fmt::format("; the database {} holds what was loaded", url.database());
  }
  return restored;
}

/// What the old database will be called: two restores may fall into one second.
Result<std::string> free_name(db::Connection& connection, const std::string& stem,
                              const Clock& clock) {
  const std::string first = fmt::format("{}_before_{}", stem, to_version(clock.now()));
  std::string name = first;
  for (int number = 2;; ++number) {
    BEDSTONE_ASSIGN(const auto taken,
                    connection.query("SELECT 1 FROM pg_database WHERE datname = $1", {name}));
    if (taken.empty()) return name;
    name = fmt::format("{}_{}", first, number);
  }
}

/// Into a database beside it, which then takes its name.
Result<Restored> replace(const RestoreTask& task, const backup::Client& client, const db::Url& url,
                         std::unique_ptr<db::Connection>& connection,
                         std::unique_ptr<RunLock>& lock) {
  BEDSTONE_ASSIGN(const auto sessions, db::postgres::other_sessions(*connection));
  if (!sessions.empty()) return fail(in_use(url, sessions));
  const db::OpenOptions options = admin_options(task.host);
  // Names are cut at 63 bytes, which must not make two of them one.
  const std::string stem = url.database().substr(0, 36);
  const std::string fresh = stem + "_restoring";
  BEDSTONE_ASSIGN(const std::string aside, free_name(*connection, stem, task.host.clock));
  BEDSTONE_TRY(db::postgres::create_like(url, fresh, options));
  const db::Url beside = url.with_database(fresh);
  auto restored = load_and_verify(task, client, beside);
  Status exchanged;
  if (restored) {
    // A name can be given to a database that nobody is connected to, so the lock goes first.
    lock.reset();
    connection.reset();
    exchanged = db::postgres::exchange_databases(url, fresh, aside, options);
  }
  if (restored && exchanged) {
    restored->kept = aside;
    return restored;
  }
  db::OpenOptions undoing = options;
  undoing.cancel = nullptr;
  const Status dropped = db::postgres::drop_database(beside, undoing);
  if (!dropped) task.host.log.warning(dropped.error().message);
  if (!restored) return restored;
  return fail(exchanged.error());
}

Result<Restored> under_lock(const RestoreTask& task, const db::Url& url, Connected& opened) {
  BEDSTONE_ASSIGN(const bool pooled, runs_pooled(task.host, task.project, *opened.connection));
  if (pooled) return fail(behind_a_pooler(url));
  BEDSTONE_ASSIGN(const auto client,
                  find_loader(task, backup::major_of(opened.connection->session().server_version)));
  if (task.found.form != backup::Form::kSql && !task.found.manifest) {
    BEDSTONE_TRY(backup::check_archive(client, task.file, task.file, task.host.environment,
                                       task.host.cancel));
  }
  BEDSTONE_ASSIGN(auto lock, RunLock::acquire({task.host, *opened.connection, url,
                                               task.project.name, false, task.lock_timeout}));
  if (const std::string announced = lock->announce("restore"); !announced.empty()) {
    BEDSTONE_TRY(opened.connection->execute(announced));
  }
  BEDSTONE_ASSIGN(const bool empty, is_empty(*opened.connection, task.project));
  if (empty) return fill(task, client, url);
  if (!task.replace) return fail(not_empty(task));
  return replace(task, client, url, opened.connection, lock);
}

}  // namespace

Result<Restored> restore_postgres(const RestoreTask& task) {
  const db::Url& given = working_url(task.project);
  BEDSTONE_ASSIGN(Connected opened,
                  connect(task.host, {given, db::Access::kReadWrite, true, task.wait}));
  // A URL may leave the name to the server's defaults.
  BEDSTONE_ASSIGN(const db::Rows name, opened.connection->query("SELECT current_database()"));
  const db::Url url = given.with_database(name.text(0, 0));
  auto restored = under_lock(task, url, opened);
  if (!restored && opened.created) {
    // A database that was not there is not there again.
    opened.connection.reset();
    db::OpenOptions options = admin_options(task.host);
    options.cancel = nullptr;
    const Status dropped = db::postgres::drop_database(url, options);
    if (!dropped) task.host.log.warning(dropped.error().message);
  }
  return restored;
}

}  // namespace bedstone::bootstrap
