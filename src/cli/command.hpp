/// CommandSpec: what a command is. Parsing, help, completion and the docs check derive from it.
#pragma once

#include <span>
#include <string_view>

namespace bedstone::cli {

class Session;

enum class ValueKind {
  kNone,      ///< A switch.
  kText,      ///< Anything.
  kFolder,    ///< A path; completion offers folders.
  kUrl,       ///< Never echoed: it may hold a password.
  kDuration,  ///< "250ms", "60s", "5m".
  kCount,     ///< A whole number above zero.
  kChoice,    ///< One of `choices`.
};

struct FlagSpec {
  std::string_view name;  ///< Without the dashes.
  char letter = 0;
  ValueKind kind = ValueKind::kNone;
  std::string_view metavar = {};
  std::string_view help;
  std::string_view fallback = {};  ///< The default as help shows it.
  std::span<const std::string_view> choices = {};
  bool may_be_empty = false;  ///< Of kText: "" is a value.
};

enum class Arity {
  kRequired,
  kOptional,
  kMany,  ///< None or more, and the last; flags may stand between them.
  kRest,  ///< At least one; from the first on, nothing is a flag of ours.
};

struct PositionalSpec {
  std::string_view name;  ///< "VERSION"
  Arity arity = Arity::kRequired;
  std::string_view help;
  std::span<const std::string_view> choices = {};
  bool any_text = false;  ///< Of kMany: URLs, too; the command repeats none of it.
};

struct Example {
  std::string_view line;
  std::string_view meaning;
};

struct ExitMeaning {
  int code;
  std::string_view meaning;
};

/// All constants: reading one costs nothing at start.
struct CommandSpec {
  std::string_view name;  ///< As typed: "migrate up".
  std::string_view summary;
  std::string_view description = {};  ///< Paragraphs, separated by empty lines.
  std::span<const PositionalSpec> positionals = {};
  std::span<const FlagSpec> flags = {};
  std::span<const Example> examples = {};
  std::span<const ExitMeaning> exits = {};
  int (*run)(Session&);

  /// "migrate" of "migrate up", otherwise empty.
  constexpr std::string_view group() const {
    const auto space = name.find(' ');
    return space == std::string_view::npos ? std::string_view() : name.substr(0, space);
  }
  /// "up" of "migrate up".
  constexpr std::string_view last_word() const { return name.substr(name.rfind(' ') + 1); }
};

/// Commands that share a first word. That word may be a command by itself: `seed`, `seed status`.
struct GroupSpec {
  std::string_view name;
  std::string_view summary;
  std::string_view title;  ///< Above its commands in the list of all.
};

/// In the order of help.
std::span<const CommandSpec* const> all_commands();
std::span<const GroupSpec> all_groups();
/// Understood everywhere, before and after the command's name.
std::span<const FlagSpec> global_flags();

/// Null when there is none of that name.
const CommandSpec* find_command(std::string_view name);
const GroupSpec* find_group(std::string_view name);

}  // namespace bedstone::cli
