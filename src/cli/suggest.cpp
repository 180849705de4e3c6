// Nearest names among the tables.
#include "cli/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/parse.hpp"

namespace bedstone::cli {
namespace {

bool has_flag(const CommandSpec& command, std::string_view name) {
  return std::any_of(command.flags.begin(), command.flags.end(),
                     [name](const FlagSpec& flag) { return flag.name == name; });
}

/// A flag's name as typed; what is no name at all may be a URL that lost its flag.
std::string show_name(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  return plain ? text::excerpt(name, 60) : quote_safely(name);
}

std::string help_line(const CommandSpec* command) {
  return command == nullptr ? "bedstone --help" : fmt::format("bedstone {} --help", command->name);
}

/// Where a flag that exists belongs, as a hint; empty when no command has it.
std::string owner_of(std::string_view name, const CommandSpec* command) {
  for (const CommandSpec* other : all_commands()) {
    if (!has_flag(*other, name)) continue;
    if (command == nullptr) {
      return fmt::format("write it after its command: bedstone {} --{}", other->name, name);
    }
    return fmt::format("it belongs to `{}`: bedstone {} --help", other->name, other->name);
  }
  return {};
}

}  // namespace

Error unknown_flag(std::string_view name, const CommandSpec* command) {
  const std::string_view dashes = name.size() == 1 ? "-" : "--";
  const std::string where =
      command == nullptr ? "" : fmt::format(" of `bedstone {}`", command->name);
  Error error(ErrorCode::kUnknownFlag,
              fmt::format("there is no flag {}{}{}", dashes, show_name(name), where));
  error.hint = owner_of(name, command);
  if (!error.hint.empty()) return error;

  std::vector<std::string> names;
  if (command != nullptr) {
    for (const FlagSpec& flag : command->flags)
      names.emplace_back(flag.name);
  }
  for (const FlagSpec& flag : global_flags())
    names.emplace_back(flag.name);
  const auto near = name.size() == 1 ? std::nullopt : text::nearest(name, names);
  error.hint = near ? fmt::format("did you mean --{}?", *near)
                    : fmt::format("for the flags there are: {}", help_line(command));
  return error;
}

Error unknown_command(std::string_view word, const GroupSpec* group) {
  const std::string full =
      group == nullptr ? std::string(word) : fmt::format("{} {}", group->name, word);
  Error error(
      ErrorCode::kUnknownCommand,
      fmt::format("there is no command {}",
                  group == nullptr ? quote_safely(word)
                                   : fmt::format("{} {}", group->name, quote_safely(word))));
  std::vector<std::string> names;
  for (const CommandSpec* command : all_commands()) {
    // "down" alone is meant as "migrate down".
    if (group == nullptr && command->last_word() == word) {
      return std::move(error).advise(fmt::format("did you mean bedstone {}?", command->name));
    }
    names.emplace_back(command->name);
  }
  if (group == nullptr) {
    for (const GroupSpec& other : all_groups())
      names.emplace_back(other.name);
  }
  const auto near = text::nearest(full, names);
  if (near) return std::move(error).advise(fmt::format("did you mean bedstone {}?", *near));
  return std::move(error).advise(
      fmt::format("for the commands there are: bedstone {}--help",
                  group == nullptr ? "" : fmt::format("{} ", group->name)));
}

}  // namespace bedstone::cli
