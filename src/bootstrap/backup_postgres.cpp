// PostgreSQL: pg_dump of the server's version, on a snapshot that this session shares with it.
#include <fmt/format.h>

#include "backup/clients.hpp"
#include "backup/form.hpp"
#include "backup/place.hpp"
#include "base/files.hpp"
#include "bootstrap/backup_writers.hpp"
#include "bootstrap/target.hpp"

namespace bedstone::bootstrap {
namespace {

Error behind_a_pooler(const Project& project) {
  return Error(ErrorCode::kBackupFailed, fmt::format("{} is behind a pooler in transaction mode",
                                                     project.database.url->redacted()))
      .because("pg_dump needs one session of the server's own from beginning to end")
      .advise("give the way around it in bedstone.yaml: database.direct_url");
}

Error dump_failed(const backup::Client& client, const backup::ChildEnd& end) {
  std::string reason = backup::reason_of(end.errors);
  if (reason.empty()) reason = fmt::format("it ended with {}", end.exit_code);
  ErrorCode code = ErrorCode::kBackupFailed;
  std::string hint = "look at what the server's log says of it";
  if (reason.find("No space left") != reason.npos) {
    code = ErrorCode::kDiskFull;
    hint = "free some space (df -h shows where), then run the same command again";
  } else if (reason.find("permission denied") != reason.npos) {
    hint = "use a role that may read everything, or: GRANT pg_read_all_data TO role";
  } else if (reason.find("row-level security") != reason.npos) {
    hint = "use the tables' owner, or a role with BYPASSRLS";
  } else if (reason.find("lock timeout") != reason.npos) {
    hint = "another session changes a table; try again when it is done";
  }
  return Error(code, fmt::format("{} {} could not write the backup", client.path, client.version))
      .because(std::move(reason))
      .advise(std::move(hint));
}

std::string_view format_of(backup::Form form) {
  switch (form) {
    case backup::Form::kSql:
      return "plain";
    case backup::Form::kFolder:
      return "directory";
    default:
      return "custom";
  }
}

/// Data without indexes; archives and folders are compressed, commonly to a quarter.
Result<std::uint64_t> expected_bytes(db::Connection& connection, backup::Form form) {
  BEDSTONE_ASSIGN(
      const db::Rows rows,
      connection.query("SELECT coalesce(sum(pg_catalog.pg_table_size(c.oid)), 0)::bigint FROM "
                       "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
                       "c.relnamespace WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND "
                       "n.nspname <> 'information_schema'"));
  const auto bytes = static_cast<std::uint64_t>(rows.integer(0, 0));
  return form == backup::Form::kSql ? bytes : bytes / 4;
}

Status run_dump(const BackupTask& task, const backup::Client& client, const std::string& snapshot) {
  BEDSTONE_ASSIGN(auto access,
                  backup::access_for(working_url(task.project), task.host.environment));
  // What pg_dump overwrites keeps its rights; a folder it makes by itself.
  if (task.form != backup::Form::kFolder) {
    BEDSTONE_TRY(files::write_new(task.unfinished, "", files::Mode::kPrivate));
  }
  backup::ChildOptions options;
  options.words = {
      client.path,
      "--no-password",
      fmt::format("--format={}", format_of(task.form)),
      fmt::format("--file={}", task.unfinished),
      fmt::format("--snapshot={}", snapshot),
      fmt::format("--lock-wait-timeout={}", task.project.database.lock_timeout.count()),
      fmt::format("--dbname={}", access.connection)};
  options.environment = std::move(access.environment);
  options.cancel = task.host.cancel;
  BEDSTONE_ASSIGN(const auto end, backup::run_child(options));
  if (end.exit_code != 0) return fail(dump_failed(client, end));
  return {};
}

/// Reads an archive to its end, as a restore would; text must have its last line.
Status check_dump(const BackupTask& task, int dump_major) {
  tell(task.on_progress, "checking", task.target);
  if (task.form == backup::Form::kSql) {
    BEDSTONE_ASSIGN(const auto found, backup::recognise(task.unfinished));
    static_cast<void>(found);
    return {};
  }
  BEDSTONE_ASSIGN(const auto client,
                  backup::find_client("pg_restore", dump_major, dump_major, task.host.environment));
  return backup::check_archive(client, task.unfinished, task.target, task.host.environment,
                               task.host.cancel);
}

Status dump_on_snapshot(const BackupTask& task, const backup::Client& client, Written& written) {
  db::Connection& connection = task.connection;
  // Rows that this role may not see shall fail, not be missing.
  const auto hidden = connection.execute("SET LOCAL row_security = off");
  if (!hidden) return fail(hidden.error());
  BEDSTONE_ASSIGN(const db::Rows snapshot,
                  connection.query("SELECT pg_catalog.pg_export_snapshot()"));
  tell(task.on_progress, "writing", task.target);
  BEDSTONE_TRY(run_dump(task, client, std::string(snapshot.text(0, 0))));
  tell(task.on_progress, "counting", task.target);
  BEDSTONE_ASSIGN(written.facts,
                  read_facts(connection, task.project, task.project.database.schema));
  return {};
}

}  // namespace

Result<Written> write_postgres(const BackupTask& task) {
  db::Connection& connection = task.connection;
  BEDSTONE_ASSIGN(const bool pooled, runs_pooled(task.host, task.project, connection));
  if (pooled) return fail(behind_a_pooler(task.project));
  Written written;
  written.engine_version = connection.session().server_version_text;
  const int major = backup::major_of(connection.session().server_version);
  BEDSTONE_ASSIGN(const auto client,
                  backup::find_client("pg_dump", major, major, task.host.environment));
  written.client_version = client.version;
  BEDSTONE_ASSIGN(const std::uint64_t bytes, expected_bytes(connection, task.form));
  BEDSTONE_TRY(backup::check_room(files::parent(task.target), bytes));

  const auto begun = connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  if (!begun) return fail(begun.error());
  Status dumped = dump_on_snapshot(task, client, written);
  BEDSTONE_TRY(connection.rollback());
  BEDSTONE_TRY(std::move(dumped));
  BEDSTONE_TRY(check_dump(task, client.major));
  return written;
}

}  // namespace bedstone::bootstrap
