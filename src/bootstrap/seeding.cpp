// Seed sets within a run.
#include "bootstrap/seeding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/text.hpp"
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

SeedOutcome run_seeds(Work& work, const SeedPlan& plan, const SeedOptions& given) {
  const SeedSwitches switches = seed_switches(work.project, work.host.environment);
  const LogLevel detail = switches.tells_steps ? LogLevel::kInfo : LogLevel::kDebug;
  Log& log = work.host.log;
  SeedOptions options = given;
  options.fill_anyway = given.fill_anyway || switches.fill_anyway;
  SeedOutcome outcome;
  for (const auto& [file, errors] : plan.list.broken)
    outcome.errors.insert(outcome.errors.end(), errors.begin(), errors.end());
  const auto fail_with = [&outcome](Error error) {
    outcome.errors.push_back(std::move(error));
    return std::move(outcome);
  };
  for (const std::string& name : options.sets) {
    const bool known = std::any_of(plan.list.sets.begin(), plan.list.sets.end(),
                                   [&name](const auto& set) { return set.name == name; });
    if (!known) return fail_with(unknown_set(name, plan));
  }
  store::SeedStore seeds(*work.connection, work.project.name);
  const auto known = seeds.sets();
  if (!known) return fail_with(known.error());
  settle_earlier(work, *known);
  const auto due = due_sets(*work.connection, work.project, plan);
  if (!due) return fail_with(due.error());
  const auto schema = schema::inspect(*work.connection, {work.project.database.schema, {}});
  if (!schema) return fail_with(schema.error());

  if (!options.dry_run) {
    if (const Status fast = work.connection->set_durable(false); !fast)
      return fail_with(fast.error());
  }
  const seed::Surroundings around{work.host.environment, work.connection->engine(),
                                  work.project.folder, work.project.name,
                                  to_iso(work.host.clock.now())};
  seed::SeedContext context{*work.connection,
                            *schema,
                            around,
                            work.host.clock,
                            log,
                            detail,
                            work.project.database.schema,
                            work.account.run_id,
                            work.begin_function(),
                            {},
                            {},
                            [&work](const std::string& set, std::vector<seed::MadeUp> made) {
                              return work.account.made_up.keep(work.project, work.host.clock, set,
                                                               std::move(made));
                            }};
  seed::Order order = seed::order_sets(plan.list.sets, *schema);
  for (Error& circle : order.circles)
    outcome.errors.push_back(std::move(circle));
  // Tables that a failed set must find empty the next time, and that set.
  std::map<std::string, std::string> waiting;
  std::size_t done = 0;
  for (const std::size_t index : order.indices) {
    if (auto stop = work.interruption()) return fail_with(*std::move(stop));
    const seed::SeedSet& set = plan.list.sets[index];
    const std::size_t number = done++;
    const bool asked = options.sets.empty() || std::find(options.sets.begin(), options.sets.end(),
                                                         set.name) != options.sets.end();
    if (!asked) continue;
    const bool is_due = std::find(due->begin(), due->end(), set.name) != due->end();
    if (!is_due && !is_meant(set, options)) {
      outcome.reports.push_back(
          {.set = set.name, .table = set.table, .file = set.shown, .outcome = "unchanged"});
      log.write(detail, fmt::format("{}: unchanged", set.name));
      continue;
    }
    if (const auto first = waiting.find(set.table); first != waiting.end()) {
      outcome.reports.push_back(held_back(set, first->second));
      note_set(work, outcome.reports.back());
      continue;
    }
    work.progress("seeding", set.name, number, order.indices.size());
    log.info(set.table == set.name || set.table.empty()
                 ? fmt::format("seeding {}", set.name)
                 : fmt::format("seeding {} into {}", set.name, set.table));
    SeedSetResult report =
        seed::run_set(context, set, plan.digests[index], find(*known, set.name), options);
    outcome.errors.insert(outcome.errors.end(), report.errors.begin(), report.errors.end());
    log.write(detail, ending(report));
    settle_generated(work, report);
    note_set(work, report);
    if (report.outcome == "failed") {
      context.failed.emplace(set.table, set.name);
      if (set.only_if_empty) waiting.emplace(set.table, set.name);
    }
    if (options.dry_run && report.created > 0) context.awaited.insert(set.table);
    outcome.reports.push_back(std::move(report));
    if (work.connection->lost()) break;
  }
  warn_of_missing(work, plan, outcome.reports);
  return outcome;
}

}  // namespace bedstone::bootstrap
