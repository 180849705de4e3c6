// From a folder's listing to the migrations of one engine.
#include "migrate/folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/files.hpp"
#include "migrate/file_name.hpp"

namespace bedstone::migrate {
namespace {

struct Candidate {
  FileName parsed;
  std::string file;
};

Error bad_name(const std::string& shown, std::string_view file) {
  return Error(ErrorCode::kMigrationName,
               fmt::format("{}/{} has no version in its name", shown, file))
      .because("migrations are named VERSION_NAME.sql, as in 20261120093000_create_accounts.sql")
      .advise(
          "rename it, or move it out of the folder (views and functions belong in repeatable/); "
          "`bedstone migrate new \"message\"` makes a name")
      .at(fmt::format("{}/{}", shown, file));
}

Error misnamed(const std::string& shown, std::string_view file, const Misnomer& misnomer) {
  return Error(ErrorCode::kMigrationName, fmt::format("{}/{} {}", shown, file, misnomer.what))
      .because("names end in .sql, or in .sqlite.sql and .postgres.sql for one engine's own text")
      .advise(misnomer.meant.empty() ? std::string("remove it, or give it another name")
                                     : fmt::format("was {0} meant? git mv {1}/{2} {1}/{0}",
                                                   misnomer.meant, shown, file))
      .at(fmt::format("{}/{}", shown, file));
}

Error no_way_up(const std::string& shown, const std::string& file) {
  return Error(ErrorCode::kMigrationName,
               fmt::format("{}/{} is the way back of a migration that is not there", shown, file))
      .because("a .down.sql file belongs to the migration of the same version beside it")
      .advise("bring the migration back, or remove the file as well")
      .at(fmt::format("{}/{}", shown, file));
}

Error duplicate(const std::string& shown, const std::string& version, const std::string& one,
                const std::string& other) {
  return Error(ErrorCode::kMigrationDuplicate,
               fmt::format("two migrations have version {}", version))
      .because(fmt::format("{0}/{1} and {0}/{2}", shown, one, other))
      .advise(
          "give the one that was not applied anywhere yet a newer version: `git mv` it to the "
          "name that `bedstone migrate new` would make now")
      .at(fmt::format("{}/{}", shown, other));
}

/// Versions by number, so that 007 meets 7.
struct ByVersion {
  bool operator()(const std::string& a, const std::string& b) const {
    return compare_versions(a, b) < 0;
  }
};

/// Keeps the better of two files for one version; says so when neither is.
void offer(std::map<std::string, Candidate, ByVersion>& chosen, Candidate candidate,
           const std::string& shown, std::vector<Error>& problems) {
  // Names come sorted, so nearly always this is the newest version so far.
  const std::size_t before = chosen.size();
  std::string version = candidate.parsed.version;
  const auto found = chosen.try_emplace(chosen.end(), std::move(version), std::move(candidate));
  if (chosen.size() > before) return;
  Candidate& present = found->second;
  const bool same_name = present.parsed.name == candidate.parsed.name;
  if (same_name && present.parsed.engine.has_value() != candidate.parsed.engine.has_value()) {
    if (candidate.parsed.engine) present = std::move(candidate);
    return;
  }
  problems.push_back(duplicate(shown, found->first, present.file, candidate.file));
}

void list_versioned(const std::string& dir, const std::string& shown, db::Engine engine,
                    const std::vector<std::string>& names, Folder& folder) {
  std::map<std::string, Candidate, ByVersion> up, down;
  std::set<std::string, ByVersion> known;  // On whatever engine.
  for (const std::string& file : names) {
    if (const auto wrong = misnomer(file)) {
      folder.problems.push_back(misnamed(shown, file, *wrong));
      continue;
    }
    if (!file.ends_with(".sql")) continue;
    const auto parsed = parse_versioned(file);
    if (!parsed) {
      folder.problems.push_back(bad_name(shown, file));
      continue;
    }
    if (!parsed->down) known.insert(known.end(), parsed->version);
    if (parsed->engine.value_or(engine) != engine) continue;
    offer(parsed->down ? down : up, {*parsed, file}, shown, folder.problems);
  }
  for (const auto& [version, candidate] : down) {
    if (!known.contains(version)) folder.problems.push_back(no_way_up(shown, candidate.file));
  }
  for (auto& [version, candidate] : up) {
    MigrationFile migration;
    migration.version = candidate.parsed.version;
    migration.name = candidate.parsed.name;
    migration.path = files::resolve(dir, candidate.file);
    migration.shown = fmt::format("{}/{}", shown, candidate.file);
    if (const auto back = down.find(version); back != down.end()) {
      migration.down_path = files::resolve(dir, back->second.file);
    }
    folder.versioned.push_back(std::move(migration));
  }
}

Status list_repeatables(const std::string& dir, const std::string& shown, db::Engine engine,
                        Folder& folder) {
  BEDSTONE_ASSIGN(const auto names, files::list(dir));
  std::map<std::string, Candidate> chosen;
  for (const std::string& file : names) {
    if (const auto wrong = misnomer(file)) {
      folder.problems.push_back(misnamed(shown, file, *wrong));
      continue;
    }
    const auto parsed = parse_repeatable(file);
    if (!parsed || parsed->engine.value_or(engine) != engine) continue;
    const auto found = chosen.find(parsed->name);
    if (found == chosen.end() || parsed->engine) chosen[parsed->name] = {*parsed, file};
  }
  for (auto& [name, candidate] : chosen) {
    MigrationFile migration;
    migration.repeatable = true;
    migration.version = name;
    migration.name = name;
    migration.path = files::resolve(dir, candidate.file);
    migration.shown = fmt::format("{}/{}", shown, candidate.file);
    folder.repeatables.push_back(std::move(migration));
  }
  return {};
}

}  // namespace

std::string MigrationFile::label() const {
  if (repeatable) return "repeatable/" + name;
  return name.empty() ? version : fmt::format("{}_{}", version, name);
}

Result<Folder> list_folder(const std::string& dir, const std::string& shown, db::Engine engine) {
  BEDSTONE_ASSIGN(const auto names, files::list(dir));
  Folder folder;
  list_versioned(dir, shown, engine, names, folder);
  if (std::binary_search(names.begin(), names.end(), "repeatable")) {
    BEDSTONE_TRY(
        list_repeatables(files::resolve(dir, "repeatable"), shown + "/repeatable", engine, folder));
  }
  return folder;
}

}  // namespace bedstone::migrate
