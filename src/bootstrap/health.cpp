// Connect, carry out the checks that were asked for, sum up.
#include "bootstrap/health.hpp"

#include <algorithm>

#include "bootstrap/connect.hpp"
#include "bootstrap/health_facts.hpp"
#include "bootstrap/lock.hpp"
#include "bootstrap/outcome.hpp"
#include "bootstrap/target.hpp"
#include "health/check.hpp"
#include "health/reach.hpp"
#include "project/health.hpp"

namespace bedstone::bootstrap {
namespace {

/// A health check that waits is none.
constexpr Milliseconds kBusyTimeout{2000};

struct Chosen {
  std::vector<const health::Check*> checks;
  Errors errors;
};

Chosen choose(const HealthOptions& options) {
  Chosen chosen;
  for (const std::string& id : options.checks) {
    const health::Check* check = health::find_check(id);
    if (check != nullptr) {
      chosen.checks.push_back(check);
    } else {
      chosen.errors.push_back(health::unknown_check(id));
    }
  }
  if (!options.checks.empty()) return chosen;
  for (const health::Check& check : health::all_checks()) {
    if (check.fast || options.all) chosen.checks.push_back(&check);
  }
  return chosen;
}

/// The connection's own check, when there is no connection.
HealthFinding unreachable(const Error& error) {
  HealthFinding finding = health::fail_with(
      Severity::kCritical, code_name(error.code) + " " + error.message, error.hint,
      error.code == ErrorCode::kDatabaseMissing ? "bedstone up --create" : "bedstone doctor");
  if (!error.cause.empty()) finding.details.push_back(error.cause);
  const health::Check* check = health::find_check("connection");
  finding.id = check->id;
  finding.title = check->title;
  return finding;
}

void sum_up(HealthReport& report) {
  for (const HealthFinding& finding : report.findings) {
    report.outcome = std::max(report.outcome, finding.outcome);
    report.severity = std::max(report.severity, finding.severity);
  }
  if (!report.errors.empty()) {
    report.outcome = HealthOutcome::kFail;
    report.severity = std::max(report.severity, Severity::kError);
  }
}

class Examination {
 public:
  Examination(const Host& host, const ProjectOptions& options) : host_(host), options_(options) {
    report_.host = host_name();
    report_.at = to_iso(host.clock.now());
  }

  HealthReport carry_out(const HealthOptions& options) && {
    const Stopwatch watch(host_.clock);
    Chosen chosen = choose(options);
    report_.errors = std::move(chosen.errors);
    if (report_.errors.empty() && open()) {
      if (options.checks.empty()) leave_out(chosen.checks);
      look(chosen.checks, options.thorough);
    }
    sum_up(report_);
    report_.duration = watch.seconds();
    report_.exit_code = exit_code();
    return std::move(report_);
  }

 private:
  bool open() {
    auto project = load(host_, options_);
    if (!project) {
      report_.errors = std::move(project).error();
      return false;
    }
    project_.emplace(*std::move(project));
    auto section = read_health_section(*project_, host_.environment);
    if (!section) {
      report_.errors = std::move(section).error();
      return false;
    }
    section_ = *std::move(section);
    const db::Url& url = *project_->database.url;
    report_.project = project_->name;
    report_.database = url.redacted();
    report_.database_type = db::engine_name(url.engine());
    const Status entered = enter(url);
    if (entered) return true;
    const Error& error = entered.error();
    if (error.code == ErrorCode::kInterrupted) {
      report_.errors.push_back(error);
      return false;
    }
    report_.findings.push_back(unreachable(error));
    report_.steps = health::trace(url, error, host_.environment);
    return true;
  }

  Status enter(const db::Url& url) {
    ConnectRequest request{url, db::Access::kReadOnly};
    request.busy_timeout = kBusyTimeout;
    BEDSTONE_ASSIGN(Connected connected, connect(host_, request));
    // SQLite reads the file with the first query: one that is no database is found here.
    if (url.engine() == db::Engine::kSqlite) {
      const auto rows = connected.connection->query("SELECT count(*) FROM sqlite_schema");
      if (!rows) return fail(rows.error());
    }
    connection_ = std::move(connected.connection);
    report_.server_version = connection_->session().server_version_text;
    return {};
  }

  void look(const std::vector<const health::Check*>& checks, bool thorough) {
    HealthFacts facts(host_, options_, thorough);
    const db::Engine engine = project_->database.url->engine();
    for (const health::Check* check : checks) {
      if (check->look(engine) == nullptr) continue;
      if (!connection_ && check->needs_connection) continue;
      if (host_.cancel != nullptr && host_.cancel->requested()) {
        report_.errors.push_back(Error(ErrorCode::kInterrupted, "interrupted"));
        return;
      }
      report_.findings.push_back(
          health::carry_out(*check, {connection_.get(), *project_, facts, host_.clock,
                                     host_.environment, limits_of(*check)}));
    }
  }

  const HealthSection::Check* settings_of(const health::Check& check) const {
    const auto found = section_.checks.find(check.id);
    return found == section_.checks.end() ? nullptr : &found->second;
  }

  /// Those that the project turned off.
  void leave_out(std::vector<const health::Check*>& checks) const {
    std::erase_if(checks, [this](const health::Check* check) {
      const HealthSection::Check* settings = settings_of(*check);
      return settings != nullptr && settings->off;
    });
  }

  health::Limits limits_of(const health::Check& check) const {
    health::Limits limits = check.limits;
    const HealthSection::Check* settings = settings_of(check);
    if (settings == nullptr) return limits;
    limits.warn = settings->warn.value_or(limits.warn);
    limits.fail = settings->fail.value_or(limits.fail);
    return limits;
  }

  ExitCode exit_code() const {
    if (!report_.errors.empty()) {
      const Error& first = report_.errors.front();
      return first.code == ErrorCode::kUnknownCheck ? ExitCode::kUsage
                                                    : exit_code_for(report_.errors);
    }
    return report_.outcome == HealthOutcome::kFail ? ExitCode::kFailed : ExitCode::kDone;
  }

  const Host& host_;
  const ProjectOptions& options_;
  HealthReport report_;
  std::optional<Project> project_;
  HealthSection section_;
  std::unique_ptr<db::Connection> connection_;
};

}  // namespace

HealthReport health(const Host& host, const ProjectOptions& project, const HealthOptions& options) {
  return Examination(host, project).carry_out(options);
}

HealthReport doctor(const Host& host, const ProjectOptions& project) {
  HealthOptions options;
  options.all = options.thorough = true;
  HealthReport report = health(host, project, options);
  if (!report.steps.empty()) report.exit_code = ExitCode::kUnreachable;
  return report;
}

}  // namespace bedstone::bootstrap
