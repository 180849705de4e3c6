/// Target: a loaded project and an open session with its database; what every command starts from.
#pragma once

#include <memory>
#include <optional>

#include "bootstrap/connect.hpp"
#include "bootstrap/release.hpp"
#include "bootstrap/settings_mark.hpp"
#include "project/project.hpp"
#include "store/store.hpp"

namespace bedstone::bootstrap {

/// Loads the project that the options name. The URL is known afterwards.
Checked<Project> load(const Host& host, const ProjectOptions& options);

/// Either the URL or, for work that a pooler cannot do, the direct one.
const db::Url& working_url(const Project& project);

/// Whether migrations would run through a pooler that keeps no session; `connection` is one to the
/// working URL.
Result<bool> runs_pooled(const Host& host, const Project& project, db::Connection& connection);

/// What ready() found.
struct FastAnswer {
  bool store_found = false;
  bool is_ready = false;      ///< The digest and the schema's stamp are those of the last run.
  bool digest_known = false;  ///< The digest is; only the schema's stamp moved.
  bool standby = false;       ///< The server replays another one and takes no writes.
  std::string stamp;          ///< The live schema's.
  /// Where the project has settings: their revision, and what is known of it.
  std::optional<std::int64_t> settings_revision;
  std::optional<SettingsMark> settings_mark;
  bool running = false;  ///< An instance that uses the settings is alive.
  /// As recorded, "": nothing was. Not asked for where there are no settings: such a project is
  /// CONFIGURED once its schema is current, and each table more in the query costs.
  std::optional<std::string> last_lifecycle;
};

/// The one query of a start with nothing to do.
Result<FastAnswer> ask_ready(const Host& host, db::Connection& connection, store::Store& store,
                             const Project& project, const Release& release);

}  // namespace bedstone::bootstrap
