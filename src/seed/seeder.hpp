/// Seeder: carries out one set, or says exactly what it would do.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "bedstone/options.hpp"
#include "bedstone/results.hpp"
#include "bedstone/secret.hpp"
#include "db/connection.hpp"
#include "seed/merge.hpp"
#include "seed/program.hpp"
#include "store/seeds.hpp"

namespace bedstone::seed {

/// A password or token for one row.
struct MadeUp {
  std::string what;  ///< "accounts ada@example.org password"
  Secret secret;
};

/// A value of `{secret: …}`, and where it goes.
struct SealedValue {
  std::string table;
  std::string column;
  std::vector<std::string> key_columns;
  std::string key;  ///< The row's, as the ledger has it: several parts with a bar between them.
  const Secret& value;
};

/// What a set's run needs of its surroundings; all must outlive it.
struct SeedContext {
  db::Connection& connection;
  const schema::Schema& schema;
  const Surroundings& around;
  const Clock& clock;
  Log& log;
  LogLevel detail = LogLevel::kDebug;  ///< Of the lines that tell each step.
  std::string schema_name;             ///< PostgreSQL's.
  std::string run_id;
  /// Begins a transaction under the run's lock; empty: an ordinary one.
  std::function<Status()> begin;
  /// Tables that earlier sets of a dry run would add rows to: references to them may name rows that
  /// are not there yet.
  std::set<std::string> awaited;
  /// Tables that lack rows because a set failed, each with that set: told where a reference fails.
  std::map<std::string, std::string> failed;
  /// Keeps what a set made up, before its rows are committed: (set, all of it).
  std::function<Status(const std::string&, std::vector<MadeUp>)> keep_generated;
  /// Encrypts a value for the row that it will stand in, in the open transaction.
  std::function<Result<std::string>(const SealedValue&)> seal;
};

/// What a set is now.
struct SetDigest {
  std::string whole;
  std::string shape;  ///< Without the file where its rows are.

  /// Recorded in place of `whole` when there was no row: however empty the table is, nothing of
  /// this set will fill it.
  std::string without_rows() const { return whole + " without rows"; }
};

/// One transaction. `digest` is recorded with success; `last` is what was recorded before, if
/// anything. Errors are in the result.
SeedSetResult run_set(const SeedContext& context, const SeedSet& set, const SetDigest& digest,
                      const store::SeedSetRow* last, const SeedOptions& options);

struct SetToRun {
  const SeedSet* set = nullptr;
  const SetDigest* digest = nullptr;
  const store::SeedSetRow* last = nullptr;
};
/// Sets whose rows need one another, in one transaction: all are written, or none is. None of them
/// is a script, or lacks its file. Results are in the order of the sets.
std::vector<SeedSetResult> run_sets(const SeedContext& context, const std::vector<SetToRun>& sets,
                                    const SeedOptions& options);

}  // namespace bedstone::seed
