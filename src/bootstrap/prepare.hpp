/// Prepare: reads every pending migration before the first of them runs.
#pragma once

#include <vector>

#include "bootstrap/observe.hpp"
#include "migrate/outline.hpp"

namespace bedstone::bootstrap {

struct Prepared {
  const migrate::MigrationFile* file = nullptr;  ///< Belongs to the observation.
  migrate::Outline outline;
  bool late = false;
  bool partial = false;
};

/// What is pending, in the order to run, up to version `target` when given. All that is wrong in
/// any of the files is told at once: SQL that cannot be split, directives, dependencies, statements
/// that a pooler cannot take.
Checked<std::vector<Prepared>> prepare(const Observation& seen, db::Engine engine, bool pooled,
                                       const std::optional<std::string>& target);

/// The plan that `up` would carry out, step by step. Pure.
Plan make_plan(const Project& project, const Observation& seen,
               const std::vector<Prepared>& pending);

}  // namespace bedstone::bootstrap
