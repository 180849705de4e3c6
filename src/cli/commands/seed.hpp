/// What the seed commands share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/render/report.hpp"
#include "cli/session.hpp"

namespace bedstone::cli {

inline constexpr PositionalSpec kSetsPositional[] = {
    {.name = "SET",
     .arity = Arity::kMany,
     .help = "The name of a set: its file's name without number and ending"}};

inline constexpr FlagSpec kAllSetsFlag{.name = "all", .help = "All sets, also unchanged ones"};
inline constexpr FlagSpec kRowsFlag{.name = "rows",
                                    .kind = ValueKind::kCount,
                                    .metavar = "N",
                                    .help = "List so many rows of each set",
                                    .fallback = "20"};
inline constexpr FlagSpec kDifferencesExitFlag{.name = "detailed-exitcode",
                                               .help = "Exit 2 when there is a difference"};

/// Commands that write sets.
inline constexpr ExitMeaning kSeedingExits[] = {
    {0, "done"},
    {1, "failed; a set that failed was rolled back whole, the others are written"},
    {3, "a person must decide: a value was changed by the file and by an operator, and kept"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the set at work was rolled back"},
};

inline constexpr FlagSpec kOutputFlag{.name = "output",
                                      .kind = ValueKind::kText,
                                      .metavar = "FILE",
                                      .help = "The set's file",
                                      .fallback = "the next number in the folder of seeds"};

/// Commands that write files from what is in the database.
inline constexpr ExitMeaning kFromDatabaseExits[] = {
    {0, "the files are written"},
    {1, "failed; no file was written"},
    {3, "a person must decide"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

/// `--name SET …` or the arguments, as words to type again: " roles --all".
std::string words_of(const SeedOptions& options);
/// Whether something would be written, or is not as the files say.
bool differs(const SeedingResult& result, SeedView view);
/// Prints a result and returns `exit`. `command` names the schema: "seed-diff".
int finish(Session& session, const SeedingResult& result, SeedView view, std::string_view command,
           ExitCode exit);
int finish(Session& session, const bootstrap::SeedFiles& result, std::string_view command);

}  // namespace bedstone::cli
