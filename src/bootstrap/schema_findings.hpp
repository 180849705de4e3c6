/// What a difference between two schemas means.
#pragma once

#include "bootstrap/schema_commands.hpp"

namespace bedstone::bootstrap {

/// Data that is gone or cannot be written is critical, a rule that does not hold an error, what
/// only costs time a warning, and what is there besides an information.
SchemaFinding judge(SchemaDifference difference);

}  // namespace bedstone::bootstrap
