/// The commands around settings in running programs: who uses which revision, and what changes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bedstone/result.hpp"
#include "bootstrap/commands.hpp"
#include "db/connection.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {

/// A process that uses the settings.
struct ConfigInstance {
  std::string id;
  std::string program;
  std::string host;
  std::int64_t pid = 0;
  std::string version;     ///< Of Bedstone.
  std::string started_at;  ///< ISO 8601, UTC.
  std::string seen_at;     ///< When it last wrote; one that nobody uses writes nothing.
  std::int64_t revision = 0;
  bool lags = false;       ///< Its revision is not the newest.
  std::string lags_since;  ///< When the first revision came that it does not use.
  std::string problem;     ///< Why not, where it said so.
};

struct ConfigStatusReport {
  std::string project;
  std::string database;
  std::int64_t revision = 0;  ///< The newest.
  std::string changed_at;     ///< When that came; "" where none ever did.
  std::string changed_by;
  std::string reason;
  std::vector<ConfigInstance> instances;  ///< By start.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;

  std::size_t current() const;  ///< How many use the newest revision.
};
/// Reads only.
ConfigStatusReport config_status(const Host& host, const ProjectOptions& project);
/// The same on a session that is there.
Result<ConfigStatusReport> config_status(db::Connection& connection, const Project& project);

/// One setting's change. Values of secrets and of what nobody declared are masked.
struct ConfigEvent {
  std::int64_t revision = 0;
  std::string name;
  std::optional<std::string> before;
  std::optional<std::string> after;
  bool secret = false;
  std::string at;  ///< ISO 8601, UTC.
  std::string by;
  std::string reason;
};

struct ConfigWatchOptions {
  std::int64_t count = 0;                ///< Ends after so many changes; 0: never.
  std::optional<std::int64_t> after;     ///< Begins with what came after this revision.
  std::optional<Milliseconds> interval;  ///< How often is asked where nothing tells of changes.
  std::function<void(const ConfigEvent&)> on_event;
  std::function<void(const Error&)> on_trouble;  ///< The database is away; it is waited for.
};

struct ConfigWatchReport {
  std::int64_t events = 0;
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;  ///< kInterrupted when the token of the host fired.
};
/// Reads only, and comes back to a database that was away: no change is left out.
ConfigWatchReport config_watch(const Host& host, const ProjectOptions& project,
                               const ConfigWatchOptions& options);

}  // namespace bedstone::bootstrap
