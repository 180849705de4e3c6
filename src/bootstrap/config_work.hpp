/// ConfigWork: a project's settings and the database that holds their values, opened together.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bedstone/config_results.hpp"
#include "bootstrap/config_commands.hpp"
#include "bootstrap/secret_tools.hpp"
#include "bootstrap/target.hpp"
#include "config/editor.hpp"
#include "config/resolve.hpp"
#include "config/settings.hpp"
#include "store/config_table.hpp"
#include "store/transitions.hpp"

namespace bedstone::bootstrap {

/// Stays where it is: its parts point to one another.
class ConfigWork {
 public:
  explicit ConfigWork(const Host& the_host) : host(the_host) {}
  ConfigWork(const ConfigWork&) = delete;
  ConfigWork& operator=(const ConfigWork&) = delete;

  /// Loads project and settings, and connects. A missing database is no error for kReadOnly: it
  /// holds no values. Errors: also kNoSettings.
  Errors open(const ProjectOptions& options, db::Access access);

  /// What is stored; nothing where there is no database or no table.
  Result<store::ConfigState> stored();
  Result<config::Resolution> resolve();
  /// Whether a text of a setting's history or of its table may be shown.
  bool is_secret(std::string_view name) const;
  /// "********" in place of what may not.
  std::optional<std::string> shown(std::string_view name,
                                   const std::optional<std::string>& stored) const;
  /// Opens a stored text of a secret.
  Result<Secret> unseal(std::string_view name, std::string_view sealed) const;

  /// Only where there is a database.
  const SecretTools& secrets() const { return *secrets_; }
  /// Where the key that encrypts comes from. Only where there is a database.
  std::string key_shown() const;

  /// "ada@web-1".
  static std::string who();
  config::EditRequest request(const ConfigWriteOptions& options) const;
  /// Carries out an edit and tells it.
  void edit(const config::EditRequest& request, ConfigChangeResult& result);

  const Host& host;
  std::optional<Project> project;
  config::Settings settings;
  std::unique_ptr<db::Connection> connection;  ///< Null: there is no database.
  std::optional<store::ConfigTable> table;     ///< Empty: as above.
  bool provided = false;                       ///< The table is there.

 private:
  Result<std::optional<store::Transition>> note_lifecycle(const std::string& by);
  Checked<config::EditResult> settle(config::Editor& editor, Errors errors);

  std::optional<SecretTools> secrets_;
};

/// Logs what a change made of the application, once it is committed.
void log_transition(const Host& host, const std::string& project,
                    const std::optional<store::Transition>& moved);

/// One setting for people and programs; of a secret nothing but a mask.
SettingState state_of(const config::Resolved& resolved);
/// The same of what nobody declared.
SettingState state_of(const ConfigWork& work, const store::ConfigRow& row);
/// The setting's row in the database; null: there is none.
const store::ConfigRow* find_row(const store::ConfigState& state, std::string_view name);

/// A warning for each setting that a variable kept from being changed.
void warn_of_pins(const ConfigWork& work, ConfigChangeResult& result);

/// Fills in `project` and `database` of a report.
template <typename Report>
void name_target(const ConfigWork& work, Report& report) {
  if (!work.project) return;
  report.project = work.project->name;
  report.database = work.project->database.url->redacted();
}

}  // namespace bedstone::bootstrap
