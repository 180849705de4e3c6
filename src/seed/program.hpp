/// Program: which column takes what from a row; made once for a set, run for each row.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/environment.hpp"
#include "bedstone/secret.hpp"
#include "db/load.hpp"
#include "seed/rows.hpp"
#include "seed/stage.hpp"

namespace bedstone::seed {

/// Tables by name, as references need them; the pointers stay.
class Tables {
 public:
  explicit Tables(const schema::Schema& schema) : schema_(schema) {}
  Result<const TargetTable*> find(std::string_view name, const Place& place);

 private:
  const schema::Schema& schema_;
  std::map<std::string, std::unique_ptr<TargetTable>, std::less<>> tables_;
};

/// What a run has beside its files.
struct Surroundings {
  const Environment& environment;
  db::Engine engine;
  std::string folder;   ///< The project's: `{file: …}` starts there.
  std::string project;  ///< Part of what `{uuid: …}` is made of.
  std::string now;      ///< ISO 8601, UTC: one moment for the whole run.
};

class Program {
 public:
  /// Everything that does not fit the table is told, with its place. `known`: the columns whose
  /// hashes the ledger holds; those that the file gives no longer stay in the layout.
  static Checked<Program> make(const SeedSet& set, Tables& tables, const Surroundings& around,
                               const RowSource& source, const std::vector<std::string>& known);

  const Layout& layout() const { return layout_; }

  /// The stage's row number `number`: n, absent, columns, slots. Columns of only_for_new_rows() are
  /// left NULL. Errors are appended; the cells are then of no use. Views live until the next call.
  std::span<const db::LoadCell> run(const Row& row, std::int64_t number, Errors& errors);

  /// The cell of one column that is written only with a new row; what it hides stays in a Secret.
  /// `generated` receives what was made up, to be shown once.
  struct NewValue {
    std::size_t column = 0;
    db::Value value;
    Secret generated;
    Secret sealed;  ///< Not empty: what has to be encrypted for its row; `value` is not set.
  };
  Result<std::vector<NewValue>> for_new_row(const Row& row);
  bool has_new_values() const;
  /// The source's fields that the key is made of; nothing where it takes more than copying.
  std::optional<std::vector<std::size_t>> key_fields() const;

  /// References found in rows add to the layout: call for each row before the stage is made.
  void look_for_references(const Row& row, Errors& errors);
  /// Whether rows may hold expressions, so that the call above is needed.
  bool rows_may_refer() const { return set_->from.kind == RowsFrom::Kind::kInline; }

  /// After all rows went through run().
  void note_differences() { layout_.rows_differ = differ_; }

 private:
  struct Assignment {
    std::size_t column = 0;                  ///< Index in Layout::columns.
    const Expression* expression = nullptr;  ///< Beats the field.
    std::size_t field = Layout::npos;        ///< Index in the source's fields.
    const Expression* fallback = nullptr;
  };

  Program(const SeedSet& set, const Surroundings& around) : set_(&set), around_(&around) {}

  void assign(const RowSource& source, Errors& errors);
  void add_ungiven(const std::vector<std::string>& known);
  bool has_column(std::string_view name) const;
  Assignment* assignment_of(std::string_view column, const Place& place, Errors& errors);
  void choose_key(bool empty, Errors& errors);
  void check_required(Errors& errors) const;
  void refer(const Expression& expression, std::size_t column, Errors& errors);
  std::size_t refer_shape(const Expression& expression, std::size_t column,
                          const TargetTable& referring, std::string_view referring_column,
                          Errors& errors);
  const Expression* expression_in(const Field& field, const TargetColumn& column, Errors& errors);

  Result<Secret> hidden_text(const Expression& expression, const Row& row, NewValue& made);
  Result<Secret> password_hash(const Expression& expression, const Secret& password) const;
  Result<std::optional<NewValue>> secret_value(const Expression& expression, const Row& row);
  Field evaluate(const Expression& expression, const Row& row, Errors& errors);
  Field evaluate_alone(const Expression& expression, const Row& row, Errors& errors);
  /// Whether the row says anything for the column.
  bool give(const Assignment& one, const Row& row, Errors& errors);
  /// The same by an expression, or by those behind its `or:`.
  bool give(const Expression& expression, const Assignment& one, const Row& row, Errors& errors);
  /// Whether all that names the row is there; where a part of it is null, the reference is.
  enum class Named { kNot, kNull, kFully };
  Named fill_slots(std::size_t reference, const Expression& expression, const Row& row,
                   Errors& errors);
  void clear_slots(std::size_t reference);
  void add_key(const Expression& asking, const Row& row, std::string& name, Errors& errors);
  void add_reference(const Expression& reference, const Row& row, std::string& name,
                     Errors& errors);
  /// Errors have no place yet.
  Status put(std::size_t cell, const Field& field, const TargetColumn& column);
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  Field text_field(std::string text) { return {Field::Kind::kText, keep(std::move(text))}; }

  const SeedSet* set_;
  const Surroundings* around_;
  Tables* tables_ = nullptr;
  Layout layout_;
  std::vector<Assignment> assignments_;
  std::map<const data::Node*, Expression> found_;  ///< Expressions in rows.
  /// What each expression that refers has become: an index in Layout::references.
  std::map<const Expression*, std::size_t> references_;
  /// Rows that refer in the same way share a reference: by shape_of().
  std::map<std::string, std::size_t> shapes_;
  std::vector<db::LoadCell> cells_;
  std::string number_;
  std::string absent_;
  std::deque<std::string> kept_;  ///< Texts made for the present row.
  bool differ_ = false;
};

}  // namespace bedstone::seed
