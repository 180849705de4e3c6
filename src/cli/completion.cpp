// One generator per shell over the same tables.
#include "cli/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "bedstone/error.hpp"
#include "cli/command.hpp"
#include "cli/explain.hpp"

namespace bedstone::cli {
namespace {

std::vector<std::string> flag_words(std::span<const FlagSpec> flags) {
  std::vector<std::string> words;
  for (const FlagSpec& flag : flags)
    words.push_back(fmt::format("--{}", flag.name));
  return words;
}

/// What the first argument of a command may be, where that is known.
std::vector<std::string> argument_words(const CommandSpec& command) {
  std::vector<std::string> words;
  if (command.positionals.empty()) return words;
  words.assign(command.positionals[0].choices.begin(), command.positionals[0].choices.end());
  if (command.name == "explain") {
    for (const ErrorCode code : all_codes())
      words.push_back(code_name(code));
  }
  if (command.name == "migrate to") words = {"head", "base"};
  return words;
}

/// "--wait", "-C", …: every flag that takes the next word as its value.
std::vector<std::string> flags_with_values() {
  std::vector<std::string> words;
  const auto add = [&words](std::span<const FlagSpec> flags) {
    for (const FlagSpec& flag : flags) {
      if (flag.kind == ValueKind::kNone) continue;
      std::string word = fmt::format("--{}", flag.name);
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
      if (flag.letter != 0) words.push_back(fmt::format("-{}", flag.letter));
    }
  };
  add(global_flags());
  for (const CommandSpec* command : all_commands())
    add(command->flags);
  return words;
}

/// All flags with choices, once each; a name means the same choices everywhere.
std::vector<const FlagSpec*> flags_with_choices() {
  std::vector<const FlagSpec*> found;
  const auto add = [&found](std::span<const FlagSpec> flags) {
    for (const FlagSpec& flag : flags) {
      const bool known = std::any_of(found.begin(), found.end(), [&](const FlagSpec* other) {
        return other->name == flag.name;
      });
      if (!flag.choices.empty() && !known) found.push_back(&flag);
    }
  };
  add(global_flags());
  for (const CommandSpec* command : all_commands())
    add(command->flags);
  return found;
}

std::vector<std::string> first_words() {
  std::vector<std::string> words;
  for (const CommandSpec* command : all_commands()) {
    if (command->group().empty()) words.emplace_back(command->name);
  }
  for (const GroupSpec& group : all_groups()) {
    if (find_command(group.name) == nullptr) words.emplace_back(group.name);
  }
  return words;
}

std::vector<std::string> words_in(const GroupSpec& group) {
  std::vector<std::string> words;
  for (const CommandSpec* command : all_commands()) {
    if (command->group() == group.name) words.emplace_back(command->last_word());
  }
  return words;
}

std::string quoted_names() {
  std::vector<std::string> names;
  for (const CommandSpec* command : all_commands())
    names.push_back(fmt::format("'{}'", command->name));
  for (const GroupSpec& group : all_groups()) {
    if (find_command(group.name) == nullptr) names.push_back(fmt::format("'{}'", group.name));
  }
  return text::join(names, "|");
}

/// bash and zsh find the command and the candidates alike; only how they are offered differs.
std::string case_of_values(std::string_view folders, std::string_view stop) {
  std::string script;
  for (const FlagSpec* flag : flags_with_choices()) {
    const std::vector<std::string> choices(flag->choices.begin(), flag->choices.end());
    script += fmt::format("    --{}) words='{}' ;;\n", flag->name, text::join(choices, " "));
  }
  script += fmt::format("    -C|--project) {} ;;\n", folders);
  script += fmt::format("    {}) {} ;;\n", text::join(flags_with_values(), "|"), stop);
  return script;
}

std::string case_of_commands() {
  std::string script = fmt::format("      '') words='{}' ;;\n", text::join(first_words(), " "));
  for (const GroupSpec& group : all_groups()) {
    if (find_command(group.name) != nullptr) continue;
    script +=
        fmt::format("      '{}') words='{}' ;;\n", group.name, text::join(words_in(group), " "));
  }
  for (const CommandSpec* command : all_commands()) {
    std::vector<std::string> words = argument_words(*command);
    if (const GroupSpec* group = find_group(command->name)) words = words_in(*group);
    for (const std::string& flag : flag_words(command->flags))
      words.push_back(flag);
    script += fmt::format("      '{}') words='{}' ;;\n", command->name, text::join(words, " "));
  }
  return script;
}

std::string bash_script() {
  return R"(# bash completion for bedstone: source <(bedstone completion bash)
_bedstone() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local command='' words='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case $word in
      --)
        [[ $command == exec ]] && COMPREPLY=($(compgen -c -f -- "$cur"))
        return ;;
      @VALUED@) ((i++)) ;;
      -*) ;;
      *)
        case "${command:+$command }$word" in
          @NAMES@) command="${command:+$command }$word" ;;
        esac ;;
    esac
  done
  case $prev in
@VALUES@  esac
  if [[ -z $words ]]; then
    case $command in
@COMMANDS@    esac
    words="$words @GLOBAL@"
    [[ $command == init && $cur != -* ]] && { COMPREPLY=($(compgen -d -- "$cur")); return; }
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _bedstone bedstone
)";
}

std::string zsh_script() {
  return R"(#compdef bedstone
# zsh completion for bedstone: bedstone completion zsh > a folder of $fpath, named _bedstone
_bedstone() {
  local cur=${words[CURRENT]} prev=${words[CURRENT-1]}
  local command='' word i
  local -a line
  line=("${words[@]}")
  local words=''
  for ((i = 2; i < CURRENT; i++)); do
    word=${line[i]}
    case $word in
      --)
        [[ $command == exec ]] && { _command_names -e; _files; }
        return ;;
      @VALUED@) ((i++)) ;;
      -*) ;;
      *)
        case "${command:+$command }$word" in
          @NAMES@) command="${command:+$command }$word" ;;
        esac ;;
    esac
  done
  case $prev in
@VALUES@  esac
  if [[ -z $words ]]; then
    case $command in
@COMMANDS@    esac
    words="$words @GLOBAL@"
    [[ $command == init && $cur != -* ]] && { _files -/; return; }
  fi
  compadd -- ${=words}
}
if [[ $funcstack[1] == _bedstone ]]; then
  _bedstone "$@"
else
  compdef _bedstone bedstone
fi
)";
}

void replace(std::string& script, std::string_view mark, std::string_view with) {
  for (auto at = script.find(mark); at != std::string::npos; at = script.find(mark, at)) {
    script.replace(at, mark.size(), with);
    at += with.size();
  }
}

std::string filled_in(std::string script, std::string_view folders, std::string_view stop) {
  replace(script, "@VALUED@", text::join(flags_with_values(), "|"));
  replace(script, "@NAMES@", quoted_names());
  replace(script, "@VALUES@", case_of_values(folders, stop));
  replace(script, "@COMMANDS@", case_of_commands());
  replace(script, "@GLOBAL@", text::join(flag_words(global_flags()), " "));
  return script;
}

std::string fish_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "'";
}

std::string fish_flag(const FlagSpec& flag, std::string_view condition) {
  std::string line = "complete -c bedstone";
  if (!condition.empty()) line += fmt::format(" -n {}", fish_text(condition));
  line += fmt::format(" -l {}", flag.name);
  if (flag.letter != 0) line += fmt::format(" -s {}", flag.letter);
  if (flag.kind != ValueKind::kNone) line += " -x";
  if (flag.kind == ValueKind::kFolder) line += " -a '(__fish_complete_directories)'";
  if (!flag.choices.empty()) {
    const std::vector<std::string> choices(flag.choices.begin(), flag.choices.end());
    line += fmt::format(" -a {}", fish_text(text::join(choices, " ")));
  }
  return line + fmt::format(" -d {}\n", fish_text(flag.help));
}

std::string fish_condition(const CommandSpec& command) {
  if (command.group().empty()) {
    // "up" is a word of "migrate up" too, and "seed" begins "seed status".
    std::vector<std::string> others;
    for (const GroupSpec& group : all_groups()) {
      if (group.name != command.name) {
        others.emplace_back(group.name);
        continue;
      }
      for (std::string& word : words_in(group))
        others.push_back(std::move(word));
    }
    return fmt::format("__fish_seen_subcommand_from {}; and not __fish_seen_subcommand_from {}",
                       command.name, text::join(others, " "));
  }
  return fmt::format("__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}",
                     command.group(), command.last_word());
}

std::string fish_script() {
  std::string script =
      "# fish completion for bedstone: bedstone completion fish > "
      "~/.config/fish/completions/bedstone.fish\n"
      "complete -c bedstone -f\n";
  for (const FlagSpec& flag : global_flags())
    script += fish_flag(flag, "");
  for (const GroupSpec& group : all_groups()) {
    if (find_command(group.name) != nullptr) continue;
    script += fmt::format("complete -c bedstone -n __fish_use_subcommand -a {} -d {}\n", group.name,
                          fish_text(group.summary));
  }
  for (const CommandSpec* command : all_commands()) {
    const std::string_view group = command->group();
    const std::string where = group.empty()
                                  ? "__fish_use_subcommand"
                                  : fmt::format(
                                        "__fish_seen_subcommand_from {}; and not "
                                        "__fish_seen_subcommand_from {}",
                                        group, text::join(words_in(*find_group(group)), " "));
    script += fmt::format("complete -c bedstone -n {} -a {} -d {}\n", fish_text(where),
                          command->last_word(), fish_text(command->summary));
    for (const FlagSpec& flag : command->flags)
      script += fish_flag(flag, fish_condition(*command));
    const auto words = argument_words(*command);
    if (!words.empty()) {
      script += fmt::format("complete -c bedstone -n {} -a {}\n",
                            fish_text(fish_condition(*command)), fish_text(text::join(words, " ")));
    }
  }
  return script;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "fish") return fish_script();
  if (shell == "zsh") return filled_in(zsh_script(), "_files -/; return", "return");
  return filled_in(bash_script(), "COMPREPLY=($(compgen -d -- \"$cur\")); return", "return");
}

}  // namespace bedstone::cli
