// From the recorded schema and the live one to steps, and then to a run.
#include "bootstrap/schema_repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/reading.hpp"
#include "bootstrap/schema_mending.hpp"
#include "bootstrap/schema_sources.hpp"
#include "bootstrap/schema_unbuilt.hpp"
#include "schema/diff.hpp"

namespace bedstone::bootstrap {
namespace {

using schema::MendStep;

constexpr int kRounds = 6;

/// What a repair works from.
struct Target {
  std::string recorded;  ///< Less what `drift.ignore` names.
  schema::Sources sources;
  bool pooled = false;
  /// Indexes that migrations went without; still those that this repair has built.
  std::vector<store::UnbuiltIndex> unbuilt;
};

Error nothing_recorded() {
  return Error(ErrorCode::kNothingToRepairFrom, "no schema of this project is recorded here")
      .because("a repair makes the database what a run last recorded of it")
      .advise("bring the database up first: `bedstone up`; `bedstone status` tells its state");
}

Error broken_off() {
  return Error(ErrorCode::kNotReady, "the history moved on after the schema was recorded")
      .because("a run broke off between the two")
      .advise("let it be settled first: `bedstone up`");
}

Error newer_record() {
  return Error(ErrorCode::kNotReady, "a newer version of Bedstone recorded the schema")
      .because("its form is not known here")
      .advise("repair with that version; `bedstone version` tells this one");
}

Result<Target> read_target(store::Store& store, const Observation& seen, const Project& project,
                           db::Engine engine, bool pooled) {
  if (seen.layout == 0 || seen.state == DatabaseState::kForeign) return fail(nothing_recorded());
  BEDSTONE_ASSIGN(const auto fingerprint, store.meta("fingerprint"));
  if (!fingerprint || fingerprint->empty()) return fail(nothing_recorded());
  BEDSTONE_ASSIGN(const auto body, store.snapshot(*fingerprint));
  if (!body) return fail(nothing_recorded());
  if (schema::canonical_format(*body) > schema::kCanonicalFormat) return fail(newer_record());
  if (seen.schema_unrecorded) return fail(broken_off());
  Target target;
  target.recorded = ignore_list(project).without(*body);
  target.sources = read_sources(seen.folder, seen.history, target.recorded, engine);
  target.pooled = pooled;
  target.unbuilt = store::unbuilt_indexes(seen.journal);
  return target;
}

struct Round {
  std::vector<SchemaDifference> left;
  std::vector<MendStep> steps;
};

Result<Round> plan_round(db::Connection& connection, store::Store& store, const Project& project,
                         const Target& target) {
  const int format = schema::canonical_format(target.recorded);
  BEDSTONE_ASSIGN(const LiveSchema live, read_live_schema(connection, project, format));
  Round round;
  round.left = differences(target.recorded, live.canonical);
  BEDSTONE_TRY(forgive_neighbours(store, project, round.left));
  forgive_wanted(target.unbuilt, connection.engine(), round.left);
  std::vector<SchemaDifference> all = round.left;
  schema::add_invalid_indexes(live.canonical, all);
  round.steps = schema::plan_mending(
      {connection.engine(), target.recorded, live.canonical, &target.sources, !target.pooled}, all);
  BEDSTONE_ASSIGN(const auto journal, store.journal());
  for (const store::UnbuiltIndex& index : store::unbuilt_indexes(journal)) {
    round.steps.push_back(build_step(index, live.canonical, connection.engine(), !target.pooled));
  }
  BEDSTONE_ASSIGN(const auto counters, schema::read_counters(connection, project.database.schema));
  const auto excluded = inspect_options(project).exclude;
  for (const schema::Counter& counter : counters) {
    if (counter.table.empty() || (excluded && excluded(counter.table))) continue;
    if (auto step = schema::advance(counter)) round.steps.push_back(*std::move(step));
  }
  return round;
}

Error needs_consent(const MendStep& step) {
  return Error(ErrorCode::kRepairConsent,
               fmt::format("left as it is: {} {} {}", step.action, step.kind, step.object))
      .because(step.detail.empty() ? "what was not recorded would be lost" : step.detail)
      .advise(
          "after a `bedstone backup`: bedstone schema repair --destructive; if it is right as it "
          "is: bedstone migrate repair --accept-drift");
}

Error cannot_mend(const MendStep& step) {
  return Error(ErrorCode::kRepairConsent,
               fmt::format("left as it is: {} {}", step.kind, step.object))
      .because(step.obstacle)
      .advise(
          "mend it in a migration (bedstone migrate new) or by hand; if it is right as it is: "
          "bedstone migrate repair --accept-drift");
}

std::string key_of(const MendStep& step) {
  return step.action + " " + step.kind + " " + step.object + " " + text::join(step.statements, ";");
}

/// Takes out what is not to be done, and puts it into the report.
void sort_out(std::vector<MendStep>& steps, bool destructive, SchemaRepairReport& report) {
  std::erase_if(steps, [&](const MendStep& step) {
    const bool left = step.action == "leave" || (step.destructive && !destructive);
    if (left) {
      report.steps.push_back(
          {step, "left", step.action == "leave" ? cannot_mend(step) : needs_consent(step)});
    }
    return left;
  });
}

/// A column that was made again stands last; everything else of its table is as recorded.
bool follows_from(const MendStep& order, const SchemaRepairReport& report) {
  if (order.kind != "column-order") return false;
  return std::any_of(report.steps.begin(), report.steps.end(), [&order](const auto& one) {
    return one.step.kind == "column" && one.step.action == "create" && one.outcome == "done" &&
           schema::split_object("column", one.step.object).first ==
               schema::split_object("column-order", order.object).first;
  });
}

/// Errors and the exit code from what became of the steps.
void conclude(SchemaRepairReport& report) {
  bool failed = false, left = false;
  for (const SchemaRepairStep& one : report.steps) {
    if (!one.error) continue;
    if (follows_from(one.step, report)) {
      report.warnings.push_back(
          Error(ErrorCode::kRepairConsent,
                fmt::format("the columns of {} stand in another order now", one.step.object))
              .because("a column that was made again comes last in PostgreSQL")
              .advise("name the columns in INSERT and COPY; the new order is recorded"));
      continue;
    }
    failed = failed || one.outcome == "failed";
    left = left || one.outcome == "left";
    report.errors.push_back(*one.error);
  }
  if (left) report.exit_code = ExitCode::kPersonNeeded;
  if (failed) report.exit_code = ExitCode::kFailed;
}

void forget_what_was_not_done(SchemaRepairReport& report) {
  std::erase_if(report.steps, [](const auto& one) { return one.outcome != "done"; });
}

/// What was done once and is to be done again did not help.
void take_out_repetitions(std::vector<MendStep>& steps, const std::set<std::string>& made,
                          SchemaRepairReport& report) {
  std::erase_if(steps, [&](const MendStep& step) {
    if (!made.contains(key_of(step))) return false;
    report.steps.push_back(
        {step, "failed",
         repair_failed(step, Error(ErrorCode::kRepairFailed, "it is still not what was recorded")
                                 .advise("look at it: bedstone schema diff"))});
    return true;
  });
}

/// What was built is wanted no more, and counts as made by this run.
Status settle_built(Work& work, const Target& target, const SchemaRepairReport& report,
                    std::size_t from) {
  std::vector<store::Bound> statements;
  for (const store::UnbuiltIndex& index : target.unbuilt) {
    for (std::size_t i = from; i < report.steps.size(); ++i) {
      const SchemaRepairStep& one = report.steps[i];
      if (one.outcome != "done" || one.step.kind != "index" || one.step.object != object_of(index))
        continue;
      statements.push_back(
          work.store->journal_remove(store::kUnbuilt, index.version, index.number));
      work.count_as_made("index", index.name);
    }
  }
  if (statements.empty()) return {};
  return work.write(statements);
}

Errors repair(Work& work, const SchemaRepairOptions& options, SchemaRepairReport& report) {
  report.steps.clear();
  work.look_closely = true;
  BEDSTONE_CHECK(work.connect());
  BEDSTONE_CHECK(work.lock());
  auto target =
      read_target(*work.store, work.seen, work.project, work.connection->engine(), work.pooled);
  if (!target) return {std::move(target).error()};
  std::set<std::string> made;
  for (int number = 0; number < kRounds; ++number) {
    forget_what_was_not_done(report);
    auto round = plan_round(*work.connection, *work.store, work.project, *target);
    if (!round) return {std::move(round).error()};
    report.left = std::move(round->left);
    sort_out(round->steps, options.destructive, report);
    take_out_repetitions(round->steps, made, report);
    if (round->steps.empty()) break;
    BEDSTONE_CHECK(work.begin_run());
    const std::size_t before = report.steps.size();
    BEDSTONE_CHECK(carry_out(work, target->recorded, std::move(round->steps), report));
    BEDSTONE_CHECK(settle_built(work, *target, report, before));
    const std::size_t known = made.size();
    for (std::size_t i = before; i < report.steps.size(); ++i) {
      if (report.steps[i].outcome == "done") made.insert(key_of(report.steps[i].step));
    }
    if (made.size() == known) break;
  }
  if (!work.account.recorded) return {};
  BEDSTONE_CHECK(work.look());
  BEDSTONE_CHECK(work.finish(work.seen.state));
  return {};
}

Errors plan_only(const Host& host, const ProjectOptions& options, bool destructive,
                 SchemaRepairReport& report) {
  ObserveOptions observe_options;
  observe_options.force_schema = true;
  Reading reading = read_state(host, options, observe_options, Milliseconds(0));
  if (reading.project) tell_source(*reading.project, reading.connection.get(), report.source);
  if (!reading.errors.empty()) return std::move(reading.errors);
  if (!reading.connection) return {nothing_recorded()};
  const auto pooled = runs_pooled(host, *reading.project, *reading.connection);
  auto target = read_target(*reading.store, *reading.seen, *reading.project,
                            reading.connection->engine(), pooled.value_or(false));
  if (!target) return {std::move(target).error()};
  auto round = plan_round(*reading.connection, *reading.store, *reading.project, *target);
  if (!round) return {std::move(round).error()};
  report.left = std::move(round->left);
  for (MendStep& step : round->steps) {
    std::vector<MendStep> one{std::move(step)};
    sort_out(one, destructive, report);
    if (!one.empty()) report.steps.push_back({std::move(one.front()), "planned", std::nullopt});
  }
  return {};
}

}  // namespace

SchemaRepairReport schema_repair(const Host& host, const ProjectOptions& project_options,
                                 const SchemaRepairOptions& options) {
  SchemaRepairReport report;
  report.dry_run = options.dry_run;
  const Stopwatch watch(host.clock);
  const auto done = [&](Errors errors) {
    if (errors.empty()) {
      conclude(report);
    } else {
      report.exit_code = exit_code_for(errors);
      report.errors = std::move(errors);
    }
    report.duration = watch.seconds();
    return report;
  };
  if (options.dry_run) return done(plan_only(host, project_options, options.destructive, report));
  auto project = load(host, project_options);
  if (!project) return done(std::move(project).error());
  auto release = read_release(*project, host.environment);
  if (!release) return done({std::move(release).error()});
  UpOptions run = options.run;
  run.create = false;
  Account account(host.clock);
  tell_source(*project, nullptr, report.source);
  Verdict verdict = run_attempts(host, *project, *release, run, account, [&](Work& work, Verdict&) {
    Errors errors = repair(work, options, report);
    tell_source(*project, work.connection.get(), report.source);
    return errors;
  });
  if (account.recorded) report.run_id = account.run_id;
  return done(std::move(verdict.errors));
}

RepairResult to_result(const SchemaRepairReport& report) {
  RepairResult result;
  for (const SchemaRepairStep& one : report.steps) {
    if (one.outcome == "done") result.repairs.push_back(schema::describe(one.step));
  }
  result.errors = report.errors;
  result.exit_code = report.exit_code;
  result.success = report.errors.empty();
  return result;
}

}  // namespace bedstone::bootstrap
