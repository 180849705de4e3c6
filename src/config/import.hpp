/// Import: what the environment and a .env file say about settings with `env: {seed: NAME}`, and
/// what becomes of that: imported once, and compared ever after.
#pragma once

#include <string>
#include <vector>

#include "base/environment.hpp"
#include "config/env_file.hpp"
#include "config/resolve.hpp"
#include "config/settings.hpp"

namespace bedstone::config {

/// A variable that holds something for a setting. An empty one holds nothing. Move-only.
struct SeedVariable {
  const SettingDeclaration* declaration = nullptr;
  Secret text;
  std::string origin;  ///< "the environment", ".env".
  Place place;         ///< In the .env file; empty for the environment.
  /// The .env file has another value, here, that does not count.
  std::optional<Place> overruled;

  const std::string& name() const { return declaration->environment->name; }
};

/// In the order of the declarations. The environment comes before the file.
std::vector<SeedVariable> seed_variables(const Settings& settings, const Environment& environment,
                                         const std::vector<EnvVariable>& file);

/// kVariableNotRead: the file's value does not count.
Error overruled(const SeedVariable& variable);

/// What of a variable's text is none for its setting: kSettingValue, naming the variable, at its
/// place.
Errors unfit(const SeedVariable& variable);

/// A variable that says something else than the database: kVariableNotRead; nullopt where both
/// agree, or nobody can tell, as with a secret that is locked. `imported`: whether it was imported
/// once. Nothing of a secret is in it.
std::optional<Error> disagreement(const SeedVariable& variable, const Resolution& resolved,
                                  bool imported);

/// Names of variables on which the answer of a start depends.
struct WatchedVariables {
  std::vector<std::string> seeds;  ///< Not secret.
  std::vector<std::string> pins;   ///< Not secret.
  std::vector<std::string> secrets;
};
WatchedVariables watched_variables(const Settings& settings);

}  // namespace bedstone::config
