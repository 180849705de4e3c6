// migrate repair: what only a person can decide, carried out.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/version.hpp"
#include "bootstrap/attempts.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/outcome.hpp"
#include "migrate/file_name.hpp"
#include "store/unbuilt.hpp"

namespace bedstone::bootstrap {
namespace {

Error no_such(const std::string& version, std::string_view what) {
  return Error(ErrorCode::kUnknownVersion, fmt::format("{} {}", version, what))
      .advise("`bedstone migrate history` lists what is known");
}

const store::MigrationRow* find_row(const Observation& seen, const std::string& version) {
  for (const store::MigrationRow& row : seen.history) {
    if (row.kind == store::kVersioned && migrate::compare_versions(row.version, version) == 0) {
      return &row;
    }
  }
  return nullptr;
}

class Repairs {
 public:
  Repairs(Work& work, RepairResult& result) : work_(work), result_(result) {}

  Status accept(const std::string& version) {
    const store::MigrationRow* row = find_row(work_.seen, version);
    if (row == nullptr) return fail(no_such(version, "is not applied here"));
    for (const migrate::MigrationFile& file : work_.seen.folder.versioned) {
      if (migrate::compare_versions(file.version, version) != 0) continue;
      BEDSTONE_ASSIGN(const auto outline, migrate::outline(file, work_.connection->engine()));
      store::MigrationRow changed = *row;
      changed.checksum = outline.checksum;
      changed.checksum_raw = outline.checksum_raw;
      changed.tokens = outline.tokens;
      statements.push_back(work_.store->set_checksums(store::kVersioned, row->version, changed));
      note("accept", file.label(), "its file's present text is recorded as the applied one");
      return {};
    }
    return fail(no_such(version, "has no file in this project"));
  }

  Status mark_applied(const std::string& version) {
    if (find_row(work_.seen, version) != nullptr) {
      return fail(Error(ErrorCode::kUnknownVersion, fmt::format("{} is applied already", version))
                      .advise("`bedstone migrate history` lists what is pending"));
    }
    for (const migrate::MigrationFile& file : work_.seen.folder.versioned) {
      if (migrate::compare_versions(file.version, version) != 0) continue;
      BEDSTONE_ASSIGN(const auto outline, migrate::outline(file, work_.connection->engine()));
      store::MigrationRow row;
      row.kind = store::kVersioned;
      row.version = file.version;
      row.name = file.name;
      row.checksum = outline.checksum;
      row.checksum_raw = outline.checksum_raw;
      row.tokens = outline.tokens;
      row.how = "repair";
      row.sequence = next_sequence();
      row.applied_at = to_iso(work_.host.clock.now());
      // No duration would be taken for "as the server measures it".
      row.duration_seconds = 1e-9;
      row.run_id = work_.account.run_id;
      row.applied_by = user_name();
      row.host = host_name();
      row.bedstone_version = kVersion;
      row.down_sql = outline.down_sql;
      statements.push_back(work_.store->record(row));
      statements.push_back(work_.store->journal_clear(store::kVersioned, row.version));
      note("mark_applied", file.label(), "recorded as applied; nothing was run");
      return {};
    }
    return fail(no_such(version, "has no file in this project"));
  }

  Status forget(const std::string& version) {
    const store::MigrationRow* row = find_row(work_.seen, version);
    if (row == nullptr) return fail(no_such(version, "is not applied here"));
    statements.push_back(work_.store->forget(store::kVersioned, row->version));
    statements.push_back(work_.store->journal_clear(store::kVersioned, row->version));
    statements.push_back(work_.store->journal_clear(store::kUnbuilt, row->version));
    note("forget", version, "taken out of the history; what it did to the tables stays");
    return {};
  }

  /// `which` is VERSION or VERSION:UNIT.
  Status settle(const std::string& which, bool took_effect) {
    const auto colon = which.find(':');
    const std::string version = which.substr(0, colon);
    const std::string unit = colon == std::string::npos ? "" : which.substr(colon + 1);
    for (store::JournalRow row : work_.seen.journal) {
      const bool same =
          row.version == version && (unit.empty() ? !row.done : std::to_string(row.unit) == unit);
      if (!same) continue;
      if (took_effect) {
        row.done = true;
        row.finished_at = to_iso(work_.host.clock.now());
        statements.push_back(work_.store->journal_put(row));
        note("settle", which, fmt::format("recorded as done: {}", row.statement));
      } else {
        statements.push_back(work_.store->journal_remove(row.kind, row.version, row.unit));
        note("settle", which, fmt::format("will run again: {}", row.statement));
      }
      return {};
    }
    return fail(no_such(which, "has no open statement in the journal"));
  }

  void accept_drift() {
    note("accept_drift", work_.project.name, "the live schema is recorded as the right one");
  }

  std::vector<store::Bound> statements;

 private:
  std::int64_t next_sequence() {
    for (const store::MigrationRow& row : work_.seen.history)
      sequence_ = std::max(sequence_, row.sequence);
    return ++sequence_;
  }

  void note(std::string kind, const std::string& subject, std::string detail) {
    result_.repairs.push_back(fmt::format("{}: {}", subject, detail));
    work_.account.steps.push_back({.kind = std::move(kind),
                                   .subject = subject,
                                   .detail = std::move(detail),
                                   .outcome = "done"});
  }

  Work& work_;
  RepairResult& result_;
  std::int64_t sequence_ = 0;
};

Errors attempt_repair(Work& work, const RepairOptions& repair, RepairResult& result) {
  result.repairs.clear();
  work.account.steps.clear();
  BEDSTONE_CHECK(work.connect());
  BEDSTONE_CHECK(work.lock());
  if (work.seen.layout == 0 || work.seen.state == DatabaseState::kForeign) {
    return {Error(ErrorCode::kNotReady, "this database has no history to repair")
                .advise("`bedstone status` tells its state")};
  }
  Repairs repairs(work, result);
  for (const std::string& version : repair.accept)
    BEDSTONE_CHECK(repairs.accept(version));
  for (const std::string& version : repair.applied)
    BEDSTONE_CHECK(repairs.mark_applied(version));
  for (const std::string& version : repair.forget)
    BEDSTONE_CHECK(repairs.forget(version));
  if (repair.done) BEDSTONE_CHECK(repairs.settle(*repair.done, true));
  if (repair.retry) BEDSTONE_CHECK(repairs.settle(*repair.retry, false));
  if (repair.accept_drift) repairs.accept_drift();
  if (result.repairs.empty()) return {};
  BEDSTONE_CHECK(work.begin_run());
  BEDSTONE_CHECK(work.write(repairs.statements));
  if (repair.accept_drift) work.accept_drift();
  BEDSTONE_CHECK(work.look());
  BEDSTONE_CHECK(work.finish(work.seen.state));
  return {};
}

}  // namespace

RepairResult migrate_repair(const Host& host, const ProjectOptions& project_options,
                            const UpOptions& options, const RepairOptions& repair) {
  RepairResult result;
  const auto failed = [&result](Errors errors) {
    result.success = errors.empty();
    result.exit_code = exit_code_for(errors);
    result.errors = std::move(errors);
    return result;
  };
  auto project = load(host, project_options);
  if (!project) return failed(std::move(project).error());
  auto release = read_release(*project, host.environment);
  if (!release) return failed({std::move(release).error()});
  Account account(host.clock);
  Verdict verdict =
      run_attempts(host, *project, *release, options, account,
                   [&](Work& work, Verdict&) { return attempt_repair(work, repair, result); });
  return failed(std::move(verdict.errors));
}

}  // namespace bedstone::bootstrap
