// up, plan, wait: what was done or would be.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/render/parts.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

std::string headline(const std::string& project, const std::string& database) {
  if (project.empty()) return database;
  return database.empty() ? project : fmt::format("{} on {}", project, database);
}

void add_counts(Page& page, std::string_view label,
                const std::map<std::string, std::int64_t>& counts, Tone tone) {
  for (const auto& [table, count] : counts) {
    if (count == 0) continue;
    page.space(2).add(fmt::format("{:<8}", label), tone).add(table, Tone::kName);
    page.line(fmt::format(": {}", text::count(count, "row")));
  }
}

bool nothing_done(const InitializationResult& result) {
  return result.success && result.steps.empty() && result.run_id.empty() && result.drift.empty() &&
         result.degraded.empty();
}

/// Where to find passwords and tokens that nobody chose.
void add_generated(Page& page, const InitializationResult& result) {
  const auto count = static_cast<std::int64_t>(result.generated.size());
  if (count == 0) return;
  page.space(2).add("made up ", Tone::kWarning);
  page.add(fmt::format("{}: see ", text::count(count, "secret")));
  page.add(result.generated_file, Tone::kName).line(", which only you can read");
}

/// A database that is ready, of an application that is not.
void add_unconfigured(Page& page, const InitializationResult& result) {
  if (!result.success || result.lifecycle != Lifecycle::kUnconfigured) return;
  if (!result.settings.revision) return;
  page.add("Not configured yet", Tone::kWarning).add(": what is missing, and how to set it: ");
  page.line("bedstone status", Tone::kStrong);
}

/// What came out, as the last line.
void add_verdict(Page& page, const InitializationResult& result) {
  const std::string took = text::format_duration(result.duration);
  if (!result.success) {
    page.add("Not ready", Tone::kBad);
  } else if (result.degraded.empty()) {
    page.add("Ready", Tone::kGood);
  } else {
    page.add("Ready, degraded", Tone::kWarning);
  }
  if (result.state_before == result.state_after) {
    page.add(fmt::format(": {}", state_name(result.state_after)));
  } else {
    page.add(
        fmt::format(": {} → {}", state_name(result.state_before), state_name(result.state_after)));
  }
  if (!result.migrations_applied.empty()) {
    page.add(fmt::format(
        ", {} applied",
        text::count(static_cast<std::int64_t>(result.migrations_applied.size()), "migration")));
  }
  page.add(fmt::format(" in {}", took));
  if (!result.run_id.empty()) page.add(fmt::format(" (run {})", result.run_id), Tone::kQuiet);
  page.end();
}

}  // namespace

void add_report(Page& page, const InitializationResult& result) {
  // Without a project there is no state to speak of: the errors say all.
  if (result.project.empty()) return;
  const std::string where = headline(result.project, result.database);
  if (nothing_done(result)) {
    page.add("Ready", Tone::kGood);
    page.line(
        fmt::format(": {}, nothing to do in {}", where, text::format_duration(result.duration)));
    add_unconfigured(page, result);
    return;
  }
  if (!where.empty()) page.line(where, Tone::kStrong);
  add_steps(page, result.steps);
  add_counts(page, "created", result.records_created, Tone::kGood);
  add_counts(page, "updated", result.records_updated, Tone::kGood);
  add_counts(page, "kept", result.records_kept, Tone::kWarning);
  for (const std::string& failed : result.degraded)
    page.space(2).add("failed  ", Tone::kBad).line(failed);
  if (!result.drift.empty()) {
    page.line("The schema is not what was recorded:", Tone::kWarning);
    add_drift(page, result.drift);
  }
  add_generated(page, result);
  add_verdict(page, result);
  add_unconfigured(page, result);
}

void add_report(Page& page, const bootstrap::PlanReport& report) {
  // Without a project nothing is known of any database.
  if (report.project.empty()) return;
  page.line(headline(report.project, report.database), Tone::kStrong);
  page.add("State: ").line(state_name(report.plan.state), tone_of(report.plan.state));
  if (!report.plan.problems.empty()) {
    page.line("Nothing is done before that is settled.", Tone::kWarning);
    return;
  }
  if (report.plan.steps.empty()) {
    page.line("Nothing to do.");
    return;
  }
  page.line(fmt::format("{} would be done:",
                        text::count(static_cast<std::int64_t>(report.plan.steps.size()), "step")));
  add_steps(page, report.plan.steps);
  const bool must_create = report.plan.steps.front().detail == "needs --create";
  page.line(must_create ? "To do it: bedstone up --create" : "To do it: bedstone up");
}

void add_report(Page& page, const bootstrap::WaitReport& report) {
  const std::string took = text::format_duration(report.duration);
  if (report.reached) {
    page.add("Ready", Tone::kGood).line(fmt::format(": {} after {}", report.database, took));
  } else {
    page.add("Not ready", Tone::kBad);
    page.line(fmt::format(": {} after {}", state_name(report.state), took));
  }
}

}  // namespace bedstone::cli
