/// What a form for the settings is made from: every declaration, with who changed it last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

/// One setting as `settings.yaml` declares it. Nothing of a value but the default, which is never a
/// secret's.
struct FormSetting {
  /// Another setting, and the values of it with which this one counts.
  using Condition = std::pair<std::string, std::vector<std::string>>;
  struct Change {
    std::int64_t revision = 0;
    std::string at;  ///< ISO 8601, UTC.
    std::string by;
    std::string reason;
  };

  std::string name;
  std::string file;  ///< Where it is declared.
  std::int64_t line = 0;
  std::string type;                 ///< "list"
  std::string items;                ///< "email"; "" of what is no list.
  std::vector<std::string> values;  ///< What may be chosen.
  std::string minimum;              ///< As stored ("5m"); "": none.
  std::string maximum;
  std::string schema;  ///< JSON; "": none.
  std::optional<std::string> fallback;
  std::string description;
  std::string group;
  std::vector<Condition> conditions;
  std::string variable;
  bool variable_pins = false;
  bool pinned = false;  ///< The variable is set, and wins.
  std::string made_as;  ///< "token"; "": no value is made.
  std::int64_t made_length = 0;
  bool required = false;
  bool restart = false;
  bool secret = false;
  std::optional<Change> changed;  ///< The last time, as far as the history goes.
};

struct ConfigForm {
  std::string project;
  std::string database;
  std::string file;           ///< settings.yaml, for people.
  bool keep_unknown = false;  ///< Names that nobody declared may be stored, too.
  std::int64_t revision = 0;
  std::string key;  ///< Where the key that secrets are encrypted with comes from, for people.
  std::vector<FormSetting> settings;  ///< In the order of the file.
  std::vector<Error> errors;
};
/// Reads only.
ConfigForm config_form(const Host& host, const ProjectOptions& project);

}  // namespace bedstone::bootstrap
