// From a project to a backup under its final name.
#include "bootstrap/backup.hpp"

#include <fmt/format.h>

#include "backup/place.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "bootstrap/backup_writers.hpp"
#include "bootstrap/connect.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/target.hpp"

namespace bedstone::bootstrap {
namespace {

/// Where the backup shall stand, and in which form.
struct Aim {
  std::string path;
  backup::Form form = backup::Form::kFile;
  bool named = false;  ///< By the caller.
};

Result<backup::Form> form_named(const std::string& name, db::Engine engine) {
  using backup::Form;
  const bool sqlite = engine == db::Engine::kSqlite;
  if (name == "sql") return Form::kSql;
  if (name == "file" && sqlite) return Form::kFile;
  if (name == "archive" && !sqlite) return Form::kArchive;
  if (name == "folder" && !sqlite) return Form::kFolder;
  return fail(Error(ErrorCode::kUsage, fmt::format("there is no form {} for this engine", name))
                  .advise(sqlite ? "SQLite's forms are file and sql"
                                 : "PostgreSQL's forms are archive, folder and sql"));
}

/// A folder of backups has no business in a repository of sources.
Status provide_own_folder(const std::string& folder) {
  if (files::is_folder(folder)) return {};
  BEDSTONE_TRY(backup::provide_folder(folder));
  const Status kept_out =
      files::write_new(files::resolve(folder, ".gitignore"),
                       "# Backups hold everybody's rows and are no part of the repository.\n*\n");
  // Another process may have been faster.
  return kept_out || kept_out.error().code == ErrorCode::kFileExists ? Status() : kept_out;
}

Result<Aim> aim_at(const Host& host, const Project& project, const BackupOptions& options) {
  const db::Engine engine = project.database.url->engine();
  Aim aim;
  aim.form = engine == db::Engine::kSqlite ? backup::Form::kFile : backup::Form::kArchive;
  if (!options.form.empty()) {
    BEDSTONE_ASSIGN(aim.form, form_named(options.form, engine));
  }
  if (options.file.empty()) {
    BEDSTONE_TRY(provide_own_folder(project.backup.dir));
    aim.path = files::resolve(
        project.backup.dir,
        backup::default_name(project.backup.dir, project.name, aim.form, host.clock.now()));
    return aim;
  }
  aim.named = true;
  aim.path = options.file;
  if (options.form.empty()) {
    BEDSTONE_ASSIGN(aim.form, backup::form_for(aim.path, engine));
  }
  while (aim.path.size() > 1 && aim.path.ends_with('/'))
    aim.path.pop_back();
  // What is there stays there.
  for (const std::string& path : {aim.path, backup::manifest_path(aim.path)}) {
    if (files::exists(path)) {
      return fail(Error(ErrorCode::kFileExists, fmt::format("{} exists already", path))
                      .advise("nothing was changed; move it away or choose another name")
                      .at(path));
    }
  }
  BEDSTONE_TRY(backup::provide_folder(files::parent(aim.path)));
  return aim;
}

backup::Manifest manifest_of(const Project& project, const Aim& aim, const Written& written,
                             std::string taken_at) {
  backup::Manifest manifest;
  manifest.file = files::file_name(aim.path);
  manifest.form = aim.form;
  manifest.project = project.name;
  manifest.engine = project.database.url->engine();
  manifest.engine_version = written.engine_version;
  manifest.client_version = written.client_version;
  manifest.bedstone_version = kVersion;
  manifest.taken_at = std::move(taken_at);
  if (manifest.engine == db::Engine::kPostgres) manifest.schema = project.database.schema;
  manifest.fingerprint = written.facts.fingerprint;
  manifest.canonical = written.facts.canonical;
  manifest.version = written.facts.version;
  manifest.rows = written.facts.rows;
  return manifest;
}

void report(const Aim& aim, const backup::Manifest& manifest, BackupResult& result) {
  result.file = aim.path;
  result.manifest = backup::manifest_path(aim.path);
  result.form = backup::form_name(aim.form);
  result.database_version = manifest.engine_version;
  result.taken_at = manifest.taken_at;
  result.version = manifest.version;
  result.fingerprint = manifest.fingerprint;
  result.checksum = manifest.checksum;
  result.bytes = manifest.bytes;
  result.rows = manifest.rows;
}

Status write(const Host& host, const Project& project, db::Connection& connection,
             const BackupOptions& options, const Aim& aim, BackupResult& result) {
  backup::remove_unfinished(aim.path);
  const std::string unfinished = backup::unfinished_name(aim.path);
  const BackupTask task{host,     project,    connection,         aim.form,
                        aim.path, unfinished, options.on_progress};
  std::string taken_at = to_iso(host.clock.now());
  auto finished = [&]() -> Status {
    BEDSTONE_ASSIGN(Written written, connection.engine() == db::Engine::kSqlite
                                         ? write_sqlite(task)
                                         : write_postgres(task));
    for (Error& warning : written.warnings)
      result.warnings.push_back(std::move(warning));
    backup::Manifest manifest = manifest_of(project, aim, written, std::move(taken_at));
    if (!written.sum) {
      BEDSTONE_ASSIGN(written.sum, backup::sum_of(unfinished));
    }
    manifest.bytes = written.sum->bytes;
    manifest.checksum = written.sum->checksum;
    BEDSTONE_TRY(backup::put_in_place(unfinished, aim.path));
    const Status described = backup::write_manifest(backup::manifest_path(aim.path), manifest);
    if (!described) {
      backup::remove_backup(aim.path);
      return described;
    }
    report(aim, manifest, result);
    return {};
  }();
  if (!finished) backup::remove_backup(unfinished);
  return finished;
}

Status prune(const Project& project, const BackupOptions& options, const Aim& aim,
             BackupResult& result) {
  const auto keep = options.keep ? options.keep : project.backup.keep;
  if (!keep || aim.named) return {};
  BEDSTONE_ASSIGN(result.pruned, backup::prune(project.backup.dir, project.name, *keep));
  return {};
}

BackupResult started(const Project& project) {
  BackupResult result;
  result.project = project.name;
  result.database = project.database.url->redacted();
  result.database_type = db::engine_name(project.database.url->engine());
  return result;
}

void conclude(Errors errors, BackupResult& result) {
  result.errors = std::move(errors);
  result.success = result.errors.empty();
  result.exit_code = exit_code_for(result.errors);
}

}  // namespace

BackupResult backup_of(const Host& host, const Project& project, db::Connection& connection,
                       const BackupOptions& options) {
  const Stopwatch watch(host.clock);
  BackupResult result = started(project);
  const auto done = [&]() -> Status {
    if (project.database.url->is_memory()) {
      return fail(Error(ErrorCode::kUsage, "a database in memory cannot be backed up")
                      .advise("name a file in the URL: sqlite:data/app.db"));
    }
    BEDSTONE_ASSIGN(const Aim aim, aim_at(host, project, options));
    BEDSTONE_TRY(write(host, project, connection, options, aim, result));
    host.log.info(fmt::format("backed up {} to {}", result.database, result.file));
    return prune(project, options, aim, result);
  }();
  conclude(done ? Errors() : Errors{done.error()}, result);
  result.duration = watch.seconds();
  return result;
}

BackupResult backup(const Host& host, const ProjectOptions& project_options,
                    const BackupOptions& options) {
  auto project = load(host, project_options);
  if (!project) {
    BackupResult result;
    conclude(std::move(project).error(), result);
    return result;
  }
  const db::Url& url = working_url(*project);
  const ConnectRequest request{url, db::Access::kReadOnly, false,
                               options.wait.value_or(project->database.wait)};
  auto connected = connect(host, request);
  if (!connected) {
    BackupResult result = started(*project);
    conclude({std::move(connected).error()}, result);
    return result;
  }
  return backup_of(host, *project, *connected->connection, options);
}

std::string restore_command(const Project& project, const std::string& file) {
  const bool here = project.folder.empty() || project.folder == ".";
  return fmt::format("bedstone restore{} {} --replace",
                     here ? "" : " -C " + text::shell_quote(project.folder),
                     text::shell_quote(file));
}

}  // namespace bedstone::bootstrap
