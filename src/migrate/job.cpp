// The second pass over a migration's statements.
#include "migrate/job.hpp"

#include <algorithm>

#include "migrate/flavor.hpp"

namespace bedstone::migrate {

Status Runner::Job::rewind_to(std::size_t unit, db::Engine engine) {
  const std::uint64_t first = outline.units[unit].first;
  if (outline.kept) {
    // Numbers count from 1, without gaps.
    next_kept = static_cast<std::size_t>(first) - 1;
    return {};
  }
  if (ahead && ahead->number == first) return {};
  BEDSTONE_ASSIGN(auto source, open());
  sql::SplitOptions options;
  options.flavor = flavor_of(engine);
  options.file = shown;
  if (!down) {
    options.on_comment = [](const sql::Token& comment, bool) {
      return !is_down_marker(comment.text);
    };
  }
  splitter = std::make_unique<sql::Splitter>(std::move(source), std::move(options));
  for (;;) {
    BEDSTONE_ASSIGN(ahead, splitter->next());
    if (!ahead || ahead->number >= first) return {};
  }
}

bool Runner::Job::is_skipped(std::uint64_t number) const {
  return std::binary_search(outline.skipped.begin(), outline.skipped.end(), number);
}

Result<std::optional<sql::Statement>> Runner::Job::take(std::uint64_t last) {
  if (outline.kept) {
    const std::vector<sql::Statement>& kept = *outline.kept;
    while (next_kept < kept.size() && is_skipped(kept[next_kept].number))
      ++next_kept;
    if (next_kept >= kept.size() || kept[next_kept].number > last) return std::nullopt;
    return kept[next_kept++];
  }
  while (!ahead || is_skipped(ahead->number)) {
    BEDSTONE_ASSIGN(ahead, splitter->next());
    if (!ahead) return std::nullopt;
  }
  if (ahead->number > last) return std::nullopt;
  auto taken = std::move(ahead);
  ahead.reset();
  return taken;
}

}  // namespace bedstone::migrate
