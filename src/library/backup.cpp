// Backups, for programs.
#include "bedstone/backup.hpp"

#include "bootstrap/backup.hpp"
#include "library/library_host.hpp"

namespace bedstone {

BackupResult backup_database(const ProjectOptions& project, const BackupOptions& options,
                             const LibraryOptions& library) {
  const LibraryHost host(library, "backup");
  return bootstrap::backup(host.host(), project, options);
}

std::future<BackupResult> backup_database_async(ProjectOptions project, BackupOptions options,
                                                LibraryOptions library) {
  return std::async(std::launch::async, [project = std::move(project), options = std::move(options),
                                         library = std::move(library)] {
    return backup_database(project, options, library);
  });
}

RestoreResult restore_database(const ProjectOptions& project, const RestoreOptions& options,
                               const LibraryOptions& library) {
  const LibraryHost host(library, "restore");
  return bootstrap::restore(host.host(), project, options);
}

std::future<RestoreResult> restore_database_async(ProjectOptions project, RestoreOptions options,
                                                  LibraryOptions library) {
  return std::async(std::launch::async, [project = std::move(project), options = std::move(options),
                                         library = std::move(library)] {
    return restore_database(project, options, library);
  });
}

}  // namespace bedstone
