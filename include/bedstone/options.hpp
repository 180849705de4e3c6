/// What callers choose: the project, and how a run behaves.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bedstone/secret.hpp"

namespace bedstone {

/// Which project, which database.
struct ProjectOptions {
  std::string folder = ".";             ///< Where bedstone.yaml is, or a folder with migrations/.
  std::optional<std::string> database;  ///< A URL that overrides the project's.
  std::string env;                      ///< "" reads BEDSTONE_ENV.
};

enum class OnFailure { kAbort, kContinue };

/// One line of progress: "applying", "20261120093000_create_accounts", 3 of 30.
struct Progress {
  std::string_view step;
  std::string_view subject;
  std::size_t done = 0;
  std::size_t total = 0;       ///< 0: not known; of rows it may be an estimate.
  std::string_view unit = {};  ///< "rows": of what `done` counts very many; empty: steps.
};

/// A password or token that a seed set made up, for a row that is committed. What it refers to
/// lives as long as the call that hands it over.
struct GeneratedSecret {
  std::string_view set;
  std::string_view what;  ///< "accounts ada@example.org password"
  const Secret& secret;
  std::string_view file;  ///< Where it stands, for its owner alone.
};
/// Called once, on the caller's thread, when all is done; not at all when nothing was made up. No
/// result and no log holds these: what becomes of them is the receiver's business.
using GeneratedReceiver = std::function<void(const std::vector<GeneratedSecret>&)>;

struct UpOptions {
  bool force = false;          ///< Skip the fast path, and nothing else.
  bool seed = true;            ///< Seed sets run (--no-seed turns them off).
  bool backup = false;         ///< A backup first, whatever `backup.before` says.
  bool strict = false;         ///< Conflicts and drift are exit 3.
  bool strict_order = false;   ///< Late migrations are `diverged` instead of applied.
  std::optional<bool> create;  ///< Create a missing database or not.
  std::optional<std::chrono::milliseconds> wait;  ///< How long to wait for the server.
  std::optional<std::chrono::milliseconds> lock_timeout;
  std::optional<OnFailure> on_failure;
  std::optional<std::string> target;                 ///< Stop after this version.
  std::function<void(const Progress&)> on_progress;  ///< Called on the caller's thread.
  GeneratedReceiver on_generated;                    ///< Passwords that seed sets made up.
};

/// What `bedstone seed` takes.
struct SeedOptions {
  std::vector<std::string> sets;  ///< By name; empty: all that are due.
  bool all = false;               ///< Also sets that did not change.
  bool dry_run = false;           ///< Change nothing, say what would be done.
  bool compare = false;           ///< A dry run of all sets, changed or not (scripts aside).
  bool validate_only = false;     ///< The same, also of sets whose table is not empty.
  bool force_conflicts = false;   ///< The file wins where both changed.
  bool reset = false;             ///< The file wins everywhere; what was deleted comes back.
  bool adopt = false;             ///< Write no rows; rows that are there become ours.
  bool fill_anyway = false;       ///< Sets with `only_if: empty` run where rows are, too.
  bool prune = false;             ///< Sets in mode sync delete what left their file.
  std::optional<std::int64_t> max_delete;  ///< Fail instead of deleting more rows of one set.
  std::size_t listed_rows = 20;            ///< How many rows of note a set's result lists.
  std::optional<std::chrono::milliseconds> wait;
  std::optional<std::chrono::milliseconds> lock_timeout;
  std::function<void(const Progress&)> on_progress;  ///< Called on the caller's thread.
  GeneratedReceiver on_generated;                    ///< Passwords that sets made up.
};

}  // namespace bedstone
