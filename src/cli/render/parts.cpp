// Tables of steps, migrations and differences.
#include "cli/render/parts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace bedstone::cli {
namespace {

Tone tone_of_outcome(std::string_view outcome) {
  if (outcome == "done") return Tone::kGood;
  if (outcome == "failed" || outcome == "interrupted") return Tone::kBad;
  return Tone::kQuiet;
}

Tone tone_of_status(std::string_view status) {
  if (status == "applied" || status == "baseline") return Tone::kGood;
  if (status == "pending" || status == "late" || status == "partial") return Tone::kWarning;
  if (status == "changed" || status == "missing") return Tone::kBad;
  return Tone::kQuiet;
}

/// What a reader must know about a step that its name does not say.
std::string remarks(const Step& step) {
  std::string text = step.detail;
  const auto append = [&text](std::string_view remark) {
    text += text.empty() ? remark : fmt::format(", {}", remark);
  };
  if (step.destructive) append("deletes data");
  if (!step.error_code.empty()) append(step.error_code);
  return text;
}

}  // namespace

void add_steps(Page& page, const std::vector<Step>& steps) {
  std::vector<Page::Row> rows;
  for (const Step& step : steps) {
    const bool carried_out = !step.outcome.empty();
    const bool timed = carried_out && step.outcome != "skipped";
    rows.push_back(
        {{step.outcome, tone_of_outcome(step.outcome)},
         {step.kind},
         {step.subject, Tone::kName},
         {timed ? text::format_duration(step.duration_seconds) : "", Tone::kQuiet, true},
         {text::excerpt(remarks(step), 120), step.destructive ? Tone::kWarning : Tone::kQuiet}});
  }
  page.table(rows);
}

void add_drift(Page& page, const std::vector<SchemaDifference>& differences) {
  std::vector<Page::Row> rows;
  for (const SchemaDifference& difference : differences) {
    std::string detail;
    if (!difference.expected.empty() || !difference.actual.empty()) {
      detail = fmt::format("recorded: {}, now: {}",
                           difference.expected.empty() ? "nothing" : difference.expected,
                           difference.actual.empty() ? "nothing" : difference.actual);
    }
    rows.push_back({{difference.change, Tone::kWarning},
                    {difference.kind},
                    {difference.object, Tone::kName},
                    {text::excerpt(detail, 160), Tone::kQuiet}});
  }
  page.table(rows);
}

void add_migrations(Page& page, const std::vector<MigrationEntry>& entries) {
  std::vector<Page::Row> rows;
  for (const MigrationEntry& entry : entries) {
    const std::string when = entry.applied ? short_time(entry.applied->applied_at) : "";
    const bool timed = entry.applied && entry.applied->duration_seconds > 0;
    rows.push_back({{entry.status, tone_of_status(entry.status)},
                    {entry.kind == "repeatable" ? "repeatable" : entry.version, Tone::kName},
                    {entry.name},
                    {when, Tone::kQuiet},
                    {timed ? text::format_duration(entry.applied->duration_seconds) : "",
                     Tone::kQuiet, true}});
  }
  page.table(rows);
}

Tone tone_of(DatabaseState state) {
  switch (state) {
    case DatabaseState::kCurrent:
      return Tone::kGood;
    case DatabaseState::kNoDatabase:
    case DatabaseState::kEmpty:
    case DatabaseState::kBehind:
    case DatabaseState::kAhead:
    case DatabaseState::kDrifted:
      return Tone::kWarning;
    case DatabaseState::kUnreachable:
    case DatabaseState::kForeign:
    case DatabaseState::kInterrupted:
    case DatabaseState::kDiverged:
      return Tone::kBad;
  }
  return Tone::kPlain;
}

std::string short_time(std::string_view iso) {
  if (iso.size() < 19 || iso[10] != 'T') return std::string(iso);
  return fmt::format("{} {}", iso.substr(0, 10), iso.substr(11, 8));
}

}  // namespace bedstone::cli
