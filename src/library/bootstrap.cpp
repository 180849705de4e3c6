// One question, one answer.
#include "bedstone/bootstrap.hpp"

#include "library/library_host.hpp"
#include "library/managed.hpp"

namespace bedstone {

Result<Lifecycle> get_bootstrap_state(const ProjectOptions& project,
                                      const LibraryOptions& library) {
  const LibraryHost host(library, "get_bootstrap_state");
  const StatusReport report = bootstrap::status(host.host(), project);
  if (report.state == DatabaseState::kUnreachable) return fail(first_of(report.problems));
  return report.lifecycle;
}

Status wait_for_database(const ProjectOptions& project, std::chrono::milliseconds limit,
                         const LibraryOptions& library) {
  const LibraryHost host(library, "wait_for_database");
  const bootstrap::WaitReport report =
      bootstrap::wait(host.host(), project, bootstrap::WaitUntil::kReachable, limit);
  if (!report.reached) return fail(first_of(report.errors));
  return {};
}

Result<bool> needs_migration(const ProjectOptions& project, const LibraryOptions& library) {
  const LibraryHost host(library, "needs_migration");
  const StatusReport report = bootstrap::status(host.host(), project);
  switch (report.state) {
    case DatabaseState::kUnreachable:
    case DatabaseState::kForeign:
    case DatabaseState::kDiverged:
      return fail(first_of(report.problems));
    case DatabaseState::kAhead:
    case DatabaseState::kDrifted:
    case DatabaseState::kCurrent:
      return false;
    default:
      return true;
  }
}

BootstrapResult bootstrap_database(const ProjectOptions& project, const UpOptions& options,
                                   const LibraryOptions& library) {
  const LibraryHost host(library, "bootstrap_database");
  InitializationResult done = bootstrap::up(host.host(), project, options);
  BootstrapResult result;
  result.success = done.success;
  result.users_created = done.records_created["accounts"] + done.records_created["users"];
  result.models_created = done.records_created["llm_models"] + done.records_created["models"];
  result.errors = std::move(done.errors);
  result.warnings = std::move(done.warnings);
  return result;
}

ConfigResult<RuntimeConfig> bootstrap_application(const ProjectOptions& project,
                                                  const UpOptions& options,
                                                  const LibraryOptions& library) {
  const LibraryHost host(library, "bootstrap_application");
  InitializationResult done = bootstrap::up(host.host(), project, options);
  if (!done.success) {
    if (done.errors.empty()) return fail_all(first_of(done.errors));
    return fail(std::move(done.errors));
  }
  auto managed = load_managed(project, library);
  if (!managed) return fail(std::move(managed).error());
  auto connection = connect_managed(**managed, host.host().cancel, Milliseconds(0));
  if (!connection) return fail_all(std::move(connection).error());
  return config::read_once(**connection, live_tools(*managed));
}

std::future<ConfigResult<RuntimeConfig>> bootstrap_application_async(ProjectOptions project,
                                                                     UpOptions options,
                                                                     LibraryOptions library) {
  return std::async(std::launch::async, [project = std::move(project), options = std::move(options),
                                         library = std::move(library)] {
    return bootstrap_application(project, options, library);
  });
}

std::future<BootstrapResult> bootstrap_database_async(ProjectOptions project, UpOptions options,
                                                      LibraryOptions library) {
  return std::async(std::launch::async, [project = std::move(project), options = std::move(options),
                                         library = std::move(library)] {
    return bootstrap_database(project, options, library);
  });
}

}  // namespace bedstone
