// One set in one transaction.
#include "seed/seeder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "base/version.hpp"
#include "seed/glance.hpp"
#include "seed/references.hpp"
#include "seed/run.hpp"
#include "seed/script.hpp"
#include "seed/together.hpp"

namespace bedstone::seed {

Status Run::execute(std::string_view sql, std::int64_t* changed) {
  const auto done = connection_.execute(sql);
  if (!done) return fail(done.error());
  if (changed != nullptr) *changed = *done;
  return {};
}

Errors Run::prepare() {
  auto source = open_rows(set_);
  if (!source) return std::move(source).error();
  source_ = *std::move(source);
  auto program = Program::make(set_, tables_, context_.around, *source_,
                               last_ != nullptr ? last_->columns : std::vector<std::string>());
  if (!program) return std::move(program).error();
  program_.emplace(*std::move(program));
  auto schema = RowSchema::of(set_);
  if (!schema) return std::move(schema).error();
  schema_ = *std::move(schema);
  if (!program_->rows_may_refer()) return {};
  Errors errors;
  for (;;) {
    const auto row = source_->next();
    if (!row) errors.push_back(row.error());
    if (!row && source_->can_go_on()) continue;
    if (!row || *row == nullptr || errors.size() >= kMostErrors) break;
    program_->look_for_references(**row, errors);
  }
  return errors;
}

/// A data file that need not be there is not: remembered, so that only its coming is news.
Errors Run::go_without_file() {
  report.outcome = "skipped";
  report.reason = fmt::format("{} does not exist", set_.from.shown);
  if (options_.dry_run) return {};
  SEED_TRY(begin());
  SEED_TRY(remember());
  SEED_TRY(connection_.commit());
  return {};
}

Errors Run::go() {
  if (lacks_its_file(set_)) return go_without_file();
  if (Errors errors = prepare(); !errors.empty()) return errors;
  Errors errors;
  for (bool first = true;; first = false) {
    SEED_TRY(begin());
    errors = inside();
    if (errors.empty() && !options_.dry_run) errors = Together({this}).commit().front();
    again_ = first && plain_ && !errors.empty() && !errors.front().connection_lost &&
             errors.front().code != ErrorCode::kInterrupted;
    if (!again_) break;
    // What the engine refused without a word about the rest is gone through row by row.
    SEED_TRY(connection_.in_transaction() ? connection_.rollback() : Status());
    blocks_ = {};
    plain_ = false;
  }
  undo();
  drop_stage();
  return errors;
}

void Run::undo() {
  if (!connection_.in_transaction()) return;
  const Status undone = connection_.rollback();
  if (!undone) context_.log.debug(undone.error().message);
}

/// SQLite's temporary tables outlive the transaction that filled them.
void Run::drop_stage() {
  const bool stays = connection_.engine() == db::Engine::kSqlite && !connection_.lost();
  if (!stage_ || !stays) return;
  for (const std::string& sql : stage_->drop()) {
    const Status dropped = execute(sql);
    if (!dropped) context_.log.debug(dropped.error().message);
  }
}

Errors Run::go_script() {
  if (options_.dry_run) {
    report.outcome = "planned";
    return {};
  }
  SEED_TRY(begin());
  const auto done = [this]() -> Status {
    BEDSTONE_ASSIGN(report.rows, run_script(connection_, set_));
    BEDSTONE_TRY(remember());
    return connection_.commit();
  }();
  if (done) {
    report.outcome = "done";
    return {};
  }
  undo();
  return {done.error()};
}

Status Run::begin() {
  // Looking waits for no writer; the stage is a temporary table, outside the database.
  if (options_.dry_run) return execute("BEGIN");
  return context_.begin ? context_.begin() : connection_.begin();
}

Errors Run::inside() {
  const auto opened = open();
  if (!opened) return {opened.error()};
  if (!*opened) return {};
  const auto plain = is_plain_load();
  if (!plain) return {plain.error()};
  if (*plain) return load_plainly();
  if (Errors errors = fill_stage(); !errors.empty()) return errors;
  if (Errors errors = check_stage(); !errors.empty()) return errors;
  if (Errors errors = decide(); !errors.empty()) return errors;
  if (options_.dry_run) return Together({this}).rehearse().front();
  return options_.adopt ? adopt() : Together({this}).apply().front();
}

Result<bool> Run::open() {
  for (const std::string& sql : connection_.dialect().fixed_formats())
    BEDSTONE_TRY(execute(sql));
  stage_.emplace(connection_.dialect(), context_.schema_name, layout(), number_);
  if (set_.only_if_empty && !fills_anyway()) {
    BEDSTONE_ASSIGN(const bool empty, is_empty());
    if (!empty) {
      report.outcome = "skipped";
      report.reason = "the table is not empty";
      if (!options_.dry_run) BEDSTONE_TRY(remember());
      return false;
    }
  }
  MergeOptions merge;
  merge.mode = set_.mode;
  merge.ledger = set_.ledger;
  merge.table_was_empty = set_.only_if_empty;
  if (looks_at_everything()) {
    if (merge.mode == Mode::kInsert) merge.mode = Mode::kUpdate;
    merge.table_was_empty = false;
  }
  merge.force_conflicts = options_.force_conflicts;
  merge.reset = options_.reset;
  if (last_ != nullptr) merge.known_columns = last_->columns;
  merge.set_key = store::SeedStore(connection_, context_.around.project).key_of(set_.name);
  merge_.emplace(connection_.dialect(), *stage_, layout(), std::move(merge));
  return true;
}

Errors Run::fill_stage() {
  for (const std::string& sql : stage_->create())
    SEED_TRY(execute(sql));
  if (Errors errors = load(); !errors.empty()) return errors;
  tell(fmt::format("{} read", text::count(report.rows, "row")));
  if (report.rows >= kProgressRows) {
    show("writing", report.rows, static_cast<std::size_t>(report.rows));
  }
  if (report.rows > kManyRows) {
    for (const std::string& sql : stage_->settle())
      SEED_TRY(execute(sql));
    for (const std::string& sql : stage_->analyze())
      SEED_TRY(execute(sql));
  }
  return {};
}

Errors Run::check_stage() {
  const auto ambiguous = ambiguous_references(connection_, *stage_, layout());
  if (!ambiguous) return {ambiguous.error()};
  if (!ambiguous->empty()) return at_places(*ambiguous, ErrorCode::kSeedReference);
  for (const std::string& sql : stage_->resolve())
    SEED_TRY(execute(sql));
  if (Errors errors = check_references(); !errors.empty()) return errors;
  if (Errors errors = check_keys(); !errors.empty()) return errors;
  tell("keys and references checked");
  return {};
}

Errors Run::decide() {
  SEED_TRY(execute(merge_->decide()));
  planned_ = true;
  SEED_TRY(count());
  tell(fmt::format("compared: {} to create, {} to update, {} to keep", report.created,
                   report.updated, report.kept));
  SEED_TRY(list_rows());
  return {};
}

/// Whether a set that is for empty tables shall run where there are rows.
bool Run::fills_anyway() const {
  return options_.adopt || options_.reset || options_.validate_only || options_.fill_anyway;
}

/// Whether all that differs is wanted, also what no run of the set would look at.
bool Run::looks_at_everything() const {
  return options_.dry_run && options_.compare && options_.validate_only;
}

Result<bool> Run::is_empty() {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT 1 FROM {} LIMIT 1", stage_->target())));
  return rows.empty();
}

std::vector<std::string> Run::merged_names() const {
  std::vector<std::string> names;
  for (const std::size_t index : layout().merged())
    names.push_back(layout().columns[index].target->name);
  return names;
}

Status Run::remember() {
  store::SeedStore seeds(connection_, context_.around.project);
  store::SeedSetRow row;
  row.name = set_.name;
  const bool none = set_.only_if_empty && report.rows == 0 && report.outcome != "skipped";
  row.digest = options_.adopt ? "" : none ? digest_.without_rows() : digest_.whole;
  row.shape = digest_.shape;
  row.blocks = blocks_.to_text();
  if (program_) row.columns = merged_names();
  if (report.outcome == "skipped" && last_ != nullptr) row.columns = last_->columns;
  row.applied_at = to_iso(context_.clock.now());
  row.run_id = context_.run_id;
  row.bedstone_version = kVersion;
  const store::Bound bound = seeds.put(row);
  const auto done = connection_.execute(bound.statement());
  if (!done) return fail(done.error());
  return {};
}

namespace {

/// What is wrong with an expression of the set would be told for each row.
void tell_once(Errors& errors) {
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t, std::string>> told;
  std::erase_if(errors, [&told](const Error& error) {
    const Place& place = error.place;
    return place.line > 0 &&
           !told.emplace(place.file, place.line, place.column, error.message).second;
  });
}

/// The report as its readers want it.
SeedSetResult finished(Run& run, const SeedSet& set) {
  tell_once(run.report.errors);
  if (run.report.errors.empty()) return run.report;
  SeedSetResult failed;
  failed.set = run.report.set;
  failed.table = run.report.table;
  failed.file = run.report.file;
  failed.rows = run.report.rows;
  failed.outcome = "failed";
  failed.errors = std::move(run.report.errors);
  for (Error& error : failed.errors) {
    if (error.place.file.empty()) error.place.file = set.shown;
  }
  return failed;
}

}  // namespace

SeedSetResult run_set(const SeedContext& context, const SeedSet& set, const SetDigest& digest,
                      const store::SeedSetRow* last, const SeedOptions& options) {
  const Stopwatch watch(context.clock);
  Run run(context, set, digest, last, options);
  const bool script = set.from.kind == RowsFrom::Kind::kSql;
  run.report.errors = script ? run.go_script() : run.go();
  SeedSetResult result = finished(run, set);
  result.duration_seconds = watch.seconds();
  return result;
}

std::vector<SeedSetResult> run_sets(const SeedContext& context, const std::vector<SetToRun>& sets,
                                    const SeedOptions& options) {
  const Stopwatch watch(context.clock);
  std::deque<Run> runs;
  std::vector<Run*> company;
  for (const SetToRun& one : sets) {
    runs.emplace_back(context, *one.set, *one.digest, one.last, options);
    company.push_back(&runs.back());
  }
  Together(company).go();
  std::vector<SeedSetResult> results;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    results.push_back(finished(runs[i], *sets[i].set));
    results.back().duration_seconds = watch.seconds();
  }
  return results;
}

}  // namespace bedstone::seed
