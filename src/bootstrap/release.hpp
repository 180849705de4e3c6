/// Release: one digest over all files that a project brings along.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/environment.hpp"
#include "bedstone/result.hpp"
#include "project/project.hpp"
#include "seed/glance.hpp"

namespace bedstone::bootstrap {

struct Release {
  std::string digest;  ///< Of the files alone: the same on every machine.
  std::string ready;   ///< Also of what the environment and this program add: `up` is done for it.
  std::shared_ptr<seed::FileDigests> files;  ///< Of data files that were read on the way.
  bool has_seeds = false;                    ///< There are files that `up` shall seed.
  bool has_settings = false;                 ///< There is a file that declares settings.
  /// Tables that seed sets fill whenever they are empty.
  std::vector<std::string> filled_when_empty;
};

/// Reads every file of the project once. Errors: also kFileMissing, where the project names a file
/// of settings that is not there.
Result<Release> read_release(const Project& project, const Environment& environment);

}  // namespace bedstone::bootstrap
