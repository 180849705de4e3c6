// Stage, check, decide, write: in one transaction.
#include "seed/seeder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/version.hpp"
#include "seed/blocks.hpp"
#include "seed/checks.hpp"
#include "seed/glance.hpp"
#include "seed/hide.hpp"
#include "seed/references.hpp"
#include "seed/row_schema.hpp"
#include "seed/script.hpp"

namespace bedstone::seed {
namespace {

constexpr std::size_t kMostErrors = 100;

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

class Run {
 public:
  Run(const SeedContext& context, const SeedSet& set, const SetDigest& digest,
      const store::SeedSetRow* last, const SeedOptions& options)
      : context_(context),
        connection_(context.connection),
        set_(set),
        digest_(digest),
        last_(last),
        options_(options),
        tables_(context.schema) {
    report.set = set.name;
    report.table = set.table;
    report.file = set.shown;
  }

  Errors go();
  /// A set of SQL statements.
  Errors go_script();

  SeedSetResult report;

 private:
  Errors go_without_file();
  Errors prepare();
  Errors inside();
  Status begin();
  Result<bool> is_plain_load();
  Errors load_plainly();
  Status find_changes();
  std::vector<std::string> merged_names() const;
  Errors load();
  Errors check_keys();
  Errors check_references();
  Errors apply();
  Errors write();
  Errors check_constraints();
  Errors at_places(std::vector<Refused> refused, ErrorCode code);
  Errors insert_rows();
  Errors insert_by_level(const std::vector<std::size_t>& own);
  Errors fill_new_values();
  Errors prune();
  Status count();
  Status list_rows();
  Errors adopt();
  Status advance_sequences();
  Status remember();
  bool fills_anyway() const;
  bool is_awaited(std::string_view column) const;
  Result<bool> is_empty();
  Result<std::vector<Place>> places(const std::vector<std::int64_t>& numbers,
                                    const std::vector<std::string>& columns = {});
  Status execute(const std::string& sql, std::int64_t* changed = nullptr);
  Result<std::vector<std::int64_t>> insert_ready();
  std::vector<std::size_t> own_references() const;
  std::string unresolved(const Reference& reference) const;
  const Layout& layout() const { return program_->layout(); }

  const SeedContext& context_;
  db::Connection& connection_;
  const SeedSet& set_;
  const SetDigest& digest_;
  const store::SeedSetRow* last_;
  const SeedOptions& options_;
  Tables tables_;
  std::unique_ptr<RowSource> source_;
  std::optional<Program> program_;
  std::optional<RowSchema> schema_;
  std::optional<StageSql> stage_;
  std::optional<MergeSql> merge_;
  bool again_ = false;                      ///< Loading plainly went wrong.
  Blocks blocks_;                           ///< Of sources that are read row by row.
  std::optional<Blocks::Changed> changed_;  ///< Nothing: all rows are looked at.
};

Errors one(Error error) {
  Errors errors;
  errors.push_back(std::move(error));
  return errors;
}

#define SEED_TRY(expression)                             \
  do {                                                   \
    if (Status seed_status = (expression); !seed_status) \
      return one(std::move(seed_status).error());        \
  } while (false)

Status Run::execute(const std::string& sql, std::int64_t* changed) {
  const auto done = connection_.execute(sql);
  if (!done) return fail(done.error());
  if (changed != nullptr) *changed = *done;
  return {};
}

Errors Run::prepare() {
  auto source = open_rows(set_);
  if (!source) return std::move(source).error();
  source_ = *std::move(source);
  auto program = Program::make(set_, tables_, context_.around, *source_,
                               last_ != nullptr ? last_->columns : std::vector<std::string>());
  if (!program) return std::move(program).error();
  program_.emplace(*std::move(program));
  auto schema = RowSchema::of(set_);
  if (!schema) return std::move(schema).error();
  schema_ = *std::move(schema);
  if (!program_->rows_may_refer()) return {};
  Errors errors;
  for (;;) {
    const auto row = source_->next();
    if (!row) errors.push_back(row.error());
    if (!row && source_->can_go_on()) continue;
    if (!row || *row == nullptr || errors.size() >= kMostErrors) break;
    program_->look_for_references(**row, errors);
  }
  return errors;
}

/// A data file that need not be there is not: remembered, so that only its coming is news.
Errors Run::go_without_file() {
  report.outcome = "skipped";
  report.reason = fmt::format("{} does not exist", set_.from.shown);
  if (options_.dry_run) return {};
  SEED_TRY(begin());
  SEED_TRY(remember());
  SEED_TRY(connection_.commit());
  return {};
}

Errors Run::go() {
  if (lacks_its_file(set_)) return go_without_file();
  if (Errors errors = prepare(); !errors.empty()) return errors;
  SEED_TRY(begin());
  Errors errors = inside();
  if (again_) {
    // What the engine refused without a word about the rest is gone through row by row.
    SEED_TRY(connection_.rollback());
    SEED_TRY(begin());
    blocks_ = {};
    errors = inside();
  }
  if (errors.empty() && !options_.dry_run) {
    if (Status done = connection_.commit(); !done) errors = one(std::move(done).error());
  }
  if (connection_.in_transaction()) {
    const Status undone = connection_.rollback();
    if (!undone) context_.log.debug(undone.error().message);
  }
  // SQLite's temporary tables outlive the transaction that filled them.
  if (stage_ && connection_.engine() == db::Engine::kSqlite && !connection_.lost()) {
    for (const std::string& sql : stage_->drop()) {
      const Status dropped = execute(sql);
      if (!dropped) context_.log.debug(dropped.error().message);
    }
  }
  return errors;
}

Errors Run::go_script() {
  if (options_.dry_run) {
    report.outcome = "planned";
    return {};
  }
  SEED_TRY(begin());
  const auto done = [this]() -> Status {
    BEDSTONE_ASSIGN(report.rows, run_script(connection_, set_));
    BEDSTONE_TRY(remember());
    return connection_.commit();
  }();
  if (done) {
    report.outcome = "done";
    return {};
  }
  if (connection_.in_transaction()) {
    const Status undone = connection_.rollback();
    if (!undone) context_.log.debug(undone.error().message);
  }
  return one(done.error());
}

Status Run::begin() {
  return context_.begin ? context_.begin() : connection_.begin();
}

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
  again_ = true;
  SEED_TRY(source_->rewind());
  Errors errors;
  std::int64_t number = 0;
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
  db::LoadTarget target{stage_->target(), {}};
  for (const Layout::Column& column : layout().columns)
    target.columns.push_back(column.target->name);
  const auto loaded = connection_.load(target, feed);
  if (!loaded) {
    again_ = !loaded.error().connection_lost && loaded.error().code != ErrorCode::kInterrupted;
    return one(loaded.error());
  }
  blocks_.finish();
  report.rows = number;
  report.created = *loaded;
  if (*loaded != number) return one(Error(ErrorCode::kSeedFailed, "a trigger dropped rows"));
  if (set_.ledger) {
    SEED_TRY(execute(merge_->forget()));
    SEED_TRY(execute(merge_->remember_loaded()));
  }
  SEED_TRY(advance_sequences());
  SEED_TRY(remember());
  report.outcome = "done";
  again_ = false;
  return {};
}

/// Of a long file that changed here and there, only the rows around the changes can make a
/// difference. Not so where rows depend on anything beside the file, or are missed when they are
/// gone.
Status Run::find_changes() {
  const bool whole = options_.dry_run || options_.adopt || options_.reset ||
                     options_.force_conflicts || options_.all || !options_.sets.empty();
  const bool same_shape = last_ != nullptr && last_->shape == digest_.shape;
  if (whole || !same_shape || !set_.ledger || set_.only_if_empty || set_.mode == Mode::kSync ||
      !source_->streams() || !layout().slots.empty() || last_->columns != merged_names()) {
    return {};
  }
  store::SeedStore seeds(connection_, context_.around.project);
  BEDSTONE_ASSIGN(const std::string remembered, seeds.blocks(set_.name));
  if (remembered.empty()) return {};
  BEDSTONE_TRY(source_->rewind());
  for (;;) {
    const auto row = source_->next();
    if (!row) return {};  // Told when the rows are loaded.
    if (*row == nullptr) break;
    blocks_.add(*source_, **row);
  }
  blocks_.finish();
  changed_ = blocks_.changed_since(remembered);
  return {};
}

std::vector<std::string> Run::merged_names() const {
  std::vector<std::string> names;
  for (const std::size_t index : layout().merged())
    names.push_back(layout().columns[index].target->name);
  return names;
}

Errors Run::inside() {
  for (const std::string& sql : connection_.dialect().fixed_formats())
    SEED_TRY(execute(sql));
  stage_.emplace(connection_.dialect(), context_.schema_name, layout());
  if (set_.only_if_empty && !fills_anyway()) {
    const auto empty = is_empty();
    if (!empty) return one(empty.error());
    if (!*empty) {
      report.outcome = "skipped";
      report.reason = "the table is not empty";
      if (!options_.dry_run) SEED_TRY(remember());
      return {};
    }
  }
  MergeOptions merge;
  merge.mode = set_.mode;
  merge.ledger = set_.ledger;
  merge.table_was_empty = set_.only_if_empty;
  merge.force_conflicts = options_.force_conflicts;
  merge.reset = options_.reset;
  if (last_ != nullptr) merge.known_columns = last_->columns;
  merge.set_key = store::SeedStore(connection_, context_.around.project).key_of(set_.name);
  merge_.emplace(connection_.dialect(), *stage_, layout(), std::move(merge));
  const auto plain = is_plain_load();
  if (!plain) return one(plain.error());
  if (*plain) return load_plainly();
  again_ = false;
  SEED_TRY(find_changes());
  for (const std::string& sql : stage_->create())
    SEED_TRY(execute(sql));
  if (Errors errors = load(); !errors.empty()) return errors;
  const auto ambiguous = ambiguous_references(connection_, *stage_, layout());
  if (!ambiguous) return one(ambiguous.error());
  if (!ambiguous->empty()) return at_places(*ambiguous, ErrorCode::kSeedReference);
  for (const std::string& sql : stage_->resolve())
    SEED_TRY(execute(sql));
  if (Errors errors = check_references(); !errors.empty()) return errors;
  if (Errors errors = check_keys(); !errors.empty()) return errors;

  SEED_TRY(execute(merge_->decide()));
  SEED_TRY(count());
  SEED_TRY(list_rows());
  if (options_.dry_run) {
    report.outcome = "planned";
    if (Errors errors = check_constraints(); !errors.empty()) return errors;
    return prune();
  }
  return options_.adopt ? adopt() : apply();
}

/// Whether a set that is for empty tables shall run where there are rows.
bool Run::fills_anyway() const {
  return options_.adopt || options_.reset || options_.validate_only || options_.fill_anyway;
}

Result<bool> Run::is_empty() {
  BEDSTONE_ASSIGN(const auto rows,
                  connection_.query(fmt::format("SELECT 1 FROM {} LIMIT 1", stage_->target())));
  return rows.empty();
}

Errors Run::load() {
  SEED_TRY(source_->rewind());
  Errors errors;
  std::int64_t number = 0;
  const db::RowFeed feed = [&]() -> Result<std::span<const db::LoadCell>> {
    for (;;) {
      const auto row = source_->next();
      if (!row) errors.push_back(row.error());
      if (!row && source_->can_go_on() && errors.size() < kMostErrors) continue;
      if (!row || *row == nullptr) return std::span<const db::LoadCell>{};
      const std::size_t before = errors.size();
      if (changed_ && !changed_->holds(static_cast<std::uint64_t>(number) + 1)) {
        ++number;
        ++report.skipped;
        continue;
      }
      if (source_->streams() && !changed_) blocks_.add(*source_, **row);
      if (schema_) schema_->check(*source_, **row, errors);
      const auto cells = program_->run(**row, ++number, errors);
      if (errors.size() >= kMostErrors) return std::span<const db::LoadCell>{};
      if (errors.size() == before) return cells;
    }
  };
  std::int64_t failed = 0;
  const auto loaded = connection_.load(stage_->load_target(), feed, &failed);
  if (!loaded) {
    Error error = loaded.error();
    if (failed > 0) {
      if (const auto where = places({failed}); where && !where->empty())
        error.place = where->front();
    }
    if (error.code == ErrorCode::kSqlFailed) error.code = ErrorCode::kSeedValue;
    error.statement.clear();
    errors.push_back(std::move(error));
  }
  report.rows = number;
  if (!changed_) blocks_.finish();
  program_->note_differences();
  return errors;
}

/// Where rows stand: a second reading of the source, only when something is wrong.
Result<std::vector<Place>> Run::places(const std::vector<std::int64_t>& numbers,
                                       const std::vector<std::string>& columns) {
  std::vector<Place> result(numbers.size());
  if (!source_->rewind()) return result;
  std::int64_t number = 0;
  for (;;) {
    const auto row = source_->next();
    if (!row && source_->can_go_on()) continue;
    if (!row || *row == nullptr) return result;
    ++number;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] == number) result[i] = (*row)->place(i < columns.size() ? columns[i] : "");
    }
  }
}

Errors Run::check_keys() {
  const auto nulls = connection_.query(stage_->without_key());
  if (!nulls) return one(nulls.error());
  const auto twice = connection_.query(stage_->twice());
  if (!twice) return one(twice.error());
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < nulls->size(); ++i)
    numbers.push_back(nulls->integer(i, 0));
  for (std::size_t i = 0; i < twice->size(); ++i) {
    numbers.push_back(twice->integer(i, 0));
    numbers.push_back(twice->integer(i, 1));
  }
  if (numbers.empty()) return {};
  std::vector<std::string> names;
  for (const std::size_t key : layout().keys())
    names.push_back(layout().columns[key].target->name);
  const std::string key = text::join(names, ", ");
  const auto where = places(numbers);
  Errors errors;
  std::size_t at = 0;
  // A key that comes from a reference is told by check_references(), with the cause.
  for (std::size_t i = 0; i < nulls->size(); ++i, ++at) {
    const bool refers = std::any_of(
        layout().references.begin(), layout().references.end(), [this](const Reference& reference) {
          return reference.column != Layout::npos && layout().columns[reference.column].key;
        });
    if (refers) continue;
    errors.push_back(Error(ErrorCode::kSeedKey, fmt::format("a row has no {}", key))
                         .because("it is what tells one row from another")
                         .advise("give it a value")
                         .at((*where)[at]));
  }
  for (std::size_t i = 0; i < twice->size(); ++i, at += 2) {
    errors.push_back(Error(ErrorCode::kSeedKey, fmt::format("two rows have the same {}", key))
                         .because(fmt::format("the other one is in line {}", (*where)[at + 1].line))
                         .advise("remove one of them, or add columns to `key:`")
                         .at((*where)[at]));
  }
  return errors;
}

std::vector<std::size_t> Run::own_references() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < layout().references.size(); ++i) {
    const Reference& one = layout().references[i];
    if (one.column != Layout::npos && one.table == layout().table) result.push_back(i);
  }
  return result;
}

Errors Run::check_references() {
  std::vector<Refused> refused;
  for (std::size_t i = 0; i < layout().references.size(); ++i) {
    const Reference& reference = layout().references[i];
    if (reference.column == Layout::npos || reference.may_be_null) continue;
    const bool own = reference.table == layout().table;
    if (own && stage_->is_staged(reference).empty()) continue;
    if (!own && is_awaited(layout().columns[reference.column].target->name)) continue;
    const auto rows = dangling_references(connection_, *stage_, layout(), i, true);
    if (!rows) return one(rows.error());
    if (rows->empty()) continue;
    if (const auto failed = context_.failed.find(reference.table->name);
        failed != context_.failed.end()) {
      // One cause, one error.
      Refused first = rows->front();
      first.cause =
          fmt::format("the set {} fills {}, and failed", failed->second, reference.table->name);
      first.hint = fmt::format("mend {} first, and run `bedstone up` again", failed->second);
      refused.push_back(std::move(first));
      continue;
    }
    refused.insert(refused.end(), rows->begin(), rows->end());
  }
  return at_places(refused, ErrorCode::kSeedReference);
}

Status Run::count() {
  BEDSTONE_ASSIGN(const auto rows, connection_.query(merge_->counts()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t number = rows.integer(i, 1);
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
        report.skipped += number;
        break;
    }
  }
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

/// Whether a column will refer to rows that a dry run does not make: it is NULL until then.
bool Run::is_awaited(std::string_view column) const {
  const auto awaited = [this](const TargetTable* table) {
    return table == layout().table || context_.awaited.contains(table->name);
  };
  return std::any_of(
      layout().references.begin(), layout().references.end(), [&](const Reference& one) {
        if (one.column == Layout::npos || layout().columns[one.column].target->name != column) {
          return false;
        }
        return awaited(one.table) ||
               std::any_of(one.nested.begin(), one.nested.end(), [&](std::size_t nested) {
                 return nested != Layout::npos && awaited(layout().references[nested].table);
               });
      });
}

/// The table's own constraints, all that they would refuse.
Errors Run::check_constraints() {
  auto refused = refused_rows(connection_, context_.schema, *stage_, layout());
  if (!refused) return one(refused.error());
  if (options_.dry_run) {
    std::erase_if(*refused, [this](const Refused& row) {
      return is_awaited(row.column) || context_.awaited.contains(row.names_row_of);
    });
  }
  return at_places(*refused, ErrorCode::kSeedValue);
}

/// In the order of the file.
Errors Run::at_places(std::vector<Refused> refused, ErrorCode code) {
  if (refused.empty()) return {};
  std::stable_sort(refused.begin(), refused.end(),
                   [](const Refused& a, const Refused& b) { return a.number < b.number; });
  if (refused.size() > kMostErrors) refused.resize(kMostErrors);
  std::vector<std::int64_t> numbers;
  std::vector<std::string> columns;
  for (const Refused& row : refused) {
    numbers.push_back(row.number);
    columns.push_back(row.column);
  }
  const auto where = places(numbers, columns);
  if (!where) return one(where.error());
  Errors errors;
  for (std::size_t i = 0; i < refused.size(); ++i) {
    Refused& row = refused[i];
    Error error(code, std::move(row.message));
    error.cause = std::move(row.cause);
    errors.push_back(std::move(error).advise(std::move(row.hint)).at((*where)[i]));
  }
  return errors;
}

/// Writing; when the engine refuses a row, all that it would refuse are told.
Errors Run::apply() {
  SEED_TRY(execute("SAVEPOINT bedstone_seed"));
  Errors errors = write();
  if (errors.empty() || errors.front().code != ErrorCode::kConstraintViolated) return errors;
  if (!execute("ROLLBACK TO SAVEPOINT bedstone_seed")) return errors;
  Errors all = check_constraints();
  if (all.empty() || all.front().code != ErrorCode::kSeedValue) return errors;
  return all;
}

Errors Run::write() {
  if (Errors errors = fill_new_values(); !errors.empty()) return errors;
  if (Errors errors = insert_rows(); !errors.empty()) return errors;
  if (const std::string update = merge_->update(); !update.empty() && report.updated > 0) {
    SEED_TRY(execute(update));
  }
  if (Errors errors = prune(); !errors.empty()) return errors;
  if (set_.ledger) {
    SEED_TRY(execute(merge_->remember()));
    if (const std::string rearranged = merge_->rearrange(); !rearranged.empty()) {
      SEED_TRY(execute(rearranged));
    }
  }
  if (report.created > 0) SEED_TRY(advance_sequences());
  SEED_TRY(remember());
  report.outcome = "done";
  return {};
}

/// Only the ledger changes. The digest stays as it was, so that the next run compares again.
Errors Run::adopt() {
  std::int64_t adopted = 0;
  SEED_TRY(execute(merge_->adopt(), &adopted));
  if (const std::string rearranged = merge_->rearrange(); !rearranged.empty()) {
    SEED_TRY(execute(rearranged));
  }
  SEED_TRY(remember());
  report.created = report.updated = 0;
  report.adopted = adopted;
  report.outcome = "done";
  return {};
}

Errors Run::insert_rows() {
  const std::vector<std::size_t> own = own_references();
  if (!own.empty()) return insert_by_level(own);
  if (report.created == 0) return {};
  const auto kinds = connection_.query(merge_->absences());
  if (!kinds) return one(kinds.error());
  for (std::size_t i = 0; i < kinds->size(); ++i)
    SEED_TRY(execute(merge_->insert(kinds->text(i, 0), 'i')));
  return {};
}

std::string Run::unresolved(const Reference& reference) const {
  return fmt::format("(s.{} IS NOT NULL AND s.{} IS NULL)",
                     StageSql::slot(stage_->first_slot(reference)),
                     StageSql::column(reference.column));
}

/// Rows that refer to rows of the same set: parents first; what goes round in a circle goes through
/// NULL.
Errors Run::insert_by_level(const std::vector<std::size_t>& own) {
  std::string waits;
  bool nullable = true;
  for (const std::size_t index : own) {
    const Reference& reference = layout().references[index];
    waits += (waits.empty() ? "" : " OR ") + unresolved(reference);
    nullable &= layout().columns[reference.column].target->nullable;
  }
  std::int64_t waiting = 0;
  SEED_TRY(execute(fmt::format("UPDATE {0} SET action = 'w' WHERE action IN ('s', 'u', 'k') AND n "
                               "IN (SELECT s.n FROM {1} AS s WHERE {2})",
                               stage_->plan(), stage_->stage(), waits),
                   &waiting));
  const auto insert_marked = [&]() -> Errors {
    const auto kinds = connection_.query(merge_->absences('j'));
    if (!kinds) return one(kinds.error());
    for (std::size_t i = 0; i < kinds->size(); ++i)
      SEED_TRY(execute(merge_->insert(kinds->text(i, 0), 'j')));
    SEED_TRY(execute(fmt::format("UPDATE {} SET action = 'I' WHERE action = 'j'", stage_->plan())));
    for (const std::string& sql : stage_->resolve())
      SEED_TRY(execute(sql));
    return {};
  };
  for (;;) {
    std::int64_t ready = 0;
    SEED_TRY(execute(fmt::format("UPDATE {0} SET action = 'j' WHERE action = 'i' AND n IN (SELECT "
                                 "s.n FROM {1} AS s WHERE NOT ({2}))",
                                 stage_->plan(), stage_->stage(), waits),
                     &ready));
    if (ready == 0) break;
    if (Errors errors = insert_marked(); !errors.empty()) return errors;
  }
  const auto left = connection_.query(
      fmt::format("SELECT n FROM {} WHERE action = 'i' ORDER BY n", stage_->plan()));
  if (!left) return one(left.error());
  if (!left->empty() && nullable) {
    SEED_TRY(execute(fmt::format("UPDATE {} SET action = 'j' WHERE action = 'i'", stage_->plan())));
    if (Errors errors = insert_marked(); !errors.empty()) return errors;
    for (const std::size_t index : own) {
      const Reference& reference = layout().references[index];
      const std::string name =
          connection_.dialect().quote_identifier(layout().columns[reference.column].target->name);
      SEED_TRY(execute(fmt::format(
          "UPDATE {0} AS t SET {1} = s.{2} FROM {3} AS s JOIN {4} AS p ON p.n = s.n WHERE {5} AND "
          "p.action = 'I' AND t.{1} IS NULL AND s.{2} IS NOT NULL",
          stage_->target(), name, StageSql::column(reference.column), stage_->stage(),
          stage_->plan(), stage_->same_key("s", "t"))));
    }
  }
  // What names nothing, or goes round where NULL may not stand.
  std::vector<Refused> refused;
  for (const std::size_t index : own) {
    if (layout().references[index].may_be_null) continue;
    const auto rows = dangling_references(connection_, *stage_, layout(), index, false);
    if (!rows) return one(rows.error());
    for (const Refused& row : *rows) {
      refused.push_back(row);
      refused.back().cause =
          "neither the table nor the set has it, or rows need one another where the column takes "
          "no NULL";
    }
  }
  Errors errors = at_places(refused, ErrorCode::kSeedReference);
  SEED_TRY(execute(fmt::format("UPDATE {} SET action = 'i' WHERE action = 'I'", stage_->plan())));
  if (waiting == 0 || !errors.empty()) return errors;
  SEED_TRY(execute(merge_->decide_again()));
  report.updated = report.kept = report.skipped = 0;
  report.listed.clear();
  SEED_TRY(count());
  SEED_TRY(list_rows());
  return errors;
}

/// Passwords and the like cost time, and are made for rows that are really new.
Errors Run::fill_new_values() {
  if (report.created == 0 || !program_->has_new_values()) return {};
  const auto rows = connection_.query(merge_->listed("i", 1'000'000));
  if (!rows) return one(rows.error());
  SEED_TRY(source_->rewind());
  std::int64_t number = 0;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Row* row = nullptr;
    while (number < rows->integer(i, 0)) {
      const auto next = source_->next();
      if (!next) return one(next.error());
      row = *next;
      ++number;
    }
    if (row == nullptr) continue;
    auto values = program_->for_new_row(*row);
    if (!values) {
      Error error = std::move(values).error();
      if (error.place.line == 0) error.place = row->place();
      return one(std::move(error));
    }
    for (const Program::NewValue& value : *values) {
      const auto done =
          connection_.execute(fmt::format("UPDATE {} SET {} = $1 WHERE n = $2", stage_->stage(),
                                          StageSql::column(value.column)),
                              {value.value, number});
      if (!done) return one(done.error());
      if (value.generated.empty()) continue;
      const std::string what = fmt::format("{} {} {}", set_.table, rows->text(i, 2),
                                           layout().columns[value.column].target->name);
      SEED_TRY(context_.keep_generated(what, value.generated));
      report.generated.push_back(what);
    }
  }
  return {};
}

Errors Run::prune() {
  if (set_.mode != Mode::kSync || last_ == nullptr) return {};
  const auto changed = connection_.query(merge_->orphans(true));
  if (!changed) return one(changed.error());
  report.left_changed = static_cast<std::int64_t>(changed->size());
  const auto orphans = connection_.query(merge_->orphans(false));
  if (!orphans) return one(orphans.error());
  report.left_file = static_cast<std::int64_t>(orphans->size());
  for (std::size_t i = 0; i < orphans->size() && i < options_.listed_rows; ++i) {
    report.listed.push_back({.action = "delete", .key = std::string(orphans->text(i, 0))});
  }
  if (!options_.prune || orphans->empty()) return {};
  if (options_.max_delete && report.left_file > *options_.max_delete) {
    return one(Error(ErrorCode::kSeedPruneLimit,
                     fmt::format("{} would delete {}, more than {}", set_.name,
                                 text::count(report.left_file, "row"), *options_.max_delete))
                   .because("so many rows that Bedstone made have left the file")
                   .advise(fmt::format("look at them with `bedstone seed diff {}`, and raise "
                                       "--max-delete",
                                       set_.name))
                   .at(set_.shown));
  }
  if (options_.dry_run) {
    std::swap(report.deleted, report.left_file);
    return {};
  }
  SEED_TRY(execute(merge_->delete_orphans(), &report.deleted));
  SEED_TRY(execute(merge_->forget_gone()));
  report.left_file -= report.deleted;
  return {};
}

/// Identities and serials go on behind the highest value that was given; never back.
Status Run::advance_sequences() {
  if (connection_.engine() != db::Engine::kPostgres) return {};
  for (const Layout::Column& one : layout().columns) {
    if (!one.target->has_default || one.target->kind != ColumnKind::kInteger) continue;
    const std::string column = connection_.dialect().quote_identifier(one.target->name);
    BEDSTONE_TRY(execute(fmt::format(
        "SELECT pg_catalog.setval(q.name, m.top) FROM (SELECT "
        "pg_catalog.pg_get_serial_sequence({0}, {1}) AS name) AS q CROSS JOIN (SELECT max({2}) AS "
        "top FROM {3}) AS m WHERE q.name IS NOT NULL AND m.top IS NOT NULL AND m.top > "
        "coalesce((SELECT last_value FROM pg_catalog.pg_sequences WHERE pg_catalog.format('%I.%I', "
        "schemaname, sequencename)::pg_catalog.regclass = q.name::pg_catalog.regclass), 0)",
        connection_.dialect().quote_literal(stage_->target()),
        connection_.dialect().quote_literal(one.target->name), column, stage_->target())));
  }
  return {};
}

Status Run::remember() {
  store::SeedStore seeds(connection_, context_.around.project);
  store::SeedSetRow row;
  row.name = set_.name;
  row.digest = options_.adopt ? "" : digest_.whole;
  row.shape = digest_.shape;
  row.blocks = blocks_.to_text();
  if (program_) row.columns = merged_names();
  if (report.outcome == "skipped" && last_ != nullptr) row.columns = last_->columns;
  row.applied_at = to_iso(context_.clock.now());
  row.run_id = context_.run_id;
  row.bedstone_version = kVersion;
  const store::Bound bound = seeds.put(row);
  const auto done = connection_.execute(bound.statement());
  if (!done) return fail(done.error());
  return {};
}

}  // namespace

SeedSetResult run_set(const SeedContext& context, const SeedSet& set, const SetDigest& digest,
                      const store::SeedSetRow* last, const SeedOptions& options) {
  const Stopwatch watch(context.clock);
  Run run(context, set, digest, last, options);
  const bool script = set.from.kind == RowsFrom::Kind::kSql;
  run.report.errors = script ? run.go_script() : run.go();
  if (!run.report.errors.empty()) {
    SeedSetResult failed;
    failed.set = run.report.set;
    failed.table = run.report.table;
    failed.file = run.report.file;
    failed.rows = run.report.rows;
    failed.outcome = "failed";
    failed.errors = std::move(run.report.errors);
    for (Error& error : failed.errors) {
      if (error.place.file.empty()) error.place.file = set.shown;
    }
    run.report = std::move(failed);
  }
  run.report.duration_seconds = watch.seconds();
  return run.report;
}

}  // namespace bedstone::seed
