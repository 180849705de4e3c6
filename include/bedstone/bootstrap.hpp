/// Free functions for programs that want one answer.
#pragma once

#include <chrono>
#include <future>

#include "bedstone/library.hpp"
#include "bedstone/result.hpp"
#include "bedstone/results.hpp"
#include "bedstone/runtime_config.hpp"

namespace bedstone {

/// NO_DATABASE … RUNNING, without writing. A database that does not answer is an error.
Result<Lifecycle> get_bootstrap_state(const ProjectOptions& project,
                                      const LibraryOptions& library = {});

/// Returns when the database answers; the error says why it did not in time.
Status wait_for_database(const ProjectOptions& project, std::chrono::milliseconds limit,
                         const LibraryOptions& library = {});

/// Whether `initialize` would apply something. Writes nothing.
Result<bool> needs_migration(const ProjectOptions& project, const LibraryOptions& library = {});

/// `initialize`, with the answer of one question more: how many accounts (rows of `accounts` and
/// `users`) and models (rows of `llm_models` and `models`) the seed sets made.
BootstrapResult bootstrap_database(const ProjectOptions& project, const UpOptions& options = {},
                                   const LibraryOptions& library = {});
std::future<BootstrapResult> bootstrap_database_async(ProjectOptions project,
                                                      UpOptions options = {},
                                                      LibraryOptions library = {});

/// Any state → ready, and then the settings: `initialize`, and all values read once. A program that
/// wants to hear of changes opens a ConfigManager afterwards, or instead. Errors: all that went
/// wrong; those of ConfigManager::open.
ConfigResult<RuntimeConfig> bootstrap_application(const ProjectOptions& project,
                                                  const UpOptions& options = {},
                                                  const LibraryOptions& library = {});
std::future<ConfigResult<RuntimeConfig>> bootstrap_application_async(ProjectOptions project,
                                                                     UpOptions options = {},
                                                                     LibraryOptions library = {});

}  // namespace bedstone
