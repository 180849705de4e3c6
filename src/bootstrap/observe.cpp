// Reading state, and naming it.
#include "bootstrap/observe.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "bootstrap/live_schema.hpp"
#include "migrate/file_name.hpp"
#include "store/unbuilt.hpp"

namespace bedstone::bootstrap {
namespace {

std::string_view version_of(std::string_view version) {
  return version;
}
std::string_view version_of(const migrate::MigrationFile& file) {
  return file.version;
}

/// Checksums of what is applied, and of every repeatable; pending files are read when they run.
Status read_checksums(const Project&, db::Engine engine, Observation& seen) {
  std::vector<std::string_view> applied;
  for (const store::MigrationRow& row : seen.history) {
    if (row.kind == store::kVersioned) applied.push_back(row.version);
  }
  const auto less = [](std::string_view a, std::string_view b) {
    return migrate::compare_versions(a, b) < 0;
  };
  std::sort(applied.begin(), applied.end(), less);
  // One of the pending ones may stand for what has no file any more.
  const bool orphaned = std::any_of(applied.begin(), applied.end(), [&](std::string_view version) {
    return !std::binary_search(
        seen.folder.versioned.begin(), seen.folder.versioned.end(), version,
        [&](const auto& a, const auto& b) { return less(version_of(a), version_of(b)); });
  });
  for (const migrate::MigrationFile& file : seen.folder.versioned) {
    const bool known = std::binary_search(applied.begin(), applied.end(), file.version, less);
    if (!known && !orphaned) continue;
    auto sums = migrate::checksums(file, engine);
    if (!sums) {
      seen.problems.push_back(std::move(sums).error());
      continue;
    }
    seen.versioned.emplace(file.version, *std::move(sums));
  }
  for (const migrate::MigrationFile& file : seen.folder.repeatables) {
    auto sums = migrate::checksums(file, engine);
    if (!sums) {
      seen.problems.push_back(std::move(sums).error());
      continue;
    }
    seen.repeatables.emplace(file.version, *std::move(sums));
  }
  return {};
}

Error foreign(const Occupant& occupant, const Project& project) {
  const std::string where = project.database.url->engine() == db::Engine::kPostgres
                                ? fmt::format("the schema {}", project.database.schema)
                                : std::string("the database");
  if (!occupant.tool.empty()) {
    return Error(ErrorCode::kForeignDatabase,
                 fmt::format("{} was migrated by {} so far", where, occupant.tool))
        .because(fmt::format("its history table is there: {}", occupant.history_table))
        .advise(
            "nothing was touched; to go on from there with Bedstone, record what is applied "
            "already: `bedstone migrate baseline VERSION`");
  }
  return Error(ErrorCode::kForeignDatabase,
               fmt::format("{} holds tables, but no history of Bedstone's", where))
      .because(fmt::format(
          "found {}{}", text::join(occupant.objects, ", "),
          occupant.object_count > occupant.objects.size()
              ? fmt::format(" and {} more", occupant.object_count - occupant.objects.size())
              : ""))
      .advise(
          "nothing was touched; is it the right database? If its tables are what the "
          "migrations up to some version make: `bedstone migrate baseline VERSION`");
}

Error drifted(const std::vector<SchemaDifference>& drift) {
  const SchemaDifference& first = drift.front();
  return Error(ErrorCode::kDrifted,
               fmt::format("the schema is not what was recorded: {}",
                           text::count(static_cast<std::int64_t>(drift.size()), "difference")))
      .because(fmt::format("first: {} {} is {}", first.kind, first.object, first.change))
      .advise(
          "`bedstone status` lists each; undo the change, or put it into a migration; or "
          "record the live schema as the right one: `bedstone migrate repair --accept-drift`");
}

Status check_schema(db::Connection& connection, store::Store& store, const Project& project,
                    const ObserveOptions& options, Observation& seen) {
  BEDSTONE_ASSIGN(const auto recorded, store.meta("fingerprint"));
  if (!recorded) return {};
  BEDSTONE_ASSIGN(const auto mark, store.meta("history"));
  seen.schema_unrecorded = mark != history_mark(seen.history, seen.journal);
  if (seen.schema_unrecorded) return {};
  BEDSTONE_ASSIGN(const auto stamp, store.meta("stamp"));
  if (!options.force_schema) {
    BEDSTONE_ASSIGN(const auto live_stamp, read_stamp(connection, project));
    if (stamp == live_stamp) return {};
  }
  BEDSTONE_ASSIGN(auto live, read_live_schema(connection, project));
  if (live.fingerprint == *recorded) return {};
  BEDSTONE_ASSIGN(const auto body, store.snapshot(*recorded));
  // What an older version recorded is compared as that version wrote it, and written anew by the
  // next run. What a newer one recorded can only be compared by that one.
  const int format = schema::canonical_format(body.value_or(""));
  if (format > schema::kCanonicalFormat) return {};
  if (format >= schema::kOldestCanonicalFormat && format < schema::kCanonicalFormat) {
    BEDSTONE_ASSIGN(live, read_live_schema(connection, project, format));
  }
  seen.recorded_schema = ignore_list(project).without(body.value_or(""));
  seen.drift = differences(seen.recorded_schema, live.canonical);
  seen.live_schema = std::move(live.canonical);
  return forgive_neighbours(store, project, seen.drift);
}

DatabaseState name_state(const Observation& seen) {
  const migrate::Comparison& found = seen.comparison;
  if (!seen.problems.empty()) return DatabaseState::kDiverged;
  if (found.interrupted) return DatabaseState::kInterrupted;
  if (!found.nothing_pending()) {
    return seen.history.empty() ? DatabaseState::kEmpty : DatabaseState::kBehind;
  }
  if (found.ahead) return DatabaseState::kAhead;
  if (!seen.drift.empty()) return DatabaseState::kDrifted;
  return DatabaseState::kCurrent;
}

/// A database without a history of this project: empty, or somebody else's.
Status look_at_stranger(db::Connection& connection, store::Store& store, const Project& project,
                        Observation& seen) {
  BEDSTONE_ASSIGN(auto occupant, read_occupant(connection, project));
  if (!occupant.empty) {
    // Tables and their record commit together: if they came while we were looking, so did that.
    BEDSTONE_ASSIGN(seen.layout, store.layout());
    if (seen.layout > 0) {
      BEDSTONE_ASSIGN(seen.history, store.migrations());
    }
    if (!seen.history.empty()) return {};
  }
  if (!occupant.empty && seen.layout > 0) {
    // What is there may be another project's that shares the schema with this one.
    BEDSTONE_ASSIGN(const bool shared, store.shares_schema(schema_key(project)));
    occupant.empty = shared;
  }
  seen.state = occupant.empty ? DatabaseState::kEmpty : DatabaseState::kForeign;
  if (!occupant.empty) seen.problems.push_back(foreign(occupant, project));
  return {};
}

Status read_store(store::Store& store, const Release& release, Observation& seen) {
  BEDSTONE_ASSIGN(seen.layout, store.layout());
  if (seen.layout == 0) return {};
  BEDSTONE_ASSIGN(seen.history, store.migrations());
  BEDSTONE_ASSIGN(seen.journal, store.journal());
  BEDSTONE_ASSIGN(seen.releases, store.releases());
  for (const store::ReleaseRow& one : seen.releases) {
    if (one.digest != release.digest) continue;
    seen.release_known = true;
    seen.older_release = one.sequence != seen.releases.back().sequence;
  }
  return {};
}

}  // namespace

std::string history_mark(const std::vector<store::MigrationRow>& history,
                         const std::vector<store::JournalRow>& journal) {
  Blake2b mark;
  const auto add = [&mark](std::string_view kind, std::string_view version, std::int64_t number,
                           std::string_view when) {
    mark.update_field(kind);
    mark.update_field(version);
    mark.update_field(std::to_string(number));
    mark.update_field(when);
  };
  for (const store::MigrationRow& row : history)
    add(row.kind, row.version, row.sequence, row.applied_at);
  for (const store::JournalRow& row : journal)
    add(row.kind, row.version, row.unit, row.finished_at);
  return to_hex(mark.finish());
}

Status forgive_neighbours(store::Store& store, const Project& project,
                          std::vector<SchemaDifference>& drift) {
  if (drift.empty()) return {};
  BEDSTONE_ASSIGN(const bool shared, store.shares_schema(schema_key(project)));
  if (shared) std::erase_if(drift, [](const auto& one) { return one.change == "extra"; });
  return {};
}

std::string schema_key(const Project& project) {
  return project.database.url->engine() == db::Engine::kPostgres ? project.database.schema : "";
}

Result<Observation> observe(db::Connection& connection, store::Store& store, const Project& project,
                            const Release& release, const ObserveOptions& options) {
  Observation seen;
  BEDSTONE_TRY(read_store(store, release, seen));
  BEDSTONE_ASSIGN(seen.folder, migrate::list_folder(project.migrations.dir, project.migrations.dir,
                                                    connection.engine()));
  BEDSTONE_TRY(read_checksums(project, connection.engine(), seen));
  const migrate::CompareInput input{seen.folder,       seen.versioned, seen.repeatables,
                                    seen.history,      seen.journal,   options.strict_order,
                                    seen.older_release};
  seen.comparison = migrate::compare(input);
  for (Error& error : seen.comparison.problems)
    seen.problems.push_back(std::move(error));
  seen.warnings = seen.comparison.warnings;
  for (const store::UnbuiltIndex& index : store::unbuilt_indexes(seen.journal))
    seen.warnings.push_back(store::unbuilt_warning(index));
  const bool stranger = seen.history.empty() && seen.journal.empty() && seen.releases.empty();
  if (stranger && seen.problems.empty()) {
    BEDSTONE_TRY(look_at_stranger(connection, store, project, seen));
    if (!seen.history.empty()) return observe(connection, store, project, release, options);
    return seen;
  }
  if (options.check_schema && seen.layout > 0) {
    BEDSTONE_TRY(check_schema(connection, store, project, options, seen));
    if (!seen.drift.empty()) {
      const bool stop = project.drift == DriftPolicy::kFail;
      (stop ? seen.problems : seen.warnings).push_back(drifted(seen.drift));
    }
  }
  seen.state = name_state(seen);
  // Where one thing alone is what a person must decide, it gives the state its name.
  if (seen.problems.size() == 1 && seen.problems[0].code == ErrorCode::kDrifted) {
    seen.state = DatabaseState::kDrifted;
  }
  if (seen.problems.size() == 1 && seen.problems[0].code == ErrorCode::kPartlyReverted) {
    seen.state = DatabaseState::kInterrupted;
  }
  return seen;
}

Lifecycle lifecycle_of(const Observation& seen, const Application& application) {
  const bool running = application.configured && application.running;
  switch (seen.state) {
    case DatabaseState::kUnreachable:
    case DatabaseState::kNoDatabase:
      return Lifecycle::kNoDatabase;
    case DatabaseState::kAhead:
    case DatabaseState::kDrifted:
    case DatabaseState::kCurrent:
      if (!application.configured) return Lifecycle::kUnconfigured;
      return running ? Lifecycle::kRunning : Lifecycle::kConfigured;
    default:
      if (seen.history.empty()) return Lifecycle::kEmptyDatabase;
      // An older release may well be at work.
      return running ? Lifecycle::kRunning : Lifecycle::kUnconfigured;
  }
}

}  // namespace bedstone::bootstrap
