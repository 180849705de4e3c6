/// New projects from the templates that the binary carries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bedstone/error.hpp"
#include "bedstone/state.hpp"

namespace bedstone::cli {

struct InitReport {
  std::string folder;
  std::string template_name;
  std::vector<std::string> files;  ///< Relative to the folder, in the order written.
  std::vector<Error> errors;
  ExitCode exit_code = ExitCode::kFailed;
};

/// Writes all files of a template or none: where one is in the way, every such file is an error
/// (kFileExists) and nothing is touched; where writing fails, what was written is removed again.
InitReport init_project(std::string_view folder, std::string_view template_name);

/// What a project in `folder` is called: [a-z0-9][a-z0-9_-]{0,62}.
std::string project_name_for(std::string_view folder);

}  // namespace bedstone::cli
