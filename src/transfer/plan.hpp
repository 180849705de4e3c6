/// Plan: which table goes where, in which order. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/checked.hpp"
#include "schema/model.hpp"
#include "transfer/convert.hpp"

namespace bedstone::transfer {

/// A table on both sides.
struct TablePlan {
  std::string source;
  std::string target;
  std::vector<ColumnRule> columns;
  std::vector<std::string> key;       ///< The primary key's columns, as the source calls them.
  std::vector<std::string> numbered;  ///< Target columns that a sequence or rowid fills.
  bool may_defer = false;             ///< A foreign key of its circle has to wait.
};

/// Tables that need one another's rows are a group of several, moved in one transaction.
using Group = std::vector<TablePlan>;

struct Plan {
  std::vector<Group> groups;
  std::vector<Error> warnings;  ///< What is not moved.
};

/// Of schemas that the same migrations made. kTransferSchema, all of them, where a table or column
/// of the source has no place in the target.
Checked<Plan> make_plan(const schema::Schema& source, const schema::Schema& target);

/// The tables of one schema in the order in which they can be filled: those that others refer to
/// come first.
std::vector<std::vector<std::string>> fill_order(const schema::Schema& schema);

}  // namespace bedstone::transfer
