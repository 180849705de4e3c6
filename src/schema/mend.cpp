/// What the engines' parts share: order and words.
#include "schema/mend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "db/dialect.hpp"
#include "schema/diff.hpp"
#include "schema/mend_parts.hpp"
#include "schema/tidy.hpp"

namespace bedstone::schema {

int rank_of(std::string_view kind) {
  static constexpr std::array<std::string_view, 28> kOrder = {"collation",
                                                              "enum",
                                                              "type",
                                                              "domain",
                                                              "range-type",
                                                              "text-search-dictionary",
                                                              "text-search-configuration",
                                                              "sequence",
                                                              "function",
                                                              "procedure",
                                                              "aggregate",
                                                              "operator",
                                                              "table",
                                                              "column",
                                                              "column-order",
                                                              "primary-key",
                                                              "unique",
                                                              "check",
                                                              "exclusion",
                                                              "view",
                                                              "materialized-view",
                                                              "index",
                                                              "foreign-key",
                                                              "view-default",
                                                              "trigger",
                                                              "rule",
                                                              "policy",
                                                              "statistics"};
  const auto found = std::find(kOrder.begin(), kOrder.end(), kind);
  return static_cast<int>(found - kOrder.begin());
}

MendStep step_for(const SchemaDifference& difference, std::string action) {
  MendStep step;
  step.action = std::move(action);
  step.kind = difference.kind;
  step.object = difference.object;
  step.rank = rank_of(difference.kind);
  return step;
}

MendStep leave(const SchemaDifference& difference, std::string why) {
  MendStep step = step_for(difference, "leave");
  step.obstacle = std::move(why);
  return step;
}

std::vector<MendStep> plan_mending(const MendInput& input,
                                   std::vector<SchemaDifference> differences) {
  static const Sources kNone;
  const Recorded recorded(input.recorded);
  const Recorded live(input.live);
  const MendTexts texts{input, recorded, live, input.sources != nullptr ? *input.sources : kNone};
  std::vector<MendStep> renames = take_renames(texts, differences);
  std::vector<MendStep> steps = input.engine == db::Engine::kSqlite
                                    ? mend_sqlite(texts, differences)
                                    : mend_postgres(texts, differences);
  steps.insert(steps.end(), std::make_move_iterator(renames.begin()),
               std::make_move_iterator(renames.end()));
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return steps;
}

std::vector<MendStep> plan_mending(const MendInput& input) {
  std::vector<SchemaDifference> differences = diff(input.recorded, input.live);
  add_invalid_indexes(input.live, differences);
  return plan_mending(input, std::move(differences));
}

void add_invalid_indexes(std::string_view live, std::vector<SchemaDifference>& differences) {
  constexpr std::string_view kInvalid = " invalid";
  const Recorded schema(live);
  for (const RecordedObject& one : schema.objects()) {
    if (one.kind != "index" || !one.details.ends_with(kInvalid)) continue;
    const bool listed = std::any_of(
        differences.begin(), differences.end(),
        [&one](const auto& other) { return other.kind == "index" && other.object == one.object; });
    if (listed) continue;
    differences.push_back({one.kind, one.object, "different",
                           one.details.substr(0, one.details.size() - kInvalid.size()),
                           one.details});
  }
}

std::optional<MendStep> advance(const Counter& counter) {
  const bool lags =
      counter.increment > 0 ? counter.highest >= counter.next : counter.highest <= counter.next;
  if (!counter.used || !lags) return std::nullopt;
  const db::Dialect& dialect = db::dialect_of(db::Engine::kPostgres);
  MendStep step;
  step.action = "advance";
  step.kind = "sequence";
  step.object = written(counter.sequence);
  step.detail = fmt::format("{}.{} holds {}, and {} would come next", counter.table, counter.column,
                            counter.highest, counter.next);
  step.statements = {fmt::format("SELECT pg_catalog.setval({}, {})",
                                 dialect.quote_literal(dialect.quote_identifier(counter.sequence)),
                                 counter.highest)};
  step.rank = rank_of("statistics");
  return step;
}

std::string describe(const MendStep& step) {
  std::string text = fmt::format("{} {} {}", step.action, step.kind, step.object);
  if (!step.detail.empty()) text += ": " + step.detail;
  if (!step.obstacle.empty()) text += ": " + step.obstacle;
  return text;
}

}  // namespace bedstone::schema
