/// Stage: a set's rows in a temporary table beside their target, with the target's own types, so
/// that merging is a handful of statements however many rows there are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "seed/table.hpp"

namespace bedstone::seed {

/// A column's value given by a reference: the row of `table` whose `columns` equal the stage's
/// `slots`. A slot is filled from the source, or by a reference of its own (`nested` ≥ 0: the index
/// in Layout::references).
struct Reference {
  std::size_t column = 0;  ///< Index in Layout::columns; npos for a nested one.
  const TargetTable* table = nullptr;
  std::string target;  ///< The column of `table` whose value is taken.
  std::vector<std::string> columns;
  std::vector<std::size_t> slots;   ///< Indices in Layout::slots, or npos where nested.
  std::vector<std::size_t> nested;  ///< Indices in Layout::references, or npos.
  /// There is something behind `or:`: another reference, which comes before this one in
  /// Layout::references, or a value that stands in the column already.
  bool falls_back = false;
  bool may_be_null = false;  ///< … at the end NULL.
};

/// What stands in a stage's columns.
struct Layout {
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  struct Column {
    const TargetColumn* target = nullptr;
    bool key = false;
    std::size_t key_part = 0;  ///< The how manieth of the key, if it is one.
    bool only_for_new_rows = false;
    /// Filled when a row is made or changed, and compared by nobody: created_at, updated_at.
    bool clock = false;
    /// No row gives it: the file did once, or has no rows at all.
    bool ungiven = false;
  };
  struct Slot {
    const TargetTable* table = nullptr;
    std::string column;
  };

  const TargetTable* table = nullptr;
  std::vector<Column> columns;
  std::vector<Slot> slots;
  std::vector<Reference> references;
  bool rows_differ = false;  ///< Some rows lack columns that others have.

  /// In the order of the key, however the file orders its fields: the ledger's text follows it.
  std::vector<std::size_t> keys() const;
  /// The columns that are compared, in ledger order: neither key nor written once nor clocks.
  std::vector<std::size_t> merged() const;
};

/// SQL over one stage. Pure: text for one engine.
class StageSql {
 public:
  /// `number` tells the stages of one transaction apart.
  StageSql(const db::Dialect& dialect, std::string schema, const Layout& layout,
           std::size_t number = 0)
      : dialect_(dialect),
        schema_(std::move(schema)),
        layout_(layout),
        suffix_(number == 0 ? "" : std::to_string(number)) {}

  const Layout& layout() const { return layout_; }

  static std::string column(std::size_t index) { return "c" + std::to_string(index); }
  static std::string slot(std::size_t index) { return "r" + std::to_string(index); }

  std::string stage() const;  ///< The stage's quoted name.
  std::string plan() const;   ///< The table of decisions.
  /// The index of a column that is compared and that every row may say; npos: none does.
  std::size_t given(std::string_view column) const;
  std::string plan_name() const;  ///< … without its schema.
  std::string orphans() const;    ///< Keys of rows that left the file.
  std::string orphans_name() const;
  std::string target() const;
  std::string name_of(const TargetTable& table) const { return name_of(table.name); }
  std::string name_of(std::string_view table) const;

  std::vector<std::string> create() const;
  std::vector<std::string> drop() const;
  /// What makes the engine take a stage of many rows for one.
  std::vector<std::string> settle() const;
  /// What tells the planner how many rows were staged, and how their keys are spread.
  std::vector<std::string> analyze() const;
  db::LoadTarget load_target() const;

  /// The first slot of a reference, however deep; npos: it has none.
  std::size_t first_slot(const Reference& reference) const;
  /// Fills the columns of references from rows that are there now.
  std::vector<std::string> resolve() const;
  /// Fills them from rows of a stage that are still to be made, where those say themselves what
  /// they will be referred to by.
  std::vector<std::string> resolve_from(const StageSql& other) const;
  /// Whether a row of this stage is the one that such a reference of a stage (alias s) to this
  /// one's table names; with an action only rows of which the plan says that. Empty where it cannot
  /// be told.
  std::string holds(const Reference& reference, char action = 0) const;
  /// The same for a foreign key: `columns` of this stage's table equal `values`.
  std::string holds(const std::vector<std::string>& columns, const std::vector<std::string>& values,
                    char action = 0) const;
  /// For the alias s: the reference's first choice is not there, though it is named.
  std::string is_unresolved(const Reference& reference) const;
  /// n of rows whose reference `index` names nothing, and for each reference of `chain` whether it
  /// is one that does not; but for rows for which one of the conditions holds.
  std::string dangling(std::size_t index, const std::vector<std::size_t>& chain,
                       const std::vector<std::string>& but) const;
  /// How many rows a reference names, for the stage's alias s.
  std::string matches(const Reference& reference) const;
  /// n of rows without a key, and of rows whose key stands twice: (n, first n).
  std::string without_key() const;
  std::string twice() const;

  /// `s.c0 = t."a" AND …` for two aliases.
  std::string same_key(std::string_view stage_alias, std::string_view target_alias) const;
  /// The key as one text, of the stage's columns or of the target's.
  std::string key_text(std::string_view alias, bool of_stage) const;

 private:
  std::string lookup(const Reference& reference, std::string_view stage_alias) const;
  std::string rows_named(const Reference& reference, std::string_view stage_alias) const;
  std::string name() const;
  std::string temporary(std::string_view table) const;

  const db::Dialect& dialect_;
  std::string schema_;
  const Layout& layout_;
  std::string suffix_;
};

/// A row's key as the ledger has it, of columns of the alias: one text, parts with a bar between
/// them. `names` are quoted.
std::string key_text(const db::Dialect& dialect, std::string_view alias,
                     const std::vector<std::string>& names);

/// The stages of sets that are written in one transaction.
using Stages = std::vector<const StageSql*>;

}  // namespace bedstone::seed
