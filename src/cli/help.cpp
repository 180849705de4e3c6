// Two columns: what to type, what it means.
#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "cli/render/page.hpp"

namespace bedstone::cli {
namespace {

struct Term {
  std::string term;
  std::string meaning;
};

/// Terms narrower than this share one column; a wider one gets its meaning on the next line.
constexpr std::size_t kTermLimit = 26;

void definitions(Page& page, std::string_view title, const std::vector<Term>& terms,
                 std::size_t width) {
  if (terms.empty()) return;
  page.line().line(title, Tone::kStrong);
  std::size_t column = 0;
  for (const Term& term : terms) {
    const std::size_t size = text::display_width(term.term);
    if (size <= kTermLimit) column = std::max(column, size);
  }
  const std::size_t indent = 2 + column + 2;
  for (const Term& term : terms) {
    page.space(2).add(term.term, Tone::kName);
    std::size_t at = 2 + text::display_width(term.term);
    for (const std::string& line : wrap(term.meaning, width - std::min(indent, width - 20))) {
      if (at + 2 > indent) {  // A wide term stands alone.
        page.end();
        at = 0;
      }
      page.space(indent - at).line(line);
      at = 0;
    }
  }
}

std::vector<Term> flag_terms(std::span<const FlagSpec> flags) {
  std::vector<Term> terms;
  for (const FlagSpec& flag : flags) {
    std::string meaning(flag.help);
    if (!flag.fallback.empty()) meaning += fmt::format(" (default: {})", flag.fallback);
    terms.push_back({flag_term(flag), std::move(meaning)});
  }
  return terms;
}

std::vector<Term> command_terms(const GroupSpec& group) {
  std::vector<Term> terms;
  for (const CommandSpec* command : all_commands()) {
    if (command->group() == group.name)
      terms.push_back({std::string(command->name), std::string(command->summary)});
  }
  return terms;
}

void paragraphs(Page& page, std::string_view text, std::size_t width) {
  for (const std::string& line : wrap(text, width))
    page.line(line);
}

}  // namespace

std::string flag_term(const FlagSpec& flag) {
  return fmt::format("{}--{}{}{}", flag.letter == 0 ? "    " : fmt::format("-{}, ", flag.letter),
                     flag.name, flag.metavar.empty() ? "" : " ", flag.metavar);
}

std::string synopsis(const CommandSpec& command) {
  std::string line = fmt::format("bedstone {}", command.name);
  if (!command.flags.empty()) line += " [flags]";
  for (const PositionalSpec& positional : command.positionals) {
    switch (positional.arity) {
      case Arity::kRequired:
        line += fmt::format(" {}", positional.name);
        break;
      case Arity::kOptional:
        line += fmt::format(" [{}]", positional.name);
        break;
      case Arity::kMany:
        line += fmt::format(" [{}…]", positional.name);
        break;
      case Arity::kRest:
        line += fmt::format(" -- {}…", positional.name);
        break;
    }
  }
  return line;
}

std::string help_for_all(const HelpStyle& style) {
  Page page(style.color);
  page.line("Bedstone takes a database from whatever state it is in to ready.").line();
  page.add("Usage: ", Tone::kStrong).line("bedstone COMMAND [flags]");
  std::vector<Term> single;
  for (const CommandSpec* command : all_commands()) {
    if (!command->group().empty() || find_group(command->name) != nullptr) continue;
    single.push_back({std::string(command->name), std::string(command->summary)});
  }
  definitions(page, "Commands", single, style.width);
  for (const GroupSpec& group : all_groups()) {
    std::vector<Term> terms = command_terms(group);
    if (const CommandSpec* own = find_command(group.name)) {
      terms.insert(terms.begin(), {std::string(own->name), std::string(own->summary)});
    }
    definitions(page, group.title, terms, style.width);
  }
  definitions(page, "Flags everywhere", flag_terms(global_flags()), style.width);
  page.line().line(
      "bedstone COMMAND --help tells more about one; bedstone explain CODE about an error.");
  return page.take();
}

std::string help_for_group(const GroupSpec& group, const HelpStyle& style) {
  Page page(style.color);
  page.line(group.summary).line();
  page.add("Usage: ", Tone::kStrong).line(fmt::format("bedstone {} COMMAND [flags]", group.name));
  definitions(page, "Commands", command_terms(group), style.width);
  return page.take();
}

std::string help_for(const CommandSpec& command, const HelpStyle& style) {
  Page page(style.color);
  paragraphs(page, command.summary, style.width);
  page.line().add("Usage: ", Tone::kStrong).line(synopsis(command));
  const GroupSpec* group = find_group(command.name);
  if (group != nullptr) page.space(7).line(fmt::format("bedstone {} COMMAND [flags]", group->name));
  if (!command.description.empty()) {
    page.line();
    paragraphs(page, command.description, style.width);
  }
  std::vector<Term> terms;
  for (const PositionalSpec& positional : command.positionals)
    terms.push_back({std::string(positional.name), std::string(positional.help)});
  definitions(page, "Arguments", terms, style.width);
  if (group != nullptr) definitions(page, "Commands", command_terms(*group), style.width);
  definitions(page, "Flags", flag_terms(command.flags), style.width);
  definitions(page, "Flags everywhere", flag_terms(global_flags()), style.width);
  terms.clear();
  for (const ExitMeaning& exit : command.exits)
    terms.push_back({fmt::format("{}", exit.code), std::string(exit.meaning)});
  definitions(page, "Exit codes", terms, style.width);
  if (!command.examples.empty()) {
    page.line().line("Examples", Tone::kStrong);
    for (const Example& example : command.examples) {
      page.space(2).line(example.line, Tone::kName);
      page.space(6).line(example.meaning);
    }
  }
  return page.take();
}

}  // namespace bedstone::cli
