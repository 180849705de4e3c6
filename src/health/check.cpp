// The table of checks, and how one is carried out.
#include "health/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "health/checks.hpp"

namespace bedstone::health {
namespace {

constexpr double kMinute = 60;

constexpr std::array kChecks{
    Check{.id = "connection",
          .title = "the database answers, and how fast",
          .fast = true,
          .unit = Unit::kSeconds,
          .limits = {0.25, 2},
          .sqlite = sqlite_connection,
          .postgres = postgres_connection},
    Check{.id = "tls",
          .title = "what is sent over the network is encrypted",
          .fast = true,
          .postgres = postgres_tls},
    Check{.id = "rights",
          .title = "what this user may do, and whether it may do too much",
          .fast = true,
          .sqlite = sqlite_rights,
          .postgres = postgres_rights},
    Check{.id = "server-settings",
          .title = "settings of the engine that cost data or time",
          .fast = true,
          .sqlite = sqlite_settings,
          .postgres = postgres_settings},
    Check{.id = "migrations",
          .title = "migrations that are pending, failed, changed or broken off",
          .fast = true,
          .sqlite = migrations,
          .postgres = migrations},
    Check{.id = "runs",
          .title = "how the last runs of Bedstone ended",
          .fast = true,
          .sqlite = runs,
          .postgres = runs},
    Check{.id = "schema",
          .title = "the schema is what was recorded",
          .fast = true,
          .sqlite = drift,
          .postgres = drift},
    Check{.id = "indexes",
          .title = "indexes that are invalid, or that migrations went without",
          .fast = true,
          .sqlite = sqlite_indexes,
          .postgres = postgres_indexes},
    Check{.id = "constraints",
          .title = "constraints that were never validated",
          .fast = true,
          .postgres = postgres_constraints},
    Check{.id = "foreign-keys",
          .title = "rows whose parents are missing",
          .sqlite = sqlite_foreign_keys,
          .postgres = postgres_foreign_keys},
    Check{.id = "sequences",
          .title = "sequences behind their columns, or nearly used up",
          .unit = Unit::kPercent,
          .limits = {80, 95},
          .postgres = postgres_sequences},
    Check{.id = "integrity",
          .title = "pages and indexes are undamaged",
          .sqlite = sqlite_integrity,
          .postgres = postgres_integrity},
    Check{.id = "seeds",
          .title = "seed sets that are due or broken",
          .fast = true,
          .sqlite = seeds_due,
          .postgres = seeds_due},
    Check{.id = "seeded-rows",
          .title = "rows of seed sets that somebody changed",
          .sqlite = seeds_changed,
          .postgres = seeds_changed},
    Check{.id = "settings",
          .title = "settings are declared well, and required ones have values",
          .fast = true,
          .sqlite = settings_missing,
          .postgres = settings_missing},
    Check{.id = "secrets",
          .title = "encrypted values open, and the key is not weak",
          .sqlite = secrets,
          .postgres = secrets},
    Check{.id = "connections",
          .title = "how many connections the server has left",
          .fast = true,
          .unit = Unit::kPercent,
          .limits = {80, 95},
          .postgres = postgres_connections},
    Check{.id = "long-transactions",
          .title = "transactions that have been open for long",
          .fast = true,
          .unit = Unit::kSeconds,
          .limits = {5 * kMinute, 0},
          .postgres = postgres_long_transactions},
    Check{.id = "idle-in-transaction",
          .title = "sessions that hold a transaction and do nothing",
          .fast = true,
          .unit = Unit::kSeconds,
          .limits = {kMinute, 0},
          .postgres = postgres_idle_in_transaction},
    Check{.id = "locks",
          .title = "who waits for whom, and who holds Bedstone's lock",
          .fast = true,
          .unit = Unit::kSeconds,
          .limits = {10, 5 * kMinute},
          .sqlite = sqlite_locks,
          .postgres = postgres_locks},
    Check{.id = "slow-queries",
          .title = "statements that take long, by pg_stat_statements",
          .unit = Unit::kSeconds,
          .limits = {1, 0},
          .postgres = postgres_slow_queries},
    Check{.id = "performance",
          .title = "the cache's hit rate, dead rows, deadlocks",
          .unit = Unit::kPercent,
          .limits = {20, 0},
          .postgres = postgres_performance},
    Check{.id = "wraparound",
          .title = "how many transaction numbers are left",
          .fast = true,
          .unit = Unit::kPercent,
          .limits = {50, 75},
          .postgres = postgres_wraparound},
    Check{.id = "disk",
          .title = "room on the database's disk",
          .fast = true,
          .needs_connection = false,
          .unit = Unit::kPercent,
          .limits = {90, 97},
          .sqlite = sqlite_disk,
          .postgres = postgres_disk},
    Check{.id = "files",
          .title = "files with data or secrets are their owner's alone",
          .fast = true,
          .needs_connection = false,
          .sqlite = file_rights,
          .postgres = file_rights},
    Check{.id = "clock",
          .title = "this machine and the database agree on the time",
          .fast = true,
          .unit = Unit::kSeconds,
          .limits = {2, kMinute},
          .sqlite = sqlite_clock,
          .postgres = postgres_clock},
};

/// The check could not look: why, and whether that is bad.
HealthFinding unable(const Error& error) {
  const std::string what =
      fmt::format("{} {}", code_name(error.code), text::excerpt(error.message));
  if (error.code == ErrorCode::kPermissionDenied) {
    HealthFinding finding = not_checked("not checked: this role may not look (" + what + ")");
    finding.advice = "give it the right, as GRANT pg_monitor TO the role does";
    return finding;
  }
  if (error.code == ErrorCode::kDdlLockTimeout || error.code == ErrorCode::kStatementCanceled ||
      error.code == ErrorCode::kDatabaseBusy) {
    HealthFinding finding = warn("could not look in time: " + what, error.hint);
    finding.checked = false;
    return finding;
  }
  const bool grave = error.connection_lost || error.code == ErrorCode::kDatabaseCorrupt ||
                     error.code == ErrorCode::kNotADatabase;
  HealthFinding finding =
      grave ? fail_with(Severity::kCritical, what, error.hint) : warn(what, error.hint);
  if (!error.cause.empty()) finding.details.push_back(text::excerpt(error.cause));
  if (error.code == ErrorCode::kDatabaseCorrupt) finding.repair = "bedstone restore FILE";
  finding.checked = grave;
  return finding;
}

/// Nothing that a check does may wait behind somebody's lock for long.
Status begin_reading(db::Connection& connection) {
  static constexpr std::array<std::string_view, 3> kBegin{
      "BEGIN READ ONLY", "SET LOCAL lock_timeout = '2s'", "SET LOCAL statement_timeout = '10min'"};
  std::vector<db::Statement> statements;
  for (const std::string_view sql : kBegin)
    statements.push_back({sql});
  return connection.run(statements);
}

Result<HealthFinding> look(const Check& check, const Subject& subject) {
  const db::Engine engine = subject.project.database.url->engine();
  const bool transaction =
      subject.connection != nullptr && subject.connection->engine() == db::Engine::kPostgres;
  if (transaction) BEDSTONE_TRY(begin_reading(*subject.connection));
  Result<HealthFinding> finding = check.look(engine)(subject);
  if (transaction) {
    if (const Status ended = subject.connection->rollback(); !ended && finding)
      return fail(ended.error());
  }
  return finding;
}

}  // namespace

std::span<const Check> all_checks() {
  return kChecks;
}

const Check* find_check(std::string_view id) {
  const auto* const found =
      std::find_if(kChecks.begin(), kChecks.end(), [&](const Check& one) { return one.id == id; });
  return found == kChecks.end() ? nullptr : found;
}

Error unknown_check(std::string_view id) {
  std::vector<std::string> names;
  for (const Check& check : kChecks)
    names.emplace_back(check.id);
  const auto near = text::nearest(id, names);
  return Error(ErrorCode::kUnknownCheck,
               fmt::format("there is no health check called {}", text::excerpt(id, 60)))
      .advise(near ? fmt::format("did you mean {}? `bedstone health --list` names all", *near)
                   : std::string("`bedstone health --list` names all"));
}

HealthFinding carry_out(const Check& check, Subject subject) {
  const Stopwatch watch(subject.clock);
  auto found = look(check, subject);
  HealthFinding finding = found ? *std::move(found) : unable(found.error());
  // A connection that broke says nothing of what was to be looked at through it.
  if (!found && found.error().connection_lost && check.id != "connection") finding.checked = false;
  finding.id = check.id;
  finding.title = check.title;
  finding.duration_seconds = watch.seconds();
  return finding;
}

HealthFinding pass(std::string evidence) {
  HealthFinding finding;
  finding.evidence = std::move(evidence);
  return finding;
}

HealthFinding warn(std::string evidence, std::string advice, std::string repair) {
  HealthFinding finding =
      fail_with(Severity::kWarning, std::move(evidence), std::move(advice), std::move(repair));
  finding.outcome = HealthOutcome::kWarn;
  return finding;
}

HealthFinding fail_with(Severity severity, std::string evidence, std::string advice,
                        std::string repair) {
  HealthFinding finding = pass(std::move(evidence));
  finding.outcome = HealthOutcome::kFail;
  finding.severity = severity;
  finding.advice = std::move(advice);
  finding.repair = std::move(repair);
  return finding;
}

HealthFinding not_checked(std::string why) {
  HealthFinding finding = pass(std::move(why));
  finding.checked = false;
  return finding;
}

HealthOutcome judge(double value, const Limits& limits) {
  if (limits.fail > 0 && value >= limits.fail) return HealthOutcome::kFail;
  return limits.warn > 0 && value >= limits.warn ? HealthOutcome::kWarn : HealthOutcome::kPass;
}

void set_outcome(HealthFinding& finding, HealthOutcome outcome) {
  finding.outcome = outcome;
  finding.severity = outcome == HealthOutcome::kFail   ? Severity::kError
                     : outcome == HealthOutcome::kWarn ? Severity::kWarning
                                                       : Severity::kInfo;
}

void worsen(HealthFinding& finding, HealthOutcome outcome) {
  if (outcome > finding.outcome) set_outcome(finding, outcome);
}

std::string sql_command(const Project& project, std::string_view sql) {
  const db::Url& url = *project.database.url;
  if (url.engine() == db::Engine::kSqlite)
    return fmt::format("sqlite3 {} {}", text::shell_quote(url.path()), text::shell_quote(sql));
  return fmt::format("psql {} -c {}", text::shell_quote(url.redacted()), text::shell_quote(sql));
}

std::string bytes_text(double bytes) {
  static constexpr std::array<std::string_view, 5> kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit)
    bytes /= 1024;
  return unit == 0 ? fmt::format("{:.0f} bytes", bytes)
                   : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

void limit_details(HealthFinding& finding, std::size_t limit) {
  if (finding.details.size() <= limit) return;
  const std::size_t more = finding.details.size() - limit;
  finding.details.resize(limit);
  finding.details.push_back(fmt::format("… and {} more", more));
}

}  // namespace bedstone::health

namespace bedstone {

std::string_view outcome_name(HealthOutcome outcome) {
  switch (outcome) {
    case HealthOutcome::kPass:
      return "pass";
    case HealthOutcome::kWarn:
      return "warn";
    case HealthOutcome::kFail:
      break;
  }
  return "fail";
}

std::int64_t HealthReport::count(HealthOutcome wanted) const {
  return std::count_if(findings.begin(), findings.end(), [wanted](const HealthFinding& finding) {
    return finding.outcome == wanted;
  });
}

double HealthHistory::Check::success_rate() const {
  const std::int64_t all = passed + warned + failed;
  return all == 0 ? 1 : static_cast<double>(passed + warned) / static_cast<double>(all);
}

}  // namespace bedstone
