// seed, seed status, seed diff, seed adopt, seed reset.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "cli/render/parts.hpp"
#include "cli/render/report.hpp"

namespace bedstone::cli {
namespace {

constexpr std::size_t kMostOfValue = 60;

Tone tone_of_outcome(std::string_view outcome) {
  if (outcome == "done") return Tone::kGood;
  if (outcome == "failed") return Tone::kBad;
  return Tone::kQuiet;
}

Tone tone_of_status(std::string_view status) {
  if (status == "applied") return Tone::kGood;
  if (status == "new" || status == "changed") return Tone::kWarning;
  return status == "broken" ? Tone::kBad : Tone::kQuiet;
}

bool is_look(SeedView view) {
  return view == SeedView::kDryRun || view == SeedView::kDiff || view == SeedView::kValidate;
}

/// A count in words: what was done, what would be, how it is.
struct Label {
  std::int64_t SeedSetResult::*count;
  std::string_view done;
  std::string_view planned;
  std::string_view found;
};

constexpr std::array<Label, 9> kLabels{{
    {&SeedSetResult::created, "created", "to create", "missing"},
    {&SeedSetResult::updated, "updated", "to update", "to update"},
    {&SeedSetResult::adopted, "adopted", "adopted", "adopted"},
    {&SeedSetResult::deleted, "deleted", "to delete", "to delete"},
    {&SeedSetResult::kept, "kept", "to keep", "changed by an operator"},
    {&SeedSetResult::conflicts, "in conflict", "in conflict", "in conflict"},
    {&SeedSetResult::stays_deleted, "stay deleted", "stay deleted", "deleted by an operator"},
    {&SeedSetResult::left_file, "left the file", "left the file", "left the file"},
    {&SeedSetResult::left_changed, "left the file, kept", "left the file, to keep",
     "left the file, changed by an operator"},
}};

std::string counts_of(const SeedSetResult& set, SeedView view) {
  std::vector<std::string> parts;
  for (const Label& label : kLabels) {
    if (set.*label.count == 0) continue;
    const std::string_view word = view == SeedView::kDiff ? label.found
                                  : is_look(view)         ? label.planned
                                                          : label.done;
    parts.push_back(fmt::format("{} {}", set.*label.count, word));
  }
  if (set.skipped > 0) parts.push_back(fmt::format("{} as they should be", set.skipped));
  return text::join(parts, ", ");
}

std::string_view word_of_outcome(const SeedSetResult& set, SeedView view) {
  if (set.outcome != "planned") return set.outcome;
  return view == SeedView::kDiff ? "compared" : "planned";
}

void add_sets(Page& page, const SeedingResult& result, SeedView view) {
  std::vector<Page::Row> rows;
  for (const SeedSetResult& set : result.sets) {
    const bool worked = set.outcome == "done" || set.outcome == "planned";
    const std::string detail = set.outcome == "skipped" ? set.reason : counts_of(set, view);
    const Tone tone = set.conflicts > 0 ? Tone::kWarning : Tone::kPlain;
    rows.push_back(
        {{std::string(word_of_outcome(set, view)), tone_of_outcome(set.outcome)},
         {set.set, Tone::kName},
         {set.table == set.set || set.table.empty() ? "" : fmt::format("→ {}", set.table),
          Tone::kQuiet},
         {worked && set.rows > 0 ? text::count(set.rows, "row") : "", Tone::kPlain, true},
         {set.outcome == "done" ? text::format_duration(set.duration_seconds) : "", Tone::kQuiet,
          true},
         {detail, tone}});
  }
  page.table(rows);
}

std::string value_text(const std::optional<std::string>& value) {
  if (!value) return "NULL";
  return value->empty() ? "''" : text::excerpt(*value, kMostOfValue);
}

void add_cell(Page& page, const SeedRow& row, const SeedCell& cell, std::size_t width) {
  const std::size_t used = text::display_width(cell.column);
  page.space(6).add(cell.column).space(width > used ? width - used + 2 : 2);
  if (cell.hidden) {
    const std::string_view kept = cell.verdict == "set" ? "" : ", kept";
    page.line(fmt::format("(not shown{})", kept), Tone::kQuiet);
    return;
  }
  if (row.action == "create") {
    page.line(value_text(cell.after), Tone::kGood);
    return;
  }
  if (cell.verdict == "set") {
    page.add(value_text(cell.before), Tone::kBad).add(" → ", Tone::kQuiet);
    page.line(value_text(cell.after), Tone::kGood);
    return;
  }
  const std::string_view why = cell.verdict == "conflict"  ? "conflict"
                               : cell.verdict == "foreign" ? "never written by Bedstone"
                                                           : "changed by an operator";
  page.add(value_text(cell.before), Tone::kWarning);
  page.line(fmt::format(" ({}; the file says {})", why, value_text(cell.after)), Tone::kQuiet);
}

struct ActionWords {
  std::string_view action;
  std::string_view done;
  std::string_view planned;
  Tone tone;
};

constexpr std::array<ActionWords, 5> kActions{{
    {"create", "created", "create", Tone::kGood},
    {"update", "updated", "update", Tone::kGood},
    {"keep", "kept", "keep", Tone::kWarning},
    {"stays_deleted", "stays deleted", "stays deleted", Tone::kQuiet},
    {"delete", "deleted", "delete", Tone::kBad},
}};

void add_row(Page& page, const SeedSetResult& set, const SeedRow& row, SeedView view) {
  const auto words = std::find_if(kActions.begin(), kActions.end(),
                                  [&row](const auto& one) { return one.action == row.action; });
  page.space(4);
  if (row.action == "delete" && set.deleted == 0) {
    page.add("left the file", Tone::kWarning).space(2);
  } else if (words != kActions.end()) {
    page.add(is_look(view) ? words->planned : words->done, words->tone).space(2);
  }
  page.add(text::excerpt(row.key, 80), Tone::kName);
  if (!row.place.empty()) {
    page.space(2).add(fmt::format("{}:{}", row.place.file, row.place.line), Tone::kQuiet);
  }
  page.end();
  std::size_t width = 0;
  for (const SeedCell& cell : row.cells)
    width = std::max(width, text::display_width(cell.column));
  for (const SeedCell& cell : row.cells)
    add_cell(page, row, cell, width);
}

/// How many rows are of a kind that is listed.
std::int64_t of_note(const SeedSetResult& set, SeedView view) {
  const std::int64_t changed = set.updated + set.kept + set.left_file + set.deleted;
  return is_look(view) ? changed + set.created + set.stays_deleted : changed;
}

void add_listed(Page& page, const SeedSetResult& set, SeedView view) {
  if (set.listed.empty()) return;
  page.space(2).line(set.set, Tone::kStrong);
  for (const SeedRow& row : set.listed)
    add_row(page, set, row, view);
  const std::int64_t more = of_note(set, view) - static_cast<std::int64_t>(set.listed.size());
  if (more > 0) {
    page.space(4).line(fmt::format("… and {} more (--rows N lists more)", more), Tone::kQuiet);
  }
}

std::int64_t sum(const SeedingResult& result, std::int64_t SeedSetResult::*count) {
  std::int64_t total = 0;
  for (const SeedSetResult& set : result.sets)
    total += set.*count;
  return total;
}

/// "3 created, 1 updated" of all sets together.
std::string totals(const SeedingResult& result, SeedView view) {
  SeedSetResult all;
  for (const Label& label : kLabels)
    all.*label.count = sum(result, label.count);
  return counts_of(all, view);
}

void add_validation(Page& page, const SeedingResult& result) {
  const auto sets = static_cast<std::int64_t>(result.sets.size());
  page.add(fmt::format("{}, {}: ", text::count(sets, "set"),
                       text::count(sum(result, &SeedSetResult::rows), "row")));
  if (result.success) {
    page.line("nothing wrong", Tone::kGood);
  } else {
    page.line(text::count(static_cast<std::int64_t>(result.errors.size()), "error"), Tone::kBad);
  }
}

void add_generated(Page& page, const SeedingResult& result) {
  for (const SeedSetResult& set : result.sets) {
    for (const std::string& what : set.generated) {
      page.space(2).add("made up  ", Tone::kWarning).line(what, Tone::kName);
    }
  }
}

/// What came out, as the last line.
void add_verdict(Page& page, const SeedingResult& result, SeedView view) {
  const std::string numbers = totals(result, view);
  if (!result.success) {
    const auto failed =
        std::count_if(result.sets.begin(), result.sets.end(),
                      [](const SeedSetResult& set) { return set.outcome == "failed"; });
    page.add("Failed", Tone::kBad);
    if (failed > 0)
      page.add(fmt::format(": {} of {}", failed,
                           text::count(static_cast<std::int64_t>(result.sets.size()), "set")));
    if (!numbers.empty()) page.add(fmt::format("; {}", numbers));
    page.end();
    return;
  }
  if (view == SeedView::kDiff) {
    page.line(numbers.empty() ? "No differences." : fmt::format("Differences: {}.", numbers));
    return;
  }
  if (view == SeedView::kDryRun) {
    page.line(numbers.empty() ? "Nothing would change."
                              : fmt::format("Nothing was changed: {}.", numbers));
    return;
  }
  page.add(numbers.empty() ? "Nothing to do" : "Done", Tone::kGood);
  if (!numbers.empty()) page.add(fmt::format(": {}", numbers));
  page.add(fmt::format(" in {}", text::format_duration(result.duration)));
  if (!result.run_id.empty()) page.add(fmt::format(" (run {})", result.run_id), Tone::kQuiet);
  page.end();
}

}  // namespace

void add_report(Page& page, const SeedingResult& result, SeedView view) {
  // Without a project, or a database, the errors say all.
  if (result.project.empty() || (result.sets.empty() && !result.success)) return;
  if (view == SeedView::kValidate) return add_validation(page, result);
  page.line(fmt::format("{} on {}", result.project, result.database), Tone::kStrong);
  add_sets(page, result, view);
  for (const SeedSetResult& set : result.sets)
    add_listed(page, set, view);
  add_generated(page, result);
  add_verdict(page, result, view);
}

void add_report(Page& page, const SeedStatusReport& report) {
  if (report.project.empty()) return;
  if (report.sets.empty()) {
    if (report.errors.empty()) page.line("The project has no seed sets.");
    return;
  }
  std::map<std::string, std::vector<std::string>> waiting;
  std::vector<Page::Row> rows;
  rows.push_back({{"status", Tone::kQuiet},
                  {"set", Tone::kQuiet},
                  {"table", Tone::kQuiet},
                  {"mode", Tone::kQuiet},
                  {"ledger", Tone::kQuiet, true},
                  {"applied", Tone::kQuiet},
                  {"file", Tone::kQuiet}});
  for (const SeedSetStatus& set : report.sets) {
    const bool elsewhere = set.status == "elsewhere";
    rows.push_back({{set.status, tone_of_status(set.status)},
                    {set.set, Tone::kName},
                    {elsewhere ? "" : set.table},
                    {set.mode, Tone::kQuiet},
                    {set.rows > 0 ? text::count(set.rows, "row") : "", Tone::kPlain, true},
                    {short_time(set.applied_at), Tone::kQuiet},
                    {elsewhere ? fmt::format("in {}", set.table) : set.file, Tone::kQuiet}});
    if (!set.missing_file.empty()) waiting[set.missing_file].push_back(set.set);
  }
  page.table(rows, 0);
  for (const auto& [file, sets] : waiting)
    page.line(fmt::format(
        "\n{} does not exist: {} no rows until it does.", file,
        sets.size() == 1 ? sets.front() + " writes" : text::join(sets, ", ") + " write"));
}

void add_report(Page& page, const bootstrap::SeedFiles& result) {
  for (const std::string& file : result.files)
    page.add("  wrote  ", Tone::kGood).line(file);
  if (result.rows > 0)
    page.line(fmt::format("{} of {}", text::count(result.rows, "row"), result.table));
  if (result.files.empty() || result.secret_columns.empty()) return;
  page.add("May hold secrets: ", Tone::kWarning);
  page.line(fmt::format("{}. Only you can read it; think before it is shared.",
                        text::join(result.secret_columns, ", ")));
}

}  // namespace bedstone::cli
