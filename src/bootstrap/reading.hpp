/// Reading: connections that change nothing, for the commands that only look.
#pragma once

#include <memory>
#include <optional>

#include "bootstrap/observe.hpp"

namespace bedstone::bootstrap {

/// A read-only look at a project's database.
struct Reading {
  std::optional<Project> project;
  std::optional<Release> release;
  std::unique_ptr<db::Connection> connection;
  std::optional<store::Store> store;
  std::optional<Observation> seen;
  DatabaseState state = DatabaseState::kUnreachable;
  std::vector<Error> errors;  ///< Why something above is missing.
};

/// Loads, connects (waiting up to `wait`) and observes, as far as it comes. A missing database is a
/// state, no error.
Reading read_state(const Host& host, const ProjectOptions& options, const ObserveOptions& observe,
                   Milliseconds wait);

}  // namespace bedstone::bootstrap
