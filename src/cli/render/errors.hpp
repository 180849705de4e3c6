/// Errors and warnings for people: what, where, why, what next.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bedstone/error.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

struct ErrorStyle {
  std::string_view folder = {};  ///< Places that are not found as written are tried from here.
  bool debug = false;            ///< Tells what was being done.
};

/// Numbered when there are several; ends with the `bedstone explain` to type.
void add_errors(Page& page, const std::vector<Error>& errors, const ErrorStyle& style);
void add_warnings(Page& page, const std::vector<Error>& warnings, const ErrorStyle& style);

}  // namespace bedstone::cli
