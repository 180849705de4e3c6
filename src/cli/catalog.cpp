// The list of all commands and the flags that all of them understand.
#include <array>

#include "cli/command.hpp"
#include "cli/commands/all.hpp"

namespace bedstone::cli {
namespace {

constexpr std::array kCommands{
    &kUpCommand,
    &kExecCommand,
    &kServeCommand,
    &kPlanCommand,
    &kStatusCommand,
    &kWaitCommand,
    &kInitCommand,
    &kMigrateNewCommand,
    &kMigrateUpCommand,
    &kMigrateToCommand,
    &kMigrateDownCommand,
    &kMigrateRedoCommand,
    &kMigrateHistoryCommand,
    &kMigrateVerifyCommand,
    &kMigrateBaselineCommand,
    &kMigrateRepairCommand,
    &kMigrateSquashCommand,
    &kSeedCommand,
    &kSeedStatusCommand,
    &kSeedDiffCommand,
    &kSeedAdoptCommand,
    &kSeedResetCommand,
    &kSeedNewCommand,
    &kSeedExportCommand,
    &kConfigShowCommand,
    &kConfigGetCommand,
    &kConfigSetCommand,
    &kConfigUnsetCommand,
    &kConfigResetCommand,
    &kConfigExplainCommand,
    &kConfigHistoryCommand,
    &kConfigRollbackCommand,
    &kConfigValidateCommand,
    &kConfigExportCommand,
    &kConfigImportCommand,
    &kConfigSetupCommand,
    &kConfigStatusCommand,
    &kConfigWatchCommand,
    &kSchemaShowCommand,
    &kSchemaDiffCommand,
    &kSchemaValidateCommand,
    &kSchemaRepairCommand,
    &kSchemaDumpCommand,
    &kSecretSetCommand,
    &kSecretVerifyCommand,
    &kSecretRotateCommand,
    &kSecretNewKeyCommand,
    &kSecretImportFernetCommand,
    &kSecretRevealCommand,
    &kBackupCommand,
    &kRestoreCommand,
    &kHealthCommand,
    &kDoctorCommand,
    &kTransferCommand,
    &kRunsCommand,
    &kEventsCommand,
    &kEventsPruneCommand,
    &kExplainCommand,
    &kCompletionCommand,
    &kVersionCommand,
};

constexpr std::array<GroupSpec, 6> kGroups{
    {{"migrate", "Write, apply, revert and check migrations", "Migrations"},
     {"seed", "Carry out, compare and write seed sets", "Seeds"},
     {"config", "Look at settings and change them", "Settings"},
     {"schema", "Show, compare and write the live schema", "Schema"},
     {"secret", "Encrypt settings, and look after the keys", "Secrets"},
     {"events", "Look over errors, and end their record", "Events"}}};

constexpr std::array<std::string_view, 2> kLogFormats{"text", "json"};
constexpr std::array<std::string_view, 5> kLogLevels{"debug", "info", "warning", "error", "off"};
constexpr std::array<std::string_view, 3> kColors{"auto", "always", "never"};

constexpr std::array<FlagSpec, 13> kGlobalFlags{{
    {.name = "project",
     .letter = 'C',
     .kind = ValueKind::kFolder,
     .metavar = "DIR",
     .help = "The folder with bedstone.yaml or migrations/",
     .fallback = "."},
    {.name = "database",
     .kind = ValueKind::kUrl,
     .metavar = "URL",
     .help = "Use this database instead of the project's; DATABASE_URL keeps a password out of "
             "the process list"},
    {.name = "env",
     .kind = ValueKind::kText,
     .metavar = "NAME",
     .help = "Overlay bedstone.NAME.yaml",
     .fallback = "$BEDSTONE_ENV"},
    {.name = "json", .help = "Print one JSON object on standard output"},
    {.name = "yes", .letter = 'y', .help = "Answer every question with yes"},
    {.name = "verbose", .letter = 'v', .help = "Log more; twice: everything"},
    {.name = "quiet", .letter = 'q', .help = "Print errors only"},
    {.name = "debug", .help = "Log everything, and tell what was being done when an error came"},
    {.name = "log-level",
     .kind = ValueKind::kChoice,
     .metavar = "LEVEL",
     .help = "debug, info, warning, error or off",
     .fallback = "info, on a terminal warning",
     .choices = kLogLevels},
    {.name = "log-format",
     .kind = ValueKind::kChoice,
     .metavar = "FORMAT",
     .help = "text or json, on standard error",
     .fallback = "text",
     .choices = kLogFormats},
    {.name = "color",
     .kind = ValueKind::kChoice,
     .metavar = "WHEN",
     .help = "auto, always or never; NO_COLOR is honoured",
     .fallback = "auto",
     .choices = kColors},
    {.name = "help", .letter = 'h', .help = "Explain the command"},
    {.name = "version", .letter = 'V', .help = "Print the version"},
}};

}  // namespace

std::span<const CommandSpec* const> all_commands() {
  return kCommands;
}

std::span<const GroupSpec> all_groups() {
  return kGroups;
}

std::span<const FlagSpec> global_flags() {
  return kGlobalFlags;
}

const CommandSpec* find_command(std::string_view name) {
  for (const CommandSpec* command : kCommands) {
    if (command->name == name) return command;
  }
  return nullptr;
}

const GroupSpec* find_group(std::string_view name) {
  for (const GroupSpec& group : kGroups) {
    if (group.name == name) return &group;
  }
  return nullptr;
}

}  // namespace bedstone::cli
