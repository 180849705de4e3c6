/// The commands of settings, as functions: what the command line and the public ConfigStore call.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/config_results.hpp"
#include "bedstone/secret.hpp"
#include "bootstrap/commands.hpp"

namespace bedstone::bootstrap {

/// All settings, with where their values come from. Reads only. Where `up` never ran: defaults and
/// pins.
ConfigReport config_show(const Host& host, const ProjectOptions& project);

/// All that is wrong with the settings is among `problems`, and the exit code says whether there is
/// something. Reads only.
ConfigReport config_validate(const Host& host, const ProjectOptions& project);

/// One value in the clear. Move-only.
struct ConfigValue {
  std::string project;
  std::string database;
  std::string name;
  std::string source;           ///< "pin", "database", "default", "none".
  std::optional<Secret> value;  ///< nullopt: it has none.
  bool secret = false;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};
/// A secret only with `reveal`: kSecretNotShown. Reads only.
ConfigValue config_get(const Host& host, const ProjectOptions& project, const std::string& name,
                       bool reveal);

ConfigExplanation config_explain(const Host& host, const ProjectOptions& project,
                                 const std::string& name);

/// `name` empty: of all settings. Reads only.
ConfigHistory config_history(const Host& host, const ProjectOptions& project,
                             const std::string& name, std::int64_t limit);

/// What a setting shall hold. Move-only.
struct ConfigEdit {
  std::string name;
  std::optional<Secret> text;  ///< nullopt: it shall have no value.
  bool secret = false;         ///< To be encrypted, also where nobody declared it.
  bool exposed = false;        ///< It stood where others can read it: kSecretArgument of a secret.
  bool generate = false;       ///< A new value, made as its declaration says.
};

struct ConfigWriteOptions {
  std::string by;  ///< Who; empty: this process's user, and its host.
  std::string reason;
  /// kConfigConflict if one of the settings changed after this revision.
  std::optional<std::int64_t> if_revision;
  bool dry_run = false;
};

/// All or nothing, as one revision.
ConfigChangeResult config_set(const Host& host, const ProjectOptions& project,
                              std::vector<ConfigEdit> edits, const ConfigWriteOptions& options);

/// Removes all stored values: the application is as before its set-up.
ConfigChangeResult config_reset(const Host& host, const ProjectOptions& project,
                                const ConfigWriteOptions& options);

/// Gives the settings the values that they had at a revision, as a new revision. What is not
/// declared any more, or pinned, is left alone and a warning.
ConfigChangeResult config_rollback(const Host& host, const ProjectOptions& project,
                                   std::int64_t revision, const ConfigWriteOptions& options);

/// The stored values, without secrets unless there is a passphrase. Reads only.
ConfigExport config_export(const Host& host, const ProjectOptions& project,
                           const Secret* passphrase);

struct ConfigImportOptions {
  ConfigWriteOptions write;
  const Secret* passphrase = nullptr;  ///< For secrets in the document.
  bool prune = false;                  ///< Stored values that the document lacks are removed.
};
/// `shown`: the document's file, for people.
ConfigChangeResult config_import(const Host& host, const ProjectOptions& project,
                                 const std::string& shown, const std::string& document,
                                 const ConfigImportOptions& options);

/// The value of a setting with `generate:`, made if there is none.
ConfigValue config_get_or_make(const Host& host, const ProjectOptions& project,
                               const std::string& name, const ConfigWriteOptions& options);

}  // namespace bedstone::bootstrap
