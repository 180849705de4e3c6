/// Settings for people and for programs.
#pragma once

#include <string>
#include <string_view>

#include "bedstone/config_results.hpp"
#include "bootstrap/config_commands.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {

void add_report(Page& page, const ConfigReport& report);
void add_report(Page& page, const ConfigExplanation& report);
void add_report(Page& page, const ConfigHistory& report);
void add_report(Page& page, const ConfigChangeResult& result);
void add_report(Page& page, const ConfigExport& result, std::string_view file);
/// What is wrong, or that nothing is.
void add_verdict(Page& page, const ConfigReport& report);

/// `command` names the schema: "config-show" gives "bedstone.config-show/1".
std::string to_json(const ConfigReport& report, std::string_view command);
std::string to_json(const ConfigExplanation& report);
std::string to_json(const ConfigHistory& report);
std::string to_json(const ConfigChangeResult& result, std::string_view command);
/// `file` empty: the document is a member.
std::string to_json(const ConfigExport& result, std::string_view file);
std::string to_json(const bootstrap::ConfigValue& value);

}  // namespace bedstone::cli
