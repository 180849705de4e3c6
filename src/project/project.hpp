/// Project: what bedstone.yaml, its overlay and the environment say the database shall be.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/environment.hpp"
#include "bedstone/error.hpp"
#include "db/url.hpp"

namespace bedstone {

enum class Pooled { kAuto, kYes, kNo };
enum class DriftPolicy { kWarn, kFail };
/// What a failure in seeds or settings means; a failed migration always stops.
enum class FailurePolicy { kAbort, kContinue };
/// Before which runs `up` makes a backup by itself.
enum class BackupBefore { kDestructive, kAlways, kNever };
enum class UrlSource { kNone, kOverride, kFile, kEnvironment };

/// A project as loaded: checked, expanded, defaults filled in. Paths are as seen from the current
/// folder, so that they can be opened and shown as they are. Move-only (URLs hold passwords).
struct Project {
  struct Extension {
    std::string name;
    bool optional = false;              ///< Its absence on the server is a warning.
    std::optional<std::string> schema;  ///< Where it is created; unset: the server's choice.
    Place place;
  };

  struct Database {
    /// Always there, unless LoadOptions::needs_database was false. SQLite paths are resolved.
    std::optional<db::Url> url;
    UrlSource url_source = UrlSource::kNone;
    /// For what a pooler cannot do. Never there when the URL was overridden.
    std::optional<db::Url> direct_url;
    /// Whether a missing database is created; unset: see Project::may_create().
    std::optional<bool> create;
    std::string schema = "public";
    std::vector<Extension> extensions;
    Pooled pooled = Pooled::kAuto;
    std::chrono::milliseconds wait{60'000};           ///< For the database to answer.
    std::chrono::milliseconds lock_timeout{300'000};  ///< For Bedstone's own lock.
    /// For one attempt of DDL to get a table's lock; unset: the runner's default.
    std::optional<std::chrono::milliseconds> ddl_lock_timeout;
  };

  struct Migrations {
    std::string dir;
    Place dir_place;                    ///< Where `dir` was written; empty for the default.
    std::optional<std::string> format;  ///< Unset: detected.
    bool strict_order = false;
  };

  struct Seeds {
    std::string dir;
    Place dir_place;        ///< Where `dir` was written; empty for the default.
    bool automatic = true;  ///< `auto`: whether `up` seeds.
  };

  struct Settings {
    std::string file;
    Place file_place;                       ///< Where `file` was written; empty for the default.
    std::optional<std::string> import_env;  ///< The .env file imported once.
    std::string table = "system_config";    ///< Holds the values; its history beside it.
  };

  /// Where the key comes from that the data keys of secrets are wrapped with.
  struct KeySource {
    enum class Kind {
      kNone,        ///< The file says nothing of it.
      kFile,        ///< `text`: the path.
      kCredential,  ///< `text`: the name of a file in $CREDENTIALS_DIRECTORY.
      kVariable,    ///< `text`: the variable.
      kCommand,     ///< `command`.
      kPassphrase,  ///< `text`: the variable.
      kMachine,
    };
    Kind kind = Kind::kNone;
    std::string text;
    std::vector<std::string> command;
    std::chrono::milliseconds timeout{10'000};  ///< For the command.
    Place place;                                ///< Empty where no file says it.
  };

  struct Secrets {
    KeySource key;
  };

  /// Roles of the server that Bedstone grants rights to; it creates none.
  struct Roles {
    /// Owns what migrations create: the session becomes this role. Empty: the URL's user.
    std::string owner;
    std::vector<std::string> read_write;
    std::vector<std::string> read_only;
    Place place;  ///< Of `roles:`.

    bool empty() const { return owner.empty() && read_write.empty() && read_only.empty(); }
  };

  struct Backup {
    /// Unset: kDestructive for SQLite, kNever for servers; see Project::backup_before().
    std::optional<BackupBefore> before;
    std::string dir;
    std::optional<std::int64_t> keep;  ///< Unset: all.
  };

  std::string folder;   ///< As given: "." or "app".
  std::string file;     ///< Its bedstone.yaml; empty when the project has none.
  std::string overlay;  ///< Its bedstone.<env>.yaml; empty when there is none.
  std::string name;     ///< [a-z0-9][a-z0-9_-]{0,62}; leads every key of the store.
  std::string env;      ///< "production"; may be empty.
  Database database;
  Migrations migrations;
  Seeds seeds;
  Settings settings;
  Secrets secrets;
  Roles roles;
  Backup backup;
  DriftPolicy drift = DriftPolicy::kWarn;
  std::vector<std::string> drift_ignore;  ///< Patterns, as schema::IgnoreList takes them.
  FailurePolicy on_failure = FailurePolicy::kAbort;
  /// Names of the environment variables that the files mention outside of URLs, sorted. Their
  /// values belong to the project's digest, as HMAC.
  std::vector<std::string> variables;

  /// Whether `env` names a development environment: "development" or "dev".
  bool is_development() const;
  /// `database.create`, or its default: SQLite files yes, server databases in development only.
  bool may_create() const;
  /// `backup.before`, or its default.
  BackupBefore backup_before() const;
};

struct LoadOptions {
  /// -C/--project; empty: the current folder.
  std::string folder = {};
  /// --database; empty: none. Beats the file and DATABASE_URL.
  std::string database = {};
  /// --env; empty: BEDSTONE_ENV.
  std::string env = {};
  /// false for commands that only look at the project's files: a URL that is missing or whose
  /// variables are unset is then no error.
  bool needs_database = true;
};

/// Reads and checks the project of a folder. Without bedstone.yaml a default project is made when
/// the folder has a recognisable migrations folder and a URL is known. `.env` is not read.
/// Errors: docs/errors/project.md, kBadUrl, those of files::read. None holds a value that came
/// from the environment, nor a password.
Checked<Project> load_project(const LoadOptions& options, const Environment& environment);

/// The project's own files, whose bytes are part of what is released: bedstone.yaml, the overlay.
std::vector<std::string> project_digest_inputs(const Project& project);

}  // namespace bedstone
