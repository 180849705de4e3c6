/// What the public classes around settings share: a project with what it declares, and the world.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/checked.hpp"
#include "config/live.hpp"
#include "library/library_host.hpp"
#include "project/project.hpp"

namespace bedstone {

/// A project whose settings an application reads. Shared, because a manager's thread needs it for
/// as long as it runs.
struct ManagedProject {
  Project project;
  Environment environment;  ///< Of the moment when it was loaded: pins do not change.
  std::shared_ptr<Log> log;
  std::shared_ptr<const config::Loader> loader;
};

/// Reads bedstone.yaml and settings.yaml. A project without settings.yaml has no settings.
Checked<std::shared_ptr<const ManagedProject>> load_managed(const ProjectOptions& options,
                                                            const LibraryOptions& library);

/// A session to read settings with; `cancel` and `wait` as in bootstrap::connect().
Result<std::unique_ptr<db::Connection>> connect_managed(const ManagedProject& managed,
                                                        const CancelToken* cancel,
                                                        std::chrono::milliseconds wait);

/// What a manager's thread works with.
config::LiveTools live_tools(const std::shared_ptr<const ManagedProject>& managed);

}  // namespace bedstone
