// What makes two releases of a project the same.
#include "bootstrap/release.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/tree_hash.hpp"
#include "seed/glance.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {

namespace {

/// Whether there are settings. A project without them has the digest it had before there were any.
Result<bool> hash_settings(Blake2b& files, const Project& project) {
  const Project::Settings& settings = project.settings;
  if (settings.file_place.empty() && !files::exists(settings.file)) return false;
  if (Status hashed = hash_file(files, settings.file); !hashed) {
    return fail(std::move(hashed).error().at(settings.file_place));
  }
  return true;
}

}  // namespace

Result<Release> read_release(const Project& project, const Environment& environment) {
  Blake2b files;
  for (const std::string& path : project_digest_inputs(project)) {
    BEDSTONE_TRY(hash_file(files, path));
  }
  const std::string& dir = project.migrations.dir;
  BEDSTONE_TRY(hash_folder(files, dir, ".sql"));
  BEDSTONE_TRY(hash_folder(files, files::resolve(dir, "repeatable"), ".sql"));
  Release release;
  BEDSTONE_ASSIGN(release.has_settings, hash_settings(files, project));
  // Also where this start does not seed: the release is the same.
  release.files = std::make_shared<seed::FileDigests>();
  seed::Glance seeds = seed::glance(files, project.seeds.dir,
                                    {project.folder, project.env, environment}, *release.files);
  if (project.seeds.automatic) {
    release.has_seeds = seeds.any;
    release.filled_when_empty = std::move(seeds.filled_when_empty);
  }
  release.digest = to_hex(files.finish());
  const std::vector<std::string> variables = std::move(seeds.variables);
  // Only hashes of values are kept, bound to the files, so that the database tells no values.
  Blake2b ready;
  ready.update_field(release.digest);
  ready.update_field(std::to_string(store::kLayout));
  for (const std::vector<std::string>* names : {&project.variables, &variables}) {
    for (const std::string& name : *names) {
      ready.update_field(name);
      ready.update_field(environment.get(name).value_or("\x01unset"));
    }
  }
  // Which sets count.
  ready.update_field(project.env);
  release.ready = to_hex(ready.finish());
  return release;
}

}  // namespace bedstone::bootstrap
