/// EnvFile: the variables of a .env file, with their places.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "bedstone/secret.hpp"

namespace bedstone::config {

struct EnvVariable {
  std::string name;
  Secret value;
  Place place;  ///< Of the name.
};

/// The variables in the order of the file; of several of one name the last counts. The form is that
/// of docs/settings.md; nothing is expanded. All mistakes found: kEnvFile, which hold no values.
Checked<std::vector<EnvVariable>> parse_env(std::string_view shown, std::string_view text);
/// The same of a file. Errors: also those of files::read.
Checked<std::vector<EnvVariable>> read_env(const std::string& path);

/// The one that counts; null when there is none of that name.
const EnvVariable* find(const std::vector<EnvVariable>& variables, std::string_view name);

}  // namespace bedstone::config
