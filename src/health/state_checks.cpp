// Checks of what Bedstone knows: migrations, runs, drift, seeds, settings, secrets.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "health/checks.hpp"
#include "store/store.hpp"

namespace bedstone::health {
namespace {

std::string line_of(const Error& error) {
  std::string line = fmt::format("{} {}", code_name(error.code), error.message);
  if (!error.cause.empty()) line += fmt::format(" ({})", error.cause);
  return text::excerpt(line, 300);
}

void add(HealthFinding& finding, const std::vector<Error>& errors) {
  for (const Error& error : errors)
    finding.details.push_back(line_of(error));
}

/// Why there is no status to speak of.
bool is_unread(const StatusReport& status) {
  return status.state == DatabaseState::kUnreachable;
}

HealthFinding unread(const StatusReport& status) {
  const Error* first = status.problems.empty() ? nullptr : &status.problems.front();
  const bool denied = first != nullptr && first->code == ErrorCode::kPermissionDenied;
  const std::string what = first != nullptr ? line_of(*first) : "the state could not be read";
  if (denied) return not_checked("not checked: " + what);
  const bool busy = first != nullptr && (first->code == ErrorCode::kDdlLockTimeout ||
                                         first->code == ErrorCode::kDatabaseBusy ||
                                         first->code == ErrorCode::kStatementCanceled);
  if (busy) {
    HealthFinding finding = warn("could not look in time: " + what, first->hint);
    finding.checked = false;
    return finding;
  }
  return fail_with(Severity::kError, what, first != nullptr ? first->hint : "", "bedstone status");
}

std::string who(const LockHolder& holder) {
  return fmt::format("process {} on {} since {}", holder.pid, holder.host, holder.since);
}

std::vector<std::string> with_status(const StatusReport& status, std::string_view wanted) {
  std::vector<std::string> names;
  for (const MigrationEntry& entry : status.migrations) {
    if (entry.status == wanted)
      names.push_back(entry.name.empty() ? entry.version
                                         : fmt::format("{}_{}", entry.version, entry.name));
  }
  return names;
}

HealthFinding pending(const StatusReport& status) {
  std::vector<std::string> names = with_status(status, "pending");
  for (std::string& name : with_status(status, "late"))
    names.push_back(std::move(name));
  const std::string what = text::count(static_cast<std::int64_t>(names.size()), "migration");
  HealthFinding finding;
  if (status.lock) {
    finding = warn(fmt::format("{} pending, and a run is at work: {}", what, who(*status.lock)),
                   "wait for it", "bedstone wait --until current");
  } else {
    finding = fail_with(Severity::kError, what + " pending",
                        "the application may use what is not there yet; bring the database up",
                        "bedstone up");
  }
  finding.details = std::move(names);
  limit_details(finding);
  return finding;
}

HealthFinding stopped(const StatusReport& status, Severity severity, std::string what,
                      std::string repair) {
  HealthFinding finding = fail_with(severity, std::move(what), "", std::move(repair));
  add(finding, status.problems);
  for (const Error& problem : status.problems) {
    if (finding.advice.empty()) finding.advice = problem.hint;
  }
  limit_details(finding);
  return finding;
}

/// The share of runs that ended well.
std::string rate(std::int64_t good, std::int64_t all) {
  return fmt::format(
      "{} of the last {} ended well ({:.0f} %)", good, text::count(all, "run"),
      all == 0 ? 100.0 : 100.0 * static_cast<double>(good) / static_cast<double>(all));
}

}  // namespace

Result<HealthFinding> migrations(const Subject& subject) {
  const StatusReport& status = subject.facts.status();
  switch (status.state) {
    case DatabaseState::kUnreachable:
      return unread(status);
    case DatabaseState::kNoDatabase:
    case DatabaseState::kEmpty:
      if (status.migrations.empty()) return pass("the project has no migrations");
      return pending(status);
    case DatabaseState::kForeign:
      return stopped(status, Severity::kError, "the tables here are not Bedstone's",
                     "bedstone status");
    case DatabaseState::kInterrupted:
      if (status.lock) return pending(status);
      return stopped(status, Severity::kError, "a migration was broken off in the middle",
                     "bedstone up");
    case DatabaseState::kBehind:
      return pending(status);
    case DatabaseState::kDiverged:
      return stopped(status, Severity::kCritical,
                     "the database and the project went different ways", "bedstone migrate verify");
    case DatabaseState::kAhead:
      return pass(
          fmt::format("the database is ahead of these files, at {}", status.current_version));
    case DatabaseState::kDrifted:
    case DatabaseState::kCurrent:
      break;
  }
  const auto applied =
      std::count_if(status.migrations.begin(), status.migrations.end(),
                    [](const MigrationEntry& entry) { return entry.applied.has_value(); });
  HealthFinding finding =
      pass(applied == 0 ? std::string("the project has no migrations")
                        : fmt::format("all {} applied, at {}", text::count(applied, "migration"),
                                      status.current_version));
  // Files that are gone are no problem for `up`, and one for whoever has to make it again.
  if (const auto missing = with_status(status, "missing"); !missing.empty()) {
    finding = warn(fmt::format("{} applied here without a file",
                               text::count(static_cast<std::int64_t>(missing.size()), "migration")),
                   "a newer release may have brought them, or the files were removed",
                   "bedstone migrate verify");
    finding.details = missing;
    limit_details(finding);
  }
  return finding;
}

Result<HealthFinding> runs(const Subject& subject) {
  store::Store store(*subject.connection, subject.project.name);
  BEDSTONE_ASSIGN(const auto rows, store.runs(std::nullopt, 50));
  if (rows.empty()) return pass("no run is recorded yet");
  std::int64_t good = 0, ended = 0;
  const store::RunRow* last = nullptr;
  for (const store::RunRow& row : rows) {
    if (row.outcome == "running") continue;
    if (last == nullptr) last = &row;
    ++ended;
    if (row.outcome == "done") ++good;
  }
  if (last == nullptr) return pass("the first run is at work");
  HealthFinding finding = pass(rate(good, ended));
  finding.details.push_back(fmt::format("the last one: {} {} at {}{}", last->command, last->outcome,
                                        last->finished_at,
                                        last->error_code.empty() ? "" : ", " + last->error_code));
  if (last->outcome == "done") return finding;
  finding.details.push_back(text::excerpt(last->error_message));
  set_outcome(finding, HealthOutcome::kWarn);
  finding.evidence = fmt::format("the last run {}; {}", last->outcome, finding.evidence);
  finding.advice = "see what it met, and run it again";
  finding.repair = "bedstone runs " + last->run_id;
  return finding;
}

Result<HealthFinding> drift(const Subject& subject) {
  const StatusReport& status = subject.facts.status();
  if (is_unread(status)) return unread(status);
  if (status.lock) return not_checked("not checked: a run is at work, " + who(*status.lock));
  if (status.current_version.empty() && status.state != DatabaseState::kCurrent &&
      status.state != DatabaseState::kDrifted) {
    return not_checked("not checked: no schema is recorded here yet");
  }
  const auto& found = subject.facts.drift();
  if (found.empty()) return pass("the schema is as recorded");
  HealthFinding finding =
      pass(fmt::format("the schema is not as recorded: {}",
                       text::count(static_cast<std::int64_t>(found.size()), "difference")));
  for (const WeighedDifference& one : found) {
    finding.details.push_back(one.issue);
    if (one.severity >= finding.severity && finding.advice.empty()) finding.advice = one.suggestion;
    if (one.severity > finding.severity) finding.advice = one.suggestion;
    finding.severity = std::max(finding.severity, one.severity);
  }
  finding.outcome = finding.severity >= Severity::kError     ? HealthOutcome::kFail
                    : finding.severity == Severity::kWarning ? HealthOutcome::kWarn
                                                             : HealthOutcome::kPass;
  finding.repair = "bedstone schema repair";
  limit_details(finding);
  return finding;
}

Result<HealthFinding> seeds_due(const Subject& subject) {
  const StatusReport& status = subject.facts.status();
  if (is_unread(status)) return unread(status);
  HealthFinding broken =
      fail_with(Severity::kError, "", "mend the file it names", "bedstone seed --dry-run");
  for (const Error& warning : status.warnings) {
    const auto number = static_cast<int>(warning.code);
    if (number >= 700 && number < 800) broken.details.push_back(line_of(warning));
  }
  if (!broken.details.empty()) {
    broken.evidence =
        fmt::format("{} with seed files",
                    text::count(static_cast<std::int64_t>(broken.details.size()), "problem"));
    limit_details(broken);
    return broken;
  }
  if (status.seed_sets == 0) return pass("the project has no seed sets");
  if (status.seeds_due.empty())
    return pass(fmt::format("{}, none due", text::count(status.seed_sets, "seed set")));
  HealthFinding finding =
      warn(fmt::format("{} of {} due", status.seeds_due.size(),
                       text::count(status.seed_sets, "seed set")),
           "carry them out; `bedstone seed --dry-run` says what that would do", "bedstone up");
  finding.details = status.seeds_due;
  limit_details(finding);
  return finding;
}

Result<HealthFinding> seeds_changed(const Subject& subject) {
  const StatusReport& status = subject.facts.status();
  if (is_unread(status)) return unread(status);
  if (status.seed_sets == 0) return pass("the project has no seed sets");
  if (status.state != DatabaseState::kCurrent && status.state != DatabaseState::kDrifted)
    return not_checked("not checked: the database is not current");
  const SeedFacts& facts = subject.facts.seeds();
  if (!facts.errors.empty()) {
    HealthFinding finding = warn("the seed sets could not be compared", facts.errors.front().hint,
                                 "bedstone seed diff");
    add(finding, facts.errors);
    limit_details(finding);
    return finding;
  }
  if (facts.conflicts > 0) {
    HealthFinding finding =
        warn(fmt::format("{} of seeded rows that both the file and somebody here changed",
                         text::count(facts.conflicts, "value")),
             "see who is right; --force-conflicts takes the file's", "bedstone seed diff");
    finding.details = facts.sets;
    return finding;
  }
  if (facts.kept + facts.deleted == 0) return pass("all seeded rows are as their files say");
  HealthFinding finding = pass(fmt::format("{} changed by hand, {} deleted, and kept so",
                                           text::count(facts.kept, "seeded row"), facts.deleted));
  finding.details = facts.sets;
  finding.repair = "bedstone seed diff";
  return finding;
}

/// Mistakes in the file that declares the settings.
std::vector<Error> settings_mistakes(const Subject& subject) {
  const std::string& file = subject.project.settings.file;
  std::vector<Error> found;
  for (const Error& error : subject.facts.status().warnings) {
    if (!error.place.file.empty() && file.ends_with(error.place.file)) found.push_back(error);
  }
  return found;
}

Result<HealthFinding> settings_missing(const Subject& subject) {
  const StatusReport& status = subject.facts.status();
  if (is_unread(status)) return unread(status);
  if (!status.settings) {
    const std::vector<Error> mistakes = settings_mistakes(subject);
    if (mistakes.empty()) return pass("the project declares no settings");
    HealthFinding finding = fail_with(
        Severity::kError,
        fmt::format("{} in {}", text::count(static_cast<std::int64_t>(mistakes.size()), "mistake"),
                    mistakes.front().place.file),
        "mend the file: nothing starts with it", "bedstone config validate");
    add(finding, mistakes);
    limit_details(finding);
    return finding;
  }
  const SettingsStatus& settings = *status.settings;
  if (settings.missing.empty()) {
    return pass(fmt::format("{} of {} stored, revision {}", settings.stored,
                            text::count(settings.declared, "setting"), settings.revision));
  }
  // UNCONFIGURED: the application waits for whoever sets it up, and is not broken.
  HealthFinding finding =
      warn(fmt::format(
               "{} without a value",
               text::count(static_cast<std::int64_t>(settings.missing.size()), "required setting")),
           settings.missing.front().hint,
           settings.has_setup ? "bedstone config setup" : "bedstone config validate");
  add(finding, settings.missing);
  limit_details(finding);
  return finding;
}

Result<HealthFinding> secrets(const Subject& subject) {
  const StatusReport& status = subject.facts.status();
  if (is_unread(status)) return unread(status);
  if (!status.settings && status.seed_sets == 0) return pass("the project has no secrets");
  const SecretFacts& facts = subject.facts.secrets();
  const bool early =
      facts.errors.size() == 1 && (facts.errors.front().code == ErrorCode::kNotReady ||
                                   facts.errors.front().code == ErrorCode::kNoSettings ||
                                   facts.errors.front().code == ErrorCode::kConfigNotProvided);
  if (early) return not_checked("not checked: " + facts.errors.front().message);
  if (!facts.errors.empty()) {
    HealthFinding finding = fail_with(
        Severity::kCritical,
        fmt::format("{} with encrypted values",
                    text::count(static_cast<std::int64_t>(facts.errors.size()), "problem")),
        facts.errors.front().hint, "bedstone secret verify");
    add(finding, facts.errors);
    limit_details(finding);
    return finding;
  }
  HealthFinding finding =
      pass(fmt::format("{} with {}", text::count(facts.sealed, "encrypted value"), facts.key));
  if (facts.sealed == 0) finding.evidence = "nothing is encrypted here";
  for (const Error& warning : facts.warnings) {
    finding.details.push_back(line_of(warning));
    if (warning.code != ErrorCode::kKeyWeak || facts.sealed > 0) {
      worsen(finding, HealthOutcome::kWarn);
      if (finding.advice.empty()) finding.advice = warning.hint;
      finding.repair = "bedstone secret verify";
    }
  }
  limit_details(finding);
  return finding;
}

}  // namespace bedstone::health
