// A damaged SQLite file: lock, read into a new one, exchange, record.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/place.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "bootstrap/exchange_sqlite.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/schema_repair.hpp"
#include "bootstrap/schema_sources.hpp"
#include "bootstrap/target.hpp"
#include "db/sqlite/backup.hpp"
#include "db/sqlite/file.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {
namespace {

/// Whether SQLite finds no fault with it.
bool is_whole(const db::Url& url, const Host& host) {
  db::OpenOptions options;
  options.cancel = host.cancel;
  // Not read-only: what a journal has to undo is undone first.
  const auto connection = db::open(url, options);
  if (!connection) return false;
  const auto check = db::sqlite::check_database(**connection);
  return check && check->damage.empty();
}

Error loss(std::string what, std::string why, std::string hint) {
  return Error(ErrorCode::kSalvageLosses, std::move(what))
      .because(std::move(why))
      .advise(std::move(hint));
}

Errors losses_of(const SalvageReport& salvage) {
  const db::sqlite::Salvaged& found = salvage.found;
  const std::string compare =
      fmt::format("look for them in a backup; the damaged file is {}", salvage.kept);
  Errors errors;
  for (const db::sqlite::SalvagedTable& table : found.tables) {
    const std::int64_t missing = table.expected.value_or(table.rows) - table.rows;
    if (missing > 0) {
      errors.push_back(loss(fmt::format("{} lacks {}", table.name, text::count(missing, "row")),
                            fmt::format("{} of {} were read; the pages of the others cannot be",
                                        table.rows, *table.expected),
                            compare));
    }
    if (table.damaged > 0) {
      errors.push_back(loss(fmt::format("values are missing in {} of {}",
                                        text::count(table.damaged, "row"), table.name),
                            "the pages that held their ends cannot be read", compare));
    }
    if (table.remade) {
      errors.push_back(loss(fmt::format("the definition of {} was lost", table.name),
                            fmt::format("it was taken from the migrations; {} fit it",
                                        text::count(table.rows, "row")),
                            "compare it with what should be there: bedstone schema validate"));
    }
  }
  if (found.unreadable_cells > 0) {
    errors.push_back(
        loss(fmt::format("{} could not be read", text::count(found.unreadable_cells, "entry")),
             "their places in their pages hold something else", compare));
  }
  if (found.lost_and_found > 0) {
    errors.push_back(
        loss(fmt::format("{} of unknown tables", text::count(found.lost_and_found, "row")),
             "nothing tells any more whose they are, or their table did not take them",
             fmt::format("look at them, put them where they belong, then drop the table: "
                         "SELECT * FROM {}",
                         found.lost_and_found_table)));
  }
  for (const std::string& what : found.not_made) {
    errors.push_back(loss("not made again: " + what.substr(0, what.find(": ")),
                          what.substr(std::min(what.find(": ") + 2, what.size())),
                          "mend the rows, then: bedstone schema repair"));
  }
  return errors;
}

std::string record(const Host& host, const Project& project, const db::Url& url) {
  const auto connection = db::open(url, {});
  if (!connection) return {};
  store::Store store(**connection, project.name);
  const auto layout = store.layout();
  if (!layout || *layout != store::kLayout) return {};
  store::RunRow row;
  row.run_id = random_id();
  row.command = "schema repair --salvage";
  row.started_at = to_iso(host.clock.now());
  row.finished_at = row.started_at;
  row.outcome = "done";
  row.host = host_name();
  row.pid = getpid();
  row.user = user_name();
  row.bedstone_version = kVersion;
  // The next start looks closely.
  const Status written =
      store.write({store.close_dead_runs(row.run_id, row.started_at), store.run_put(row),
                   store.set_meta("stamp", ""), store.set_meta("digest", "")});
  if (!written) host.log.debug(written.error().message);
  return written ? row.run_id : "";
}

Status carry_out(const Host& host, const Project& project, const UpOptions& options,
                 SchemaRepairReport& report) {
  const db::Url& url = *project.database.url;
  if (url.engine() != db::Engine::kSqlite || url.is_memory()) {
    return fail(Error(ErrorCode::kUsage, "only a file of SQLite can be read page by page")
                    .advise("a damaged PostgreSQL server: restore a backup"));
  }
  const std::string path = db::sqlite::real_path(url.path());
  BEDSTONE_ASSIGN(const auto state, db::sqlite::look_at(path));
  if (state != db::sqlite::FileState::kFilled) {
    return fail(Error(ErrorCode::kDatabaseMissing, fmt::format("{} holds nothing", path))
                    .advise("bring it up: bedstone up; or bedstone restore FILE"));
  }
  BEDSTONE_ASSIGN(const auto nothing, db::open(url.with_path(":memory:"), db::OpenOptions{}));
  BEDSTONE_ASSIGN(const auto lock,
                  RunLock::acquire({host, *nothing, url, project.name, false,
                                    options.lock_timeout.value_or(project.database.lock_timeout)}));
  lock->announce("salvage");
  report.salvage.emplace();
  if (is_whole(url, host)) return {};
  if (const auto users = db::sqlite::users_of_file(path); !users.empty())
    return fail(in_use(path, users));
  backup::remove_unfinished(path);
  const std::string fresh = backup::unfinished_name(path);
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0)
    BEDSTONE_TRY(
        backup::check_room(files::parent(path), static_cast<std::uint64_t>(facts.st_size)));
  std::vector<std::string> definitions;
  if (auto folder = migrate::list_folder(project.migrations.dir, project.migrations.dir,
                                         db::Engine::kSqlite)) {
    definitions = all_tables(*folder, project.name);
  }
  const auto progress = [&options](std::size_t done, std::size_t total) {
    if (options.on_progress) options.on_progress({"reading", "pages", done, total, "pages"});
  };
  auto done = [&]() -> Status {
    BEDSTONE_ASSIGN(report.salvage->found, db::sqlite::salvage(path, fresh, definitions, progress));
    report.run_id = record(host, project, url.with_path(fresh));
    BEDSTONE_TRY(db::sqlite::sync_to_disk(fresh));
    take_rights(path, fresh);
    if (const auto users = db::sqlite::users_of_file(path); !users.empty())
      return fail(in_use(path, users));
    report.salvage->kept = name_aside(host, path, "damaged");
    return exchange(fresh, path, report.salvage->kept);
  }();
  if (!done) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      ::unlink((fresh + suffix).c_str());
  }
  return done;
}

}  // namespace

SchemaRepairReport schema_salvage(const Host& host, const ProjectOptions& project_options,
                                  const UpOptions& options) {
  SchemaRepairReport report;
  const Stopwatch watch(host.clock);
  auto project = load(host, project_options);
  if (project) {
    tell_source(*project, nullptr, report.source);
    if (const Status done = carry_out(host, *project, options, report); !done)
      report.errors = {done.error()};
    report.exit_code = exit_code_for(report.errors);
    if (report.errors.empty() && report.salvage && !report.salvage->kept.empty()) {
      report.errors = losses_of(*report.salvage);
      if (!report.errors.empty()) report.exit_code = ExitCode::kPersonNeeded;
    }
  } else {
    report.errors = std::move(project).error();
    report.exit_code = exit_code_for(report.errors);
  }
  report.duration = watch.seconds();
  return report;
}

}  // namespace bedstone::bootstrap
