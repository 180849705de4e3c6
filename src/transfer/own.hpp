/// Own: what Bedstone itself remembers of a project, moved along.
#pragma once

#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "db/connection.hpp"

namespace bedstone::transfer {

/// Replaces the target's rows of the project, in its open transaction: what secrets are bound to,
/// the keyring, the settings' revision, seed sets and their ledger. Compares each with the source.
Status copy_own_tables(db::Connection& source, db::Connection& target, const std::string& project);

/// A seed set whose rows were moved from one engine to another.
struct LedgerSet {
  std::string name;
  std::string source_table;
  std::string target_table;
  std::vector<std::string> key;      ///< The columns that name a row.
  std::vector<std::string> columns;  ///< Whose hashes the ledger holds, in order.
};

/// The ledger's hashes are the engine's: those of values that nobody changed are taken from the
/// target; values that an operator changed count as never ours from now on, and so are kept. In the
/// target's open transaction, after copy_own_tables().
Status translate_ledger(db::Connection& source, const std::string& source_schema,
                        db::Connection& target, const std::string& target_schema,
                        std::int64_t set_key, const LedgerSet& set);

}  // namespace bedstone::transfer
