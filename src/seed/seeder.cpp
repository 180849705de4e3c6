// One set in one transaction.
#include "seed/seeder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "base/version.hpp"
#include "seed/glance.hpp"
#include "seed/references.hpp"
#include "seed/run.hpp"
#include "seed/script.hpp"

namespace bedstone::seed {

Status Run::execute(const std::string& sql, std::int64_t* changed) {
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
  SEED_TRY(begin());
  Errors errors = inside();
  if (again_) {
    // What the engine refused without a word about the rest is gone through row by row.
    SEED_TRY(connection_.rollback());
    SEED_TRY(begin());
    blocks_ = {};
    errors = inside();
  }
  if (errors.empty() && !options_.dry_run) {
    if (Status done = connection_.commit(); !done) errors = Errors{std::move(done).error()};
    if (errors.empty()) tell("committed");
  }
  if (connection_.in_transaction()) {
    const Status undone = connection_.rollback();
    if (!undone) context_.log.debug(undone.error().message);
  }
  // SQLite's temporary tables outlive the transaction that filled them.
  if (stage_ && connection_.engine() == db::Engine::kSqlite && !connection_.lost()) {
    for (const std::string& sql : stage_->drop()) {
      const Status dropped = execute(sql);
      if (!dropped) context_.log.debug(dropped.error().message);
    }
  }
  return errors;
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
  if (connection_.in_transaction()) {
    const Status undone = connection_.rollback();
    if (!undone) context_.log.debug(undone.error().message);
  }
  return {done.error()};
}

Status Run::begin() {
  // Looking waits for no writer; the stage is a temporary table, outside the database.
  if (options_.dry_run) return execute("BEGIN");
  return context_.begin ? context_.begin() : connection_.begin();
}

Errors Run::inside() {
  for (const std::string& sql : connection_.dialect().fixed_formats())
    SEED_TRY(execute(sql));
  stage_.emplace(connection_.dialect(), context_.schema_name, layout());
  if (set_.only_if_empty && !fills_anyway()) {
    const auto empty = is_empty();
    if (!empty) return {empty.error()};
    if (!*empty) {
      report.outcome = "skipped";
      report.reason = "the table is not empty";
      if (!options_.dry_run) SEED_TRY(remember());
      return {};
    }
  }
  MergeOptions merge;
  merge.mode = set_.mode;
  merge.ledger = set_.ledger;
  merge.table_was_empty = set_.only_if_empty;
  merge.force_conflicts = options_.force_conflicts;
  merge.reset = options_.reset;
  if (last_ != nullptr) merge.known_columns = last_->columns;
  merge.set_key = store::SeedStore(connection_, context_.around.project).key_of(set_.name);
  merge_.emplace(connection_.dialect(), *stage_, layout(), std::move(merge));
  const auto plain = is_plain_load();
  if (!plain) return {plain.error()};
  if (*plain) return load_plainly();
  again_ = false;
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
  const auto ambiguous = ambiguous_references(connection_, *stage_, layout());
  if (!ambiguous) return {ambiguous.error()};
  if (!ambiguous->empty()) return at_places(*ambiguous, ErrorCode::kSeedReference);
  for (const std::string& sql : stage_->resolve())
    SEED_TRY(execute(sql));
  if (Errors errors = check_references(); !errors.empty()) return errors;
  if (Errors errors = check_keys(); !errors.empty()) return errors;
  tell("keys and references checked");

  SEED_TRY(execute(merge_->decide()));
  SEED_TRY(count());
  tell(fmt::format("compared: {} to create, {} to update, {} to keep", report.created,
                   report.updated, report.kept));
  SEED_TRY(list_rows());
  if (options_.dry_run) {
    report.outcome = "planned";
    if (Errors errors = check_constraints(); !errors.empty()) return errors;
    return prune();
  }
  return options_.adopt ? adopt() : apply();
}

/// Whether a set that is for empty tables shall run where there are rows.
bool Run::fills_anyway() const {
  return options_.adopt || options_.reset || options_.validate_only || options_.fill_anyway;
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

}  // namespace

SeedSetResult run_set(const SeedContext& context, const SeedSet& set, const SetDigest& digest,
                      const store::SeedSetRow* last, const SeedOptions& options) {
  const Stopwatch watch(context.clock);
  Run run(context, set, digest, last, options);
  const bool script = set.from.kind == RowsFrom::Kind::kSql;
  run.report.errors = script ? run.go_script() : run.go();
  tell_once(run.report.errors);
  if (!run.report.errors.empty()) {
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
    run.report = std::move(failed);
  }
  run.report.duration_seconds = watch.seconds();
  return run.report;
}

}  // namespace bedstone::seed
