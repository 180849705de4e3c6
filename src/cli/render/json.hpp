/// The objects that --json prints; docs/schemas describes each. Text only, so that JSON's header
/// stays inside this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bedstone/backup.hpp"
#include "bedstone/results.hpp"
#include "bootstrap/commands.hpp"
#include "cli/command.hpp"

namespace bedstone::cli {

struct InitReport;
struct ErrorPage;

/// `command` names the schema: "up" gives "bedstone.up/1".
std::string to_json(const InitializationResult& result, std::string_view command);
std::string to_json(const bootstrap::PlanReport& report, ExitCode exit, std::string_view command);
std::string to_json(const StatusReport& report, ExitCode exit, std::string_view command);
std::string to_json(const bootstrap::WaitReport& report);
std::string to_json(const MigrationResult& result, std::string_view command);
std::string to_json(const RepairResult& result);
std::string to_json(const bootstrap::NewMigration& result);
std::string to_json(const bootstrap::RunsReport& report);
std::string to_json(const SeedingResult& result, ExitCode exit, std::string_view command);
std::string to_json(const SeedStatusReport& report);
std::string to_json(const bootstrap::SeedFiles& result, std::string_view command);
std::string to_json(const bootstrap::SecretReport& report, std::string_view command);
std::string new_key_json(std::string_view file);
std::string revealed_json(const Secret& value);
std::string to_json(const InitReport& report);
std::string to_json(const BackupResult& result);
std::string to_json(const RestoreResult& result);

/// What failed before the command had a result: bedstone.error/1.
std::string errors_json(const std::vector<Error>& errors, ExitCode exit);
std::string explain_json(const std::vector<ErrorPage>& pages);
std::string completion_json(std::string_view shell, std::string_view script);
/// What `serve` prints when it takes requests.
std::string serve_json(std::string_view project, std::string_view url, bool ready);
std::string version_json();
/// Both null: everything.
std::string help_json(const CommandSpec* command, const GroupSpec* group);

}  // namespace bedstone::cli
