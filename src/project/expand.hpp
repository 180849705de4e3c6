/// ${NAME} in YAML values: what the environment says, put in after parsing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked.hpp"
#include "base/environment.hpp"
#include "data/node.hpp"

namespace bedstone {

/// Expands the scalars at and below `node` (never keys) in place:
///   ${NAME}            the variable; unset is kVariableUnset
///   ${NAME:-default}   the default, itself expanded, when it is unset or empty
///   ${NAME:?message}   kVariableUnset with that message when it is unset or empty
///   $${                a literal ${; a $ elsewhere, also $$, is text
/// What plain scalars expand to is typed anew. Errors are appended; they name variables and never
/// hold what those, defaults or values hold.
void expand_variables(data::Node& node, const data::Document& document,
                      const Environment& environment, Errors& errors);

}  // namespace bedstone
