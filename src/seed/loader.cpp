// Filling the stage; after a refusal again and again, to hear of all of them.
#include "seed/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "seed/hide.hpp"

namespace bedstone::seed {

std::vector<Place> places_of(RowSource& source, const std::vector<std::int64_t>& numbers,
                             const std::vector<std::string>& columns) {
  std::vector<Place> result(numbers.size());
  if (!source.rewind()) return result;
  std::int64_t number = 0;
  for (;;) {
    const auto row = source.next();
    if (!row && source.can_go_on()) continue;
    if (!row || *row == nullptr) return result;
    ++number;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] == number) result[i] = (*row)->place(i < columns.size() ? columns[i] : "");
    }
  }
}

namespace {

/// Rows that are not sent, first and last: long files leave out nearly all of them.
struct Span {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

void leave_out(std::vector<Span>& spans, std::int64_t number) {
  if (!spans.empty() && spans.back().last + 1 == number)
    spans.back().last = number;
  else
    spans.push_back({number, number});
}

/// The engine counts what it was sent.
std::int64_t number_of(std::int64_t sent, const std::vector<Span>& left_out) {
  for (const Span& span : left_out) {
    if (span.first > sent) break;
    sent += span.last - span.first + 1;
  }
  return sent;
}

}  // namespace

Status Loader::run(const std::string& sql) {
  const auto done = connection_.execute(sql);
  if (!done) return fail(done.error());
  return {};
}

Errors Loader::load(const Blocks::Changed* changed, Blocks& blocks) {
  changed_ = changed;
  blocks_ = changed == nullptr && source_.streams() ? &blocks : nullptr;
  Loaded loaded = load_rows({});
  rows_ = loaded.rows;
  passed_over_ = loaded.passed_over;
  if (blocks_ != nullptr) blocks.finish();
  blocks_ = nullptr;
  program_.note_differences();
  if (loaded.refused == 0) return std::move(loaded.errors);
  std::set<std::int64_t> bad{loaded.refused};
  Errors refused;
  while (loaded.refused > 0) {
    refused.push_back(refusal(*loaded.failure, loaded.refused));
    if (refused.size() + loaded.errors.size() >= kMostErrors) break;
    // The engine stops at the first row it refuses. To hear of the next the stage is filled once
    // more, in a transaction of its own: this one fails anyway.
    const Status ready = stage_again();
    if (!ready) break;
    loaded = load_rows(bad);
    bad.insert(loaded.refused);
  }
  refused.insert(refused.end(), std::make_move_iterator(loaded.errors.begin()),
                 std::make_move_iterator(loaded.errors.end()));
  std::stable_sort(refused.begin(), refused.end(), [](const Error& a, const Error& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  return refused;
}

Status Loader::stage_again() {
  BEDSTONE_TRY(connection_.rollback());
  BEDSTONE_TRY(connection_.begin());
  for (const std::string& sql : connection_.dialect().fixed_formats())
    BEDSTONE_TRY(run(sql));
  for (const std::string& sql : stage_.create())
    BEDSTONE_TRY(run(sql));
  return {};
}

/// All rows but some.
Loader::Loaded Loader::load_rows(const std::set<std::int64_t>& but) {
  Loaded result;
  Errors& errors = result.errors;
  if (Status back = source_.rewind(); !back) {
    errors.push_back(std::move(back).error());
    return result;
  }
  // A copy, since it goes forward only.
  std::optional<Blocks::Changed> changed;
  if (changed_ != nullptr) changed = *changed_;
  std::vector<Span> left_out;
  const db::RowFeed feed = [&]() -> Result<std::span<const db::LoadCell>> {
    for (;;) {
      const auto row = source_.next();
      if (!row) errors.push_back(row.error());
      if (!row && source_.can_go_on() && errors.size() < kMostErrors) continue;
      if (!row || *row == nullptr) return std::span<const db::LoadCell>{};
      const std::size_t before = errors.size();
      if (changed && !changed->holds(static_cast<std::uint64_t>(result.rows) + 1)) {
        leave_out(left_out, ++result.rows);
        ++result.passed_over;
        continue;
      }
      if (blocks_ != nullptr) blocks_->add(source_, **row);
      if (schema_) schema_->check(source_, **row, errors);
      const auto cells = program_.run(**row, ++result.rows, errors);
      if (errors.size() >= kMostErrors) return std::span<const db::LoadCell>{};
      if (errors.size() > before || but.contains(result.rows)) {
        leave_out(left_out, result.rows);
        continue;
      }
      return cells;
    }
  };
  std::int64_t failed = 0;
  const auto loaded = connection_.load(stage_.load_target(), feed, &failed);
  if (loaded) return result;
  if (failed == 0) {
    Error error = loaded.error();
    error.statement.clear();
    errors.push_back(std::move(error));
    return result;
  }
  result.refused = number_of(failed, left_out);
  result.failure = loaded.error();
  return result;
}

/// One value that the engine does not take; it says which: "column c2".
Error Loader::refusal(const Error& failure, std::int64_t number) {
  Error error = failure;
  error.statement.clear();
  if (error.code == ErrorCode::kSqlFailed) error.code = ErrorCode::kSeedValue;
  const Layout::Column* column = nullptr;
  for (std::size_t i = 0; i < program_.layout().columns.size(); ++i) {
    if (failure.cause == "column " + StageSql::column(i)) column = &program_.layout().columns[i];
  }
  const std::string name = column != nullptr ? column->target->name : "";
  error.place = places_of(source_, {number}, {name}).front();
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
