/// Merging a stage into its table: who wrote what last, decided in SQL for all rows at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "seed/set.hpp"
#include "seed/stage.hpp"

namespace bedstone::seed {

// The plan has a row per staged row that something is to be done about: n, mask, action, and the
// ledger's hashes before. Actions:
//   i  is missing: inserted           x  an operator deleted it: stays away
//   u  some columns change            s  nothing to do, but perhaps to remember
//   k  only columns that an operator changed differ
// and while rows are written: j are being inserted, I were inserted, w wait for rows they refer to.
// The mask has a letter for each of Layout::merged():
//   -  alike or not given        u  only the file changed it
//   k  only an operator did      c  both did      f  the row's value was never ours

struct MergeOptions {
  Mode mode = Mode::kInsert;
  bool ledger = true;
  bool table_was_empty = false;  ///< Nothing an operator deleted counts.
  bool force_conflicts = false;  ///< The file wins where both changed.
  bool reset = false;            ///< The file wins everywhere, and nothing stays deleted.
  /// The ledger's columns when it was last written, in its order.
  std::vector<std::string> known_columns;
  std::int64_t set_key = 0;  ///< What names the set in the ledger.
};

class MergeSql {
 public:
  MergeSql(const db::Dialect& dialect, const StageSql& stage, const Layout& layout,
           MergeOptions options)
      : dialect_(dialect), stage_(stage), layout_(layout), options_(std::move(options)) {}

  /// Makes the plan's table.
  std::string decide() const;
  /// Decides once more for the rows whose action is `w`.
  std::string decide_again() const;
  /// (action, number of rows).
  std::string counts() const;
  /// Rows with a letter of the mask.
  std::string count_of(char letter) const;
  /// The first rows of some actions: n, mask, the key as text, the action, and for each merged
  /// column what the file says and what is there.
  std::string listed(std::string_view actions, std::size_t limit) const;
  /// The different values of `absent` among the rows to insert.
  std::string absences(char action = 'i') const;
  /// Inserts the rows whose `absent` has the given value; for some columns something else than what
  /// the stage (alias s) says.
  std::string insert(std::string_view absent, char action,
                     const std::map<std::size_t, std::string>& instead = {}) const;
  /// Gives a column of the rows that were inserted what the stage says by now.
  std::string fill(std::size_t index) const;
  /// Empty when no column is merged.
  std::string update() const;
  /// Takes up the values of unique columns that update() will change, where NULL may stand
  /// meanwhile; empty when there are none.
  std::string make_room() const;
  /// The ledger of the set's rows as they are now.
  std::vector<std::string> remember() const;
  /// The ledger of rows that this run left alone, in the order of the columns of now.
  std::string rearrange() const;
  /// Empties the set's ledger.
  std::string forget() const;
  /// The ledger of a table that was empty and that this transaction alone has filled.
  std::string remember_loaded() const;
  /// What tells the planner how large the ledger has become.
  std::vector<std::string> analyze() const;
  /// Puts rows that are there and were never ours into the ledger, as if we had written them.
  std::vector<std::string> adopt() const;
  /// Rows of ours that left the file and that nobody changed: key as text; and those that somebody
  /// did change.
  std::string orphans(bool changed) const;
  std::string delete_orphans() const;
  /// The same in steps: notes their keys, empties a column of theirs, deletes them.
  std::string note_orphans() const;
  std::string empty_in_orphans(std::string_view column) const;
  std::string delete_noted() const;
  /// What is neither staged nor there any more.
  std::string forget_gone() const;

 private:
  std::string ledger() const { return dialect_.store_table("seed_rows"); }
  std::string ledger_of(std::string_view alias) const;
  std::string target_column(std::size_t index) const;
  std::string hash_of(const std::string& expression) const;
  /// What the ledger remembers of merged column `position`, or empty when it never knew it.
  std::string remembered(std::size_t position, std::string_view hashes) const;
  std::string remembered_or_unknown(std::size_t position, std::string_view hashes) const;
  std::string is_nobodys(std::size_t index) const;
  std::string letter(std::size_t position) const;
  std::string mask() const;
  std::string decisions() const;
  std::string is_settled() const;
  bool refers(std::size_t index) const;
  std::string file_hash(std::size_t index) const;
  std::string new_hash(std::size_t position) const;
  std::string new_hashes() const;
  std::string orphan_source() const;
  std::string changed_since() const;

  const db::Dialect& dialect_;
  const StageSql& stage_;
  const Layout& layout_;
  MergeOptions options_;
};

}  // namespace bedstone::seed
