// One transaction with a savepoint for each step; what cannot stand in one comes behind it.
#include "bootstrap/schema_mending.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "bootstrap/live_schema.hpp"
#include "migrate/session.hpp"
#include "schema/diff.hpp"
#include "schema/recorded.hpp"

namespace bedstone::bootstrap {
namespace {

using schema::MendStep;

bool is_drop_of_what_is_gone(const MendStep& step, const Error& error) {
  static constexpr std::array<std::string_view, 4> kGone = {"42P01", "42704", "42703", "42883"};
  return step.action == "drop" &&
         std::find(kGone.begin(), kGone.end(), error.sqlstate) != kGone.end();
}

class Mender {
 public:
  Mender(Work& work, const std::string& recorded, SchemaRepairReport& report)
      : work_(work), recorded_(recorded), report_(report) {}

  Status run(std::vector<MendStep> steps) {
    const auto bare = std::stable_partition(steps.begin(), steps.end(),
                                            [](const MendStep& step) { return !step.bare; });
    std::vector<MendStep> alone(std::make_move_iterator(bare),
                                std::make_move_iterator(steps.end()));
    steps.erase(bare, steps.end());
    // A value of an enum may be the default of a column that is to be made.
    for (std::size_t i = 0; i < alone.size(); ++i) {
      if (alone[i].kind == "enum") BEDSTONE_TRY(carry_out_alone(alone[i]));
    }
    BEDSTONE_TRY(in_transaction(steps));
    for (const MendStep& step : alone) {
      if (step.kind != "enum") BEDSTONE_TRY(carry_out_alone(step));
    }
    return {};
  }

 private:
  db::Connection& connection() { return *work_.connection; }
  bool is_sqlite() { return connection().engine() == db::Engine::kSqlite; }

  migrate::SessionSettings settings() {
    migrate::SessionSettings settings;
    settings.engine = connection().engine();
    settings.schema = work_.project.database.schema;
    settings.owner = work_.project.roles.owner;
    if (work_.project.database.ddl_lock_timeout)
      settings.ddl_lock_timeout = *work_.project.database.ddl_lock_timeout;
    settings.pooled = work_.pooled;
    return settings;
  }

  Status begin() {
    const auto begin_locked = work_.begin_function();
    BEDSTONE_TRY(begin_locked ? begin_locked() : connection().begin());
    if (work_.pooled) BEDSTONE_TRY(migrate::run_all(connection(), migrate::prelude(settings())));
    return migrate::run_all(connection(), migrate::act_as_owner(settings(), true));
  }

  void roll_back() {
    const Status undone = connection().rollback();
    if (!undone) work_.host.log.debug(undone.error().message);
  }

  Status in_transaction(std::vector<MendStep>& steps) {
    if (steps.empty()) return {};
    if (!is_sqlite()) return transaction(steps);
    // Outside of transactions both count at once; inside the first would be ignored.
    BEDSTONE_TRY(migrate::run_all(connection(),
                                  {"PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON"}));
    Status done = transaction(steps);
    const Status again = migrate::run_all(connection(), {"PRAGMA legacy_alter_table = OFF"});
    return done ? again : done;
  }

  Status transaction(std::vector<MendStep>& steps) {
    BEDSTONE_TRY(begin());
    Status done = passes(steps);
    if (done) {
      done = connection().commit();
      if (done) return {};
    }
    // What was told as done is undone.
    roll_back();
    return done;
  }

  /// Until a pass through what is left brings nothing more.
  Status passes(std::vector<MendStep>& steps) {
    std::vector<std::optional<Error>> errors(steps.size());
    std::vector<bool> done(steps.size());
    for (bool progress = true; progress;) {
      progress = false;
      for (std::size_t i = 0; i < steps.size(); ++i) {
        if (done[i]) continue;
        if (auto stop = work_.interruption()) return fail(*std::move(stop));
        const Stopwatch watch(work_.host.clock);
        BEDSTONE_ASSIGN(errors[i], attempt(steps[i]));
        if (errors[i]) continue;
        done[i] = progress = true;
        note(steps[i], std::nullopt, watch.seconds());
      }
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!done[i]) note(steps[i], std::move(errors[i]), 0);
    }
    return {};
  }

  /// Nothing: it is done. An error of the statement's is undone alone.
  Result<std::optional<Error>> attempt(const MendStep& step) {
    BEDSTONE_TRY(connection().execute("SAVEPOINT bedstone_repair").map([](auto) {}));
    Status done = statements(step);
    if (done || is_drop_of_what_is_gone(step, done.error())) {
      if (!done) BEDSTONE_TRY(undo());
      BEDSTONE_TRY(connection().execute("RELEASE SAVEPOINT bedstone_repair").map([](auto) {}));
      return std::optional<Error>();
    }
    if (connection().lost() || done.error().code == ErrorCode::kInterrupted)
      return fail(std::move(done).error());
    BEDSTONE_TRY(undo());
    BEDSTONE_TRY(connection().execute("RELEASE SAVEPOINT bedstone_repair").map([](auto) {}));
    return std::optional<Error>(std::move(done).error());
  }

  Status undo() {
    return connection().execute("ROLLBACK TO SAVEPOINT bedstone_repair").map([](auto) {});
  }

  Status statements(const MendStep& step) {
    std::int64_t rows = 0, orphans = 0;
    if (!step.counted_table.empty()) {
      BEDSTONE_ASSIGN(rows, count_rows(step.counted_table));
      BEDSTONE_ASSIGN(orphans, count_orphans());
    }
    for (const std::string& sql : step.statements)
      BEDSTONE_TRY(connection().execute(sql).map([](auto) {}));
    if (!step.counted_table.empty()) {
      BEDSTONE_ASSIGN(const std::int64_t rows_now, count_rows(step.counted_table));
      if (rows_now != rows) {
        return fail(Error(
            ErrorCode::kRepairFailed,
            fmt::format("{} had {} rows, and would have {}", step.counted_table, rows, rows_now)));
      }
      BEDSTONE_ASSIGN(const std::int64_t orphans_now, count_orphans());
      if (orphans_now > orphans) {
        return fail(Error(ErrorCode::kRepairFailed,
                          fmt::format("{} more would lack their parents",
                                      text::count(orphans_now - orphans, "row"))));
      }
    }
    return check_made(step);
  }

  Result<std::int64_t> count_rows(const std::string& table) {
    BEDSTONE_ASSIGN(const db::Rows rows,
                    connection().query("SELECT count(*) FROM " +
                                       connection().dialect().quote_identifier(table)));
    return rows.integer(0, 0);
  }

  /// Where a parent table is missing, every reference to it is one.
  Result<std::int64_t> count_orphans() {
    auto rows = connection().query("SELECT count(*) FROM pragma_foreign_key_check");
    // Tables that cannot be compared say so here; that is none of this step's business.
    if (!rows) return std::int64_t{0};
    return rows->integer(0, 0);
  }

  /// Whether it is what was recorded, where the statement comes from elsewhere than the record, or
  /// where it would be too late to find out afterwards.
  Status check_made(const MendStep& step) {
    const bool routine =
        step.kind == "function" || step.kind == "procedure" || step.kind == "aggregate";
    if ((!routine && step.action != "rewrite") || step.action == "drop") return {};
    BEDSTONE_ASSIGN(const LiveSchema live, read_live_schema(connection(), work_.project,
                                                            schema::canonical_format(recorded_)));
    for (const SchemaDifference& one : schema::diff(recorded_, live.canonical)) {
      const auto relation = schema::split_object(one.kind, one.object).first;
      const bool its =
          step.counted_table.empty()
              ? one.kind == step.kind && one.object == step.object
              : relation == step.counted_table && one.kind != "index" && one.kind != "trigger";
      if (!its) continue;
      return fail(Error(ErrorCode::kRepairFailed, schema::describe(one))
                      .because(routine ? "the migration that makes it is not what was recorded"
                                       : "what was made is not what was recorded"));
    }
    return {};
  }

  Status carry_out_alone(const MendStep& step) {
    if (auto stop = work_.interruption()) return fail(*std::move(stop));
    const Stopwatch watch(work_.host.clock);
    Status done;
    for (const std::string& sql : step.statements) {
      done = alone(sql);
      if (!done) break;
    }
    if (!done && (connection().lost() || done.error().code == ErrorCode::kInterrupted)) return done;
    if (!done) {
      for (const std::string& sql : step.undo) {
        const Status undone = alone(sql);
        if (!undone) work_.host.log.debug(undone.error().message);
      }
    }
    note(step, done ? std::nullopt : std::optional<Error>(std::move(done).error()),
         watch.seconds());
    return {};
  }

  Status alone(const std::string& sql) {
    if (work_.begin_function()) {
      BEDSTONE_TRY(begin());
      Status done = connection().execute(sql).map([](auto) {});
      if (done) done = connection().commit();
      if (!done) roll_back();
      return done;
    }
    const auto owner = migrate::act_as_owner(settings(), false);
    BEDSTONE_TRY(migrate::run_all(connection(), owner));
    Status done = connection().execute(sql).map([](auto) {});
    if (!owner.empty() && !connection().lost())
      BEDSTONE_TRY(connection().execute("RESET ROLE").map([](auto) {}));
    return done;
  }

  void note(const MendStep& step, std::optional<Error> error, double seconds) {
    Step told{.kind = "repair",
              .subject = fmt::format("{} {}", step.kind, step.object),
              .detail = step.action + (step.detail.empty() ? "" : ": " + step.detail),
              .destructive = step.destructive,
              .transactional = !step.bare,
              .outcome = error ? "failed" : "done",
              .duration_seconds = seconds};
    if (error) told.error_code = code_name(ErrorCode::kRepairFailed);
    work_.note(std::move(told));
    SchemaRepairStep reported{step, error ? "failed" : "done", std::nullopt};
    if (error) reported.error = repair_failed(step, *error);
    report_.steps.push_back(std::move(reported));
  }

  Work& work_;
  const std::string& recorded_;
  SchemaRepairReport& report_;
};

}  // namespace

Error repair_failed(const MendStep& step, const Error& why) {
  Error error(ErrorCode::kRepairFailed,
              fmt::format("could not {} {} {}", step.action, step.kind, step.object));
  error.cause = why.cause.empty() ? why.message : why.message + ": " + why.cause;
  error.hint =
      why.hint.empty() ? "mend what the cause names, then: bedstone schema repair" : why.hint;
  error.sqlstate = why.sqlstate;
  error.statement = why.statement;
  error.retryable = why.retryable;
  return error;
}

Status carry_out(Work& work, const std::string& recorded, std::vector<MendStep> steps,
                 SchemaRepairReport& report) {
  return Mender(work, recorded, report).run(std::move(steps));
}

}  // namespace bedstone::bootstrap
