/// Signals: the first asks the work to stop, the second ends the process.
#pragma once

#include "base/cancel.hpp"

namespace bedstone::cli {

/// SIGINT, SIGTERM and SIGHUP fire `cancel`; a second one exits with 130 at once. SIGPIPE is
/// ignored (writing to a reader that left is no reason to die in mid-migration). `cancel` must
/// live as long as the process. A SIGHUP that was ignored at start (nohup) stays ignored.
void catch_signals(CancelToken& cancel);

/// What a program that this process becomes expects to find.
void restore_signals();

}  // namespace bedstone::cli
