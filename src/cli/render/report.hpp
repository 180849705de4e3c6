/// Results for people.
#pragma once

#include "bedstone/backup.hpp"
#include "bedstone/results.hpp"
#include "bootstrap/commands.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

/// How a seeding is told: what was done, what would be, only what is wrong, …
enum class SeedView { kRun, kDryRun, kValidate, kDiff, kAdopt, kReset };

void add_report(Page& page, const InitializationResult& result);
void add_report(Page& page, const bootstrap::PlanReport& report);
void add_report(Page& page, const StatusReport& report);
void add_report(Page& page, const bootstrap::WaitReport& report);
void add_report(Page& page, const MigrationResult& result);
void add_report(Page& page, const RepairResult& result);
void add_report(Page& page, const bootstrap::RunsReport& report, bool one);
void add_report(Page& page, const SeedingResult& result, SeedView view);
void add_report(Page& page, const SeedStatusReport& report);
void add_report(Page& page, const bootstrap::SeedFiles& result);
void add_report(Page& page, const bootstrap::SecretReport& report);
void add_report(Page& page, const BackupResult& result);
void add_report(Page& page, const RestoreResult& result);
/// `migrate history`: every migration, applied or not.
void add_history(Page& page, const StatusReport& report);
/// `migrate verify`: what agrees and what does not.
void add_verification(Page& page, const StatusReport& report);

}  // namespace bedstone::cli
