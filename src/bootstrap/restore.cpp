// From a file to a database: what it is, whether it is whole, and then the engine's part.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "bootstrap/backup.hpp"
#include "bootstrap/backup_writers.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/restore_parts.hpp"
#include "bootstrap/target.hpp"
#include "store/store.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

Error other_engine(const std::string& file, db::Engine of, const db::Url& url) {
  return Error(ErrorCode::kBackupUnknown,
               fmt::format("{} is a backup of {}, and {} is another engine", file,
                           of == db::Engine::kSqlite ? "SQLite" : "PostgreSQL", url.redacted()))
      .because("a backup holds one engine's SQL or files")
      .advise("name a database of that engine with --database, or take another file")
      .at(file);
}

Status check_file(const RestoreTask& task) {
  const db::Url& url = *task.project.database.url;
  const backup::Found& found = task.found;
  if (found.engine && *found.engine != url.engine()) {
    return fail(other_engine(task.file, *found.engine, url));
  }
  tell(task.on_progress, "checking", task.file);
  if (found.manifest) return backup::check_bytes(task.file, *found.manifest);
  return {};
}

void report(const backup::Found& found, Restored restored, RestoreResult& result) {
  result.version = restored.facts.version;
  result.kept = std::move(restored.kept);
  result.rows = std::move(restored.facts.rows);
  result.verified = found.manifest.has_value();
  for (Error& warning : restored.warnings)
    result.warnings.push_back(std::move(warning));
}

Status run(const Host& host, const Project& project, const RestoreOptions& options,
           RestoreResult& result) {
  if (project.database.url->is_memory()) {
    return fail(Error(ErrorCode::kUsage, "a database in memory cannot be restored")
                    .advise("name a file in the URL: sqlite:data/app.db"));
  }
  BEDSTONE_ASSIGN(const backup::Found found, backup::recognise(options.file));
  result.form = backup::form_name(found.form);
  if (found.manifest) result.taken_at = found.manifest->taken_at;
  const RestoreTask task{host,
                         project,
                         options.file,
                         found,
                         options.replace,
                         options.wait.value_or(project.database.wait),
                         options.lock_timeout.value_or(project.database.lock_timeout),
                         options.on_progress,
                         restore_command(project, options.file)};
  BEDSTONE_TRY(check_file(task));
  BEDSTONE_ASSIGN(Restored restored, project.database.url->engine() == db::Engine::kSqlite
                                         ? restore_sqlite(task)
                                         : restore_postgres(task));
  report(found, std::move(restored), result);
  return {};
}

bool same_text(const SchemaDifference& one, const SchemaDifference& other) {
  return one.kind == other.kind && one.object == other.object && one.change == other.change &&
         one.expected == other.expected && one.actual == other.actual;
}

/// PostgreSQL writes some expressions down otherwise once it has read its own text again (IN lists
/// over varchar, for one). Where nothing but that differs from what is recorded, the new text is
/// recorded; what had drifted before stays drift.
Result<std::vector<store::Bound>> new_texts(const RestoreTask& task, db::Connection& connection,
                                            store::Store& store, const Restored& restored,
                                            const std::string& now) {
  const auto& manifest = task.found.manifest;
  if (!manifest || manifest->fingerprint == restored.facts.fingerprint) {
    return std::vector<store::Bound>();
  }
  BEDSTONE_ASSIGN(const auto fingerprint, store.meta("fingerprint"));
  BEDSTONE_ASSIGN(const auto recorded, store.snapshot(fingerprint.value_or("")));
  if (!recorded) return std::vector<store::Bound>();
  BEDSTONE_ASSIGN(const LiveSchema live, read_live_schema(connection, task.project));
  const auto reread = differences(manifest->canonical, restored.facts.canonical);
  for (const SchemaDifference& one : differences(*recorded, live.canonical)) {
    const bool explained =
        std::any_of(reread.begin(), reread.end(),
                    [&one](const SchemaDifference& other) { return same_text(one, other); });
    if (!explained) return std::vector<store::Bound>();
  }
  std::vector<store::Bound> statements = store.snapshot_put(live.fingerprint, live.canonical, now);
  statements.push_back(store.set_meta("fingerprint", live.fingerprint));
  if (!restored.facts.version.empty()) {
    statements.push_back(store.set_fingerprint(restored.facts.version, live.fingerprint));
  }
  return statements;
}

}  // namespace

RestoreResult restore(const Host& host, const ProjectOptions& project_options,
                      const RestoreOptions& options) {
  const Stopwatch watch(host.clock);
  RestoreResult result;
  result.file = options.file;
  auto project = load(host, project_options);
  if (project) {
    result.project = project->name;
    result.database = project->database.url->redacted();
    result.database_type = db::engine_name(project->database.url->engine());
    const Status done = run(host, *project, options, result);
    if (!done) result.errors = {done.error()};
    if (done) host.log.info(fmt::format("restored {} from {}", result.database, options.file));
  } else {
    result.errors = std::move(project).error();
  }
  result.success = result.errors.empty();
  result.exit_code = exit_code_for(result.errors);
  result.duration = watch.seconds();
  return result;
}

Error not_empty(const RestoreTask& task) {
  return Error(ErrorCode::kRestoreNotEmpty,
               fmt::format("{} is not empty", task.project.database.url->redacted()))
      .because("a backup is restored into an empty or missing database")
      .advise(
          fmt::format("to put it in its place, and keep the old database under another name: {}",
                      task.old_command));
}

Result<bool> is_empty(db::Connection& connection, const Project& project) {
  store::Store store(connection, project.name);
  const auto layout = store.layout();
  if (!layout || *layout != 0) return false;
  BEDSTONE_ASSIGN(const Occupant occupant, read_occupant(connection, project));
  return occupant.empty;
}

Status verify(const RestoreTask& task, db::Connection& connection, Restored& restored) {
  tell(task.on_progress, "comparing", task.file);
  const auto& manifest = task.found.manifest;
  const std::string& schema =
      manifest && !manifest->schema.empty() ? manifest->schema : task.project.database.schema;
  BEDSTONE_ASSIGN(restored.facts, read_facts(connection, task.project, schema));
  if (!manifest) return {};
  return compare_facts(task.file, *manifest, restored.facts, restored.warnings);
}

void record_restore(const RestoreTask& task, db::Connection& connection, Restored& restored) {
  store::Store store(connection, task.project.name);
  const auto layout = store.layout();
  // An older layout is the next `up`'s to upgrade, and a newer one is a newer Bedstone's.
  if (!layout || *layout != store::kLayout) return;
  store::RunRow row;
  row.run_id = random_id();
  row.command = "restore";
  row.started_at = to_iso(task.host.clock.now());
  row.finished_at = row.started_at;
  row.outcome = "done";
  row.host = host_name();
  row.pid = getpid();
  row.user = user_name();
  row.bedstone_version = kVersion;
  // Whatever is known of the schema was known of another database.
  std::vector<store::Bound> statements{store.close_dead_runs(row.run_id, row.started_at),
                                       store.run_put(row), store.set_meta("stamp", "")};
  const auto texts = new_texts(task, connection, store, restored, row.started_at);
  if (!texts) task.host.log.debug(texts.error().message);
  if (texts) statements.insert(statements.end(), texts->begin(), texts->end());
  const Status written = store.write(statements);
  if (written && texts && !texts->empty()) restored.warnings.clear();
  if (!written) {
    task.host.log.debug(
        fmt::format("the restore could not be recorded: {}", written.error().message));
  }
}

}  // namespace bedstone::bootstrap
