// What was decided, for people.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "seed/hide.hpp"
#include "seed/run.hpp"

namespace bedstone::seed {
namespace {

std::string action_name(char action) {
  switch (action) {
    case 'i':
      return "create";
    case 'u':
      return "update";
    case 'x':
      return "stays_deleted";
    default:
      return "keep";
  }
}

std::string verdict_name(char letter) {
  switch (letter) {
    case 'u':
      return "set";
    case 'c':
      return "conflict";
    case 'f':
      return "foreign";
    default:
      return "kept";
  }
}

}  // namespace

/// One line of what was done, and how long it took since the one before.
void Run::tell(std::string_view step) {
  if (!context_.log.wants(context_.detail)) return;
  context_.log.write(context_.detail, fmt::format("{}: {} ({})", set_.name, step,
                                                  text::format_duration(step_watch_->seconds())));
  step_watch_.emplace(context_.clock);
}

void Run::show(std::string_view step, std::int64_t done, std::size_t total) const {
  if (!options_.on_progress) return;
  const auto rows = static_cast<std::size_t>(done);
  options_.on_progress({step, set_.name, rows, total == 0 ? 0 : std::max(total, rows), "rows"});
}

void Run::show_reading(std::int64_t rows) const {
  if (rows >= kProgressRows) show("seeding", rows, source_->size_hint());
}

Status Run::count() {
  BEDSTONE_ASSIGN(const auto rows, connection_.query(merge_->counts()));
  std::int64_t planned = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t number = rows.integer(i, 1);
    const bool changes = rows.text(i, 0) != "s";
    if (changes) planned += number;
    switch (rows.text(i, 0).front()) {
      case 'i':
        report.created = number;
        break;
      case 'u':
        report.updated = number;
        break;
      case 'k':
        report.kept = number;
        break;
      case 'x':
        report.stays_deleted = number;
        break;
      default:
        break;
    }
  }
  // All others are as they should be; most of them are in no plan.
  report.skipped = report.rows - planned;
  return {};
}

/// The rows that people want to see, with their values.
Status Run::list_rows() {
  const std::vector<std::size_t> merged = layout().merged();
  const std::string_view actions = options_.dry_run ? "iukx" : "uk";
  const bool any = report.updated > 0 || report.kept > 0 ||
                   (options_.dry_run && report.created + report.stays_deleted > 0);
  const auto conflicts = any ? connection_.query(merge_->count_of('c')) : db::Rows();
  if (!conflicts) return fail(conflicts.error());
  if (!any) return {};
  report.conflicts = conflicts->integer(0, 0);
  if (options_.listed_rows == 0) return {};
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(merge_->listed(actions, options_.listed_rows)));
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < rows.size(); ++i)
    numbers.push_back(rows.integer(i, 0));
  BEDSTONE_ASSIGN(const std::vector<Place> where, places(numbers));
  std::vector<bool> hidden;
  for (const std::size_t index : merged)
    hidden.push_back(is_hidden(set_, layout().columns[index].target->name));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SeedRow row;
    row.key = rows.text(i, 2);
    row.action = action_name(rows.text(i, 3).front());
    row.place = where[i];
    const std::string_view mask = rows.text(i, 1);
    const std::string_view absent = rows.text(i, 4);
    for (std::size_t position = 0; position < merged.size(); ++position) {
      const bool given = merged[position] >= absent.size() || absent[merged[position]] == '0';
      const char letter = row.action == "create"   ? (given ? 'u' : '-')
                          : position < mask.size() ? mask[position]
                                                   : '-';
      if (letter == '-') continue;
      SeedCell& cell = row.cells.emplace_back();
      cell.column = layout().columns[merged[position]].target->name;
      cell.verdict = verdict_name(letter);
      cell.hidden = hidden[position];
      if (cell.hidden) continue;
      if (!rows.is_null(i, 5 + 2 * position)) cell.after = rows.text(i, 5 + 2 * position);
      if (!rows.is_null(i, 6 + 2 * position)) cell.before = rows.text(i, 6 + 2 * position);
    }
    report.listed.push_back(std::move(row));
  }
  return {};
}

}  // namespace bedstone::seed
