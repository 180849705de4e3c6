/// The live schema, for people and for programs.
#pragma once

#include <string>

#include "bootstrap/schema_commands.hpp"
#include "bootstrap/schema_repair.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const bootstrap::SchemaReport& report);
void add_report(Page& page, const bootstrap::SchemaDiffReport& report);
void add_report(Page& page, const bootstrap::SchemaValidation& report);
void add_report(Page& page, const bootstrap::SchemaRepairReport& report);

std::string to_json(const bootstrap::SchemaReport& report);
std::string to_json(const bootstrap::SchemaDiffReport& report, ExitCode exit);
std::string to_json(const bootstrap::SchemaValidation& report);
std::string to_json(const bootstrap::SchemaRepairReport& report);
/// `file`: where the script is; empty: it is in the object.
std::string to_json(const bootstrap::SchemaDumpReport& report, const std::string& file);

}  // namespace bedstone::cli
