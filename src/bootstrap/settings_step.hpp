/// Settings within a run: the table that holds them, the import, values that are made, and what a
/// start says about variables that are read no more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bootstrap/settings_mark.hpp"
#include "bootstrap/target.hpp"
#include "config/editor.hpp"
#include "config/import.hpp"
#include "config/lifecycle.hpp"
#include "config/resolve.hpp"

namespace bedstone::bootstrap {

class Work;

/// What a project and its surroundings say about settings, read once for a run. Move-only.
struct SettingsSources {
  config::Settings declared;
  std::vector<config::EnvVariable> file;  ///< Of the .env file.
  Errors file_errors;                     ///< Why there is nothing of it.
};

/// Reads settings.yaml and the .env file that the project names; neither a missing one of the
/// latter nor mistakes in it are errors as such. Errors: those of config::read_settings.
Checked<SettingsSources> read_settings_sources(const Project& project);

/// What the database has of them, and what is to be done. Move-only; points into the sources.
struct SettingsView {
  bool provided = false;  ///< The table is there, with all that belongs to it.
  config::Resolution resolved;
  std::vector<std::string> known;           ///< Settings that had their one chance to be imported.
  std::vector<std::string> imported;        ///< Those that got a value by it.
  std::vector<config::SeedVariable> fresh;  ///< To be imported.
  std::vector<std::string> newly_known;
  std::vector<std::string> to_make;
  std::vector<std::string> to_seal;
  Errors lacking;   ///< What keeps it from being CONFIGURED.
  Errors warnings;  ///< Variables that say something else than the database.
  Errors broken;    ///< What stops an import that is due.

  bool due() const {
    return !provided || !newly_known.empty() || !to_make.empty() || !to_seal.empty();
  }
  bool configured() const { return lacking.empty(); }
};

/// Reads only. `connection` may be null: there is no database. `layout`: of Bedstone's own tables;
/// below the newest nothing is stored yet.
Result<SettingsView> look_at_settings(const Host& host, db::Connection* connection,
                                      const Project& project, const SettingsSources& sources,
                                      int layout);

/// "3 settings from the environment: app_mode, …"; names only.
std::string describe_import(const SettingsView& view);
/// The steps that are due, for a plan or, once they are done, for a run.
std::vector<Step> settings_steps(const Project& project, const SettingsView& view);

/// Makes the table and what belongs to it, in a transaction of its own; under the lock.
Status provide_settings(Work& work);
/// Imports, makes and seals what is due, as one revision and in one transaction with the record of
/// it; under the lock, with the table there. `view` is what holds afterwards.
Errors carry_out_settings(Work& work, const SettingsSources& sources, SettingsView& view);

/// What the next start can recognise these settings by; "" where it must look again, as there is
/// something to say.
std::string mark_of(const SettingsSources& sources, const SettingsView& view,
                    const Release& release, const Environment& environment);

}  // namespace bedstone::bootstrap
