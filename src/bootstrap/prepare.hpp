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

/// Whether a run would leave everything as it is.
bool nothing_to_do(const Observation& seen);

/// The plan that `up` would carry out, step by step; `extensions` are those that are missing. Pure.
Plan make_plan(const Project& project, const Observation& seen,
               const std::vector<Prepared>& pending,
               const std::vector<Project::Extension>& extensions);

}  // namespace bedstone::bootstrap
