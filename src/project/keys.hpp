/// The keys of bedstone.yaml as data: validation walks it, the published JSON Schema is made of it.
#pragma once

#include <array>
#include <chrono>
#include <span>
#include <string_view>

namespace bedstone {

enum class KeyKind {
  kMapping,      ///< `keys` says which keys; with `choices` a plain word stands for the first.
  kList,         ///< Mappings of `keys`; a plain text stands for a mapping with only `name`.
  kNameList,     ///< Identifiers, each once.
  kPatternList,  ///< Names with `*` and `?`, each once.
  kVersion,      ///< kProjectVersion.
  kProjectName,  ///< [a-z0-9][a-z0-9_-]{0,62}
  kIdentifier,   ///< A name in the database: 1 to 63 bytes.
  kPath,         ///< Any text but an empty one.
  kUrl,          ///< Looked at by the loader, which knows which URL counts.
  kWebAddress,   ///< http://… or https://…; may hold a secret, and is never shown.
  kBool,
  kDuration,
  kCount,      ///< A whole number above zero.
  kChoice,     ///< One of `choices`.
  kVariable,   ///< An environment variable's name.
  kArguments,  ///< A program and what it is called with: texts, at least one.
};

/// `keys` must outlive the Key; in kProjectKeys all is constant.
struct Key {
  std::string_view name;
  KeyKind kind;
  std::string_view summary;
  /// The default as JSON; empty: none, or none that can be written down.
  std::string_view fallback = {};
  std::span<const Key> keys = {};
  std::span<const std::string_view> choices = {};
  bool required = false;
};

inline constexpr int kProjectVersion = 1;
inline constexpr std::string_view kProjectNamePattern = "^[a-z0-9][a-z0-9_-]{0,62}$";
inline constexpr std::size_t kMaxIdentifierBytes = 63;
/// PostgreSQL keeps timeouts as 32-bit milliseconds.
inline constexpr std::chrono::hours kMaxDuration{24 * 24};

inline constexpr std::array<std::string_view, 3> kPooledChoices{"auto", "yes", "no"};
inline constexpr std::array<std::string_view, 2> kDriftChoices{"warn", "fail"};
inline constexpr std::array<std::string_view, 3> kBackupChoices{"destructive", "always", "never"};
inline constexpr std::array<std::string_view, 2> kAlertFormats{"json", "slack"};
inline constexpr std::array<std::string_view, 2> kFailureChoices{"abort", "continue"};
/// The tools whose migration files are read as they are.
inline constexpr std::array<std::string_view, 1> kMigrationFormats{"bedstone"};

inline constexpr std::array<Key, 3> kExtensionKeys{{
    {.name = "name",
     .kind = KeyKind::kIdentifier,
     .summary = "The extension's name, as in CREATE EXTENSION.",
     .required = true},
    {.name = "optional",
     .kind = KeyKind::kBool,
     .summary = "Whether its absence on the server is only a warning.",
     .fallback = "false"},
    {.name = "schema",
     .kind = KeyKind::kIdentifier,
     .summary = "The schema it is created in; without it the server chooses."},
}};

inline constexpr std::array<Key, 9> kDatabaseKeys{{
    {.name = "url",
     .kind = KeyKind::kUrl,
     .summary = "sqlite:path (from the project's folder), sqlite::memory: or postgresql://…; "
                "without it DATABASE_URL counts. --database overrides it."},
    {.name = "direct_url",
     .kind = KeyKind::kUrl,
     .summary = "A way around the pooler to the same PostgreSQL database, for what a pooler cannot "
                "do."},
    {.name = "create",
     .kind = KeyKind::kBool,
     .summary =
         "Whether a missing database is created. Default: SQLite files yes, server databases "
         "only in the environments development and dev."},
    {.name = "schema",
     .kind = KeyKind::kIdentifier,
     .summary = "PostgreSQL: the schema that holds the project's objects.",
     .fallback = "\"public\""},
    {.name = "extensions",
     .kind = KeyKind::kList,
     .summary = "PostgreSQL: extensions to enable before the migrations run.",
     .fallback = "[]",
     .keys = kExtensionKeys},
    {.name = "pooled",
     .kind = KeyKind::kChoice,
     .summary = "Whether the URL leads to a pooler in transaction mode; auto finds out.",
     .fallback = "\"auto\"",
     .choices = kPooledChoices},
    {.name = "wait",
     .kind = KeyKind::kDuration,
     .summary = "How long to wait for the database to answer.",
     .fallback = "\"60s\""},
    {.name = "lock_timeout",
     .kind = KeyKind::kDuration,
     .summary = "How long to wait for another Bedstone to finish.",
     .fallback = "\"5m\""},
    {.name = "ddl_lock_timeout",
     .kind = KeyKind::kDuration,
     .summary = "How long one attempt of a migration's statement may wait for a table's lock."},
}};

inline constexpr std::array<Key, 3> kMigrationsKeys{{
    {.name = "dir",
     .kind = KeyKind::kPath,
     .summary = "The folder of the migrations.",
     .fallback = "\"migrations\""},
    {.name = "format",
     .kind = KeyKind::kChoice,
     .summary = "The tool whose file names and directives they follow; detected by default.",
     .choices = kMigrationFormats},
    {.name = "strict_order",
     .kind = KeyKind::kBool,
     .summary = "Whether a migration older than the newest applied one is refused.",
     .fallback = "false"},
}};

inline constexpr std::array<Key, 2> kSeedsKeys{{
    {.name = "dir",
     .kind = KeyKind::kPath,
     .summary = "The folder of the seed sets.",
     .fallback = "\"seeds\""},
    {.name = "auto",
     .kind = KeyKind::kBool,
     .summary = "Whether `bedstone up` seeds.",
     .fallback = "true"},
}};

inline constexpr std::array<Key, 3> kSettingsKeys{{
    {.name = "file",
     .kind = KeyKind::kPath,
     .summary = "The file that declares the settings.",
     .fallback = "\"settings.yaml\""},
    {.name = "import_env",
     .kind = KeyKind::kPath,
     .summary = "A .env file whose values are imported once."},
    {.name = "table",
     .kind = KeyKind::kIdentifier,
     .summary = "The table that holds their values; its history is NAME_history.",
     .fallback = "\"system_config\""},
}};

inline constexpr std::array<Key, 3> kRolesKeys{{
    {.name = "owner",
     .kind = KeyKind::kIdentifier,
     .summary = "The role that migrations run as and that owns what they create; without it the "
                "URL's user."},
    {.name = "read_write",
     .kind = KeyKind::kNameList,
     .summary = "Roles that may read and change the project's rows.",
     .fallback = "[]"},
    {.name = "read_only",
     .kind = KeyKind::kNameList,
     .summary = "Roles that may only read them.",
     .fallback = "[]"},
}};

inline constexpr std::array<Key, 2> kDriftKeys{{
    {.name = "policy",
     .kind = KeyKind::kChoice,
     .summary = "Whether drift is reported, or stops `bedstone up`.",
     .fallback = "\"warn\"",
     .choices = kDriftChoices},
    {.name = "ignore",
     .kind = KeyKind::kPatternList,
     .summary = "Objects in the schema that others own, as names with * and ?: they are neither "
                "recorded nor compared.",
     .fallback = "[]"},
}};

inline constexpr std::array<Key, 1> kPassphraseKeys{{
    {.name = "env",
     .kind = KeyKind::kVariable,
     .summary = "The variable that holds the passphrase.",
     .required = true},
}};

inline constexpr std::array<Key, 7> kKeySourceKeys{{
    {.name = "file",
     .kind = KeyKind::kPath,
     .summary = "A file with the key, readable for its owner alone."},
    {.name = "credential",
     .kind = KeyKind::kPath,
     .summary = "A credential of systemd: a file in $CREDENTIALS_DIRECTORY."},
    {.name = "env",
     .kind = KeyKind::kVariable,
     .summary = "The variable that holds the key as hexadecimal digits or base64."},
    {.name = "command",
     .kind = KeyKind::kArguments,
     .summary = "A program, without a shell, that prints the key and nothing else."},
    {.name = "timeout",
     .kind = KeyKind::kDuration,
     .summary = "How long the command may take.",
     .fallback = "\"10s\""},
    {.name = "passphrase",
     .kind = KeyKind::kMapping,
     .summary = "The key is derived from a passphrase.",
     .keys = kPassphraseKeys},
    {.name = "machine",
     .kind = KeyKind::kBool,
     .summary = "The key is derived from this machine's identity: weak, and of no use elsewhere.",
     .fallback = "false"},
}};

inline constexpr std::array<Key, 1> kSecretsKeys{{
    {.name = "key",
     .kind = KeyKind::kMapping,
     .summary = "Where the encryption key comes from; exactly one source.",
     .keys = kKeySourceKeys},
}};

inline constexpr std::array<Key, 2> kPlainCheckKeys{{
    {.name = "off",
     .kind = KeyKind::kBool,
     .summary = "Whether it does not run by itself.",
     .fallback = "false"},
    {.name = "interval",
     .kind = KeyKind::kDuration,
     .summary = "How often a watch runs it. Checks that read much run only where this says so."},
}};
inline constexpr std::array<Key, 4> kTimedCheckKeys{{
    {.name = "off",
     .kind = KeyKind::kBool,
     .summary = "Whether it does not run by itself.",
     .fallback = "false"},
    {.name = "interval",
     .kind = KeyKind::kDuration,
     .summary = "How often a watch runs it. Checks that read much run only where this says so."},
    {.name = "warn", .kind = KeyKind::kDuration, .summary = "From here on it warns."},
    {.name = "fail", .kind = KeyKind::kDuration, .summary = "From here on it fails."},
}};
inline constexpr std::array<Key, 4> kPercentCheckKeys{{
    {.name = "off",
     .kind = KeyKind::kBool,
     .summary = "Whether it does not run by itself.",
     .fallback = "false"},
    {.name = "interval",
     .kind = KeyKind::kDuration,
     .summary = "How often a watch runs it. Checks that read much run only where this says so."},
    {.name = "warn", .kind = KeyKind::kCount, .summary = "From here on it warns, in percent."},
    {.name = "fail", .kind = KeyKind::kCount, .summary = "From here on it fails, in percent."},
}};

/// The checks of src/health; a test compares them.
inline constexpr std::array<Key, 26> kHealthCheckKeys{{
    {.name = "connection",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kTimedCheckKeys},
    {.name = "tls",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "rights",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "server-settings",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "migrations",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "runs",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "schema",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "indexes",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "constraints",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "foreign-keys",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "sequences",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPercentCheckKeys},
    {.name = "integrity",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "seeds",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "seeded-rows",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "settings",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "secrets",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "connections",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPercentCheckKeys},
    {.name = "long-transactions",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kTimedCheckKeys},
    {.name = "idle-in-transaction",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kTimedCheckKeys},
    {.name = "locks",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kTimedCheckKeys},
    {.name = "slow-queries",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kTimedCheckKeys},
    {.name = "performance",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPercentCheckKeys},
    {.name = "wraparound",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPercentCheckKeys},
    {.name = "disk",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPercentCheckKeys},
    {.name = "files",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kPlainCheckKeys},
    {.name = "clock",
     .kind = KeyKind::kMapping,
     .summary =
         "How often it runs, and its limits; `bedstone health --list` tells what it looks at.",
     .keys = kTimedCheckKeys},
}};

inline constexpr std::array<Key, 4> kAlertKeys{{
    {.name = "url",
     .kind = KeyKind::kWebAddress,
     .summary = "The webhook: https://… or http://…; never shown.",
     .required = true},
    {.name = "format",
     .kind = KeyKind::kChoice,
     .summary = "What is sent there.",
     .fallback = "\"json\"",
     .choices = kAlertFormats},
    {.name = "after",
     .kind = KeyKind::kCount,
     .summary = "So many failures of a check one after another make an alert.",
     .fallback = "1"},
    {.name = "every",
     .kind = KeyKind::kDuration,
     .summary = "At most one message in this time; what comes meanwhile waits for the next.",
     .fallback = "\"60s\""},
}};

inline constexpr std::array<Key, 5> kHealthKeys{{
    {.name = "interval",
     .kind = KeyKind::kDuration,
     .summary = "How often `bedstone health --watch` runs the checks.",
     .fallback = "\"30s\""},
    {.name = "keep",
     .kind = KeyKind::kDuration,
     .summary = "How long their results are kept.",
     .fallback = "\"14d\""},
    {.name = "keep_rows",
     .kind = KeyKind::kCount,
     .summary = "How many results of each check are kept.",
     .fallback = "5000"},
    {.name = "checks",
     .kind = KeyKind::kMapping,
     .summary = "Checks by name, with interval, warn, fail, off.",
     .keys = kHealthCheckKeys},
    {.name = "alerts",
     .kind = KeyKind::kList,
     .summary = "Webhooks that are told of failures and recoveries.",
     .fallback = "[]",
     .keys = kAlertKeys},
}};

inline constexpr std::array<Key, 3> kBackupKeys{{
    {.name = "before",
     .kind = KeyKind::kChoice,
     .summary = "Before which runs `bedstone up` makes a backup by itself: those whose migrations "
                "delete tables, columns or rows, all that change something, or none. Default: "
                "destructive for SQLite, never for servers.",
     .choices = kBackupChoices},
    {.name = "dir",
     .kind = KeyKind::kPath,
     .summary = "The folder of the backups.",
     .fallback = "\"backups\""},
    {.name = "keep",
     .kind = KeyKind::kCount,
     .summary = "How many backups stay there; older ones that Bedstone named are deleted after the "
                "next one is made. Default: all."},
}};

inline constexpr std::array<Key, 12> kProjectKeys{{
    {.name = "version",
     .kind = KeyKind::kVersion,
     .summary = "The format of this file.",
     .fallback = "1"},
    {.name = "name",
     .kind = KeyKind::kProjectName,
     .summary =
         "The project's name; several projects may share one database. Default: the folder's "
         "name made to fit."},
    {.name = "database",
     .kind = KeyKind::kMapping,
     .summary = "Which database, and how it is reached.",
     .keys = kDatabaseKeys},
    {.name = "migrations",
     .kind = KeyKind::kMapping,
     .summary = "Where the migrations are.",
     .keys = kMigrationsKeys},
    {.name = "seeds",
     .kind = KeyKind::kMapping,
     .summary = "Where the seed sets are.",
     .keys = kSeedsKeys},
    {.name = "settings",
     .kind = KeyKind::kMapping,
     .summary = "Where the settings are declared.",
     .keys = kSettingsKeys},
    {.name = "secrets",
     .kind = KeyKind::kMapping,
     .summary = "What secret settings and seeded secrets are encrypted with.",
     .keys = kSecretsKeys},
    {.name = "drift",
     .kind = KeyKind::kMapping,
     .summary = "What a schema that is not what was recorded means for `bedstone up`; a plain word "
                "is the policy.",
     .fallback = "\"warn\"",
     .keys = kDriftKeys,
     .choices = kDriftChoices},
    {.name = "on_failure",
     .kind = KeyKind::kChoice,
     .summary = "Whether the application may start although seeds or settings failed; a failed "
                "migration always stops.",
     .fallback = "\"abort\"",
     .choices = kFailureChoices},
    {.name = "roles",
     .kind = KeyKind::kMapping,
     .summary = "PostgreSQL: existing roles that are granted rights to the project's objects.",
     .keys = kRolesKeys},
    {.name = "backup",
     .kind = KeyKind::kMapping,
     .summary = "When `bedstone up` makes a backup, and where backups are kept.",
     .keys = kBackupKeys},
    {.name = "health",
     .kind = KeyKind::kMapping,
     .summary = "How often a watch checks, what counts as too much, and who is told.",
     .keys = kHealthKeys},
}};

}  // namespace bedstone
