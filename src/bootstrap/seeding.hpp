/// Seeding: which sets are due, and carrying them out within a run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bootstrap/work.hpp"
#include "seed/seeder.hpp"

namespace bedstone::bootstrap {

/// The sets of a project as its files say, read once for a run.
struct SeedPlan {
  seed::SetList list;
  std::vector<seed::SetDigest> digests;  ///< Of list.sets, one by one.
};

/// Sets of other environments or engines are not in it.
Result<SeedPlan> read_seeds(const Project& project, const Release& release,
                            const Environment& environment);

struct SeedOutcome {
  std::vector<SeedSetResult> reports;
  Errors errors;  ///< Of all sets, and of files that are none.
};

/// Names of sets that are due: changed since, never applied, or of a table that is empty again; and
/// of files that cannot be read.
Result<std::vector<std::string>> due_sets(db::Connection& connection, const Project& project,
                                          const SeedPlan& plan);

/// After an attempt that broke off at a commit: what sets made up counts where the set records this
/// run, and goes where it does not.
void settle_generated(Work& work);

/// Carries out what is due (or what is asked for), each set in its own transaction, and notes it in
/// the run's account. Work must hold the lock unless `options.dry_run`.
SeedOutcome run_seeds(Work& work, const SeedPlan& plan, const SeedOptions& options);

}  // namespace bedstone::bootstrap
