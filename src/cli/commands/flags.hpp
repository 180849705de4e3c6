/// Flags that several commands share; Session::up_options reads them.
#pragma once

#include <array>

#include "cli/command.hpp"

namespace bedstone::cli {

inline constexpr std::array<std::string_view, 2> kFailurePolicies{"abort", "continue"};

inline constexpr FlagSpec kDryRunFlag{.name = "dry-run",
                                      .help = "Show what would be done and change nothing"};
inline constexpr FlagSpec kForceFlag{
    .name = "force",
    .help = "Look closely even when all seems done; deletes and overwrites nothing"};
inline constexpr FlagSpec kNoSeedFlag{.name = "no-seed", .help = "Leave the seed sets out"};
inline constexpr FlagSpec kBackupFlag{
    .name = "backup", .help = "Make a backup before anything changes, whatever backup.before says"};
inline constexpr FlagSpec kWaitFlag{.name = "wait",
                                    .kind = ValueKind::kDuration,
                                    .metavar = "TIME",
                                    .help = "Wait so long for the database to answer",
                                    .fallback = "database.wait, 60s"};
inline constexpr FlagSpec kLockTimeoutFlag{.name = "lock-timeout",
                                           .kind = ValueKind::kDuration,
                                           .metavar = "TIME",
                                           .help = "Wait so long for another run to end",
                                           .fallback = "database.lock_timeout, 5m"};
inline constexpr FlagSpec kOnFailureFlag{
    .name = "on-failure",
    .kind = ValueKind::kChoice,
    .metavar = "POLICY",
    .help = "abort, or continue when seeds or settings fail; migrations always stop",
    .fallback = "on_failure, abort",
    .choices = kFailurePolicies};
inline constexpr FlagSpec kCreateFlag{.name = "create",
                                      .help = "Create the database when it is missing"};
inline constexpr FlagSpec kNoCreateFlag{.name = "no-create", .help = "Never create the database"};
inline constexpr FlagSpec kStrictFlag{
    .name = "strict", .help = "Exit 3 on drift and conflicts instead of reporting and going on"};
inline constexpr FlagSpec kStrictOrderFlag{
    .name = "strict-order", .help = "Refuse migrations that are older than ones already applied"};
inline constexpr FlagSpec kDetailedExitFlag{.name = "detailed-exitcode",
                                            .help = "Exit 2 when something is pending"};

}  // namespace bedstone::cli
