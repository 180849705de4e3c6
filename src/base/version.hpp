/// The version of this Bedstone.
#pragma once

#include <string_view>

namespace bedstone {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace bedstone
