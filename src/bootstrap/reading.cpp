// status, plan, wait: looking without touching.
#include "bootstrap/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/prepare.hpp"
#include "bootstrap/provide.hpp"
#include "bootstrap/seeding.hpp"
#include "bootstrap/settings_report.hpp"
#include "bootstrap/transfer.hpp"
#include "schema/inspect.hpp"
#include "seed/order.hpp"

namespace bedstone::bootstrap {
namespace {

std::string version_text(const db::Connection& connection) {
  return connection.session().server_version_text;
}

/// What `up` would meet if there were nothing yet: every file is pending.
Result<Observation> observe_nothing(const Project& project, DatabaseState state) {
  Observation seen;
  const db::Engine engine = project.database.url->engine();
  BEDSTONE_ASSIGN(seen.folder,
                  migrate::list_folder(project.migrations.dir, project.migrations.dir, engine));
  seen.comparison = migrate::compare({seen.folder, seen.versioned, seen.repeatables, seen.history,
                                      seen.journal, project.migrations.strict_order, false});
  seen.problems = seen.comparison.problems;
  seen.state = state;
  return seen;
}

void connect_and_observe(const Host& host, const ObserveOptions& observe_options, Milliseconds wait,
                         Reading& reading) {
  const Project& project = *reading.project;
  auto connected = connect(host, {*project.database.url, db::Access::kReadOnly, false, wait});
  if (!connected && connected.error().code == ErrorCode::kDatabaseMissing) {
    reading.state = DatabaseState::kNoDatabase;
    auto nothing = observe_nothing(project, reading.state);
    if (nothing) {
      reading.seen = *std::move(nothing);
    } else {
      reading.errors.push_back(std::move(nothing).error());
    }
    return;
  }
  if (!connected) {
    reading.errors.push_back(std::move(connected).error());
    return;
  }
  reading.connection = std::move(connected->connection);
  reading.store.emplace(*reading.connection, project.name);
  auto seen =
      observe(*reading.connection, *reading.store, project, *reading.release, observe_options);
  if (!seen) {
    reading.state = state_behind(seen.error());
    reading.errors.push_back(std::move(seen).error());
    return;
  }
  reading.seen = *std::move(seen);
  reading.state = reading.seen->state;
}

/// While somebody is at work the schema is on its way to what will be recorded.
void forget_drift(Observation& seen, StatusReport& report) {
  const auto is_drift = [](const Error& error) { return error.code == ErrorCode::kDrifted; };
  std::erase_if(seen.problems, is_drift);
  std::erase_if(seen.warnings, is_drift);
  seen.drift.clear();
  if (report.state == DatabaseState::kDrifted) report.state = DatabaseState::kCurrent;
}

/// The sets that `up` would carry out, in its order.
struct DueSeeds {
  std::int64_t sets = 0;
  std::vector<seed::SeedSet> due;
  Errors broken;
};

Result<DueSeeds> look_at_seeds(const Host& host, const Reading& reading) {
  DueSeeds result;
  const Project& project = *reading.project;
  const Observation& seen = *reading.seen;
  if (!reading.release->has_seeds || seen.comparison.ahead || seen.older_release) return result;
  BEDSTONE_ASSIGN(SeedPlan plan, read_seeds(project, *reading.release, host.environment));
  result.sets = static_cast<std::int64_t>(plan.list.sets.size());
  for (auto& [file, errors] : plan.list.broken)
    result.broken.insert(result.broken.end(), errors.begin(), errors.end());
  std::optional<std::vector<std::string>> due;
  schema::Schema schema;
  if (reading.connection && seen.layout > 0) {
    BEDSTONE_ASSIGN(due, due_sets(*reading.connection, project, plan));
    BEDSTONE_ASSIGN(schema, schema::inspect(*reading.connection, {project.database.schema, {}}));
  }
  for (const auto& group : seed::order_sets(plan.list.sets, schema)) {
    for (const std::size_t index : group) {
      seed::SeedSet& set = plan.list.sets[index];
      const bool is_due = !due || std::find(due->begin(), due->end(), set.name) != due->end();
      if (is_due) result.due.push_back(std::move(set));
    }
  }
  return result;
}

/// Seeds are beside the question that `status` answers first: what is wrong with them is a warning.
void tell_seeds(const Host& host, const Reading& reading, StatusReport& report) {
  auto seeds = look_at_seeds(host, reading);
  if (!seeds) {
    report.warnings.push_back(std::move(seeds).error());
    return;
  }
  report.seed_sets = seeds->sets;
  for (const seed::SeedSet& set : seeds->due)
    report.seeds_due.push_back(set.name);
  for (Error& error : seeds->broken)
    report.warnings.push_back(std::move(error));
}

void fill_status(const Host& host, Reading& reading, StatusReport& report) {
  const Project& project = *reading.project;
  report.project = project.name;
  report.database = project.database.url->redacted();
  report.database_type = db::engine_name(project.database.url->engine());
  if (reading.connection) {
    report.server_version = version_text(*reading.connection);
    auto holder = lock_holder(*reading.connection, *project.database.url, project.name);
    if (holder) report.lock = *std::move(holder);
    if (!holder) host.log.debug(holder.error().message);
    report.pooled = runs_pooled(host, project, *reading.connection).value_or(false);
    if (const Status whole = refuse_unfinished_transfer(*reading.connection, project); !whole)
      report.warnings.push_back(whole.error());
  }
  if (!reading.seen) return;
  tell_seeds(host, reading, report);
  const Application application = tell_settings(host, reading, report);
  Observation& seen = *reading.seen;
  if (report.lock) forget_drift(seen, report);
  report.lifecycle = report.state == DatabaseState::kNoDatabase ? Lifecycle::kNoDatabase
                                                                : lifecycle_of(seen, application);
  report.current_version = seen.comparison.current_version;
  report.latest_version = seen.comparison.latest_version;
  report.migrations = std::move(seen.comparison.entries);
  report.drift = std::move(seen.drift);
  report.problems = std::move(seen.problems);
  report.warnings.insert(report.warnings.end(), seen.warnings.begin(), seen.warnings.end());
}

StatusReport read_status(const Host& host, const ProjectOptions& options, bool force_schema) {
  ObserveOptions observe_options;
  observe_options.force_schema = force_schema;
  Reading reading = read_state(host, options, observe_options, Milliseconds(0));
  StatusReport report;
  report.state = reading.state;
  if (reading.project) fill_status(host, reading, report);
  report.problems.insert(report.problems.end(), reading.errors.begin(), reading.errors.end());
  report.exit_code = exit_code_for(report.problems);
  return report;
}

/// Adds what `up` would seed. A file that is no set stops it, unless that is allowed.
Status plan_seeds(const Host& host, const Reading& reading, const UpOptions& options, Plan& plan) {
  if (!options.seed || options.target || !plan.problems.empty()) return {};
  BEDSTONE_ASSIGN(DueSeeds seeds, look_at_seeds(host, reading));
  const OnFailure policy = options.on_failure.value_or(
      reading.project->on_failure == FailurePolicy::kContinue ? OnFailure::kContinue
                                                              : OnFailure::kAbort);
  if (policy == OnFailure::kAbort && !seeds.broken.empty()) {
    plan.steps.clear();
    plan.problems = std::move(seeds.broken);
    return {};
  }
  plan.warnings.insert(plan.warnings.end(), seeds.broken.begin(), seeds.broken.end());
  for (const seed::SeedSet& set : seeds.due) {
    const bool script = set.from.kind == seed::RowsFrom::Kind::kSql;
    plan.steps.push_back({.kind = "seed",
                          .subject = set.name,
                          .detail = script ? "statements" : "into " + set.table,
                          .file = set.shown});
  }
  return {};
}

/// What `up` would do to what was read.
Checked<Plan> read_plan(const Host& host, const Reading& reading, const UpOptions& options) {
  const Project& project = *reading.project;
  const db::Engine engine = project.database.url->engine();
  bool pooled = false;
  std::vector<Project::Extension> extensions;
  if (reading.connection) {
    auto detected = runs_pooled(host, project, *reading.connection);
    if (!detected) return fail(Errors{std::move(detected).error()});
    pooled = *detected;
    auto missing = missing_extensions(*reading.connection, project);
    if (!missing) return fail(Errors{std::move(missing).error()});
    extensions = *std::move(missing);
  } else if (engine == db::Engine::kPostgres) {
    extensions = project.database.extensions;
  }
  auto pending = prepare(*reading.seen, engine, pooled, options.target);
  if (!pending) return fail(std::move(pending).error());
  Plan plan = make_plan(project, *reading.seen, *pending, extensions);
  if (Status seeded = plan_seeds(host, reading, options, plan); !seeded)
    return fail(Errors{std::move(seeded).error()});
  plan_settings(host, reading, options, plan);
  if (reading.state != DatabaseState::kNoDatabase || !plan.problems.empty()) return plan;
  const bool may_create = options.create.value_or(project.may_create());
  plan.steps.insert(plan.steps.begin(), {.kind = "create_database",
                                         .subject = project.database.url->redacted(),
                                         .detail = may_create ? "" : "needs --create"});
  return plan;
}

}  // namespace

Reading read_state(const Host& host, const ProjectOptions& options,
                   const ObserveOptions& observe_options, Milliseconds wait) {
  Reading reading;
  auto project = load(host, options);
  if (!project) {
    reading.errors = std::move(project).error();
    return reading;
  }
  reading.project = *std::move(project);
  auto release = read_release(*reading.project, host.environment);
  if (!release) {
    reading.errors.push_back(std::move(release).error());
    return reading;
  }
  reading.release = *std::move(release);
  connect_and_observe(host, observe_options, wait, reading);
  return reading;
}

StatusReport status(const Host& host, const ProjectOptions& options, bool verify_all) {
  return read_status(host, options, verify_all);
}

StatusReport migrate_verify(const Host& host, const ProjectOptions& options) {
  StatusReport report = read_status(host, options, true);
  // Verifying finds fault with what `status` merely reports.
  for (const MigrationEntry& entry : report.migrations) {
    if (entry.kind == "repeatable" || entry.status != "missing") continue;
    const bool told =
        std::any_of(report.problems.begin(), report.problems.end(),
                    [](const Error& error) { return error.code == ErrorCode::kMigrationMissing; });
    if (told) break;
    report.problems.push_back(
        Error(ErrorCode::kMigrationMissing,
              fmt::format("migration {} is applied here, but its file is missing", entry.version))
            .because("a newer release may have brought it, or the file was removed")
            .advise(fmt::format("compare with the newest release; when the file is gone for good: "
                                "`bedstone migrate repair --forget {}`",
                                entry.version)));
  }
  const bool drift_told =
      std::any_of(report.problems.begin(), report.problems.end(),
                  [](const Error& error) { return error.code == ErrorCode::kDrifted; });
  if (!report.drift.empty() && !drift_told) {
    for (const Error& warning : report.warnings) {
      if (warning.code == ErrorCode::kDrifted) report.problems.push_back(warning);
    }
  }
  report.exit_code = exit_code_for(report.problems);
  return report;
}

PlanReport plan(const Host& host, const ProjectOptions& options, const UpOptions& up_options) {
  ObserveOptions observe_options;
  observe_options.strict_order = up_options.strict_order;
  Reading reading =
      read_state(host, options, observe_options, up_options.wait.value_or(Milliseconds(0)));
  PlanReport report;
  report.plan.state = reading.state;
  report.plan.problems = reading.errors;
  if (reading.project) {
    const Project& project = *reading.project;
    report.project = project.name;
    report.database = project.database.url->redacted();
    report.database_type = db::engine_name(project.database.url->engine());
  }
  if (reading.seen) {
    auto plan = read_plan(host, reading, up_options);
    if (plan) {
      report.plan = *std::move(plan);
    } else {
      report.plan.problems = std::move(plan).error();
    }
  }
  report.exit_code = exit_code_for(report.plan.problems);
  return report;
}

WaitReport wait(const Host& host, const ProjectOptions& options, WaitUntil until,
                std::optional<Milliseconds> limit) {
  const Stopwatch watch(host.clock);
  WaitReport report;
  Milliseconds pause{100};
  const auto project = load(host, options);
  const Milliseconds allowed = limit.value_or(project ? project->database.wait : Milliseconds(0));
  for (;;) {
    Reading reading =
        read_state(host, options, {}, std::max(Milliseconds(0), allowed - watch.elapsed()));
    report.state = reading.state;
    report.errors = std::move(reading.errors);
    report.duration = watch.seconds();
    if (reading.project) report.database = reading.project->database.url->redacted();
    const bool good = reading.state == DatabaseState::kCurrent ||
                      reading.state == DatabaseState::kAhead ||
                      reading.state == DatabaseState::kDrifted;
    report.reached = until == WaitUntil::kCurrent ? good && report.errors.empty()
                                                  : reading.connection != nullptr;
    if (report.reached) {
      report.errors.clear();
      report.exit_code = ExitCode::kDone;
      return report;
    }
    const bool stuck =
        reading.state == DatabaseState::kDiverged || reading.state == DatabaseState::kForeign;
    const bool hopeless = !reading.project || stuck;
    const bool heals = report.errors.empty() || report.errors.front().retryable ||
                       report.errors.front().code == ErrorCode::kDatabaseMissing ||
                       // The run that is waited for grants the rights, at its end.
                       report.errors.front().code == ErrorCode::kPermissionDenied;
    if (hopeless || !heals || watch.elapsed() >= allowed) {
      if (report.errors.empty() && reading.seen && !reading.seen->problems.empty()) {
        report.errors = reading.seen->problems;
      } else if (report.errors.empty()) {
        report.errors.push_back(
            Error(ErrorCode::kWaitTimeout,
                  fmt::format("the database is still {} after {}", state_name(report.state),
                              text::format_duration(watch.seconds())))
                .advise("look at whoever runs `bedstone up` (`bedstone runs` shows its runs), or "
                        "give more time with --timeout")
                .may_retry());
      }
      report.exit_code = exit_code_for(report.errors);
      // A database that answers and is not there yet was reached: that is no 4.
      const bool answered = reading.connection && !stuck && report.errors.size() == 1 &&
                            report.errors.front().code == ErrorCode::kWaitTimeout;
      if (answered) report.exit_code = ExitCode::kFailed;
      return report;
    }
    if (!host.clock.sleep(std::min(pause, allowed - watch.elapsed()), host.cancel)) {
      report.errors = {Error(ErrorCode::kInterrupted, "interrupted while waiting")};
      report.exit_code = ExitCode::kInterrupted;
      return report;
    }
    pause = std::min(Milliseconds(1000), pause * 2);
  }
}

}  // namespace bedstone::bootstrap
