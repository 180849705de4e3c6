/// RowLedger: how rows of a table are found in what a set remembers, for those who look at rows and
/// ask whose they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/model.hpp"
#include "seed/program.hpp"
#include "store/seeds.hpp"

namespace bedstone::seed {

struct RowLedger {
  std::string set;
  std::int64_t set_key = 0;
  std::vector<std::string> key;      ///< The key's columns, in the order of the ledger's texts.
  std::vector<std::string> columns;  ///< Whose hashes the ledger holds, in their order.
};

/// `known`: what is recorded of the set. Opens the set's rows, because their fields decide the
/// order of a key's parts; of rows that cannot be read, the set's own order counts. Nothing for
/// sets that keep no ledger.
std::optional<RowLedger> row_ledger(const SeedSet& set, const store::SeedSetRow& known,
                                    const schema::Schema& schema, const Surroundings& around,
                                    std::int64_t set_key);

/// Columns of the set's table that hold what a set made up, hashed or encrypted.
std::vector<std::string> secret_columns(const SeedSet& set);

}  // namespace bedstone::seed
