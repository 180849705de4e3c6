/// SeedCatalog: which tables seed sets fill and how rows are found in what the sets remember, for
/// those who show and change rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bedstone/results.hpp"
#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"
#include "schema/model.hpp"
#include "seed/column_schema.hpp"
#include "seed/row_ledger.hpp"
#include "seed/set.hpp"
#include "store/seeds.hpp"

namespace bedstone::bootstrap {

struct SeededSet {
  SeedSetStatus status;                      ///< Without the number of rows.
  std::optional<seed::RowLedger> ledger;     ///< Nothing: it was never applied, or keeps none.
  std::vector<std::string> secret;           ///< Columns of what it makes up, hashes or encrypts.
  std::optional<seed::ColumnSchema> schema;  ///< Of its rows, column by column.
};

struct SeedCatalog {
  std::vector<SeededSet> sets;  ///< That count here and have a table, in the order of their files.
  schema::Schema schema;
  std::vector<Error> errors;  ///< Of files that are no sets.
};

/// Reads the project's files and the catalogs; writes nothing.
Result<SeedCatalog> seed_catalog(const Host& host, const Project& project,
                                 db::Connection& connection);

/// `due`: names of sets that the next run carries out; null: all are.
SeedSetStatus status_of_set(const seed::SeedSet& set, const std::vector<store::SeedSetRow>& known,
                            const std::vector<std::string>* due);

}  // namespace bedstone::bootstrap
