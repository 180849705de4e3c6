/// Units: which statements of a migration take effect together.
#pragma once

#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "migrate/outline.hpp"
#include "sql/splitter.hpp"

namespace bedstone::migrate {

/// Told of each statement in order, groups them. Pure.
///
/// Statements in a row share one transaction. One that cannot run in any stands alone; one whose
/// effect must be committed before it is used (ALTER TYPE … ADD VALUE) ends its transaction. The
/// file's own BEGIN … COMMIT pairs become transactions of ours.
class UnitBuilder {
 public:
  UnitBuilder(db::Engine engine, std::string shown) : engine_(engine), shown_(std::move(shown)) {}

  Status add(const sql::Statement& statement, const sql::StatementClass& what,
             const Directives& directives);
  /// Call once, at the end of the file.
  Status finish();

  std::vector<Unit> units;
  std::vector<std::uint64_t> skipped;

 private:
  Status control(const sql::Statement& statement, const sql::StatementClass& what);
  void open_unit(const sql::Statement& statement, bool bare);
  Error refuse(const sql::Statement& statement, std::string message, std::string hint) const;

  db::Engine engine_;
  std::string shown_;
  bool open_ = false;      ///< The last unit takes more statements.
  bool explicit_ = false;  ///< Inside the file's own BEGIN.
  Place begin_place_;
  std::string begin_;
};

}  // namespace bedstone::migrate
