/// Results for people.
#pragma once

#include "bedstone/results.hpp"
#include "bootstrap/commands.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const InitializationResult& result);
void add_report(Page& page, const bootstrap::PlanReport& report);
void add_report(Page& page, const StatusReport& report);
void add_report(Page& page, const bootstrap::WaitReport& report);
void add_report(Page& page, const MigrationResult& result);
void add_report(Page& page, const RepairResult& result);
void add_report(Page& page, const bootstrap::RunsReport& report, bool one);
/// `migrate history`: every migration, applied or not.
void add_history(Page& page, const StatusReport& report);
/// `migrate verify`: what agrees and what does not.
void add_verification(Page& page, const StatusReport& report);

}  // namespace bedstone::cli
