// One migration after the other, unit by unit.
#include "migrate/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "base/version.hpp"
#include "migrate/flavor.hpp"
#include "migrate/foreign_keys.hpp"
#include "migrate/job.hpp"
#include "migrate/settle.hpp"

namespace bedstone::migrate {
namespace {

/// The unbuilt indexes that a migration makes or drops itself.
std::vector<store::UnbuiltIndex> made_obsolete(const Outline& outline,
                                               const std::vector<store::JournalRow>& journal) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<store::UnbuiltIndex> result = store::unbuilt_indexes(journal);
  std::erase_if(result, [&](const store::UnbuiltIndex& one) {
    return !has(outline.indexes, one.name) && !has(outline.dropped_tables, one.table);
  });
  return result;
}

/// Whether a migration may go on without an index for this: its building failed, and not because
/// the statement is wrong, the database damaged or the run broken off.
bool may_do_without(const Error& error) {
  if (error.connection_lost || error.sqlstate.starts_with("42")) return false;
  switch (error.code) {
    case ErrorCode::kSqlFailed:
      // SQLite's words for what no index may be made of.
      return error.message.find("prohibited") == std::string::npos &&
             error.message.find("non-deterministic") == std::string::npos;
    case ErrorCode::kMigrationFailed:
    case ErrorCode::kConstraintViolated:
    case ErrorCode::kDiskFull:
    case ErrorCode::kDdlLockTimeout:
    case ErrorCode::kDatabaseBusy:
    case ErrorCode::kSerialization:
    case ErrorCode::kStatementTooLarge:
    case ErrorCode::kStatementCanceled:
      return true;
    default:
      return false;
  }
}

bool is_drop_of_table(const sql::StatementClass& what) {
  return what.verb == sql::Verb::kDrop && what.object == sql::ObjectKind::kTable;
}

bool is_optional(const Outline& outline, const sql::StatementClass& what) {
  return outline.directives.optional_indexes && what.verb == sql::Verb::kCreate &&
         what.object == sql::ObjectKind::kIndex && !what.unique;
}

store::UnbuiltIndex unbuilt(const store::MigrationRow& row, const sql::Statement& statement,
                            const sql::StatementClass& what, const Error& error) {
  store::UnbuiltIndex result;
  result.version = row.version;
  result.number = static_cast<std::int64_t>(statement.number);
  result.name = what.name.name;
  result.table = what.on_table.name;
  result.sql = statement.text;
  result.sqlstate = error.sqlstate;
  result.line = error.place.line;
  result.reason = error.cause.empty() ? error.message : error.message + ": " + error.cause;
  result.since = row.applied_at;
  result.run_id = row.run_id;
  return result;
}

}  // namespace

Runner::Runner(db::Connection& connection, store::Store& store, const Clock& clock, Log& log,
               const CancelToken* cancel, RunnerOptions options)
    : connection_(connection),
      store_(store),
      clock_(clock),
      log_(log),
      cancel_(cancel),
      options_(std::move(options)) {}

Status Runner::prepare() {
  if (options_.session.pooled) return {};
  return run_all(connection_, prelude(options_.session));
}

Result<RunReport> Runner::apply(const MigrationFile& file, Outline outline,
                                const std::vector<store::JournalRow>& journal,
                                std::int64_t sequence) {
  Job job(clock_);
  job.kind = file.repeatable ? store::kRepeatable : store::kVersioned;
  job.version = file.version;
  job.label = file.label();
  job.shown = file.shown;
  job.outline = std::move(outline);
  job.open = [&file, text = job.outline.text]() -> Result<sql::Source> {
    if (text) return sql::source_of(*text);
    BEDSTONE_ASSIGN(auto reader, files::Reader::open(file.path));
    return sql::source_of(std::move(reader));
  };
  for (const store::JournalRow& one : journal) {
    if (one.kind == job.kind && one.version == job.version) job.journal.push_back(one);
  }
  job.obsolete = made_obsolete(job.outline, journal);
  store::MigrationRow& row = job.row;
  row.kind = job.kind;
  row.version = file.version;
  row.name = file.name;
  row.checksum = job.outline.checksum;
  row.checksum_raw = job.outline.checksum_raw;
  row.tokens = job.outline.tokens;
  row.sequence = sequence;
  row.applied_at = to_iso(clock_.now());
  row.run_id = options_.run_id;
  row.applied_by = options_.applied_by;
  row.host = options_.host;
  row.bedstone_version = kVersion;
  row.down_sql = job.outline.down_sql;
  return run(job);
}

Result<RunReport> Runner::revert(const store::MigrationRow& row, const std::string& sql,
                                 const std::string& shown, std::uint32_t first_line,
                                 const std::vector<store::JournalRow>& journal) {
  Job job(clock_);
  job.down = true;
  // A way back has a journal of its own, beside the way there.
  job.kind = store::kDown;
  job.version = row.version;
  job.label = row.name.empty() ? row.version : fmt::format("{}_{}", row.version, row.name);
  job.shown = shown;
  job.line_offset = first_line > 0 ? first_line - 1 : 0;
  BEDSTONE_ASSIGN(job.outline, outline_text(sql, shown, first_line, connection_.engine()));
  job.open = [&sql]() -> Result<sql::Source> { return sql::source_of(sql); };
  for (const store::JournalRow& one : journal) {
    if (one.kind == job.kind && one.version == job.version) job.journal.push_back(one);
  }
  job.row = row;
  return run(job);
}

Result<RunReport> Runner::run(Job& job) {
  BEDSTONE_TRY(check_done_units(job));
  job.report.statements = job.outline.statements;
  // A file of comments counts as applied; it has one unit without statements.
  if (job.outline.units.empty()) job.outline.units.emplace_back();
  if (connection_.engine() == db::Engine::kSqlite && job.outline.drops_tables) {
    BEDSTONE_ASSIGN(job.loose_before, count_loose(connection_));
  }
  Status done = run_units(job);
  if (job.outline.changes_session && !connection_.lost() && !options_.session.pooled) {
    Status fresh = reset_session(connection_, options_.session);
    if (done) done = std::move(fresh);
  }
  if (!done) {
    return fail(std::move(done).error().while_doing(
        fmt::format("{} migration {}", job.down ? "reverting" : "applying", job.label)));
  }
  job.report.duration_seconds = job.watch.seconds();
  return job.report;
}

/// A unit that took effect must still say what it said.
Status Runner::check_done_units(const Job& job) const {
  for (const store::JournalRow& one : job.journal) {
    const auto index = static_cast<std::size_t>(one.unit) - 1;
    if (index < job.outline.units.size() && job.outline.units[index].hash == one.hash) continue;
    return fail(
        Error(ErrorCode::kPartlyAppliedChanged,
              fmt::format("{} is half applied, and its applied half was changed", job.shown))
            .because(fmt::format("this part ran on {} and cannot be undone by Bedstone: {}",
                                 one.started_at, one.statement))
            .advise(fmt::format("bring that part of the file back (what comes after it may "
                                "change); or undo its effect by hand and say so: `bedstone migrate "
                                "repair --retry {}:{}`",
                                job.version, one.unit))
            .at(job.shown));
  }
  return {};
}

Status Runner::run_units(Job& job) {
  for (std::size_t unit = 0; unit < job.outline.units.size(); ++unit) {
    if (job.is_done(unit)) {
      BEDSTONE_TRY(restore_session(job, unit));
      // The last unit is recorded together with the migration; when it is done alone, only that
      // record is missing.
      if (job.is_last(unit)) BEDSTONE_TRY(mark_done(job, unit));
      continue;
    }
    BEDSTONE_TRY(job.outline.units[unit].bare ? run_bare(job, unit) : run_transaction(job, unit));
    if (job.report.skipped) return {};
  }
  return {};
}

/// What a done unit changed in its session is gone with that session: done again here.
Status Runner::restore_session(Job& job, std::size_t unit) {
  if (!job.outline.changes_session || job.outline.units[unit].first == 0) return {};
  BEDSTONE_TRY(job.rewind_to(unit, connection_.engine()));
  for (;;) {
    BEDSTONE_ASSIGN(const auto statement, job.take(job.outline.units[unit].last));
    if (!statement) return {};
    const sql::Flavor flavor =
        connection_.engine() == db::Engine::kSqlite ? sql::Flavor::kSqlite : sql::Flavor::kPostgres;
    const auto what = sql::classify(statement->text, flavor);
    if (!what.changes_session || what.set_local) continue;
    const auto again = connection_.execute(statement->text);
    if (!again) {
      return fail(place_error(again.error(),
                              {job.shown, statement->line + job.line_offset, statement->column},
                              statement->text, connection_.engine()));
    }
  }
}

// --- transactions ---------------------------------------------------------------------------

Status Runner::run_transaction(Job& job, std::size_t unit) {
  const Stopwatch watch(clock_);
  for (int attempt = 0;; ++attempt) {
    job.out_of_patience = watch.elapsed() > options_.patience;
    Status done = attempt_transaction(job, unit);
    if (done || !wait_to_retry(done.error(), watch, attempt)) return done;
  }
}

/// Sleeps with jitter before another attempt; false when there shall be none.
bool Runner::wait_to_retry(const Error& error, const Stopwatch& watch, int attempt) {
  if (!error.retryable || error.connection_lost || watch.elapsed() > options_.patience) {
    return false;
  }
  const int ceiling = std::min(5000, 100 << std::min(attempt, 6));
  std::minstd_rand random(std::random_device{}());
  const Milliseconds pause(ceiling / 2 +
                           std::uniform_int_distribution<int>(0, ceiling / 2)(random));
  log_.info(fmt::format("{} ({}); trying again in {} ms", error.message, code_name(error.code),
                        pause.count()));
  return clock_.sleep(pause, cancel_);
}

std::string Runner::announcement(const Job& job) const {
  return options_.announce ? options_.announce(job.label) : std::string();
}

/// Rolls back and passes the error on.
Status Runner::drop_transaction(Error error) {
  const Status undone = connection_.rollback();
  if (!undone && !error.connection_lost) error.connection_lost = undone.error().connection_lost;
  return fail(std::move(error));
}

Status Runner::attempt_transaction(Job& job, std::size_t unit) {
  const Unit& what = job.outline.units[unit];
  job.unbuilt.clear();
  Batch batch(connection_, job.shown, job.line_offset);
  std::string note = announcement(job);
  if (options_.begin_locked) {
    BEDSTONE_TRY(options_.begin_locked());
    BEDSTONE_ASSIGN(const bool other, done_by_another(job, unit));
    if (other) return connection_.rollback();
    // Of this transaction alone: settings of the session would reach strangers through a pooler.
    if (!note.empty()) batch.add_own(std::move(note));
    for (std::string& one : prelude(options_.session))
      batch.add_own(std::move(one));
  } else {
    if (!note.empty()) batch.add_own(std::move(note));
    batch.add_own(what.begin.empty() ? std::string(connection_.dialect().begin_write())
                                     : what.begin);
  }
  if (job.outline.directives.lock_timeout && connection_.engine() == db::Engine::kPostgres) {
    batch.add_own(
        fmt::format("SET LOCAL lock_timeout = {}", job.outline.directives.lock_timeout->count()));
  }
  for (std::string& one : act_as_owner(options_.session, true))
    batch.add_own(std::move(one));
  if (what.first > 0) {
    if (Status sent = send_statements(job, unit, batch); !sent) {
      return drop_transaction(std::move(sent).error());
    }
  }
  if (connection_.engine() == db::Engine::kSqlite) {
    // Local calls cost nothing, and leave the measured time to be recorded.
    if (Status sent = batch.send(); !sent) return drop_transaction(std::move(sent).error());
    if (job.outline.drops_tables && (job.outline.directives.transaction || job.is_last(unit))) {
      Status whole = check_loose(connection_, job.loose_before, job.shown);
      if (!whole) return drop_transaction(std::move(whole).error());
    }
    job.row.duration_seconds = job.watch.seconds();
  }
  add_closing(job, unit, batch);
  batch.add_own("COMMIT");
  if (Status sent = batch.send(); !sent) return drop_transaction(std::move(sent).error());
  job.tell_unbuilt();
  return {};
}

/// An index that may be missing: in a savepoint, so that the rest of its transaction stands.
Status Runner::build_optional(Job& job, const sql::Statement& statement,
                              const sql::StatementClass& what) {
  BEDSTONE_TRY(run_all(connection_, {"SAVEPOINT bedstone_index"}));
  const auto built = connection_.execute(statement.text);
  if (built) return run_all(connection_, {"RELEASE SAVEPOINT bedstone_index"});
  Error error =
      place_error(built.error(), {job.shown, statement.line + job.line_offset, statement.column},
                  statement.text, connection_.engine());
  const bool once_more = error.retryable && !job.out_of_patience;
  if (once_more || !may_do_without(error)) return fail(std::move(error));
  // Where the engine gave up the whole transaction there is no savepoint left.
  const Status undone = run_all(
      connection_, {"ROLLBACK TO SAVEPOINT bedstone_index", "RELEASE SAVEPOINT bedstone_index"});
  if (!undone) return fail(std::move(error));
  job.unbuilt.push_back(unbuilt(job.row, statement, what, error));
  return {};
}

Status Runner::send_statements(Job& job, std::size_t unit, Batch& batch) {
  const Unit& what = job.outline.units[unit];
  BEDSTONE_TRY(job.rewind_to(unit, connection_.engine()));
  for (;;) {
    BEDSTONE_ASSIGN(auto statement, job.take(what.last));
    if (!statement) return {};
    if (job.looks_at_each()) {
      const auto kind = sql::classify(statement->text, flavor_of(connection_.engine()));
      if (is_optional(job.outline, kind)) {
        BEDSTONE_TRY(batch.send());
        BEDSTONE_TRY(build_optional(job, *statement, kind));
        continue;
      }
      if (is_drop_of_table(kind) && connection_.engine() == db::Engine::kSqlite) {
        BEDSTONE_TRY(batch.send());
        Status safe = check_drop(connection_, kind);
        if (!safe) {
          return fail(place_error(std::move(safe).error(),
                                  {job.shown, statement->line + job.line_offset, statement->column},
                                  statement->text, connection_.engine()));
        }
      }
    }
    if (!statement->copy_data) {
      BEDSTONE_TRY(batch.add(std::move(statement->text), statement->line, statement->column));
      continue;
    }
    BEDSTONE_TRY(batch.send());
    Status copied =
        connection_.copy_in(statement->text, [&job] { return job.splitter->next_copy_data(); });
    if (!copied) {
      return fail(place_error(std::move(copied).error(),
                              {job.shown, statement->line + job.line_offset, statement->column},
                              statement->text, connection_.engine()));
    }
  }
}

/// What stands at the end of a unit's transaction: its record.
void Runner::add_closing(Job& job, std::size_t unit, Batch& batch) {
  for (store::Bound& one : with_our_rights(job, {}))
    batch.add_own(std::move(one));
  for (const store::UnbuiltIndex& one : job.unbuilt)
    batch.add_own(store_.journal_put(store::to_journal(one)));
  if (!job.is_last(unit)) {
    store::JournalRow row;
    row.kind = job.kind;
    row.version = job.version;
    row.unit = static_cast<std::int64_t>(unit) + 1;
    row.done = true;
    row.hash = job.outline.units[unit].hash;
    row.statement = fmt::format("statements {} to {}", job.outline.units[unit].first,
                                job.outline.units[unit].last);
    row.started_at = row.finished_at = to_iso(clock_.now());
    row.run_id = options_.run_id;
    batch.add_own(store_.journal_put(row));
    return;
  }
  if (job.down) {
    batch.add_own(store_.forget(store::kVersioned, job.version));
    batch.add_own(store_.expire_repeatables());
    batch.add_own(store_.journal_clear(store::kUnbuilt, job.version));
  } else {
    batch.add_own(store_.record(job.row));
    for (const store::UnbuiltIndex& one : job.obsolete)
      batch.add_own(store_.journal_remove(store::kUnbuilt, one.version, one.number));
  }
  const bool journaled = job.outline.units.size() > 1 || job.outline.units.front().bare;
  if (journaled) batch.add_own(store_.journal_clear(job.kind, job.version));
}

/// The owner of the project's objects, or whom a migration made itself, need not write our tables.
std::vector<store::Bound> Runner::with_our_rights(const Job& job,
                                                  std::vector<store::Bound> statements) const {
  const bool others = !options_.session.owner.empty() || job.outline.changes_session;
  if (!others || connection_.engine() != db::Engine::kPostgres) return statements;
  std::vector<store::Bound> result;
  for (std::string& one : act_as_ourselves())
    result.push_back({std::move(one), {}});
  std::move(statements.begin(), statements.end(), std::back_inserter(result));
  return result;
}

/// Behind a pooler each transaction finds out for itself whether it is still needed.
Result<bool> Runner::done_by_another(Job& job, std::size_t unit) {
  if (job.kind == store::kVersioned) {
    BEDSTONE_ASSIGN(const bool applied, store_.is_applied(job.kind, job.version));
    if (applied) job.report.skipped = true;
    if (applied) return true;
  }
  if (job.outline.units.size() < 2) return false;
  BEDSTONE_ASSIGN(const auto journal, store_.journal());
  return std::any_of(journal.begin(), journal.end(), [&](const store::JournalRow& one) {
    return one.kind == job.kind && one.version == job.version && one.done &&
           one.unit == static_cast<std::int64_t>(unit) + 1;
  });
}

Status Runner::mark_done(Job& job, std::size_t unit) {
  Batch batch(connection_, job.shown, job.line_offset);
  batch.add_own(std::string(connection_.dialect().begin_write()));
  // Measured here: what ran before was outside of this transaction.
  job.row.duration_seconds = std::max(job.watch.seconds(), 1e-6);
  add_closing(job, unit, batch);
  batch.add_own("COMMIT");
  if (Status sent = batch.send(); !sent) return drop_transaction(std::move(sent).error());
  job.tell_unbuilt();
  return {};
}

// --- statements outside of transactions -----------------------------------------------------

Status Runner::run_bare(Job& job, std::size_t unit) {
  const Unit& what = job.outline.units[unit];
  if (options_.session.pooled) {
    return fail(Error(ErrorCode::kNotForPooler,
                      fmt::format("{} cannot run through a transaction pooler", what.what.label))
                    .because("it runs outside of transactions, where a pooler may hand every "
                             "statement to another session and no lock can be held")
                    .advise("give the server's own address as database.direct_url in "
                            "bedstone.yaml; Bedstone then uses it for migrating only")
                    .at(job.shown, what.line + job.line_offset)
                    .with_statement(what.excerpt));
  }
  if (job.journaled(unit) != nullptr) {
    BEDSTONE_TRY(settle_intent(job, unit));
    if (job.is_done(unit)) return mark_done(job, unit);
  }
  BEDSTONE_TRY(job.rewind_to(unit, connection_.engine()));
  BEDSTONE_ASSIGN(const auto statement, job.take(what.last));
  if (!statement) return mark_done(job, unit);
  const Stopwatch watch(clock_);
  for (int attempt = 0;; ++attempt) {
    Status done = execute_bare(job, unit, statement->text);
    if (!done) {
      Error error = std::move(done).error();
      if (error.place.file.empty()) {
        error = place_error(std::move(error),
                            {job.shown, statement->line + job.line_offset, statement->column},
                            statement->text, connection_.engine());
      }
      if (wait_to_retry(error, watch, attempt)) continue;
      const bool optional = is_optional(job.outline, what.what) && !job.debris;
      if (!optional || !may_do_without(error)) return fail(std::move(error));
      job.unbuilt = {unbuilt(job.row, *statement, what.what, error)};
    }
    ++job.report.bare;
    return mark_done(job, unit);
  }
}

/// Journals the intent, runs the statement, and takes the intent back when it failed.
Status Runner::execute_bare(Job& job, std::size_t unit, const std::string& sql) {
  const Unit& what = job.outline.units[unit];
  store::JournalRow intent;
  intent.kind = job.kind;
  intent.version = job.version;
  intent.unit = static_cast<std::int64_t>(unit) + 1;
  intent.hash = what.hash;
  intent.statement = what.excerpt;
  intent.started_at = to_iso(clock_.now());
  intent.run_id = options_.run_id;
  BEDSTONE_ASSIGN(intent.before, observe(connection_, what));
  BEDSTONE_TRY(store_.write(with_our_rights(job, {store_.journal_put(intent)})));

  if (const std::string note = announcement(job); !note.empty()) {
    BEDSTONE_TRY(run_all(connection_, {note}));
  }
  BEDSTONE_TRY(begin_bare(Milliseconds(0)));
  const auto executed = connection_.execute(sql);
  Status done = executed ? check_result(connection_, what) : Status(fail(executed.error()));
  if (!done && done.error().connection_lost) return done;
  const bool interrupted = cancel_ != nullptr && cancel_->requested();
  if (interrupted) {
    // What the statement left behind goes now if it goes quickly, else with the next start.
    connection_.set_cancel(nullptr);
    BEDSTONE_TRY(begin_bare(options_.session.ddl_lock_timeout));
  }
  if (!done) BEDSTONE_TRY(take_back(job, what, intent));
  const Status restored = end_bare();
  connection_.set_cancel(cancel_);
  return done ? restored : done;
}

/// After a statement that failed: its debris goes, and with that its intent.
Status Runner::take_back(Job& job, const Unit& what, const store::JournalRow& intent) {
  const auto outcome = settle(connection_, what, intent.before);
  // The server said that it failed; where the catalog keeps no trace, that is all there is.
  const bool failed =
      outcome ? *outcome == Outcome::kNotDone : outcome.error().code == ErrorCode::kOutcomeUnknown;
  if (!failed) {
    if (!outcome) log_.warning(outcome.error().message);
    job.debris = true;
    return {};
  }
  return store_.write(
      with_our_rights(job, {store_.journal_remove(job.kind, job.version, intent.unit)}));
}

/// Statements outside of transactions block nobody while they wait for others, and may wait long.
Status Runner::begin_bare(Milliseconds lock_timeout) {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  std::vector<std::string> settings = act_as_owner(options_.session, false);
  settings.push_back(fmt::format("SET lock_timeout = {}", lock_timeout.count()));
  return run_all(connection_, settings);
}

Status Runner::end_bare() {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  std::vector<std::string> settings{
      fmt::format("SET lock_timeout = {}", options_.session.ddl_lock_timeout.count())};
  if (!options_.session.owner.empty()) settings.emplace_back("RESET ROLE");
  return run_all(connection_, settings);
}

/// An intent without an outcome: the catalog knows, or a person must.
Status Runner::settle_intent(Job& job, std::size_t unit) {
  const Unit& what = job.outline.units[unit];
  const auto row = std::find_if(job.journal.begin(), job.journal.end(), [unit](const auto& one) {
    return one.unit == static_cast<std::int64_t>(unit) + 1;
  });
  BEDSTONE_TRY(begin_bare(Milliseconds(0)));
  auto outcome = settle(connection_, what, row->before);
  if (!connection_.lost()) BEDSTONE_TRY(end_bare());
  if (!outcome) {
    Error error = std::move(outcome).error();
    if (error.code == ErrorCode::kOutcomeUnknown) {
      error.hint = fmt::format(
          "look whether it did; then say `bedstone migrate repair --done {0}:{1}` if it took "
          "effect, or `bedstone migrate repair --retry {0}:{1}` to run it again",
          job.version, unit + 1);
      error.place = {job.shown, what.line + job.line_offset, 0};
    }
    return fail(std::move(error));
  }
  log_.info(fmt::format("{}: the {} that was broken off {}", job.label, what.what.label,
                        *outcome == Outcome::kDone ? "had taken effect" : "runs again"));
  if (*outcome == Outcome::kDone) {
    row->done = true;
  } else {
    job.journal.erase(row);
  }
  return {};
}

}  // namespace bedstone::migrate
