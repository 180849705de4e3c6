/// What the config commands share.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/config_results.hpp"
#include "bootstrap/config_commands.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {

/// Commands that write settings.
inline constexpr ExitMeaning kConfigWriteExits[] = {
    {0, "done, and read back from the database"},
    {1, "failed; nothing was changed"},
    {3, "a person must decide: the setting was changed meanwhile"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

inline constexpr FlagSpec kReasonFlag{.name = "reason",
                                      .kind = ValueKind::kText,
                                      .metavar = "TEXT",
                                      .help = "Why: stands in the history"};
inline constexpr FlagSpec kIfRevisionFlag{
    .name = "if-revision",
    .kind = ValueKind::kText,
    .metavar = "N",
    .help = "Only if none of these settings was changed after revision N"};
inline constexpr FlagSpec kPassphraseFileFlag{.name = "passphrase-file",
                                              .kind = ValueKind::kText,
                                              .metavar = "FILE",
                                              .help = "The passphrase is this file's first line"};
inline constexpr FlagSpec kPassphraseEnvFlag{.name = "passphrase-env",
                                             .kind = ValueKind::kText,
                                             .metavar = "NAME",
                                             .help = "The passphrase is in this variable"};
inline constexpr FlagSpec kPassphraseStdinFlag{.name = "passphrase-stdin",
                                               .help = "The passphrase comes from standard input"};

/// Reads --reason, --if-revision and --dry-run. Errors: kUsage.
Result<bootstrap::ConfigWriteOptions> write_options(const Session& session);
/// A revision's number. Errors: kUsage.
Result<std::int64_t> parse_revision(std::string_view what, std::string_view text);
/// What the passphrase flags say; nullopt without any. Errors: kUsage, kConfigPassphrase, those of
/// files::read.
Result<std::optional<Secret>> read_passphrase(const Session& session);

/// Prints a result and returns its exit code. `command` names the schema: "config-set".
int finish(Session& session, const ConfigChangeResult& result, std::string_view command);

}  // namespace bedstone::cli
