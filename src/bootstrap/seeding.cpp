// Seed sets within a run.
#include "bootstrap/seeding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/files.hpp"
#include "base/text.hpp"
#include "bootstrap/seed_sealer.hpp"
#include "bootstrap/seed_switches.hpp"
#include "schema/inspect.hpp"
#include "seed/glance.hpp"
#include "seed/order.hpp"

namespace bedstone::bootstrap {
namespace {

/// Raised when the same files shall be seeded differently.
constexpr std::string_view kSeedingVersion = "1";

seed::SetContext context_of(const Project& project, const Environment& environment) {
  return {project.folder, project.env, environment};
}

seed::SetDigest digest_of(const seed::SeedSet& set, const Project& project, const Release& release,
                          const Environment& environment) {
  const seed::SetContext context = context_of(project, environment);
  const auto finish = [&](Blake2b& hash) {
    hash.update_field(kSeedingVersion);
    hash.update_field(set.name);
    for (const std::string& name : seed::counting_variables(set)) {
      hash.update_field(name);
      hash.update_field(environment.get(name).value_or("\x01unset"));
    }
    hash.update_field(project.env);
    return to_hex(hash.finish());
  };
  Blake2b whole;
  seed::hash_set(whole, set, context, *release.files);
  Blake2b shape;
  seed::hash_shape(shape, set, context, *release.files);
  return {finish(whole), finish(shape)};
}

const store::SeedSetRow* find(const std::vector<store::SeedSetRow>& rows, const std::string& name) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&name](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

Error unknown_set(const std::string& name, const SeedPlan& plan) {
  std::vector<std::string> names;
  for (const seed::SeedSet& set : plan.list.sets)
    names.push_back(set.name);
  const auto near = text::nearest(name, names);
  return Error(ErrorCode::kUnknownSet, fmt::format("there is no seed set {}", name))
      .advise(near            ? fmt::format("did you mean {}?", *near)
              : names.empty() ? std::string("the project has none")
                              : fmt::format("there are {}", text::join(names, ", ")));
}

/// Whether a set that did not change is carried out all the same.
bool is_meant(const seed::SeedSet& set, const SeedOptions& options) {
  // What a script does cannot be compared; only whether it is due.
  const bool script = set.from.kind == seed::RowsFrom::Kind::kSql;
  if (options.compare) return !script;
  return options.all || options.validate_only || !options.sets.empty() ||
         (options.fill_anyway && set.only_if_empty);
}

/// The numbers of a report, for people: "12 created, 3 kept".
std::string in_words(const SeedSetResult& report) {
  std::vector<std::string> parts;
  const auto add = [&parts](std::int64_t number, std::string_view what) {
    if (number > 0) parts.push_back(fmt::format("{} {}", number, what));
  };
  add(report.created, "created");
  add(report.updated, "updated");
  add(report.adopted, "adopted");
  add(report.kept, "kept as an operator left them");
  add(report.deleted, "deleted");
  add(report.stays_deleted, "stay deleted");
  add(report.left_file, "left the file");
  add(report.skipped, "as they should be");
  if (parts.empty() && report.outcome == "skipped") return report.reason;
  // Rows are all counted above; of statements only the number is known.
  if (parts.empty() && report.rows > 0) return text::count(report.rows, "statement");
  if (parts.empty()) return "no rows";
  return text::join(parts, ", ");
}

std::string ending(const SeedSetResult& report) {
  const std::string took = text::format_duration(report.duration_seconds);
  if (report.outcome != "failed") {
    return fmt::format("{}: {} in {}: {}", report.set, report.outcome, took, in_words(report));
  }
  const Error& first = report.errors.front();
  const auto more = static_cast<std::int64_t>(report.errors.size()) - 1;
  return fmt::format("{}: failed in {}: {} {}{}", report.set, took, code_name(first.code),
                     first.message,
                     more == 0 ? "" : fmt::format(", and {}", text::count(more, "more error")));
}

void note_set(Work& work, const SeedSetResult& report) {
  if (report.outcome == "unchanged" || report.outcome == "planned") return;
  Account& account = work.account;
  account.records_created[report.table] += report.created;
  account.records_updated[report.table] += report.updated;
  account.records_skipped[report.table] += report.skipped;
  account.records_kept[report.table] += report.kept;
  const bool failed = report.outcome == "failed";
  account.steps.push_back({.kind = "seed",
                           .subject = report.set,
                           .detail = failed ? report.table : in_words(report),
                           .outcome = report.outcome,
                           .duration_seconds = report.duration_seconds,
                           .error_code = failed ? code_name(report.errors.front().code) : ""});
  if (report.conflicts == 0) return;
  account.warnings.push_back(
      Error(ErrorCode::kSeedConflict,
            fmt::format("{}: {} changed both in the file and in the database", report.set,
                        text::count(report.conflicts, "row")))
          .because("the database's values are kept")
          .advise(
              fmt::format("see them with `bedstone seed diff {0}`; the file's values: `bedstone "
                          "seed {0} --force-conflicts`",
                          report.set)));
}

void note_committed(Work& work, const std::string& set) {
  for (std::string& what : work.account.made_up.committed(set, work.host.log))
    work.account.generated.push_back(std::move(what));
}

/// Where the connection broke, the next attempt sees what became of the set.
void settle_generated(Work& work, const SeedSetResult& report) {
  if (report.outcome != "failed") return note_committed(work, report.set);
  if (!work.connection->lost()) work.account.made_up.rolled_back(report.set, work.host.log);
}

void settle_earlier(Work& work, const std::vector<store::SeedSetRow>& known) {
  for (const std::string& set : work.account.made_up.open_sets()) {
    const store::SeedSetRow* row = find(known, set);
    if (row != nullptr && row->run_id == work.account.run_id)
      note_committed(work, set);
    else
      work.account.made_up.rolled_back(set, work.host.log);
  }
}

/// Once a table has rows, a set that needs it empty never comes to its turn again.
SeedSetResult held_back(const seed::SeedSet& set, const std::string& first) {
  SeedSetResult report;
  report.set = set.name;
  report.table = set.table;
  report.file = set.shown;
  report.outcome = "skipped";
  report.reason =
      fmt::format("{} must find {} empty, and failed: that comes first", first, set.table);
  return report;
}

/// One warning for a file that several sets would take their rows from.
void warn_of_missing(Work& work, const SeedPlan& plan, const std::vector<SeedSetResult>& reports) {
  std::map<std::string, std::vector<std::string>> missing;
  std::map<std::string, std::string> too_late;
  for (const SeedSetResult& report : reports) {
    if (report.outcome != "skipped") continue;
    for (const seed::SeedSet& set : plan.list.sets) {
      if (set.name != report.set || !seed::lacks_its_file(set)) continue;
      missing[set.from.shown].push_back(set.name);
      const auto filled = work.account.records_created.find(set.table);
      const bool has_rows = filled != work.account.records_created.end() && filled->second > 0;
      if (set.only_if_empty && has_rows) too_late[set.from.shown] += " " + set.name;
    }
  }
  for (const auto& [file, sets] : missing) {
    // Commands are typed where the caller is, which need not be the project's folder.
    const std::string path = files::resolve(work.project.folder, file);
    const std::string example =
        files::resolve(files::parent(path), "example." + files::file_name(path));
    Error warning(ErrorCode::kFileMissing, fmt::format("{} does not exist", file));
    warning.cause = fmt::format("left out, as that is allowed: {}", text::join(sets, ", "));
    // Their tables got rows from other sets meanwhile.
    const auto late = too_late.find(file);
    const std::string commands =
        late == too_late.end()
            ? std::string("`bedstone up`")
            : fmt::format("`bedstone seed reset{}`, then `bedstone up`", late->second);
    warning.hint = files::exists(example)
                       ? fmt::format("cp {} {}, edit it, and run {}", example, path, commands)
                       : fmt::format("once it is there, run {}", commands);
    work.account.warnings.push_back(std::move(warning));
  }
}

}  // namespace

void settle_generated(Work& work) {
  if (work.account.made_up.open_sets().empty() || !work.connection || work.connection->lost())
    return;
  const auto known = store::SeedStore(*work.connection, work.project.name).sets();
  if (known) settle_earlier(work, *known);
}

Result<SeedPlan> read_seeds(const Project& project, const Release& release,
                            const Environment& environment) {
  SeedPlan plan;
  BEDSTONE_ASSIGN(plan.list, seed::list_sets(project.seeds.dir, project.seeds.dir,
                                             context_of(project, environment)));
  const db::Engine engine = project.database.url->engine();
  std::erase_if(plan.list.sets,
                [engine](const seed::SeedSet& set) { return set.engine && *set.engine != engine; });
  for (const seed::SeedSet& set : plan.list.sets)
    plan.digests.push_back(digest_of(set, project, release, environment));
  return plan;
}

Result<std::vector<std::string>> due_sets(db::Connection& connection, const Project& project,
                                          const SeedPlan& plan) {
  store::SeedStore seeds(connection, project.name);
  BEDSTONE_ASSIGN(const auto known, seeds.sets());
  std::vector<std::string> due;
  for (const auto& [file, errors] : plan.list.broken)
    due.push_back(file);
  for (std::size_t i = 0; i < plan.list.sets.size(); ++i) {
    const seed::SeedSet& set = plan.list.sets[i];
    const store::SeedSetRow* row = find(known, set.name);
    const seed::SetDigest& now = plan.digests[i];
    if (row != nullptr && row->digest == now.without_rows()) continue;
    bool is_due = row == nullptr || row->digest != now.whole;
    if (!is_due && set.only_if_empty && !seed::lacks_its_file(set)) {
      const auto rows = connection.query(
          fmt::format("SELECT 1 FROM {} LIMIT 1",
                      connection.dialect().qualified(project.database.schema, set.table)));
      is_due = !rows || rows->empty();
    }
    if (is_due) due.push_back(set.name);
  }
  return due;
}

namespace {

/// The sets of a plan, one after the other; those of a circle together.
class SeedRun {
 public:
  SeedRun(Work& work, const SeedPlan& plan, const SeedOptions& options, LogLevel detail)
      : work_(work), plan_(plan), options_(options), detail_(detail), sealer_(work) {}

  SeedOutcome go();

 private:
  Status prepare();
  Status enforce_foreign_keys(bool on);
  bool is_asked(const seed::SeedSet& set) const;
  void carry_out(const std::vector<std::size_t>& group);
  /// Whether the set is to be run; else its report is written.
  bool is_to_run(const seed::SeedSet& set);
  void take(SeedSetResult report, const seed::SeedSet& set);
  void tell_beginning(const seed::SeedSet& set);

  Work& work_;
  const SeedPlan& plan_;
  const SeedOptions& options_;
  LogLevel detail_;
  SeedSealer sealer_;
  SeedOutcome outcome_;
  std::vector<store::SeedSetRow> known_;
  std::vector<std::string> due_;
  schema::Schema schema_;
  std::optional<seed::Surroundings> around_;
  std::optional<seed::SeedContext> context_;
  /// Tables that a failed set must find empty the next time, and that set.
  std::map<std::string, std::string> waiting_;
  std::size_t done_ = 0;
};

Status SeedRun::prepare() {
  for (const std::string& name : options_.sets) {
    const auto& sets = plan_.list.sets;
    const bool known = std::any_of(sets.begin(), sets.end(),
                                   [&name](const auto& set) { return set.name == name; });
    if (!known) return fail(unknown_set(name, plan_));
  }
  db::Connection& connection = *work_.connection;
  BEDSTONE_ASSIGN(known_, store::SeedStore(connection, work_.project.name).sets());
  settle_earlier(work_, known_);
  BEDSTONE_ASSIGN(due_, due_sets(connection, work_.project, plan_));
  BEDSTONE_ASSIGN(schema_, schema::inspect(connection, {work_.project.database.schema, {}}));
  if (!options_.dry_run) {
    BEDSTONE_TRY(connection.set_durable(false));
    BEDSTONE_TRY(enforce_foreign_keys(true));
  }
  around_.emplace(seed::Surroundings{work_.host.environment, connection.engine(),
                                     work_.project.folder, work_.project.name,
                                     to_iso(work_.host.clock.now())});
  context_.emplace(seed::SeedContext{
      connection,
      schema_,
      *around_,
      work_.host.clock,
      work_.host.log,
      detail_,
      work_.project.database.schema,
      work_.account.run_id,
      work_.begin_function(),
      {},
      {},
      [this](const std::string& set, std::vector<seed::MadeUp> made) {
        return work_.account.made_up.keep(work_.project, work_.host.clock, set, std::move(made));
      },
      [this](const seed::SealedValue& value) { return sealer_.seal(value); }});
  return {};
}

/// SQLite's setting belongs to the connection, and migrations need it off.
Status SeedRun::enforce_foreign_keys(bool on) {
  db::Connection& connection = *work_.connection;
  if (connection.engine() != db::Engine::kSqlite) return {};
  const auto done =
      connection.execute(on ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
  return done ? Status() : fail(done.error());
}

bool SeedRun::is_asked(const seed::SeedSet& set) const {
  return options_.sets.empty() ||
         std::find(options_.sets.begin(), options_.sets.end(), set.name) != options_.sets.end();
}

bool SeedRun::is_to_run(const seed::SeedSet& set) {
  const bool is_due = std::find(due_.begin(), due_.end(), set.name) != due_.end();
  if (!is_due && !is_meant(set, options_)) {
    outcome_.reports.push_back(
        {.set = set.name, .table = set.table, .file = set.shown, .outcome = "unchanged"});
    work_.host.log.write(detail_, fmt::format("{}: unchanged", set.name));
    return false;
  }
  const auto first = waiting_.find(set.table);
  if (first == waiting_.end()) return true;
  outcome_.reports.push_back(held_back(set, first->second));
  note_set(work_, outcome_.reports.back());
  return false;
}

void SeedRun::tell_beginning(const seed::SeedSet& set) {
  work_.progress("seeding", set.name, done_, plan_.list.sets.size());
  work_.host.log.info(set.table == set.name || set.table.empty()
                          ? fmt::format("seeding {}", set.name)
                          : fmt::format("seeding {} into {}", set.name, set.table));
}

void SeedRun::take(SeedSetResult report, const seed::SeedSet& set) {
  outcome_.errors.insert(outcome_.errors.end(), report.errors.begin(), report.errors.end());
  work_.host.log.write(detail_, ending(report));
  settle_generated(work_, report);
  note_set(work_, report);
  if (report.outcome == "failed") {
    context_->failed.emplace(set.table, set.name);
    if (set.only_if_empty) waiting_.emplace(set.table, set.name);
  }
  if (options_.dry_run && report.created > 0) context_->awaited.insert(set.table);
  outcome_.reports.push_back(std::move(report));
}

void SeedRun::carry_out(const std::vector<std::size_t>& group) {
  std::vector<std::size_t> together;
  for (const std::size_t index : group) {
    const seed::SeedSet& set = plan_.list.sets[index];
    ++done_;
    if (!is_asked(set) || !is_to_run(set)) continue;
    tell_beginning(set);
    if (group.size() > 1 && !seed::lacks_its_file(set)) {
      together.push_back(index);
      continue;
    }
    take(seed::run_set(*context_, set, plan_.digests[index], find(known_, set.name), options_),
         set);
  }
  std::vector<seed::SetToRun> sets;
  for (const std::size_t index : together) {
    const seed::SeedSet& set = plan_.list.sets[index];
    sets.push_back({&set, &plan_.digests[index], find(known_, set.name)});
  }
  if (sets.empty()) return;
  std::vector<SeedSetResult> reports =
      sets.size() > 1 ? seed::run_sets(*context_, sets, options_)
                      : std::vector{seed::run_set(*context_, *sets[0].set, *sets[0].digest,
                                                  sets[0].last, options_)};
  for (std::size_t i = 0; i < sets.size(); ++i)
    take(std::move(reports[i]), *sets[i].set);
}

SeedOutcome SeedRun::go() {
  for (const auto& [file, errors] : plan_.list.broken)
    outcome_.errors.insert(outcome_.errors.end(), errors.begin(), errors.end());
  if (Status ready = prepare(); !ready) {
    outcome_.errors.push_back(std::move(ready).error());
    return std::move(outcome_);
  }
  for (const auto& group : seed::order_sets(plan_.list.sets, schema_)) {
    if (auto stop = work_.interruption()) {
      outcome_.errors.push_back(*std::move(stop));
      return std::move(outcome_);
    }
    carry_out(group);
    if (work_.connection->lost()) break;
  }
  if (const Status off = enforce_foreign_keys(false); !off)
    work_.host.log.debug(off.error().message);
  warn_of_missing(work_, plan_, outcome_.reports);
  return std::move(outcome_);
}

}  // namespace

SeedOutcome run_seeds(Work& work, const SeedPlan& plan, const SeedOptions& given) {
  const SeedSwitches switches = seed_switches(work.project, work.host.environment);
  const LogLevel detail = switches.tells_steps ? LogLevel::kInfo : LogLevel::kDebug;
  SeedOptions options = given;
  options.fill_anyway = given.fill_anyway || switches.fill_anyway;
  return SeedRun(work, plan, options, detail).go();
}

}  // namespace bedstone::bootstrap
