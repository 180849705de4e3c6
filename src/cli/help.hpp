/// Help as text, made from the tables.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace bedstone::cli {

struct HelpStyle {
  bool color = false;
  std::size_t width = 90;
};

std::string help_for_all(const HelpStyle& style);
std::string help_for_group(const GroupSpec& group, const HelpStyle& style);
std::string help_for(const CommandSpec& command, const HelpStyle& style);

/// "bedstone migrate to VERSION [flags]"
std::string synopsis(const CommandSpec& command);
/// "-C, --project DIR"
std::string flag_term(const FlagSpec& flag);

}  // namespace bedstone::cli
