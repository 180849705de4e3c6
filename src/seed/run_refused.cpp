// Rows that the engine does not take: it names the first, people want to know all.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "seed/hide.hpp"
#include "seed/run.hpp"

namespace bedstone::seed {

void LeftOut::add(std::int64_t first, std::int64_t last) {
  if (first > last) return;
  if (!spans_.empty() && spans_.back().second + 1 == first)
    spans_.back().second = last;
  else
    spans_.emplace_back(first, last);
}

std::int64_t LeftOut::number_of(std::int64_t sent) const {
  for (const auto& [first, last] : spans_) {
    if (first > sent) break;
    sent += last - first + 1;
  }
  return sent;
}

/// To hear of the next one the stage is filled once more without those that are known, in another
/// transaction: the first fails anyway, and is rolled back by whoever began it.
Errors Run::refusals(Error failure, std::int64_t number, Errors others) {
  Errors refused;
  std::set<std::int64_t> bad;
  for (;;) {
    refused.push_back(refusal(failure, number));
    bad.insert(number);
    if (refused.size() + others.size() >= kMostErrors) break;
    if (const Status ready = stage_again(); !ready) break;
    others.clear();
    auto next = load_but(bad, others);
    if (next.second == 0) break;
    failure = std::move(next.first);
    number = next.second;
  }
  refused.insert(refused.end(), std::make_move_iterator(others.begin()),
                 std::make_move_iterator(others.end()));
  std::stable_sort(refused.begin(), refused.end(), [](const Error& a, const Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  return refused;
}

Status Run::stage_again() {
  BEDSTONE_TRY(connection_.rollback());
  BEDSTONE_TRY(connection_.begin());
  for (const std::string& sql : connection_.dialect().fixed_formats())
    BEDSTONE_TRY(execute(sql));
  for (const std::string& sql : stage_->create())
    BEDSTONE_TRY(execute(sql));
  return {};
}

/// The next row that is refused, and why; number 0: none is.
std::pair<Error, std::int64_t> Run::load_but(const std::set<std::int64_t>& bad, Errors& errors) {
  std::pair<Error, std::int64_t> none{Error(ErrorCode::kSeedValue, ""), 0};
  if (!source_->rewind()) return none;
  LeftOut left_out;
  std::int64_t number = 0;
  const db::RowFeed feed = [&]() -> Result<std::span<const db::LoadCell>> {
    for (;;) {
      const auto row = source_->next();
      if (!row) errors.push_back(row.error());
      if (!row && source_->can_go_on() && errors.size() < kMostErrors) continue;
      if (!row || *row == nullptr) return std::span<const db::LoadCell>{};
      const std::size_t before = errors.size();
      if (schema_) schema_->check(*source_, **row, errors);
      const auto cells = program_->run(**row, ++number, errors);
      if (errors.size() >= kMostErrors) return std::span<const db::LoadCell>{};
      if (errors.size() == before && !bad.contains(number)) return cells;
      left_out.add(number, number);
    }
  };
  std::int64_t failed = 0;
  auto loaded = connection_.load(stage_->load_target(), feed, &failed);
  if (loaded || failed == 0) return none;
  return {std::move(loaded).error(), left_out.number_of(failed)};
}

/// One value that the engine does not take; PostgreSQL says which: "column c2".
Error Run::refusal(const Error& failure, std::int64_t number) {
  Error error = failure;
  error.statement.clear();
  if (error.code == ErrorCode::kSqlFailed) error.code = ErrorCode::kSeedValue;
  const Layout::Column* column = nullptr;
  for (std::size_t i = 0; i < layout().columns.size(); ++i) {
    if (failure.cause == "column " + StageSql::column(i)) column = &layout().columns[i];
  }
  const std::string name = column != nullptr ? column->target->name : "";
  const auto where = places({number}, {name});
  if (where && !where->empty()) error.place = where->front();
  if (column == nullptr) {
    // What it shows of the row may be secret.
    error.cause.clear();
    return error;
  }
  error.cause = fmt::format("{} is {}", name, column->target->type);
  if (is_hidden(set_, name)) error.message = fmt::format("the value does not fit {}", name);
  return error;
}

}  // namespace bedstone::seed
