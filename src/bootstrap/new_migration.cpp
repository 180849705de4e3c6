// migrate new: a file to start from.
#include <fmt/format.h>

#include "base/files.hpp"
#include "bootstrap/commands.hpp"
#include "bootstrap/outcome.hpp"
#include "migrate/file_name.hpp"
#include "migrate/folder.hpp"
#include "project/project.hpp"

namespace bedstone::bootstrap {
namespace {

std::string template_for(const std::string& message, bool repeatable) {
  if (repeatable) {
    return fmt::format(
        "-- {}\n"
        "-- Runs again whenever this text changes, after all versioned migrations: make it safe to "
        "repeat.\n"
        "\n",
        message);
  }
  return fmt::format(
      "-- {}\n"
      "-- Plain SQL; all of it is one transaction. What cannot run in one is recognised and "
      "journaled.\n"
      "\n\n"
      "-- bedstone:down\n"
      "-- The way back, for `bedstone migrate down`. Delete these lines if there is none.\n"
      "\n",
      message);
}

/// A version that is newer than every one there is: clocks of two machines differ.
std::string next_version(const Host& host, const migrate::Folder& folder) {
  std::string version = to_version(host.clock.now());
  if (folder.versioned.empty()) return version;
  std::string newest = folder.versioned.back().version;
  if (migrate::compare_versions(version, newest) > 0) return version;
  for (std::size_t i = newest.size(); i-- > 0;) {
    if (newest[i] != '9') {
      ++newest[i];
      return newest;
    }
    newest[i] = '0';
  }
  return "1" + newest;
}

Result<std::vector<std::string>> write_files(const Host& host, const Project& project,
                                             const std::string& message, bool per_dialect,
                                             bool repeatable) {
  const std::string name = migrate::slug(message);
  if (name.empty()) {
    return fail(
        Error(ErrorCode::kUsage, "the message has no letters or digits to make a name of")
            .advise("say what the migration does: bedstone migrate new \"create accounts\""));
  }
  const std::string folder =
      repeatable ? files::resolve(project.migrations.dir, "repeatable") : project.migrations.dir;
  BEDSTONE_TRY(files::make_folder(folder));
  // Both engines' files count for the next version.
  std::string stem = name;
  if (!repeatable) {
    BEDSTONE_ASSIGN(auto sqlite, migrate::list_folder(project.migrations.dir,
                                                      project.migrations.dir, db::Engine::kSqlite));
    BEDSTONE_ASSIGN(const auto postgres,
                    migrate::list_folder(project.migrations.dir, project.migrations.dir,
                                         db::Engine::kPostgres));
    const bool later = !postgres.versioned.empty() &&
                       (sqlite.versioned.empty() ||
                        migrate::compare_versions(postgres.versioned.back().version,
                                                  sqlite.versioned.back().version) > 0);
    stem = fmt::format("{}_{}", next_version(host, later ? postgres : sqlite), name);
  }
  std::vector<std::string> paths;
  if (per_dialect) {
    paths = {files::resolve(folder, stem + ".sqlite.sql"),
             files::resolve(folder, stem + ".postgres.sql")};
  } else {
    paths = {files::resolve(folder, stem + ".sql")};
  }
  for (const std::string& path : paths) {
    BEDSTONE_TRY(files::write_new(path, template_for(message, repeatable)));
  }
  return paths;
}

}  // namespace

NewMigration migrate_new(const Host& host, const ProjectOptions& options,
                         const std::string& message, bool per_dialect, bool repeatable) {
  NewMigration result;
  LoadOptions load_options;
  load_options.folder = options.folder;
  load_options.database = options.database.value_or("");
  load_options.env = options.env;
  load_options.needs_database = false;
  auto project = load_project(load_options, host.environment);
  if (!project) {
    result.errors = std::move(project).error();
  } else {
    auto written = write_files(host, *project, message, per_dialect, repeatable);
    if (written) {
      result.files = *std::move(written);
    } else {
      result.errors.push_back(std::move(written).error());
    }
  }
  result.exit_code = exit_code_for(result.errors);
  return result;
}

}  // namespace bedstone::bootstrap
