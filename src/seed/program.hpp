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
  /// Everything that does not fit the table is told, with its place.
  static Checked<Program> make(const SeedSet& set, Tables& tables, const Surroundings& around,
                               const RowSource& source);

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
  };
  Result<std::vector<NewValue>> for_new_row(const Row& row);
  bool has_new_values() const;

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
    std::size_t reference = Layout::npos;           ///< Of `expression`.
    std::size_t fallback_reference = Layout::npos;  ///< Of `fallback`.
  };

  Program(const SeedSet& set, const Surroundings& around) : set_(&set), around_(&around) {}

  void assign(const RowSource& source, Errors& errors);
  Assignment* assignment_of(std::string_view column, const Place& place, Errors& errors);
  void choose_key(Errors& errors);
  void check_required(Errors& errors) const;
  std::size_t refer(const Expression& expression, std::size_t column, Errors& errors);
  std::size_t refer_shape(const Expression& expression, std::size_t column,
                          const TargetTable& referring, std::string_view referring_column,
                          Errors& errors);
  const Expression* expression_in(const Field& field, const TargetColumn& column, Errors& errors);

  Result<std::optional<NewValue>> secret_value(const Expression& expression, const Row& row);
  Field evaluate(const Expression& expression, const Row& row, Errors& errors);
  void fill_slots(std::size_t reference, const Expression& expression, const Row& row,
                  Errors& errors);
  void put(std::size_t cell, const Field& field, const TargetColumn& column, const Place& place,
           Errors& errors);
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  Field text_field(std::string text) { return {Field::Kind::kText, keep(std::move(text))}; }

  const SeedSet* set_;
  const Surroundings* around_;
  Tables* tables_ = nullptr;
  Layout layout_;
  std::vector<Assignment> assignments_;
  std::map<const data::Node*, Expression> found_;  ///< Expressions in rows.
  std::vector<db::LoadCell> cells_;
  std::string number_;
  std::string absent_;
  std::deque<std::string> kept_;  ///< Texts made for the present row.
  bool differ_ = false;
};

}  // namespace bedstone::seed
