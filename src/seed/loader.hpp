/// Loader: a set's rows into the stage, with everything that is wrong with them.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "db/connection.hpp"
#include "seed/blocks.hpp"
#include "seed/program.hpp"
#include "seed/row_schema.hpp"
#include "seed/stage.hpp"

namespace bedstone::seed {

/// So many errors are told of a set.
inline constexpr std::size_t kMostErrors = 100;

/// Where rows (numbers from 1), or fields of them, stand: a second reading of the source, for when
/// something is wrong.
std::vector<Place> places_of(RowSource& source, const std::vector<std::int64_t>& numbers,
                             const std::vector<std::string>& columns = {});

class Loader {
 public:
  /// `schema` may be null. All must outlive the loader.
  Loader(db::Connection& connection, const SeedSet& set, RowSource& source, Program& program,
         RowSchema* schema, const StageSql& stage)
      : connection_(connection),
        set_(set),
        source_(source),
        program_(program),
        schema_(schema),
        stage_(stage) {}

  /// The stage must be empty, in a transaction; after errors this is another one, to be rolled
  /// back. Of `changed`, unless it is null, only the rows that it holds are sent; else `blocks`
  /// receives those of sources that are read row by row.
  Errors load(const Blocks::Changed* changed, Blocks& blocks);
  std::int64_t rows() const { return rows_; }
  /// Those that `changed` did not hold.
  std::int64_t passed_over() const { return passed_over_; }

 private:
  struct Loaded {
    Errors errors;          ///< Of rows that were not sent.
    std::int64_t rows = 0;  ///< That the file has.
    std::int64_t passed_over = 0;
    std::int64_t refused = 0;  ///< The number of the row that the engine did not take; 0: none.
    std::optional<Error> failure;
  };

  Loaded load_rows(const std::set<std::int64_t>& but);
  Status stage_again();
  Status run(const std::string& sql);
  Error refusal(const Error& failure, std::int64_t number);

  db::Connection& connection_;
  const SeedSet& set_;
  RowSource& source_;
  Program& program_;
  RowSchema* schema_;
  const StageSql& stage_;
  const Blocks::Changed* changed_ = nullptr;
  Blocks* blocks_ = nullptr;  ///< Null: not wanted.
  std::int64_t rows_ = 0;
  std::int64_t passed_over_ = 0;
};

}  // namespace bedstone::seed
