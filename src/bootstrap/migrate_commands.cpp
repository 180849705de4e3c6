// migrate up, to, down, redo, baseline.
#include <fmt/format.h>

#include <algorithm>

#include "base/version.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/outcome.hpp"
#include "migrate/file_name.hpp"

namespace bedstone::bootstrap {
namespace {

/// Loads, attempts, and shapes the result.
MigrationResult run_migration_command(const Host& host, const ProjectOptions& project_options,
                                      const UpOptions& options, const Attempt& attempt) {
  MigrationResult result;
  const auto failed = [&result](Errors errors) {
    result.exit_code = exit_code_for(errors);
    result.errors = std::move(errors);
    if (!result.errors.empty()) result.error_message = result.errors.front().message;
    return result;
  };
  auto project = load(host, project_options);
  if (!project) return failed(std::move(project).error());
  auto release = read_release(*project, host.environment);
  if (!release) return failed({std::move(release).error()});
  Account account(host.clock);
  Verdict verdict = run_attempts(host, *project, *release, options, account, attempt);
  result.migrations_applied = account.applied;
  result.migrations_reverted = account.reverted;
  result.warnings = account.warnings;
  result.steps = account.steps;
  result.run_id = account.recorded ? account.run_id : "";
  result.duration = account.watch.seconds();
  for (const Step& step : account.steps) {
    if (step.outcome != "failed" && step.outcome != "interrupted") continue;
    result.failed_migration = step.subject;
    result.rollback_performed = step.transactional;
  }
  result.success = verdict.ok();
  return failed(std::move(verdict.errors));
}

Errors state_problems(Work& work) {
  return work.seen.problems;
}

Error unknown_version(const Observation& seen, const std::string& version) {
  std::vector<std::string> known;
  for (const MigrationEntry& entry : seen.comparison.entries)
    known.push_back(entry.version);
  return Error(ErrorCode::kUnknownVersion, fmt::format("there is no migration {}", version))
      .because(known.empty() ? "the project has no migrations"
                             : fmt::format("known are {} to {}", known.front(), known.back()))
      .advise("`bedstone migrate history` lists them; \"head\" is the newest, \"base\" none");
}

bool is_known(const Observation& seen, const std::string& version) {
  const auto is = [&version](const MigrationEntry& entry) {
    return entry.kind != "repeatable" && migrate::compare_versions(entry.version, version) == 0;
  };
  const auto& entries = seen.comparison.entries;
  return std::any_of(entries.begin(), entries.end(), is);
}

/// The applied versions, the one applied last first.
std::vector<store::MigrationRow> applied_backwards(const Observation& seen) {
  std::vector<store::MigrationRow> rows;
  for (const store::MigrationRow& row : seen.history) {
    if (row.kind == store::kVersioned) rows.push_back(row);
  }
  std::reverse(rows.begin(), rows.end());
  return rows;
}

bool is_half_way_back(const Error& error) {
  return error.code == ErrorCode::kPartlyReverted;
}

/// For commands that can go back: one that is half done is no obstacle to them.
Errors open_for_change(Work& work) {
  BEDSTONE_CHECK(work.connect());
  BEDSTONE_CHECK(work.lock());
  Errors problems = work.seen.problems;
  std::erase_if(problems, is_half_way_back);
  if (!problems.empty()) return problems;
  BEDSTONE_CHECK(work.begin_run());
  return {};
}

Errors apply_pending(Work& work, const std::optional<std::string>& target) {
  auto pending = prepare(work.seen, work.connection->engine(), work.pooled, target);
  if (!pending) return std::move(pending).error();
  BEDSTONE_CHECK(work.provide());
  BEDSTONE_CHECK(work.apply(*pending));
  for (const Error& warning : work.seen.warnings)
    work.account.warnings.push_back(warning);
  BEDSTONE_CHECK(work.grant());
  return {};
}

DatabaseState state_now(Work& work) {
  const Status looked = work.look();
  return looked ? work.seen.state : DatabaseState::kUnreachable;
}

Errors conclude(Work& work) {
  BEDSTONE_CHECK(work.finish(state_now(work)));
  return {};
}

/// Reverts in the opposite order of application until `stop` says so. What has no way back is found
/// before anything is undone.
Errors revert_while(Work& work, const std::function<bool(const store::MigrationRow&)>& wanted) {
  std::vector<store::MigrationRow> rows = applied_backwards(work.seen);
  std::erase_if(rows, [&wanted](const store::MigrationRow& row) { return !wanted(row); });
  Errors errors;
  for (const store::JournalRow& half : work.seen.journal) {
    const auto is_its = [&half](const store::MigrationRow& row) {
      return row.version == half.version;
    };
    if (half.kind != store::kDown || std::any_of(rows.begin(), rows.end(), is_its)) continue;
    return state_problems(work);
  }
  for (const store::MigrationRow& row : rows) {
    if (const Status way = work.check_way_back(row); !way) errors.push_back(way.error());
  }
  if (!errors.empty()) return errors;
  for (const store::MigrationRow& row : rows)
    BEDSTONE_CHECK(work.revert(row));
  return {};
}

}  // namespace

MigrationResult migrate_up(const Host& host, const ProjectOptions& project,
                           const UpOptions& options) {
  return run_migration_command(host, project, options, [&](Work& work, Verdict&) -> Errors {
    BEDSTONE_CHECK(work.connect());
    BEDSTONE_CHECK(work.look());
    if (!work.seen.problems.empty()) return state_problems(work);
    if (options.target && !is_known(work.seen, *options.target)) {
      return {unknown_version(work.seen, *options.target)};
    }
    if (work.seen.layout > 0 && work.seen.comparison.nothing_pending()) return {};
    BEDSTONE_CHECK(work.lock());
    if (!work.seen.problems.empty()) return state_problems(work);
    BEDSTONE_CHECK(work.begin_run());
    Errors errors = apply_pending(work, options.target);
    if (!errors.empty()) return errors;
    return conclude(work);
  });
}

MigrationResult migrate_to(const Host& host, const ProjectOptions& project,
                           const UpOptions& options, const std::string& target) {
  if (target == "head") return migrate_up(host, project, options);
  return run_migration_command(host, project, options, [&](Work& work, Verdict&) -> Errors {
    Errors errors = open_for_change(work);
    if (!errors.empty()) return errors;
    const bool base = target == "base" || target == "0";
    if (!base && !is_known(work.seen, target)) return {unknown_version(work.seen, target)};
    errors = revert_while(work, [&](const store::MigrationRow& row) {
      return base || migrate::compare_versions(row.version, target) > 0;
    });
    if (!errors.empty()) return errors;
    if (!base) {
      BEDSTONE_CHECK(work.look());
      errors = apply_pending(work, target);
      if (!errors.empty()) return errors;
    }
    return conclude(work);
  });
}

MigrationResult migrate_down(const Host& host, const ProjectOptions& project,
                             const UpOptions& options, std::int64_t steps) {
  // Counted over all attempts: what a lost connection had committed is not to be done twice.
  std::optional<std::size_t> keep;
  return run_migration_command(host, project, options, [&](Work& work, Verdict&) -> Errors {
    Errors errors = open_for_change(work);
    if (!errors.empty()) return errors;
    const std::size_t there = applied_backwards(work.seen).size();
    if (!keep)
      keep = there - std::min(there, static_cast<std::size_t>(std::max<std::int64_t>(steps, 0)));
    std::size_t left = there - std::min(there, *keep);
    errors = revert_while(work, [&](const store::MigrationRow&) {
      if (left == 0) return false;
      --left;
      return true;
    });
    if (!errors.empty()) return errors;
    return conclude(work);
  });
}

MigrationResult migrate_redo(const Host& host, const ProjectOptions& project,
                             const UpOptions& options, const std::optional<std::string>& name) {
  bool reverted = false;
  return run_migration_command(host, project, options, [&](Work& work, Verdict&) -> Errors {
    Errors errors = open_for_change(work);
    if (!errors.empty()) return errors;
    std::vector<store::MigrationRow> rows = applied_backwards(work.seen);
    if (name) {
      for (const migrate::MigrationFile& file : work.seen.folder.repeatables) {
        if (file.version != *name && file.label() != *name) continue;
        auto outline = migrate::outline(file, work.connection->engine());
        if (!outline) return {std::move(outline).error()};
        if (!work.seen.problems.empty()) return state_problems(work);
        std::vector<Prepared> one;
        one.push_back({&file, *std::move(outline)});
        BEDSTONE_CHECK(work.apply(one));
        return conclude(work);
      }
      std::erase_if(rows, [&](const store::MigrationRow& row) {
        return migrate::compare_versions(row.version, *name) != 0;
      });
    }
    if (!reverted) {
      if (rows.empty()) return {unknown_version(work.seen, name.value_or("to redo"))};
      const std::string version = rows.front().version;
      errors = revert_while(
          work, [&version](const store::MigrationRow& row) { return row.version == version; });
      if (!errors.empty()) return errors;
      reverted = true;
    }
    BEDSTONE_CHECK(work.look());
    errors = apply_pending(work, std::nullopt);
    if (!errors.empty()) return errors;
    return conclude(work);
  });
}

MigrationResult migrate_baseline(const Host& host, const ProjectOptions& project,
                                 const UpOptions& options,
                                 const std::optional<std::string>& version) {
  return run_migration_command(host, project, options, [&](Work& work, Verdict&) -> Errors {
    BEDSTONE_CHECK(work.connect());
    BEDSTONE_CHECK(work.lock(true));
    Errors errors = work.seen.folder.problems;
    if (!errors.empty()) return errors;
    if (version && !is_known(work.seen, *version) && !work.seen.folder.versioned.empty()) {
      return {unknown_version(work.seen, *version)};
    }
    if (!work.seen.history.empty()) {
      return {
          Error(ErrorCode::kIrreversible, "this database has a history already")
              .because(fmt::format("{} is applied", work.seen.history.back().version))
              .advise("a baseline is the first entry of a history; `bedstone status` shows what "
                      "is pending")};
    }
    BEDSTONE_CHECK(work.begin_run());
    std::vector<store::Bound> statements;
    std::int64_t sequence = 0;
    for (const migrate::MigrationFile& file : work.seen.folder.versioned) {
      if (version && migrate::compare_versions(file.version, *version) > 0) break;
      auto outline = migrate::outline(file, work.connection->engine());
      if (!outline) return {std::move(outline).error()};
      store::MigrationRow row;
      row.kind = store::kVersioned;
      row.version = file.version;
      row.name = file.name;
      row.checksum = outline->checksum;
      row.checksum_raw = outline->checksum_raw;
      row.tokens = outline->tokens;
      row.how = "baseline";
      row.sequence = ++sequence;
      row.applied_at = to_iso(host.clock.now());
      row.duration_seconds = 1e-9;
      row.run_id = work.account.run_id;
      row.applied_by = user_name();
      row.host = host_name();
      row.bedstone_version = kVersion;
      statements.push_back(work.store->record(row));
      work.account.applied.push_back(file.label());
      work.account.steps.push_back({.kind = "baseline",
                                    .subject = file.label(),
                                    .detail = "recorded, not run",
                                    .file = file.shown,
                                    .outcome = "done"});
    }
    BEDSTONE_CHECK(work.write(statements));
    return conclude(work);
  });
}

}  // namespace bedstone::bootstrap
