/// One constant per command; each is defined in the file of its name, with what it runs.
#pragma once

#include "cli/command.hpp"

namespace bedstone::cli {

extern const CommandSpec kInitCommand;
extern const CommandSpec kUpCommand;
extern const CommandSpec kPlanCommand;
extern const CommandSpec kStatusCommand;
extern const CommandSpec kWaitCommand;
extern const CommandSpec kExecCommand;
extern const CommandSpec kServeCommand;
extern const CommandSpec kMigrateNewCommand;
extern const CommandSpec kMigrateUpCommand;
extern const CommandSpec kMigrateToCommand;
extern const CommandSpec kMigrateDownCommand;
extern const CommandSpec kMigrateRedoCommand;
extern const CommandSpec kMigrateHistoryCommand;
extern const CommandSpec kMigrateVerifyCommand;
extern const CommandSpec kMigrateBaselineCommand;
extern const CommandSpec kMigrateRepairCommand;
extern const CommandSpec kMigrateSquashCommand;
extern const CommandSpec kSeedCommand;
extern const CommandSpec kSeedStatusCommand;
extern const CommandSpec kSeedDiffCommand;
extern const CommandSpec kSeedAdoptCommand;
extern const CommandSpec kSeedResetCommand;
extern const CommandSpec kSeedNewCommand;
extern const CommandSpec kSeedExportCommand;
extern const CommandSpec kConfigShowCommand;
extern const CommandSpec kConfigGetCommand;
extern const CommandSpec kConfigSetCommand;
extern const CommandSpec kConfigUnsetCommand;
extern const CommandSpec kConfigResetCommand;
extern const CommandSpec kConfigExplainCommand;
extern const CommandSpec kConfigHistoryCommand;
extern const CommandSpec kConfigRollbackCommand;
extern const CommandSpec kConfigValidateCommand;
extern const CommandSpec kConfigExportCommand;
extern const CommandSpec kConfigImportCommand;
extern const CommandSpec kConfigSetupCommand;
extern const CommandSpec kConfigStatusCommand;
extern const CommandSpec kConfigWatchCommand;
extern const CommandSpec kSchemaShowCommand;
extern const CommandSpec kSchemaDiffCommand;
extern const CommandSpec kSchemaValidateCommand;
extern const CommandSpec kSchemaRepairCommand;
extern const CommandSpec kSchemaDumpCommand;
extern const CommandSpec kSecretSetCommand;
extern const CommandSpec kSecretVerifyCommand;
extern const CommandSpec kSecretRotateCommand;
extern const CommandSpec kSecretNewKeyCommand;
extern const CommandSpec kSecretImportFernetCommand;
extern const CommandSpec kSecretRevealCommand;
extern const CommandSpec kBackupCommand;
extern const CommandSpec kRestoreCommand;
extern const CommandSpec kHealthCommand;
extern const CommandSpec kDoctorCommand;
extern const CommandSpec kTransferCommand;
extern const CommandSpec kRunsCommand;
extern const CommandSpec kEventsCommand;
extern const CommandSpec kEventsPruneCommand;
extern const CommandSpec kExplainCommand;
extern const CommandSpec kCompletionCommand;
extern const CommandSpec kVersionCommand;

}  // namespace bedstone::cli
