/// Run: one seed set being carried out. For the files of this room only.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "seed/blocks.hpp"
#include "seed/changed_rows.hpp"
#include "seed/checks.hpp"
#include "seed/merge.hpp"
#include "seed/program.hpp"
#include "seed/row_schema.hpp"
#include "seed/seeder.hpp"

namespace bedstone::seed {

/// A set that has more mistakes is told these.
inline constexpr std::size_t kMostErrors = 100;
/// How often progress is told.
inline constexpr std::int64_t kProgressRows = 1000;

/// Rows that were not sent to the engine, which counts what it was sent. Long files leave out
/// nearly all of theirs.
class LeftOut {
 public:
  void add(std::int64_t first, std::int64_t last);
  /// The number of a row in the file.
  std::int64_t number_of(std::int64_t sent) const;

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> spans_;  ///< First and last.
};
/// From here on the engine's planner is told how many rows there are.
inline constexpr std::int64_t kManyRows = 10'000;

/// The parts are in the order in which they happen; each needs the ones before it.
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
  friend class Together;
  friend class Inserting;

  Errors go_without_file();
  Errors prepare();
  Errors inside();
  /// Names the stage; whether there is anything to do.
  Result<bool> open();
  Errors fill_stage();
  Errors check_stage();
  Errors decide();
  void undo();
  void drop_stage();
  Status begin();
  Result<bool> is_plain_load();
  Errors load_plainly();
  Result<std::optional<ChangedRows>> only_changes();
  std::vector<std::string> merged_names() const;
  Errors load();
  Errors load_rows(ChangedRows* changes);
  Errors refusals(Error failure, std::int64_t number, Errors others);
  std::pair<Error, std::int64_t> load_but(const std::set<std::int64_t>& bad, Errors& errors);
  Status stage_again();
  Error refusal(const Error& failure, std::int64_t number);
  Errors check_keys();
  Errors check_references();
  Errors check_constraints();
  Errors at_places(std::vector<Refused> refused, ErrorCode code);
  Errors write_after_inserting();
  Errors insert_at_once();
  bool refers_to_company(const Reference& reference) const;
  Errors fill_new_values();
  bool prunes() const { return set_.mode == Mode::kSync && last_ != nullptr; }
  Errors look_for_orphans();
  Errors let_go_of_orphans();
  /// `key`: nullopt when it is not known yet.
  Status seal(Program::NewValue& value, std::optional<std::string_view> key);
  Errors prune();
  bool plans() const { return planned_; }
  Status count();
  Status list_rows();
  Status analyze_ledger();
  Errors adopt();
  Status advance_sequences();
  Status remember();
  void tell(std::string_view step);
  void show(std::string_view step, std::int64_t done, std::size_t total) const;
  void show_reading(std::int64_t rows) const;
  bool fills_anyway() const;
  bool looks_at_everything() const;
  bool is_awaited(std::string_view column) const;
  Result<bool> is_empty();
  Result<std::vector<Place>> places(const std::vector<std::int64_t>& numbers,
                                    const std::vector<std::string>& columns = {});
  Status execute(std::string_view sql, std::int64_t* changed = nullptr);
  /// References to the tables of the sets that are written together.
  std::vector<std::size_t> company_references() const;
  Stages stages() const;
  std::optional<std::vector<std::string>> staged(const Reference& reference, char action = 0) const;
  const Layout& layout() const { return program_->layout(); }

  const SeedContext& context_;
  std::optional<Stopwatch> step_watch_{context_.clock};
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
  std::vector<Run*> company_{this};  ///< All that the transaction writes.
  std::size_t number_ = 0;           ///< Its place among them.
  bool planned_ = false;             ///< The plan is made.
  bool plain_ = false;               ///< Rows go straight into the table.
  bool again_ = false;               ///< … and that went wrong.
  Blocks blocks_;                    ///< Of sources that are read row by row.
};

/// For functions that return Errors.
#define SEED_TRY(expression)                                     \
  do {                                                           \
    if (Status seed_status = (expression); !seed_status)         \
      return ::bedstone::Errors{std::move(seed_status).error()}; \
  } while (false)

}  // namespace bedstone::seed
