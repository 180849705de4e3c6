/// What the secret commands share.
#pragma once

#include <string_view>

#include "cli/commands/exits.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {

/// Commands that read or write encrypted values.
inline constexpr ExitMeaning kSecretExits[] = {
    {0, "done"},
    {1, "failed; nothing was left half done"},
    {3, "a person must decide"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

/// Prints a result and returns its exit code. `command` names the schema: "secret-set".
int finish(Session& session, const bootstrap::SecretReport& report, std::string_view command);

}  // namespace bedstone::cli
