// From the source into the stage, or straight into the table.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/text.hpp"
#include "seed/run.hpp"

namespace bedstone::seed {

/// Whether the rows can go straight into the table: there is nothing to compare them with.
Result<bool> Run::is_plain_load() {
  const bool looks = options_.dry_run || options_.adopt || again_;
  const bool remembers = last_ != nullptr && !set_.only_if_empty && !options_.reset;
  if (looks || remembers || !layout().slots.empty() || program_->has_new_values()) return false;
  std::vector<std::string> key;
  for (const std::size_t index : layout().keys())
    key.push_back(layout().columns[index].target->name);
  const auto& unique = layout().table->unique_keys;
  const bool kept_unique =
      std::any_of(unique.begin(), unique.end(), [&key](const std::vector<std::string>& other) {
        return std::is_permutation(key.begin(), key.end(), other.begin(), other.end());
      });
  if (!kept_unique) return false;
  return is_empty();
}

/// Straight into the table; whatever goes wrong is found again, and told better, by way of the
/// stage.
Errors Run::load_plainly() {
  plain_ = true;
  SEED_TRY(source_->rewind());
  if (source_->streams()) {
    for (const std::string& sql : stage_->settle())
      SEED_TRY(execute(sql));
  }
  Errors errors;
  std::atomic<std::int64_t> number = 0;
  const db::RowFeed feed = [&]() -> Result<std::span<const db::LoadCell>> {
    const auto row = source_->next();
    if (!row) return fail(row.error());
    if (*row == nullptr) return std::span<const db::LoadCell>{};
    if (schema_) schema_->check(*source_, **row, errors);
    const auto cells = program_->run(**row, ++number, errors);
    if (!errors.empty()) return fail(std::move(errors.front()));
    if (!cells[1].bytes.empty()) return fail(Error(ErrorCode::kSeedFailed, "a row lacks a column"));
    if (source_->streams()) blocks_.add(*source_, **row);
    return cells.subspan(2);
  };
  db::LoadTarget target{stage_->target(), {}, [&] { show_reading(number); }};
  for (const Layout::Column& column : layout().columns)
    target.columns.push_back(column.target->name);
  const auto loaded = connection_.load(target, feed);
  if (!loaded) return {loaded.error()};
  blocks_.finish();
  report.rows = number;
  report.created = *loaded;
  tell(fmt::format("{} loaded into the empty table", text::count(number, "row")));
  if (*loaded != number) return {Error(ErrorCode::kSeedFailed, "a trigger dropped rows")};
  if (set_.ledger) {
    SEED_TRY(execute(merge_->forget()));
    SEED_TRY(execute(merge_->remember_loaded()));
    SEED_TRY(analyze_ledger());
    tell("remembered");
  }
  SEED_TRY(advance_sequences());
  SEED_TRY(remember());
  report.outcome = "done";
  return {};
}

/// Of a long file that changed here and there, only the rows around the changes can make a
/// difference. Not so where rows depend on anything beside the file, or are missed when they are
/// gone.
Result<std::optional<ChangedRows>> Run::only_changes() {
  std::optional<ChangedRows> none;
  const bool whole = options_.dry_run || options_.adopt || options_.reset ||
                     options_.force_conflicts || options_.all || !options_.sets.empty();
  const bool same_shape = last_ != nullptr && last_->shape == digest_.shape;
  if (whole || !same_shape || !set_.ledger || set_.only_if_empty || set_.mode == Mode::kSync ||
      !source_->streams() || !layout().slots.empty() || last_->columns != merged_names()) {
    return none;
  }
  const auto key_fields = program_->key_fields();
  if (!key_fields) return none;
  store::SeedStore seeds(connection_, context_.around.project);
  BEDSTONE_ASSIGN(const std::string remembered, seeds.blocks(set_.name));
  if (remembered.empty()) return none;
  return std::optional<ChangedRows>(std::in_place, *source_, remembered, *key_fields);
}

Errors Run::load() {
  auto changes = only_changes();
  if (!changes) return {changes.error()};
  if (!*changes) return load_rows(nullptr);
  if (Errors errors = load_rows(&**changes); !errors.empty()) return errors;
  const auto whole = (*changes)->broken() ? Result<bool>(true) : (*changes)->has_key_twice();
  if (!whole) return {whole.error()};
  if (!*whole) {
    blocks_ = std::move((*changes)->blocks());
    return {};
  }
  // What is wrong can be told when all rows are looked at.
  SEED_TRY(execute("DELETE FROM " + stage_->stage()));
  return load_rows(nullptr);
}

/// All rows, or those of `changes`.
Errors Run::load_rows(ChangedRows* changes) {
  SEED_TRY(source_->rewind());
  Errors errors;
  std::atomic<std::int64_t> number = 0;
  LeftOut left_out;
  const auto next = [&]() -> Result<const Row*> {
    if (changes == nullptr) return source_->next();
    const Row* const row = changes->next();
    left_out.add(number + 1, changes->number() - 1);
    number = changes->number() - (row != nullptr ? 1 : 0);
    // Told with those of all rows.
    if (changes->broken()) errors.clear();
    return row;
  };
  const db::RowFeed feed = [&]() -> Result<std::span<const db::LoadCell>> {
    for (;;) {
      const auto row = next();
      if (!row) errors.push_back(row.error());
      if (!row && source_->can_go_on() && errors.size() < kMostErrors) continue;
      if (!row || *row == nullptr) return std::span<const db::LoadCell>{};
      const std::size_t before = errors.size();
      if (source_->streams() && changes == nullptr) blocks_.add(*source_, **row);
      if (schema_) schema_->check(*source_, **row, errors);
      const auto cells = program_->run(**row, ++number, errors);
      if (errors.size() >= kMostErrors) return std::span<const db::LoadCell>{};
      if (errors.size() == before) return cells;
      left_out.add(number, number);
    }
  };
  std::int64_t failed = 0;
  db::LoadTarget target = stage_->load_target();
  target.tick = [&] { show_reading(number); };
  const auto loaded = connection_.load(target, feed, &failed);
  if (!loaded && failed > 0) {
    return refusals(loaded.error(), left_out.number_of(failed), std::move(errors));
  }
  if (!loaded) {
    errors.push_back(loaded.error());
    errors.back().statement.clear();
  }
  report.rows = number;
  if (changes == nullptr) blocks_.finish();
  program_->note_differences();
  return errors;
}

/// Where rows stand: a second reading of the source, only when something is wrong.
Result<std::vector<Place>> Run::places(const std::vector<std::int64_t>& numbers,
                                       const std::vector<std::string>& columns) {
  std::vector<Place> result(numbers.size());
  if (!source_->rewind()) return result;
  const std::int64_t last = numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
  for (std::int64_t number = 0; number < last;) {
    const auto row = source_->next();
    if (!row && source_->can_go_on()) continue;
    if (!row || *row == nullptr) return result;
    ++number;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] == number) result[i] = (*row)->place(i < columns.size() ? columns[i] : "");
    }
  }
  return result;
}

}  // namespace bedstone::seed
