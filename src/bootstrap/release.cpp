// What makes two releases of a project the same.
#include "bootstrap/release.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/tree_hash.hpp"
#include "store/tables.hpp"

namespace bedstone::bootstrap {

Result<Release> read_release(const Project& project, const Environment& environment) {
  Blake2b files;
  for (const std::string& path : project_digest_inputs(project)) {
    BEDSTONE_TRY(hash_file(files, path));
  }
  const std::string& dir = project.migrations.dir;
  BEDSTONE_TRY(hash_folder(files, dir, ".sql"));
  BEDSTONE_TRY(hash_folder(files, files::resolve(dir, "repeatable"), ".sql"));
  Release release;
  release.digest = to_hex(files.finish());
  // Only hashes of values are kept, bound to the files, so that the database tells no values.
  Blake2b ready;
  ready.update_field(release.digest);
  ready.update_field(std::to_string(store::kLayout));
  for (const std::string& name : project.variables) {
    ready.update_field(name);
    ready.update_field(environment.get(name).value_or("\x01unset"));
  }
  release.ready = to_hex(ready.finish());
  return release;
}

}  // namespace bedstone::bootstrap
