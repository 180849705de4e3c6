/// Mask: what stands in a secret's place on screens, told from the secret itself.
#pragma once

#include <string_view>

#include "config/value.hpp"

namespace bedstone::config {

/// Stands where a secret is not shown. It is never taken for one.
inline constexpr std::string_view kMask = "********";

/// Whether a text is nothing but a mask ("********", "••••"), or an encrypted one: never the
/// secret itself.
bool is_mask(std::string_view text);

/// Also a part of a secret with the rest masked, as services show their keys: "sk-…abcd",
/// "AKIA************WXYZ", "sk-...abcd"; and a URL whose password is masked. A text of which more
/// than a few characters can be seen is none.
bool looks_masked(std::string_view text);

/// The same of a value: an item of a list, a text within JSON.
bool holds_mask(ValueType type, const Value& value);

}  // namespace bedstone::config
