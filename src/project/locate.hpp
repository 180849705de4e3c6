/// Where a project is: its folder, its files, its migrations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bedstone/result.hpp"

namespace bedstone {

inline constexpr std::string_view kProjectFile = "bedstone.yaml";

/// "bedstone.production.yaml".
std::string overlay_name(std::string_view env);

/// A folder as given, "." for an empty one; fails when it is none.
Result<std::string> project_folder(std::string_view given);
/// The folder's name made to fit the rules for a project's name.
std::string name_from_folder(const std::string& folder);
/// The nearest folder above that has a project file, as an absolute path.
std::optional<std::string> project_above(const std::string& folder);

/// The folder of migrations where none is named, relative to the project's: the first of
/// `migrations`, `db/migrations`, … that holds *.sql, itself or in folders of its own.
std::optional<std::string> find_migrations(const std::string& folder);

/// Refuses names that cannot be part of a file's name. `from_variable`: it is BEDSTONE_ENV's.
Status check_env(std::string_view env, bool from_variable);
/// Fails when there is no overlay for `env`, but one for a name so near that a slip is likely.
Status check_missing_overlay(const std::string& folder, std::string_view env, bool from_variable);

/// Why there is no project, and what to do.
Error no_project(const std::string& folder);
/// The error for a folder below a project; nullopt when no folder above is one.
std::optional<Error> below_a_project(const std::string& folder);

}  // namespace bedstone
