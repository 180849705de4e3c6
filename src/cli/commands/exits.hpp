/// Exit codes as help and docs explain them, shared by commands that end alike.
#pragma once

#include "cli/command.hpp"

namespace bedstone::cli {

inline constexpr ExitMeaning kOnlyUsageExits[] = {
    {0, "done"},
    {64, "the command line was not understood"},
};

/// Commands that bring the database to a state.
inline constexpr ExitMeaning kChangingExits[] = {
    {0, "done; the database is as asked"},
    {1, "failed; what had been done stays recorded, the rest is rolled back"},
    {3, "a person must decide; nothing was changed"},
    {4, "the database cannot be reached, or refused the credentials"},
    {5, "another run held the lock for too long"},
    {64, "the command line was not understood"},
    {130, "interrupted; the migration at work was rolled back"},
};

/// Commands that only look.
inline constexpr ExitMeaning kReadingExits[] = {
    {0, "the question is answered"},
    {1, "failed"},
    {2, "something is pending (only with --detailed-exitcode)"},
    {3, "a person must decide"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

/// Commands that only look and have no --detailed-exitcode.
inline constexpr ExitMeaning kAnswerExits[] = {
    {0, "the question is answered"},
    {1, "failed"},
    {3, "a person must decide"},
    {4, "the database cannot be reached, or refused the credentials"},
    {64, "the command line was not understood"},
    {130, "interrupted"},
};

/// Commands that touch files only.
inline constexpr ExitMeaning kFileExits[] = {
    {0, "the files are written"},
    {1, "failed; nothing was left half done"},
    {64, "the command line was not understood"},
};

}  // namespace bedstone::cli
