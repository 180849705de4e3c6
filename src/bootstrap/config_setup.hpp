/// bedstone config setup, and settings as a program's environment.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bedstone/secret.hpp"
#include "bootstrap/commands.hpp"
#include "config/editor.hpp"
#include "config/setup.hpp"

namespace bedstone::bootstrap {

struct SetupOptions {
  std::optional<std::string> mode;
  std::vector<std::string> admins;
  std::vector<config::SetupValue> values;
  std::vector<std::string> unset;    ///< Settings whose stored value goes.
  std::vector<std::string> secrets;  ///< Names of settings; SetupOptions::read_secret has values.
  /// Asked once for each of `secrets` whose variable is not set.
  std::function<Result<Secret>(const std::string& name)> read_secret;
  bool force = false;  ///< Also where the application is configured.
  bool dry_run = false;
};

struct SetupReport {
  std::string project;
  std::string database;  ///< The URL without secrets.
  bool dry_run = false;
  Lifecycle lifecycle_before = Lifecycle::kNoDatabase;
  Lifecycle lifecycle = Lifecycle::kNoDatabase;
  std::int64_t revision = 0;
  std::vector<config::EditedSetting> settings;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// Sets several settings at once, so that the application is CONFIGURED afterwards, or changes
/// nothing. Of several at once one does it; the others find it done: kAlreadyConfigured.
SetupReport config_setup(const Host& host, const ProjectOptions& project,
                         const SetupOptions& options);

/// A program's environment: what to set, and what to remove. Move-only.
struct ConfigVariables {
  std::vector<std::pair<std::string, Secret>> set;
  std::vector<std::string> remove;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};
/// The settings that count, as variables: by the name that a declaration gives (`env:`), else the
/// setting's own in capitals behind `prefix`. What pins is left as it is. Errors: kConfigVariables;
/// those of values that cannot be used.
ConfigVariables config_variables(const Host& host, const ProjectOptions& project,
                                 const std::string& prefix);

}  // namespace bedstone::bootstrap
