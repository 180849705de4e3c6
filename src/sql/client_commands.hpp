/// Client commands: what psql and the sqlite3 shell understand and no server does, and what to
/// write instead.
#pragma once

#include <string_view>

#include "bedstone/error.hpp"

namespace bedstone::sql {

/// kSqlMetaCommand for `name` ("connect", "!", …), which stood behind a backslash.
Error refuse_psql_command(std::string_view name);
/// kSqlMetaCommand for `name` ("read", "mode", …), which stood behind a dot.
Error refuse_shell_command(std::string_view name);

}  // namespace bedstone::sql
