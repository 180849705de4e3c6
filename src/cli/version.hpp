/// The version of this Bedstone.
#pragma once

#include <string>
#include <string_view>

namespace bedstone::cli {

std::string_view version();
/// "bedstone 0.1.0\n"
std::string version_text();

}  // namespace bedstone::cli
