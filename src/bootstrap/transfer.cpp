// Both sides by their project, tables in their order, each group with its record in one
// transaction.
#include "bootstrap/transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/live_schema.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/reading.hpp"
#include "bootstrap/secret_tools.hpp"
#include "bootstrap/seeding.hpp"
#include "bootstrap/transfer_source.hpp"
#include "store/seeds.hpp"
#include "store/tables.hpp"
#include "store/transfers.hpp"
#include "transfer/copy.hpp"
#include "transfer/own.hpp"
#include "transfer/plan.hpp"
#include "transfer/target.hpp"

namespace bedstone::bootstrap {
namespace {

constexpr std::string_view kPreparing = "preparing";
constexpr std::string_view kCopying = "copying";
constexpr std::string_view kDone = "done";

Error refused_target(const Project& target, std::string why) {
  return Error(ErrorCode::kTransferTarget,
               fmt::format("{} cannot be the target", target.database.url->redacted()))
      .because(std::move(why))
      .advise("name an empty database, or one that is to be made (--create)");
}

/// One attempt at moving; what the report says so far outlives it.
class Move {
 public:
  Move(Work& work, const Project& source, const TransferOptions& options, TransferReport& report)
      : work_(work),
        source_{source, nullptr, {}, {}},
        options_(options),
        report_(report),
        transfers_(*work.connection, work.project.name) {}

  Errors run();

 private:
  db::Connection& target() { return *work_.connection; }
  const std::string& schema() const { return work_.project.database.schema; }

  Status look();
  Errors prepare_tables();
  Status provide_settings();
  Status clear(const transfer::Plan& plan);
  Status move(const transfer::Group& group, std::size_t number);
  Status check_kept(const transfer::TablePlan& table, const store::TransferRow& row);
  Status copy(const transfer::TablePlan& table, std::size_t number,
              std::vector<store::Bound>& records);
  Status settle();
  Status translate_seeds();
  Status begin();
  /// Commits, or rolls back and returns the error.
  Status end(Status done);
  Status put(std::vector<store::Bound> statements);
  transfer::CopyJob job_of(const transfer::TablePlan& table);
  std::string now() const { return to_iso(work_.host.clock.now()); }

  Work& work_;
  TransferSource source_;
  const TransferOptions& options_;
  TransferReport& report_;
  store::TransferTable transfers_;
  store::TransferRow whole_;
  std::map<std::string, store::TransferRow> done_;
};

Status Move::begin() {
  const auto locked = work_.begin_function();
  return locked ? locked() : target().begin();
}

Status Move::end(Status done) {
  if (done) return target().commit();
  if (!target().lost()) {
    const Status undone = target().rollback();
    if (!undone) work_.host.log.debug(undone.error().message);
  }
  return done;
}

Status Move::put(std::vector<store::Bound> statements) {
  for (const store::Bound& one : statements) {
    const auto done = target().execute(one.statement());
    if (!done) return fail(done.error());
  }
  return {};
}

/// Whether the target may be one, and how far an earlier attempt came.
Status Move::look() {
  const DatabaseState state = work_.seen.state;
  if (state == DatabaseState::kForeign)
    return fail(refused_target(work_.project, "it holds tables that Bedstone did not make"));
  BEDSTONE_ASSIGN(done_, transfers_.list());
  const auto whole = done_.find("");
  if (whole == done_.end()) {
    if (!work_.seen.history.empty() || state != DatabaseState::kEmpty)
      return fail(refused_target(
          work_.project,
          fmt::format("the project was brought up there already: it is {}", state_name(state))));
    whole_ = {"", std::string(kPreparing), 0, "", report_.source, now(), ""};
    return {};
  }
  whole_ = whole->second;
  done_.erase(whole);
  if (whole_.state == kDone)
    return fail(refused_target(work_.project,
                               fmt::format("a transfer into it ended at {}", whole_.finished_at)));
  if (whole_.source != report_.source)
    return fail(refused_target(
        work_.project, fmt::format("a transfer from {} into it is unfinished", whole_.source)));
  report_.resumed = true;
  return {};
}

Status Move::provide_settings() {
  store::ConfigTable there(*source_.connection, source_.project.name,
                           config_place(source_.project));
  BEDSTONE_ASSIGN(const auto revision, there.revision());
  report_.settings_revision = revision;
  if (!revision) return {};
  BEDSTONE_TRY(begin());
  store::ConfigTable here(target(), work_.project.name, config_place(work_.project));
  return end(here.provide());
}

Errors Move::prepare_tables() {
  auto pending = prepare(work_.seen, target().engine(), work_.pooled, std::nullopt);
  if (!pending) return std::move(pending).error();
  BEDSTONE_CHECK(work_.provide());
  BEDSTONE_CHECK(work_.apply(*pending));
  BEDSTONE_CHECK(provide_settings());
  BEDSTONE_CHECK(work_.grant());
  return {};
}

transfer::CopyJob Move::job_of(const transfer::TablePlan& table) {
  const auto tell = [this, name = table.target](std::int64_t rows) {
    if (options_.on_progress)
      options_.on_progress({"moving", name, static_cast<std::size_t>(rows), 0, "rows"});
  };
  return {table.target,
          source_.connection->dialect().qualified(source_.schema(), table.source),
          target().dialect().qualified(schema(), table.target),
          "",
          table.columns,
          table.key,
          tell};
}

/// Rows that migrations brought are in the source, too, perhaps changed.
Status Move::clear(const transfer::Plan& plan) {
  if (whole_.state != kPreparing) return {};
  std::vector<std::string> tables;
  for (const transfer::Group& group : plan.groups)
    for (const transfer::TablePlan& table : group)
      tables.push_back(table.target);
  // Children first.
  std::reverse(tables.begin(), tables.end());
  BEDSTONE_TRY(begin());
  whole_.state = kCopying;
  return end([&]() -> Status {
    BEDSTONE_TRY(transfer::Target(target(), schema()).clear(tables));
    return put({transfers_.put(whole_)});
  }());
}

/// A table that an earlier attempt moved must be what it was.
Status Move::check_kept(const transfer::TablePlan& table, const store::TransferRow& row) {
  BEDSTONE_ASSIGN(const auto contents,
                  transfer::contents_of(*source_.connection, true, job_of(table)));
  if (contents.rows() == row.rows && contents.hash() == row.hash) return {};
  return fail(Error(ErrorCode::kTransferChanged,
                    fmt::format("the source's table {} changed since it was moved", table.source))
                  .because(fmt::format("{} then, {} now, or others", text::count(row.rows, "row"),
                                       contents.rows()))
                  .advise("stop what writes to the source, and begin anew with an empty target"));
}

Status Move::copy(const transfer::TablePlan& table, std::size_t number,
                  std::vector<store::Bound>& records) {
  const Stopwatch watch(work_.host.clock);
  const transfer::CopyJob job = job_of(table);
  const std::string started = now();
  BEDSTONE_ASSIGN(const auto sent, transfer::copy_rows(*source_.connection, target(), job));
  records.push_back(transfers_.put({table.target, std::string(kDone), sent.rows(), sent.hash(),
                                    report_.source, started, now()}));
  report_.tables.push_back(
      {table.target, sent.rows(), sent.hash(), "moved", number, watch.seconds()});
  for (const std::string& column : table.numbered) {
    const auto rule = std::find_if(table.columns.begin(), table.columns.end(),
                                   [&column](const auto& one) { return one.target == column; });
    BEDSTONE_ASSIGN(const auto counter, transfer::counter_of(*source_.connection, source_.schema(),
                                                             table.source, rule->source));
    BEDSTONE_TRY(transfer::set_counter(target(), schema(), table.target, column, counter));
  }
  return {};
}

Status Move::move(const transfer::Group& group, std::size_t number) {
  if (auto stop = work_.interruption()) return fail(*std::move(stop));
  const auto known = done_.find(group.front().target);
  if (known != done_.end()) {
    for (const transfer::TablePlan& table : group) {
      const store::TransferRow& row = done_[table.target];
      BEDSTONE_TRY(check_kept(table, row));
      report_.tables.push_back({table.target, row.rows, row.hash, "kept", number, 0});
    }
    return {};
  }
  std::vector<std::string> names;
  for (const transfer::TablePlan& table : group)
    names.push_back(table.target);
  const std::size_t before = report_.tables.size();
  BEDSTONE_TRY(begin());
  Status moved = end([&]() -> Status {
    transfer::Target side(target(), schema());
    std::vector<store::Bound> records;
    BEDSTONE_TRY(side.open(names, group.size() > 1));
    for (const transfer::TablePlan& table : group)
      BEDSTONE_TRY(copy(table, number, records));
    BEDSTONE_TRY(side.close());
    // What stands there is looked at, not what was sent.
    for (std::size_t i = 0; i < group.size(); ++i) {
      BEDSTONE_ASSIGN(const auto arrived, transfer::contents_of(target(), false, job_of(group[i])));
      const TransferredTable& sent = report_.tables[before + i];
      if (arrived.rows() == sent.rows && arrived.hash() == sent.hash) continue;
      return fail(Error(ErrorCode::kTransferMismatch,
                        fmt::format("the table {} is not what was sent", sent.table))
                      .because(arrived.rows() == sent.rows
                                   ? "as many rows arrived, but some values differ"
                                   : fmt::format("{} were sent, {} arrived",
                                                 text::count(sent.rows, "row"), arrived.rows()))
                      .advise("the table was left empty; look for rules and policies of it in the "
                              "target, and for column types that round what they store"));
    }
    return put(std::move(records));
  }());
  if (!moved) report_.tables.resize(before);
  for (std::size_t i = before; i < report_.tables.size(); ++i) {
    work_.note({.kind = "transfer",
                .subject = report_.tables[i].table,
                .detail = text::count(report_.tables[i].rows, "row"),
                .outcome = "done",
                .duration_seconds = report_.tables[i].duration_seconds});
  }
  return moved;
}

/// The ledger's hashes are those of the engine.
Status Move::translate_seeds() {
  store::SeedStore seeds(target(), work_.project.name);
  BEDSTONE_ASSIGN(const auto applied, seeds.sets());
  report_.seed_sets = static_cast<std::int64_t>(applied.size());
  if (source_.connection->engine() == target().engine() || applied.empty()) return {};
  BEDSTONE_ASSIGN(const SeedPlan plan,
                  read_seeds(work_.project, work_.release, work_.host.environment));
  for (const store::SeedSetRow& row : applied) {
    const auto set = std::find_if(plan.list.sets.begin(), plan.list.sets.end(),
                                  [&row](const auto& one) { return one.name == row.name; });
    if (set == plan.list.sets.end() || set->table.empty() || row.columns.empty()) continue;
    const auto table = std::find_if(source_.model.tables.begin(), source_.model.tables.end(),
                                    [&](const auto& one) { return one.name == set->table; });
    if (table == source_.model.tables.end()) continue;
    transfer::LedgerSet ledger{row.name, table->name, set->table, set->key, row.columns};
    if (ledger.key.empty() && table->primary_key) ledger.key = table->primary_key->columns;
    const auto has = [&table](const std::string& name) {
      return std::any_of(table->columns.begin(), table->columns.end(),
                         [&name](const auto& column) { return column.name == name; });
    };
    if (!std::all_of(ledger.columns.begin(), ledger.columns.end(), has)) continue;
    BEDSTONE_TRY(transfer::translate_ledger(*source_.connection, source_.schema(), target(),
                                            schema(), seeds.key_of(row.name), ledger));
  }
  return {};
}

/// What Bedstone remembers comes last.
Status Move::settle() {
  BEDSTONE_TRY(begin());
  return end([&]() -> Status {
    for (const std::string& sql : target().dialect().fixed_formats()) {
      const auto fixed = target().execute(sql);
      if (!fixed) return fail(fixed.error());
    }
    BEDSTONE_TRY(transfer::copy_own_tables(*source_.connection, target(), work_.project.name));
    BEDSTONE_TRY(translate_seeds());
    const bool postgres = source_.connection->engine() == db::Engine::kPostgres &&
                          target().engine() == db::Engine::kPostgres;
    if (postgres)
      BEDSTONE_TRY(
          transfer::copy_sequences(*source_.connection, source_.schema(), target(), schema()));
    return {};
  }());
}

Errors Move::run() {
  report_.tables.clear();
  if (Errors errors = source_.open(work_.host, work_.release,
                                   options_.wait.value_or(source_.project.database.wait));
      !errors.empty())
    return errors;
  BEDSTONE_CHECK(look());
  BEDSTONE_CHECK(work_.begin_run());
  if (!report_.resumed) BEDSTONE_CHECK(work_.write({transfers_.put(whole_)}));
  if (Errors errors = prepare_tables(); !errors.empty()) return errors;
  auto model = transfer_model(target(), work_.project);
  if (!model) return {std::move(model).error()};
  auto plan = transfer::make_plan(source_.model, *model);
  if (!plan) return std::move(plan).error();
  work_.account.warnings.insert(work_.account.warnings.end(), plan->warnings.begin(),
                                plan->warnings.end());
  work_.account.warnings.insert(work_.account.warnings.end(), source_.warnings.begin(),
                                source_.warnings.end());
  BEDSTONE_CHECK(clear(*plan));
  std::size_t number = 0;
  for (const transfer::Group& group : plan->groups)
    BEDSTONE_CHECK(move(group, ++number));
  BEDSTONE_CHECK(settle());
  store::KeyStore keys(target(), work_.project.name);
  if (const auto rows = keys.keys()) report_.keys = static_cast<std::int64_t>(rows->size());
  const auto state = work_.finish(DatabaseState::kCurrent);
  if (!state) return {state.error()};
  // Until here the same command goes on, and nothing else may begin.
  whole_.state = kDone;
  whole_.finished_at = now();
  whole_.rows = 0;
  for (const TransferredTable& table : report_.tables)
    whole_.rows += table.rows;
  BEDSTONE_CHECK(work_.write({transfers_.put(whole_)}));
  return {};
}

TransferReport failed(TransferReport report, Errors errors) {
  report.exit_code = exit_code_for(errors);
  report.errors = std::move(errors);
  return report;
}

bool is_same(const db::Url& a, const db::Url& b) {
  if (a.engine() != b.engine()) return false;
  if (a.engine() == db::Engine::kPostgres) return a.redacted() == b.redacted();
  std::error_code ignored;
  return std::filesystem::weakly_canonical(a.path(), ignored) ==
         std::filesystem::weakly_canonical(b.path(), ignored);
}

/// What would be done; nothing is written anywhere.
Errors plan_transfer(const Host& host, const ProjectOptions& target_options,
                     const Project& source_project, const Project& target_project,
                     const Release& release, const TransferOptions& options,
                     TransferReport& report) {
  TransferSource source{source_project, nullptr, {}, {}};
  if (Errors errors = source.open(host, release, options.wait.value_or(Milliseconds(0)));
      !errors.empty())
    return errors;
  report.warnings = source.warnings;
  std::size_t number = 0;
  for (const auto& group : transfer::fill_order(source.model)) {
    ++number;
    for (const std::string& table : group) {
      const auto rows = source.connection->query(
          "SELECT count(*) FROM " + source.connection->dialect().qualified(source.schema(), table));
      if (!rows) return {rows.error()};
      report.tables.push_back({table, rows->integer(0, 0), "", "planned", number, 0});
      report.rows += rows->integer(0, 0);
    }
  }
  Reading reading = read_state(host, target_options, {}, options.wait.value_or(Milliseconds(0)));
  report.target_state = reading.state;
  if (reading.state == DatabaseState::kNoDatabase || reading.state == DatabaseState::kEmpty)
    return {};
  if (reading.connection) {
    const auto whole = store::TransferTable(*reading.connection, target_project.name).whole();
    if (whole && *whole && (*whole)->state != kDone && (*whole)->source == report.source) {
      report.resumed = true;
      return {};
    }
    return {refused_target(target_project, fmt::format("it is {}", state_name(reading.state)))};
  }
  return reading.errors;
}

}  // namespace

Status refuse_unfinished_transfer(db::Connection& connection, const Project& project) {
  BEDSTONE_ASSIGN(const auto whole, store::TransferTable(connection, project.name).whole());
  if (!whole || whole->state == kDone) return {};
  return fail(Error(ErrorCode::kTransferTarget, "a transfer into this database is unfinished")
                  .because(fmt::format("it began at {}, from {}", whole->started_at, whole->source))
                  .advise("give the same `bedstone transfer` again: it goes on where it was"));
}

TransferReport transfer(const Host& host, const ProjectOptions& options,
                        const TransferOptions& transfer_options) {
  TransferReport report;
  report.dry_run = transfer_options.dry_run;
  ProjectOptions from = options;
  if (!transfer_options.from.empty()) from.database = transfer_options.from;
  ProjectOptions to = options;
  to.database = transfer_options.to;
  auto source = load(host, from);
  if (!source) return failed(std::move(report), std::move(source).error());
  auto target = load(host, to);
  if (!target) return failed(std::move(report), std::move(target).error());
  const auto name_of = [](const Project& project) {
    return std::string(db::engine_name(project.database.url->engine()));
  };
  report.project = source->name;
  report.source = source->database.url->redacted();
  report.source_type = name_of(*source);
  report.target = target->database.url->redacted();
  report.target_type = name_of(*target);
  if (is_same(*source->database.url, *target->database.url))
    return failed(std::move(report), {refused_target(*target, "it is the source")});
  // What a pooler or another schema's URL is for belongs to the project's own database.
  if (to.database != options.database) target->database.direct_url.reset();
  auto release = read_release(*target, host.environment);
  if (!release) return failed(std::move(report), {std::move(release).error()});
  const Stopwatch watch(host.clock);
  if (transfer_options.dry_run) {
    Errors errors = plan_transfer(host, to, *source, *target, *release, transfer_options, report);
    report.success = errors.empty();
    report.duration = watch.seconds();
    return failed(std::move(report), std::move(errors));
  }
  UpOptions up_options;
  up_options.create = transfer_options.create;
  up_options.wait = transfer_options.wait;
  up_options.lock_timeout = transfer_options.lock_timeout;
  up_options.on_progress = transfer_options.on_progress;
  Account account(host.clock);
  account.transfers = true;
  const auto attempt = [&](Work& work, Verdict& verdict) -> Errors {
    BEDSTONE_CHECK(work.connect());
    BEDSTONE_CHECK(work.lock());
    verdict.state_after = work.seen.state;
    return Move(work, *source, transfer_options, report).run();
  };
  Verdict verdict = run_attempts(host, *target, *release, up_options, account, attempt);
  report.target_state = account.state_before.value_or(DatabaseState::kUnreachable);
  report.migrations_applied = account.applied;
  report.warnings = account.warnings;
  report.run_id = account.recorded ? account.run_id : "";
  report.success = verdict.ok();
  report.rows = 0;
  for (const TransferredTable& table : report.tables)
    report.rows += table.rows;
  report.duration = watch.seconds();
  return failed(std::move(report), std::move(verdict.errors));
}

}  // namespace bedstone::bootstrap
