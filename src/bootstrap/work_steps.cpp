// Doing the work, and recording it.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "bootstrap/events.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/provide.hpp"
#include "bootstrap/slow_down.hpp"
#include "bootstrap/transfer.hpp"
#include "bootstrap/work.hpp"
#include "schema/recorded.hpp"

namespace bedstone::bootstrap {
namespace {

/// What a role without rights on Bedstone's own tables hears.
constexpr std::string_view kMayNotMigrate =
    "this role may read the database, and there is something to do that it may not do";
constexpr std::string_view kWhoMigrates =
    "connect as the role that migrates (`bedstone up --database URL`), or leave it to that role "
    "and wait: `bedstone wait --until current`";

std::string label_of(const store::MigrationRow& row) {
  if (row.kind == store::kRepeatable) return "repeatable/" + row.version;
  return row.name.empty() ? row.version : fmt::format("{}_{}", row.version, row.name);
}

}  // namespace

store::RunRow Work::run_row(std::string_view outcome) const {
  store::RunRow row;
  row.run_id = account.run_id;
  row.command = host.command;
  row.started_at = account.started_at;
  row.outcome = outcome;
  row.host = host_name();
  row.pid = getpid();
  row.user = user_name();
  row.bedstone_version = kVersion;
  row.state_before = state_name(account.state_before.value_or(DatabaseState::kEmpty));
  if (outcome != "running") row.finished_at = to_iso(host.clock.now());
  row.duration_seconds = account.watch.seconds();
  return row;
}

Status Work::begin_run() {
  if (account.recorded) return {};
  if (!account.transfers) BEDSTONE_TRY(refuse_unfinished_transfer(*connection, project));
  const std::string now = to_iso(host.clock.now());
  std::vector<store::Bound> statements;
  // Under a lock of the session nobody else can be running; behind a pooler others may be.
  if (!pooled) statements.push_back(store->close_dead_runs(account.run_id, now));
  statements.push_back(store->run_put(run_row("running")));
  // Whatever becomes of this run, no start shall take its beginning for its end.
  statements.push_back(store->set_meta("digest", ""));
  Status begun = write(statements);
  if (!begun && begun.error().code == ErrorCode::kPermissionDenied) {
    return fail(std::move(begun)
                    .error()
                    .because(std::string(kMayNotMigrate))
                    .advise(std::string(kWhoMigrates)));
  }
  BEDSTONE_TRY(std::move(begun));
  account.recorded = true;
  return {};
}

Status Work::provide() {
  BEDSTONE_TRY(check_roles(*connection, project));
  BEDSTONE_TRY(provide_schema(*connection, project));
  BEDSTONE_ASSIGN(auto steps, provide_extensions(*connection, project, account.warnings));
  for (Step& step : steps)
    note(std::move(step));
  return {};
}

Status Work::apply(const std::vector<Prepared>& pending) {
  BEDSTONE_TRY(connection->set_durable(false));
  std::size_t done = 0;
  for (const Prepared& one : pending) {
    if (auto stop = interruption()) return fail(*std::move(stop));
    const std::string label = one.file->label();
    progress("applying", label, done, pending.size());
    Step step{.kind = one.file->repeatable ? "repeatable" : "migrate",
              .subject = label,
              .file = one.file->shown,
              .destructive = one.outline.destructive,
              .transactional = one.outline.units.size() < 2};
    const Stopwatch watch(host.clock);
    auto report = runner_->apply(*one.file, one.outline, seen.journal, ++sequence_);
    step.duration_seconds = watch.seconds();
    if (!report) {
      step.outcome = report.error().code == ErrorCode::kInterrupted ? "interrupted" : "failed";
      step.error_code = code_name(report.error().code);
      // A lost connection leaves the outcome to the history, which the next attempt reads.
      if (!report.error().connection_lost) note(std::move(step));
      return fail(std::move(report).error());
    }
    step.outcome = report->skipped ? "skipped" : "done";
    step.detail = report->skipped
                      ? "another process applied it"
                      : text::count(static_cast<std::int64_t>(report->statements), "statement");
    if (!report->skipped) account.applied.push_back(label);
    for (const store::UnbuiltIndex& index : report->unbuilt)
      account.warnings.push_back(store::unbuilt_warning(index).at(one.file->shown, index.line));
    note(std::move(step));
    progress("applied", label, ++done, pending.size());
  }
  return {};
}

/// The way back of an applied migration: the project's file if it has one, else what was recorded.
Result<std::string> Work::down_place(const store::MigrationRow& row, std::string& shown,
                                     std::uint32_t& line) const {
  for (const migrate::MigrationFile& file : seen.folder.versioned) {
    if (file.version != row.version) continue;
    BEDSTONE_ASSIGN(auto outline, migrate::outline(file, connection->engine()));
    if (!outline.down_sql && !outline.directives.replaces.empty()) {
      return fail(
          Error(ErrorCode::kNoDownSection,
                fmt::format("{} stands for other migrations and has no way back", file.shown))
              .because("`bedstone migrate squash` made it; what it replaces is not taken "
                       "back in parts")
              .advise("write a new migration that undoes what is to go, or restore a "
                      "backup")
              .at(file.shown));
    }
    if (!outline.down_sql) break;
    shown = outline.down_file;
    line = outline.down_line;
    return *std::move(outline.down_sql);
  }
  shown = label_of(row) + " (as recorded)";
  line = 1;
  if (row.down_sql) return *row.down_sql;
  return fail(
      Error(ErrorCode::kNoDownSection, fmt::format("migration {} has no way back", label_of(row)))
          .because("neither its file has a `-- bedstone:down` section or a .down.sql "
                   "beside it, nor had it when it was applied")
          .advise("write a new migration that undoes what it did, or add the section to "
                  "its file (the way up must stay as it is)"));
}

Status Work::check_way_back(const store::MigrationRow& row) const {
  if (row.how == "baseline") {
    return fail(Error(ErrorCode::kIrreversible,
                      fmt::format("migration {} was recorded by a baseline and never ran here",
                                  row.version))
                    .advise("what was there before the baseline cannot be undone by migrations"));
  }
  std::string shown;
  std::uint32_t line = 1;
  BEDSTONE_ASSIGN(const std::string sql, down_place(row, shown, line));
  BEDSTONE_ASSIGN(const auto outline,
                  migrate::outline_text(sql, shown, line, connection->engine()));
  return {};
}

Status Work::revert(const store::MigrationRow& row) {
  if (auto stop = interruption()) return fail(*std::move(stop));
  BEDSTONE_TRY(connection->set_durable(false));
  Step step{.kind = "revert", .subject = label_of(row), .destructive = true};
  const Stopwatch watch(host.clock);
  std::uint32_t line = 1;
  auto sql = down_place(row, step.file, line);
  if (!sql) return fail(std::move(sql).error());
  BEDSTONE_ASSIGN(const auto outline,
                  migrate::outline_text(*sql, step.file, line, connection->engine()));
  step.transactional = outline.units.size() < 2;
  progress("reverting", step.subject, 0, 0);
  auto report = runner_->revert(row, *sql, step.file, line, seen.journal);
  step.duration_seconds = watch.seconds();
  if (!report) {
    step.outcome = "failed";
    step.error_code = code_name(report.error().code);
    if (!report.error().connection_lost) note(std::move(step));
    return fail(std::move(report).error());
  }
  step.outcome = "done";
  account.reverted.push_back(step.subject);
  note(std::move(step));
  return {};
}

Status Work::grant() {
  BEDSTONE_ASSIGN(const auto statements,
                  grant_statements(*connection, project, release.has_settings));
  if (statements.empty()) return {};
  std::vector<store::Bound> bound;
  for (const std::string& one : statements)
    bound.push_back({one, {}});
  BEDSTONE_TRY(write(bound));
  note({.kind = "grant", .subject = "roles", .outcome = "done"});
  return {};
}

void Work::add_steps(std::vector<store::Bound>& statements) const {
  std::int64_t number = 0;
  for (const Step& step : account.steps) {
    statements.push_back(store->step_put(account.run_id, ++number,
                                         {step.kind, step.subject, step.detail, step.outcome,
                                          step.duration_seconds, step.error_code}));
  }
}

void Work::add_run_end(DatabaseState state_after, std::vector<store::Bound>& statements) const {
  if (!account.recorded) return;
  store::RunRow row = run_row("done");
  row.state_after = state_name(state_after);
  statements.push_back(store->run_put(row));
  add_steps(statements);
  std::int64_t number = 0;
  for (const Error& warning : account.warnings) {
    statements.push_back(
        store->event_put(account.run_id, ++number, row.finished_at, "warning", warning));
  }
}

/// The record of runs is bounded: who adds to it takes from it.
void Work::add_pruning(std::vector<store::Bound>& statements) const {
  if (!account.recorded) return;
  for (store::Bound& one : prune_statements(host, *connection, project.name))
    statements.push_back(std::move(one));
}

struct Work::Recording {
  std::vector<store::Bound> statements;
  std::vector<SchemaDifference> drift;  ///< What is left of it.
};

Result<Work::Recording> Work::record_schema() {
  // The stamp is read before the schema: what changes between the two moves it, and is seen by the
  // next start.
  BEDSTONE_ASSIGN(std::string stamp, read_stamp(*connection, project));
  // Drift is carried over in the format that it was found in.
  const int format = drift_ ? schema::canonical_format(drift_->recorded) : schema::kCanonicalFormat;
  BEDSTONE_ASSIGN(const LiveSchema live,
                  read_live_schema(*connection, project,
                                   std::clamp(format, schema::kOldestCanonicalFormat,
                                              schema::kCanonicalFormat)));
  BEDSTONE_ASSIGN(const auto history, store->migrations());
  BEDSTONE_ASSIGN(const auto journal, store->journal());
  const LiveSchema expected = drift_ ? expected_schema(drift_->recorded, drift_->live, live) : live;
  Recording result;
  if (drift_) result.drift = differences(expected.canonical, live.canonical);
  BEDSTONE_TRY(forgive_neighbours(*store, project, result.drift));
  // While there is drift every start looks closely.
  if (!result.drift.empty()) stamp.clear();
  result.statements =
      store->snapshot_put(expected.fingerprint, expected.canonical, to_iso(host.clock.now()));
  const auto last = std::find_if(history.rbegin(), history.rend(),
                                 [](const auto& row) { return row.kind == store::kVersioned; });
  if (last != history.rend()) {
    result.statements.push_back(store->set_fingerprint(last->version, expected.fingerprint));
  }
  result.statements.push_back(store->set_meta("fingerprint", expected.fingerprint));
  result.statements.push_back(store->set_meta("history", history_mark(history, journal)));
  result.statements.push_back(store->set_meta("schema", schema_key(project)));
  result.statements.push_back(store->set_meta("stamp", stamp));
  return result;
}

void Work::accept_drift() {
  drift_.reset();
}

void Work::count_as_made(std::string_view kind, std::string_view name) {
  if (!drift_) return;
  const schema::Recorded live(drift_->live);
  for (const schema::RecordedObject& one : live.objects()) {
    if (one.kind != kind || text::to_lower(one.name) != text::to_lower(name)) continue;
    const std::size_t at = drift_->live.find(fmt::format("\n{} {} ", kind, one.object));
    if (at == std::string::npos) continue;
    drift_->live.erase(at, drift_->live.find('\n', at + 1) - at);
    return;
  }
}

Result<DatabaseState> Work::finish(DatabaseState intended) {
  BEDSTONE_ASSIGN(Recording recording, record_schema());
  DatabaseState state = intended == DatabaseState::kDrifted ? DatabaseState::kCurrent : intended;
  if (state == DatabaseState::kCurrent && !recording.drift.empty()) state = DatabaseState::kDrifted;
  seen.drift = std::move(recording.drift);

  std::vector<store::Bound> statements = std::move(recording.statements);
  const bool ready = state == DatabaseState::kCurrent && is_complete();
  statements.push_back(store->set_meta("digest", ready ? release.ready : ""));
  if (release.has_settings)
    statements.push_back(store->set_meta(kSettingsMark, ready ? account.settings_mark : ""));
  if (!seen.release_known || host.command == "migrate redo") {
    store::ReleaseRow row{release.digest, to_iso(host.clock.now()), 1};
    if (!seen.releases.empty()) row.sequence = seen.releases.back().sequence + 1;
    statements.push_back(store->release_put(row, kVersion));
  }
  add_run_end(state, statements);
  add_pruning(statements);
  BEDSTONE_TRY(write(statements));
  BEDSTONE_TRY(connection->flush());
  BEDSTONE_TRY(connection->set_durable(true));
  return state;
}

Status Work::finish_run(DatabaseState state_after) {
  std::vector<store::Bound> statements;
  add_run_end(state_after, statements);
  BEDSTONE_TRY(write(statements));
  BEDSTONE_TRY(connection->flush());
  return connection->set_durable(true);
}

void Work::record_failure(const std::vector<Error>& errors) {
  if (!account.recorded || !store || !connection || connection->lost() || errors.empty()) return;
  // Also an interrupted run is recorded, and quickly.
  connection->set_cancel(nullptr);
  const bool interrupted = exit_code_for(errors) == ExitCode::kInterrupted;
  store::RunRow row = run_row(interrupted ? "interrupted" : "failed");
  row.error_code = code_name(errors.front().code);
  row.error_message = errors.front().message;
  std::vector<store::Bound> statements{store->run_put(row)};
  // What was done stays done, and so it is the schema from now on.
  if (auto recording = record_schema()) {
    for (store::Bound& one : recording->statements)
      statements.push_back(std::move(one));
  }
  add_steps(statements);
  std::int64_t number = 0;
  for (const Error& error : errors) {
    statements.push_back(
        store->event_put(account.run_id, ++number, to_iso(host.clock.now()), "error", error));
  }
  if (auto failing = note_failing(*this); failing && !interrupted)
    statements.push_back(*std::move(failing));
  add_pruning(statements);
  Status written = write(statements);
  if (written) written = connection->flush();
  if (!written) {
    host.log.debug(fmt::format("the failure could not be recorded: {}", written.error().message));
  }
}

}  // namespace bedstone::bootstrap
